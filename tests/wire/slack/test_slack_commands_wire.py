"""Commands, buttons, forms and shortcuts, from a person's hand to the core and back."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from adapters.sandbox.side import SaidFile
from adapters.sandbox.slack import SlackSide
from adapters.slack import submissions
from adapters.slack.gateway import SlackPlatform
from bot import texts
from bot.commands import GivenFile, GivenText, GivenUrl, Published
from bot.errors import NotAllowed, NotFound, SourceError
from bot.markup.view import plain
from bot.model import DISCORD, SLACK, ChannelInfo, CommentId, DraftId, Link, Person, RemoteMessageId, ThreadRef
from bot.ports import Stamp
from bot.views import Card
from tests.wire.recording import RecordingCommands
from tests.wire.slack.fakes import CopyOf, Json, Say, Start, Until

URL = "https://example.org/engine"


@pytest.fixture
def news(side: SlackSide, platform: SlackPlatform) -> str:
    assert platform.name == SLACK
    return side.channels()[0]


async def previewed(side: SlackSide, news: str) -> Json:
    (preview,) = await side.command(channel=news, user="Mary", command="/publish", options={"url": URL})
    return preview


async def test_publishing_a_link(side: SlackSide, news: str, commands: RecordingCommands) -> None:
    options = {"url": URL, "board": "board:science"}
    (preview,) = await side.command(channel=news, user="Mary", command="/publish", options=options)
    assert "A quiet engine" in preview["text"]
    assert [action["label"] for action in preview["actions"]][-3:] == [texts.PUBLISH, texts.EDIT, texts.CANCEL]
    ((name, (by, channel, given, board)),) = commands.asked
    assert (name, given, board) == ("draft", GivenUrl(URL), "science")
    assert isinstance(by, Person)
    assert (by.author.name, by.is_admin) == ("Mary", True)
    assert channel.channel == news
    commands.published = Published(
        "A quiet engine",
        (Link(DISCORD, "#news on Discord", "https://discord.com/channels/1/2"), Link(SLACK, "#news on Slack", URL)),
        ("#late on Discord: on its way",),
        ("#old on Discord: no permission",),
    )
    (answer,) = await side.click(channel=news, message=preview["id"], user="Mary", action=texts.PUBLISH)
    assert answer["id"] == preview["id"]
    assert texts.published("A quiet engine", already=False) in answer["text"]
    assert "#news on Discord" in answer["text"]
    assert "#late on Discord: on its way" in answer["text"]
    assert "#old on Discord: no permission" in answer["text"]
    assert "https://discord.com/channels/1/2" in str(answer["raw"])
    assert commands.asked[-1] == ("publish", (by, DraftId(3)))


async def test_an_article_that_stands_there_already(side: SlackSide, news: str, commands: RecordingCommands) -> None:
    commands.drafted = Published("A quiet engine", (Link(SLACK, "#news on Slack", URL),), already=True)
    answer = await previewed(side, news)
    assert texts.published("A quiet engine", already=True) in answer["text"]
    assert answer["actions"] == []


async def test_editing_a_draft_refreshes_the_preview(side: SlackSide, news: str, commands: RecordingCommands) -> None:
    preview = await previewed(side, news)
    (form,) = await side.click(channel=news, message=preview["id"], user="Mary", action=texts.EDIT)
    assert [field["value"] for field in form["fields"]] == ["A quiet engine", "It hums."]
    title, tldr = (field["id"] for field in form["fields"])
    values = {title: "A loud engine", tldr: "It roars."}
    (fresh,) = await side.submit(user="Mary", modal=form["modal"], values=values)
    assert fresh["id"] == preview["id"]
    assert "A loud engine" in fresh["text"]
    assert "It roars." in fresh["text"]
    assert commands.asked[-1][1][1:] == (DraftId(3), "A loud engine", "It roars.")


async def test_a_form_that_is_refused_stays_with_what_was_typed(
    side: SlackSide, news: str, commands: RecordingCommands
) -> None:
    preview = await previewed(side, news)
    (form,) = await side.click(channel=news, message=preview["id"], user="Mary", action=texts.EDIT)
    title = form["fields"][0]["id"]
    commands.refusal = SourceError("That title is not fit to print.")
    (again,) = await side.submit(user="Mary", modal=form["modal"], values={title: "Hm"})
    assert again["modal"] == form["modal"]
    assert list(again["errors"].values()) == ["That title is not fit to print."]
    assert again["fields"][0]["value"] == "Hm"


async def test_a_form_that_takes_long_closes_and_is_answered_later(
    side: SlackSide, news: str, commands: RecordingCommands, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(submissions, "PATIENCE", 0.05)
    preview = await previewed(side, news)
    (form,) = await side.click(channel=news, message=preview["id"], user="Mary", action=texts.EDIT)
    commands.gate = asyncio.Event()
    commands.refusal = SourceError("That title is not fit to print.")
    sending = asyncio.ensure_future(side.submit(user="Mary", modal=form["modal"], values={}))
    await until(lambda: form["modal"] not in side.world.views)
    commands.gate.set()
    (answer,) = await sending
    assert answer["text"] == "That title is not fit to print."


async def test_cancelling_a_draft(side: SlackSide, news: str, commands: RecordingCommands) -> None:
    preview = await previewed(side, news)
    (answer,) = await side.click(channel=news, message=preview["id"], user="Mary", action=texts.CANCEL)
    assert (answer["id"], answer["text"], answer["actions"]) == (preview["id"], texts.CANCELLED, [])
    assert commands.asked[-1][0] == "cancel"


async def test_publishing_a_pasted_text(side: SlackSide, news: str, commands: RecordingCommands) -> None:
    (form,) = await side.command(channel=news, user="Mary", command="/publish", options={"board": "board:science"})
    text = next(field["id"] for field in form["fields"] if field["type"] == "plain_text_input")
    pasted = "A quiet engine\n\nTL;DR.\n\nIt hums."
    (preview,) = await side.submit(user="Mary", modal=form["modal"], values={text: pasted})
    assert "A quiet engine" in preview["text"]
    ((_, (_, channel, given, board)),) = commands.asked
    assert (channel.channel, given, board) == (news, GivenText(pasted), "science")


async def test_publishing_a_file(side: SlackSide, news: str, commands: RecordingCommands) -> None:
    (form,) = await side.command(channel=news, user="Mary", command="/publish", options={})
    file = next(field["id"] for field in form["fields"] if field["type"] == "file_input")
    said = SaidFile("engine.md", b"# A quiet engine\n\nIt hums.", "text/markdown")
    (preview,) = await side.submit(user="Mary", modal=form["modal"], values={file: (said,)})
    assert "A quiet engine" in preview["text"]
    given = commands.asked[0][1][2]
    assert isinstance(given, GivenFile)
    assert (given.name, given.content) == ("engine.md", said.content)


async def test_a_form_without_an_article_says_so(side: SlackSide, news: str, commands: RecordingCommands) -> None:
    (form,) = await side.command(channel=news, user="Mary", command="/publish", options={})
    (again,) = await side.submit(user="Mary", modal=form["modal"], values={})
    assert list(again["errors"].values()) == [texts.NO_TEXT]
    assert commands.asked == []


@pytest.mark.parametrize(
    ("command", "options", "line"),
    [
        ("/publish", {"text": "help"}, texts.PUBLISH_HELP),
        ("/board", {}, texts.BOARD_HELP),
        ("/board", {"verb": "paint"}, texts.BOARD_HELP),
    ],
)
async def test_wrong_words_are_answered_with_how_it_goes(
    side: SlackSide, news: str, commands: RecordingCommands, command: str, options: Json, line: str
) -> None:
    (answer,) = await side.command(channel=news, user="Mary", command=command, options=options)
    assert answer["text"] == line
    assert commands.asked == []


@pytest.mark.parametrize(("command", "text"), [("/publish", URL), ("/publish", ""), ("/board", "join")])
async def test_who_is_no_admin_is_told_so(
    side: SlackSide, news: str, commands: RecordingCommands, command: str, text: str
) -> None:
    (answer,) = await side.command(channel=news, user="Ken", command=command, options={"text": text})
    assert answer["text"] == texts.ADMINS_ONLY
    assert commands.asked == []


async def test_a_configured_admin_may_publish(side: SlackSide, start: Start, commands: RecordingCommands) -> None:
    ken = next(person["id"] for person in side.state()["people"] if person["name"] == "Ken")
    await start(admins=[ken])
    news = side.channels()[0]
    (preview,) = await side.command(channel=news, user="Ken", command="/publish", options={"url": URL})
    assert preview["actions"]
    assert commands.asked[0][1][0].is_admin


async def test_a_refusal_is_told_in_one_line(side: SlackSide, news: str, commands: RecordingCommands) -> None:
    commands.refusal = SourceError("That page is a PDF: give a page of text.")
    assert (await previewed(side, news))["text"] == "That page is a PDF: give a page of text."


async def test_a_mishap_is_excused(side: SlackSide, news: str, commands: RecordingCommands) -> None:
    commands.refusal = RuntimeError("secret insides")
    assert (await previewed(side, news))["text"] == texts.WENT_WRONG


async def test_a_refused_click_leaves_the_preview_standing(
    side: SlackSide, news: str, commands: RecordingCommands
) -> None:
    preview = await previewed(side, news)
    commands.refusal = NotFound("That draft is gone.")
    (answer,) = await side.click(channel=news, message=preview["id"], user="Mary", action=texts.PUBLISH)
    assert answer["text"] == "That draft is gone."
    assert answer["id"] != preview["id"]
    assert preview["id"] in {private["id"] for private in side.state()["private"]}


async def test_boards(side: SlackSide, news: str, commands: RecordingCommands) -> None:
    async def ask(words: str) -> str:
        (answer,) = await side.command(channel=news, user="Mary", command="/board", options={"text": words})
        return str(answer["text"])

    assert await ask("join science") == "#news is on science now."
    assert await ask("leave") == "This channel has left."
    assert await ask("list") == f"main: #news on Discord, #news on Slack\nscience: {texts.EMPTY_BOARD}"
    joined, left = commands.asked[0][1], commands.asked[1][1]
    assert isinstance(joined[1], ChannelInfo)
    assert (joined[1].ref.channel, joined[2]) == (news, "science")
    assert (left[1], left[2]) == (joined[1].ref, None)


async def test_a_channel_that_the_bot_cannot_join_is_told(
    side: SlackSide, news: str, commands: RecordingCommands
) -> None:
    closed = await side.open_channel(name="closed", writable=False)
    assert closed != news
    (answer,) = await side.command(channel=closed, user="Mary", command="/board", options={"text": "join"})
    assert "/invite @Roundtable" in answer["text"]
    assert commands.asked == []


async def test_reading_an_article(
    side: SlackSide, platform: SlackPlatform, channel: ChannelInfo, card: Card, commands: RecordingCommands
) -> None:
    sent = await platform.post_card(channel, card, Stamp("card-1"))
    where = channel.ref.channel
    (modal,) = await side.click(channel=where, message=sent.root, user="Ken", action=texts.READ)
    assert "Because it can." in modal["text"]
    assert commands.asked == [("read", (7,))]


async def test_turning_the_pages_of_an_article(
    side: SlackSide, platform: SlackPlatform, channel: ChannelInfo, card: Card, commands: RecordingCommands
) -> None:
    (section,) = commands.article.sections
    commands.article = replace(commands.article, sections=(section,) * 150)
    sent = await platform.post_card(channel, card, Stamp("card-1"))
    where = channel.ref.channel
    (first,) = await side.click(channel=where, message=sent.root, user="Ken", action=texts.READ)
    (second,) = await side.click(channel=where, message=first["modal"], user="Ken", action=texts.NEXT)
    assert second["modal"] == first["modal"]
    (back,) = await side.click(channel=where, message=first["modal"], user="Ken", action=texts.PREVIOUS)
    assert back["text"] == first["text"]


async def test_a_link_on_a_card_is_acknowledged(
    side: SlackSide, platform: SlackPlatform, channel: ChannelInfo, card: Card
) -> None:
    with_page = replace(card, page="https://example.org/discussions/7")
    sent = await platform.post_card(channel, with_page, Stamp("card-1"))
    where = channel.ref.channel
    assert await side.click(channel=where, message=sent.root, user="Ken", action=texts.WEB_PAGE) == []


async def test_editing_one_s_own_comment(
    side: SlackSide, platform: SlackPlatform, thread: ThreadRef, copy_of: CopyOf, commands: RecordingCommands
) -> None:
    sent = await platform.send_copy(thread, copy_of("what I said"), Stamp("copy-1"))
    where, options = thread.channel.channel, {"message": sent.message}
    (form,) = await side.command(channel=where, user="Ken", command=texts.EDIT_COMMENT, options=options)
    (field,) = form["fields"]
    assert field["value"] == "what I said"
    values = {field["id"]: "what I meant, @Mary"}
    (answer,) = await side.submit(user="Ken", modal=form["modal"], values=values)
    assert answer["text"] == texts.COMMENT_CHANGED
    (asked, (author, at, message)), (changed, (by, comment, body)) = commands.asked
    assert (asked, author.name, at, message) == ("own_comment", "Ken", thread, sent.message)
    assert (changed, by, comment) == ("edit_own", author, CommentId(11))
    assert plain(body) == "what I meant, @Mary"


async def test_deleting_one_s_own_comment(
    side: SlackSide, platform: SlackPlatform, thread: ThreadRef, copy_of: CopyOf, commands: RecordingCommands
) -> None:
    sent = await platform.send_copy(thread, copy_of("what I said"), Stamp("copy-1"))
    where, options = thread.channel.channel, {"message": sent.message}
    (answer,) = await side.command(channel=where, user="Ken", command=texts.DELETE_COMMENT, options=options)
    assert answer["text"] == texts.COMMENT_REMOVED
    ((name, (author, at, message)),) = commands.asked
    assert (name, author.name, at, message) == ("remove_own", "Ken", thread, sent.message)


async def test_somebody_else_s_comment_is_left_alone(
    side: SlackSide, thread: ThreadRef, say: Say, commands: RecordingCommands
) -> None:
    ts = RemoteMessageId(await say("mine", user="Mary"))
    commands.refusal = NotAllowed("That is somebody else's comment.")
    where = thread.channel.channel
    for command in (texts.EDIT_COMMENT, texts.DELETE_COMMENT):
        (answer,) = await side.command(channel=where, user="Ken", command=command, options={"message": ts})
        assert answer["text"] == "That is somebody else's comment."


async def test_a_message_outside_a_thread_is_no_comment(
    side: SlackSide, news: str, commands: RecordingCommands
) -> None:
    ts = await side.say(channel=news, user="Ken", text="just talking")
    (answer,) = await side.command(channel=news, user="Ken", command=texts.DELETE_COMMENT, options={"message": ts})
    assert answer["text"] == texts.NOT_A_COMMENT
    assert commands.asked == []
