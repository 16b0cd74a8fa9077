"""Commands as people use them: slash commands, buttons, forms and message commands, each answered in private."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import structlog

from adapters.discord.declared import COMMANDS
from adapters.discord.gateway import DiscordPlatform
from adapters.sandbox.discord import DiscordSide
from adapters.sandbox.faults import FaultKind
from adapters.sandbox.side import SaidFile
from bot import texts
from bot.commands import GivenFile, GivenText, GivenUrl, Published
from bot.errors import NotAllowed, SourceError
from bot.markup.tree import Paragraph, Styled, Text
from bot.model import SLACK, ChannelInfo, CommentId, DiscussionId, DraftId, Link, ThreadRef
from bot.ports import Stamp
from bot.views import Card
from tests.wire.discord.conftest import Ask, CopyOf, Fail, Shown, Start, Watch
from tests.wire.recording import RecordingCommands

Json = dict[str, Any]
Run = Callable[..., Awaitable[list[Json]]]
URL = "https://example.org/engine"


@pytest.fixture
def run(side: DiscordSide, channel: ChannelInfo) -> Run:
    async def command(line: str, user: str = "Ada", place: str = channel.ref.channel, **options: object) -> list[Json]:
        return await side.command(channel=place, user=user, command=line, options=options)

    return command


@pytest.fixture
def press(side: DiscordSide, channel: ChannelInfo) -> Run:
    async def click(message: Json, action: str, user: str = "Ada") -> list[Json]:
        button = next(one["id"] for one in message["actions"] if action in one["label"])
        return await side.click(channel=channel.ref.channel, message=message["id"], user=user, action=button)

    return click


def private(message: Json) -> bool:
    return bool(message["raw"]["flags"] & 64)


async def test_a_link_is_previewed_and_published(run: Run, press: Run, commands: RecordingCommands) -> None:
    (preview,) = await run("/publish", url=URL, board="science")
    assert private(preview)
    assert "A quiet engine" in preview["text"]
    assert [action["label"] for action in preview["actions"]][-3:] == [texts.PUBLISH, texts.EDIT, texts.CANCEL]
    name, (person, channel, given, board) = commands.asked[-1]
    assert (name, person.author.name, person.is_admin) == ("draft", "Ada", True)
    assert (given, board) == (GivenUrl(URL), "science")
    (answer,) = await press(preview, texts.PUBLISH)
    assert private(answer)
    assert answer["id"] == preview["id"]
    assert "#news on Slack: https://example.slack.com/archives/1" in answer["text"]
    assert answer["actions"] == []
    assert commands.asked[-1] == ("publish", (person, DraftId(3)))
    assert channel.channel == commands.asked[0][1][1].channel


async def test_what_was_not_reached_is_told(run: Run, press: Run, commands: RecordingCommands) -> None:
    commands.published = Published("A *quiet* engine", (), ("#news on Slack: it will follow.",), ("#old: no right.",))
    (preview,) = await run("/publish", url=URL)
    (answer,) = await press(preview, texts.PUBLISH)
    assert "it will follow" in answer["text"]
    assert "#old: no right." in answer["text"]
    assert r"A \*quiet\* engine" in answer["raw"]["components"][0]["content"]


async def test_an_article_that_stands_already_is_answered_with_its_links(run: Run, commands: RecordingCommands) -> None:
    link = Link(SLACK, "#news on Slack", "https://example.slack.com/archives/1")
    commands.drafted = Published("A quiet engine", (link,), already=True)
    (answer,) = await run("/publish", url=URL)
    assert answer["text"].startswith("Already published: A quiet engine")
    assert link.url in answer["text"]


async def test_a_file_is_read(run: Run, commands: RecordingCommands) -> None:
    (preview,) = await run("/publish", file=SaidFile("engine.md", b"# A quiet engine", "text/markdown"))
    assert "A quiet engine" in preview["text"]
    assert commands.asked[-1][1][2] == GivenFile("engine.md", "text/markdown", b"# A quiet engine")


async def test_a_file_that_is_too_large_is_refused(run: Run, commands: RecordingCommands) -> None:
    (answer,) = await run("/publish", file=SaidFile("engine.md", b"x" * (6 << 20), "text/markdown"))
    assert answer["text"] == texts.FILE_TOO_LARGE
    assert commands.asked == []


async def test_a_link_and_a_file_are_one_too_many(run: Run) -> None:
    (answer,) = await run("/publish", url=URL, file=SaidFile("engine.md", b"hm"))
    assert private(answer)
    assert answer["text"] == texts.ONE_SOURCE


async def test_without_either_a_form_takes_the_text(run: Run, side: DiscordSide, commands: RecordingCommands) -> None:
    (form,) = await run("/publish", board="science")
    fields = [field["id"] for field in form["fields"]]
    values = {fields[0]: "A quiet engine\n\nTL;DR. It hums.", fields[1]: "More of it."}
    (preview,) = await side.submit(user="Ada", modal=form["modal"], values=values)
    assert private(preview)
    assert "It hums." in preview["text"]
    assert commands.asked[-1][1][2:] == (GivenText("A quiet engine\n\nTL;DR. It hums.\n\nMore of it."), "science")


async def test_the_form_takes_a_file_too(run: Run, side: DiscordSide, commands: RecordingCommands) -> None:
    (form,) = await run("/publish")
    values = {texts.FILE_LABEL: SaidFile("engine.txt", b"It hums.", "text/plain")}
    await side.submit(user="Ada", modal=form["modal"], values=values)
    assert commands.asked[-1][1][2:] == (GivenFile("engine.txt", "text/plain", b"It hums."), None)


async def test_an_empty_form_is_told(run: Run, side: DiscordSide) -> None:
    (form,) = await run("/publish")
    (answer,) = await side.submit(user="Ada", modal=form["modal"], values={})
    assert answer["text"] == texts.NO_TEXT


async def test_a_preview_is_edited(run: Run, press: Run, side: DiscordSide, commands: RecordingCommands) -> None:
    (preview,) = await run("/publish", url=URL)
    (form,) = await press(preview, texts.EDIT)
    assert [field["value"] for field in form["fields"]] == ["A quiet engine", "It hums."]
    (changed,) = await side.submit(
        user="Ada", modal=form["modal"], values={texts.TITLE_LABEL: "A loud engine", texts.TLDR: "It roars."}
    )
    assert changed["id"] == preview["id"]
    assert "A loud engine" in changed["text"]
    assert commands.asked[-1][1][1:] == (DraftId(3), "A loud engine", "It roars.")


async def test_a_preview_is_cancelled(run: Run, press: Run, commands: RecordingCommands) -> None:
    (preview,) = await run("/publish", url=URL)
    (answer,) = await press(preview, texts.CANCEL)
    assert (answer["text"], answer["actions"]) == (texts.CANCELLED, [])
    assert commands.asked[-1][0] == "cancel"


async def test_a_refused_publication_leaves_the_preview(run: Run, press: Run, commands: RecordingCommands) -> None:
    (preview,) = await run("/publish", url=URL)
    commands.refusal = NotAllowed("Not on this board.")
    answers = await press(preview, texts.PUBLISH)
    assert [one["text"] for one in answers if one["id"] != preview["id"]] == ["Not on this board."]
    assert all(private(one) for one in answers)
    commands.refusal = None
    (answer,) = await press(preview, texts.PUBLISH)
    assert "Published" in answer["text"]


async def test_errors_for_people_are_told_as_they_are(run: Run, commands: RecordingCommands) -> None:
    commands.refusal = SourceError("That page is a PDF.")
    (answer,) = await run("/publish", url=URL)
    assert private(answer)
    assert answer["text"] == "That page is a PDF."


async def test_other_errors_are_told_kindly_and_logged_without_words(run: Run, commands: RecordingCommands) -> None:
    commands.refusal = ValueError("what somebody wrote")
    with structlog.testing.capture_logs() as logged:
        (answer,) = await run("/publish", url=URL)
    assert answer["text"] == texts.WENT_WRONG
    (entry,) = [one for one in logged if one["log_level"] == "error"]
    assert entry["event"] == "discord.command_failed"
    assert "what somebody wrote" not in str(logged)
    assert "ValueError" in entry["error"]


async def test_people_who_are_no_admins_are_refused_although_the_server_shows_them_the_commands(
    run: Run, side: DiscordSide, commands: RecordingCommands, ask: Ask
) -> None:
    bot = (await ask("GET", "/users/@me"))["id"]
    shown = [{**command, "default_member_permissions": None} for command in COMMANDS]
    await ask("PUT", f"/applications/{bot}/commands", shown)
    (form,) = await run("/publish")
    for line, options in (("/publish", {"url": URL}), ("/board join", {}), ("/board leave", {}), ("/board list", {})):
        (answer,) = await run(line, user="Grace", **options)
        assert private(answer)
        assert answer["text"] == texts.ADMINS_ONLY
    assert commands.asked == []
    await side.submit(user="Ada", modal=form["modal"], values={texts.PASTE_LABEL: "A quiet engine"})
    assert [name for name, _ in commands.asked] == ["draft"]


@pytest.mark.parametrize("kind", ["500", "500_after", "429"])
async def test_an_answer_that_fails_once_still_comes(run: Run, fail: Fail, kind: FaultKind) -> None:
    fail(r"POST /interactions/", kind)
    fail(r"PATCH /webhooks/", kind)
    (preview,) = await run("/publish", url=URL)
    assert "A quiet engine" in preview["text"]


async def test_boards_are_joined_left_and_listed(
    run: Run, side: DiscordSide, commands: RecordingCommands, channel: ChannelInfo
) -> None:
    (joined,) = await run("/board join", board="science")
    assert joined["text"] == "#news is on science now."
    assert commands.asked[-1][1][1:] == (channel, "science")
    other = side.create_channel("other")
    (joined,) = await run("/board join", channel=other)
    assert commands.asked[-1][1][1].ref.channel == other
    (left,) = await run("/board leave")
    assert commands.asked[-1][1][1:] == (channel.ref, None)
    (listed,) = await run("/board list")
    assert listed["text"] == "main: #news on Discord, #news on Slack\nscience: no channels"
    assert all(map(private, (joined, left, listed)))


async def test_a_channel_that_the_bot_cant_use_does_not_join(
    run: Run, side: DiscordSide, commands: RecordingCommands
) -> None:
    shut = side.create_channel("shut", writable=False)
    (answer,) = await run("/board join", channel=shut)
    assert "lacks permissions in #shut" in answer["text"]
    assert commands.asked == []


async def test_read_turns_pages_in_private(
    platform: DiscordPlatform, channel: ChannelInfo, card: Card, press: Run, commands: RecordingCommands, shown: Shown
) -> None:
    await platform.post_card(channel, card, Stamp("card-1"))
    (message,) = shown("news")
    (page,) = await press(message, texts.READ, user="Grace")
    assert private(page)
    assert commands.asked[-1] == ("read", (DiscussionId(7),))
    (after,) = await press(page, texts.NEXT, user="Grace")
    assert after["id"] == page["id"]
    assert after["text"] != page["text"]
    (back,) = await press(after, texts.PREVIOUS, user="Grace")
    assert back["text"] == page["text"]
    assert shown("news") == [message]


async def test_buttons_of_an_earlier_run_still_work(
    platform: DiscordPlatform, channel: ChannelInfo, card: Card, start: Start, press: Run, shown: Shown
) -> None:
    await platform.post_card(channel, card, Stamp("card-1"))
    await platform.close()
    await start()
    (page,) = await press(shown("news")[0], texts.READ)
    assert "A quiet engine" in page["text"]


async def test_ones_own_comment_is_edited(
    run: Run,
    side: DiscordSide,
    platform: DiscordPlatform,
    thread: ThreadRef,
    copy_of: CopyOf,
    commands: RecordingCommands,
) -> None:
    sent = await platform.send_copy(thread, copy_of("what I said"), Stamp("copy-1"))
    (form,) = await run(texts.EDIT_COMMENT, user="Grace", place=thread.thread, message=sent.message)
    _, (author, place, message) = commands.asked[-1]
    assert (author.name, place, message) == ("Grace", thread, sent.message)
    assert form["fields"][0]["value"] == r"what I \*said\*"
    (answer,) = await side.submit(user="Grace", modal=form["modal"], values={texts.COMMENT_LABEL: "what I **say**"})
    assert private(answer)
    assert answer["text"] == texts.COMMENT_CHANGED
    _, (_, comment, body) = commands.asked[-1]
    assert comment == CommentId(11)
    assert body.blocks == (Paragraph((Text("what I "), Styled("bold", (Text("say"),)))),)


async def test_ones_own_comment_is_taken_back(
    run: Run, platform: DiscordPlatform, thread: ThreadRef, copy_of: CopyOf, commands: RecordingCommands
) -> None:
    sent = await platform.send_copy(thread, copy_of("what I said"), Stamp("copy-1"))
    (answer,) = await run(texts.DELETE_COMMENT, user="Grace", place=thread.thread, message=sent.message)
    assert (answer["text"], private(answer)) == (texts.COMMENT_REMOVED, True)
    assert commands.asked[-1][0] == "remove_own"


async def test_messages_outside_of_threads_are_no_comments(
    run: Run, side: DiscordSide, commands: RecordingCommands
) -> None:
    message = await side.say(channel="news", user="Grace", text="not a comment")
    for command in (texts.EDIT_COMMENT, texts.DELETE_COMMENT):
        (answer,) = await run(command, user="Grace", message=message)
        assert answer["text"] == texts.NOT_A_COMMENT
    assert commands.asked == []


async def test_commands_are_declared_only_where_they_changed(start: Start, watch: Watch) -> None:
    await start()
    await start()
    (declared,) = [one for one in watch.exchanges if one.method == "PUT"]
    assert declared.request == list(COMMANDS)
