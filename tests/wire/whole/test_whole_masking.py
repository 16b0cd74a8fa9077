"""Profanity is masked wherever the bot writes, and where people wrote it. (Each town's end looks for leaks.)"""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.wire.whole.conftest import inspected
from tests.wire.whole.town import SIDES, Json, Town, by_the_bot, card, comments, thread

pytestmark = pytest.mark.asyncio(loop_scope="module")

OTHER = {"discord": "slack", "slack": "discord"}
ADMINS = {"discord": "Ada", "slack": "Mary"}
RUDE = {"discord": "Asshole Grace", "slack": "Bullshit Ken"}
SPEAKERS = {"discord": "Linus", "slack": "Barbara"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rude_town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """A town where some people's names need masking too."""
    async with inspected(Town(tmp_path_factory.mktemp("rude"))) as town:
        rename(town)
        await town.start_bot()
        yield town


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def tokenless_town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """A town whose bot has no user token of a Slack admin."""
    async with inspected(Town(tmp_path_factory.mktemp("tokenless"), {"slack_user_token": None})) as town:
        await town.start_bot()
        yield town


def rename(town: Town) -> None:
    for user in town.sandbox.discord._world.users.values():  # noqa: SLF001 - people rename themselves
        user.name = RUDE["discord"] if user.name == "Grace" else user.name
    for person in town.sandbox.slack.world.users.values():
        person.display_name = RUDE["slack"] if person.display_name == "Ken" else person.display_name


def article(about: str) -> str:
    return f"""About {about}

TL;DR. What {about} is, in a sentence.

A paragraph about {about}, which introduces it.

The heading of {about}

One more paragraph about {about}, so that there is something to read.
"""


async def test_the_whole_article_is_masked(rude_town: Town) -> None:
    await rude_town.post(article("a bullshit thing"))
    state = await rude_town.state()
    for side in SIDES:
        shown = card(state, side)
        assert shown["text"].startswith("About a ******** thing\n")
        assert shown["text"].count("********") >= 4
        read = await rude_town.click(side, SPEAKERS[side], shown["id"], "Read")
        assert str(read).count("********") >= 4
    assert rude_town.discord_threads()[-1] == "About a ******** thing"


@pytest.mark.parametrize("side", SIDES)
async def test_previews_and_their_forms_are_masked(rude_town: Town, side: str) -> None:
    (form,) = await rude_town.command(side, ADMINS[side], "/publish")
    text = article(f"that bastard on {side}")
    (preview,) = await rude_town.submit(side, ADMINS[side], form["modal"], {form["fields"][0]["id"]: text})
    assert preview["text"].startswith("About that *******")
    (form,) = await rude_town.click(side, ADMINS[side], preview["id"], "Edit")
    title, tldr = form["fields"]
    assert title["value"] == f"About that ******* on {side}"
    values = {title["id"]: title["value"], tldr["id"]: "A bastard, he is."}
    (preview,) = await rude_town.submit(side, ADMINS[side], form["modal"], values)
    assert "A *******, he is." in preview["text"]
    (answer,) = await rude_town.click(side, ADMINS[side], preview["id"], "Publish")
    assert answer["text"].startswith(f"Published: About that ******* on {side}")
    # What the form showed masked was not changed: the article keeps its title.
    store = await rude_town.articles()
    assert f"About that bastard on {side}" in {each.title for each in store}


@pytest.mark.parametrize("side", SIDES)
async def test_names_quotes_and_mentions_are_masked(rude_town: Town, side: str) -> None:
    other = OTHER[side]
    await rude_town.post(article(f"names on {side}"))
    await rude_town.say(side, RUDE[side], "Such bullshit, I say.")
    state = await rude_town.until("both", lambda state: all(len(by_the_bot(state, name)) == 1 for name in SIDES))
    (repost,), (copy,) = by_the_bot(state, side), by_the_bot(state, other)
    masked = RUDE[side].replace("Asshole", "*******").replace("Bullshit", "********")
    assert repost["author"] == masked
    assert copy["author"] == f"{masked} · {side.capitalize()}"
    assert repost["text"] == copy["text"] == "Such ********, I say."
    if side == "discord":
        emoji = rude_town.sandbox.discord.create_emoji("bullshit")
        person = next(each["id"] for each in state["discord"]["people"] if each["name"] == RUDE[side])
        text = f"Hello <@{person}> <:bullshit:{emoji}>"
        shown = "Hello @******* Grace :********:"
        await rude_town.say(side, SPEAKERS[side], text, reply_to=repost["id"])
        answered = f"↩ {masked}: Such ********, I say.\n"
    else:
        shown, answered = "Hello @******** Ken", ""
        await rude_town.say(side, SPEAKERS[side], f"Hello @{RUDE[side]}")
    state = await rude_town.until("the mention", lambda state: len(by_the_bot(state, other)) == 2)
    assert by_the_bot(state, other)[1]["text"] == answered + shown


@pytest.mark.parametrize("side", SIDES)
async def test_a_masked_comment_keeps_its_authors_name_and_face(rude_town: Town, side: str) -> None:
    await rude_town.post(article(f"faces on {side}"))
    await rude_town.say(side, SPEAKERS[side], "Fine words.")
    await rude_town.say(side, SPEAKERS[side], "Such bullshit.")
    state = await rude_town.until_both_show("Fine words.", "Such ********.")
    (repost,) = by_the_bot(state, side)
    fine, copy = by_the_bot(state, OTHER[side])
    assert repost["author"] == SPEAKERS[side]
    assert copy["author"] == fine["author"] == f"{SPEAKERS[side]} · {side.capitalize()}"
    assert face(copy["raw"]) == face(fine["raw"])
    assert face(repost["raw"])
    assert not any("bullshit" in message["text"] for message in thread(state, side))


def face(raw: Json) -> object:
    """What shows a webhook's or a bot's message in somebody's name."""
    return raw["author"]["avatar"] if "author" in raw else raw["icons"]


async def test_what_is_hidden_leads_to_the_masked_comment(rude_town: Town) -> None:
    await rude_town.post(article("hidden things"))
    await rude_town.say("discord", "Linus", "||Such bullshit|| is hidden.")

    def leads(state: Json) -> bool:
        (repost,), copies = by_the_bot(state, "discord"), by_the_bot(state, "slack")
        return [copy["text"] for copy in copies] == ["spoiler is hidden."] and f"/{repost['id']}" in str(
            copies[0]["raw"]
        )

    await rude_town.until("the repost", lambda state: len(by_the_bot(state, "discord")) == 1)
    await rude_town.until("the link to it", leads)


@pytest.mark.parametrize("side", SIDES)
async def test_a_profane_edit_is_masked_as_well(rude_town: Town, side: str) -> None:
    await rude_town.post(article(f"edits on {side}"))
    said = await rude_town.say(side, SPEAKERS[side], "Fine words.")
    await rude_town.until_both_show("Fine words.")
    await rude_town.control("edit", platform=side, channel="news", id=said, text="Such bullshit.")
    state = await rude_town.until_both_show("Such ********.")
    assert [message["by"] == "person" for message in thread(state, side)] == [False]


@pytest.mark.parametrize("side", SIDES)
async def test_a_masked_comment_stays_its_authors(rude_town: Town, side: str) -> None:
    await rude_town.post(article(f"rights on {side}"))
    await rude_town.say(side, SPEAKERS[side], "Such bullshit.")
    state = await rude_town.until_both_show("Such ********.")
    (repost,) = by_the_bot(state, side)
    for command in ("Edit comment", "Delete comment"):
        (refused,) = await rude_town.command(side, RUDE[side], command, message=repost["id"])
        assert refused["text"] == "Only its author can change this comment."
    (form,) = await rude_town.command(side, SPEAKERS[side], "Edit comment", message=repost["id"])
    (field,) = form["fields"]
    assert "Such" in str(field["value"])
    (told,) = await rude_town.submit(side, SPEAKERS[side], form["modal"], {field["id"]: "Now it is that bastard's."})
    assert told["text"] == "Your comment is changed everywhere."
    await rude_town.until_both_show("Now it is that *******'s.")
    (told,) = await rude_town.command(side, SPEAKERS[side], "Delete comment", message=repost["id"])
    assert told["text"] == "Your comment is taken back everywhere."
    state = await rude_town.until_both_show()
    assert "Be the first to comment." in card(state, side)["text"]


@pytest.mark.parametrize("side", SIDES)
async def test_the_commands_explain_themselves_on_other_messages(rude_town: Town, side: str) -> None:
    await rude_town.post(article(f"explanations on {side}"))
    mine = await rude_town.say(side, SPEAKERS[side], "Fine words.")
    state = await rude_town.until_both_show("Fine words.")
    (own,) = await rude_town.command(side, SPEAKERS[side], "Edit comment", message=mine)
    assert own["text"].startswith("This message is your own: edit or delete it as any other")
    (opener,) = await rude_town.command(
        side, SPEAKERS[side], "Delete comment", message=card(state, side)["thread"][0]["id"]
    )
    assert "not a comment" in opener["text"]
    other = OTHER[side]
    (copy,) = by_the_bot(state, other)
    (refused,) = await rude_town.command(other, SPEAKERS[other], "Delete comment", message=copy["id"])
    assert refused["text"].startswith("Only its author can change this comment")


async def test_without_a_user_token_the_author_is_told_and_copies_are_masked(tokenless_town: Town) -> None:
    town = tokenless_town
    await town.post(article("no token"))
    said = await town.say("slack", "Ken", "Such bullshit.")
    fine = await town.say("slack", "Barbara", "Fine words.")
    state = await town.until("the copies", lambda state: len(thread(state, "discord")) == 2)
    assert comments(state, "discord") == ["Such ********.", "Fine words."]
    assert comments(state, "slack") == ["Such bullshit.", "Fine words."]

    def told(state: Json) -> list[tuple[str, str]]:
        names = {person["id"]: person["name"] for person in state["slack"]["people"]}
        return [(names[each["user"]], each["text"]) for each in state["slack"]["private"]]

    line = "Parts of your comment are masked for everyone who reads it elsewhere. Please be civil."
    await town.until("the word to Ken", lambda state: told(state) == [("Ken", line)])
    await town.control("edit", platform="slack", channel="news", id=fine, text="Not so fine, bastard.")
    await town.until("the edit", lambda state: comments(state, "discord")[1] == "Not so fine, *******.")
    await town.until("the word to Barbara", lambda state: told(state) == [("Ken", line), ("Barbara", line)])
    # Its author changes it as any message of theirs.
    await town.control("edit", platform="slack", channel="news", id=said, text="Such a pity.")
    await town.until("the mending", lambda state: comments(state, "discord")[0] == "Such a pity.")
