"""Files on comments: taken from one side, shown on the other."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio

from tests.wire.whole.conftest import inspected
from tests.wire.whole.town import SIDES, Json, Town, thread

pytestmark = pytest.mark.asyncio(loop_scope="module")

SPEAKERS = {"discord": "Linus", "slack": "Ken"}
PICTURE = b"\x89PNG\r\n\x1a\n" + b"0" * 50
LARGEST = 1_000


def file(name: str, content: bytes = PICTURE, **more: object) -> Json:
    return {"name": name, "content": base64.b64encode(content).decode(), **more}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def gallery(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """A town whose bot carries small files alone."""
    async with inspected(Town(tmp_path_factory.mktemp("gallery"), {"largest_file": LARGEST})) as town:
        await town.start_bot()
        yield town


async def copied(town: Town, side: str, text: str, *files: Json) -> Json:
    """The copy, on the other side, of a comment with files."""
    other = SIDES[1 - SIDES.index(side)]
    await town.post(f"Files\n\nTL;DR. Files.\n\nAn article about {text or 'nothing'} on {side}, with {len(files)}.\n")
    await town.say(side, SPEAKERS[side], text, files=list(files))
    state = await town.until("the copy", lambda state: len(thread(state, other)) == 1)
    return thread(state, other)[0]


async def fetched(url: str) -> bytes:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return await response.read()


async def test_a_picture_and_a_text_go_from_slack_to_discord(gallery: Town) -> None:
    copy = await copied(gallery, "slack", "Look", file("cat.png", alt="a cat on a mat"), file("notes.txt", b"hello"))
    picture, notes = copy["raw"]["attachments"]
    assert (picture["filename"], picture["description"], picture["size"]) == ("cat.png", "a cat on a mat", 58)
    assert (notes["filename"], notes["size"]) == ("notes.txt", 5)
    assert await fetched(picture["url"]) == PICTURE
    assert await fetched(notes["url"]) == b"hello"
    assert copy["text"] == "Look\ncat.png\nnotes.txt"


async def test_a_picture_and_a_text_go_from_discord_to_slack(gallery: Town) -> None:
    copy = await copied(gallery, "discord", "Look", file("cat.png", alt="a cat on a mat"), file("notes.txt", b"hello"))
    (picture,) = (block for block in copy["raw"]["blocks"] if block["type"] == "image")
    assert picture["alt_text"] == "a cat on a mat"
    assert picture["title"]["text"] == "cat.png"
    files = gallery.sandbox.slack.world.files
    assert files[picture["slack_file"]["id"]].content == PICTURE
    (notes,) = (each for each in files.values() if each.name == "notes.txt" and each.user == "U0ROUNDTABLE")
    assert notes.content == b"hello"
    assert notes.id in str(copy["raw"]["blocks"])
    assert copy["text"] == "Look\ncat.png\n📎 notes.txt"


@pytest.mark.parametrize("side", SIDES)
async def test_a_file_alone_is_a_comment(gallery: Town, side: str) -> None:
    copy = await copied(gallery, side, "", file("dog.png"))
    assert copy["text"] == "dog.png"


@pytest.mark.parametrize("side", SIDES)
async def test_a_file_that_is_too_large_is_a_link_to_the_original_message(gallery: Town, side: str) -> None:
    copy = await copied(gallery, side, "Big", file("big.bin", b"x" * (LARGEST + 1)))
    assert copy["text"] == "Big\n📎 big.bin"
    state = await gallery.state()
    original = thread(state, side)[0]["id"]
    link = f"/{original}" if side == "discord" else f"/archives/C0000000001/p{original.replace('.', '')}"
    assert link in str(copy["raw"])


@pytest.mark.parametrize("side", SIDES)
async def test_names_and_alt_texts_are_masked(gallery: Town, side: str) -> None:
    files = (
        file("bullshit_final.png", alt="what a bastard"),
        file("asshole.txt", b"x"),
        file("large-bullshit.bin", b"x" * (LARGEST + 1)),
    )
    copy = await copied(gallery, side, "Fine words", *files)
    assert "final.png" in copy["text"]
    assert "what a *******" in str(copy["raw"])


@pytest.mark.parametrize("side", SIDES)
async def test_files_come_along_with_a_masked_comment(gallery: Town, side: str) -> None:
    size = LARGEST + 1
    files = [file("cat.png", alt="a cat"), file("notes.txt", b"hello"), file("big.bin", b"x" * size)]
    await gallery.post(f"Masked files\n\nTL;DR. Files.\n\nAn article about files that are masked on {side}.\n")
    await gallery.say(side, SPEAKERS[side], "This is bullshit.", files=files)
    state = await gallery.until(
        "both",
        lambda state: all([each["by"] == "person" for each in thread(state, name)] == [False] for name in SIDES),
    )
    repost, copy = (thread(state, name)[0] for name in (side, SIDES[1 - SIDES.index(side)]))
    for message in (repost, copy):
        assert message["text"].startswith("This is ********.\n")
        for name in ("cat.png", "notes.txt", "big.bin"):
            assert name in message["text"]
    # Its author's file has no other place than the repost: the setting is for the copies elsewhere.
    if side == "discord":
        assert [each["size"] for each in repost["raw"]["attachments"]] == [58, 5, size]
    else:
        held = gallery.sandbox.slack.world.files.values()
        mine = [each for each in held if each.user == "U0ROUNDTABLE" and each.id in str(repost["raw"]["blocks"])]
        assert sorted(len(each.content or b"") for each in mine) == [5, 58, size]
    # Elsewhere it is a link to where the comment stands now.
    assert "📎 big.bin" in copy["text"]
    there = f"/{repost['id']}" if side == "discord" else f"/archives/C0000000001/p{repost['id'].replace('.', '')}"
    await gallery.until(
        "the link to the repost", lambda state: there in str(thread(state, SIDES[1 - SIDES.index(side)])[0]["raw"])
    )


async def test_a_hidden_picture_stays_hidden_on_slack(gallery: Town) -> None:
    copy = await copied(gallery, "discord", "Guess", file("secret.png", alt="the butler", spoiler=True))
    assert [block["type"] for block in copy["raw"]["blocks"]] == ["rich_text", "rich_text"]
    assert copy["text"] == "Guess\n📎 secret.png (spoiler)"
    assert "butler" not in str(copy["raw"])
    assert "https://discord.com/channels/" in str(copy["raw"]["blocks"])


@pytest.mark.parametrize("side", SIDES)
async def test_edits_and_deletions_of_a_comment_with_a_file_follow(gallery: Town, side: str) -> None:
    other = SIDES[1 - SIDES.index(side)]
    await gallery.post(f"Edited files\n\nTL;DR. Files.\n\nAn article about comments that change on {side}.\n")
    said = await gallery.say(side, SPEAKERS[side], "Before", files=[file("cat.png", alt="a cat")])
    await gallery.until("the copy", lambda state: len(thread(state, other)) == 1)
    await gallery.control("edit", platform=side, channel="news", id=said, text="After")
    state = await gallery.until("the edit", lambda state: thread(state, other)[0]["text"].startswith("After"))
    assert thread(state, other)[0]["text"] == "After\ncat.png"
    await gallery.control("delete", platform=side, channel="news", id=said)
    await gallery.until("the deletion", lambda state: thread(state, other) == [])
