"""Files, both ways."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest

from adapters.sandbox.side import SaidFile
from adapters.sandbox.slack import Exchange, SlackSide
from adapters.sandbox.slack.tokens import BOT_SCOPES
from adapters.slack.gateway import SlackPlatform
from bot.errors import Refused, Unavailable, Uncertain
from bot.masking import Masker
from bot.model import Attachment, Posted, ThreadRef
from bot.ports import Stamp
from bot.views import FileView
from tests.wire.recording import RecordingIntake
from tests.wire.slack.fakes import CopyOf, Fail, Json, Replies, Say, Start, Until

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture
def picture(masker: Masker) -> FileView:
    return FileView(masker.line("dot.png"), masker.line("a dot"), "image/png", len(PIXEL), PIXEL, None)


@pytest.fixture
def notes(masker: Masker) -> FileView:
    return FileView(masker.line("notes.txt"), masker.line(""), "text/plain", 5, b"notes", None)


def drawn(block: Json) -> Json:
    """A block without the id that Slack gives it anew."""
    return {name: value for name, value in block.items() if name != "block_id"}


def calls(exchanges: list[Exchange], method: str) -> int:
    return sum(exchange.method == method for exchange in exchanges)


async def test_files_go_along_with_a_copy(
    platform: SlackPlatform, thread: ThreadRef, copy_of: CopyOf, replies: Replies, picture: FileView, notes: FileView
) -> None:
    await platform.send_copy(thread, copy_of("look", picture, notes), Stamp("copy-1"))
    (reply,) = replies()
    assert "slack_file" in str(reply["raw"]["blocks"])
    assert "notes.txt" in reply["text"]
    # The link in the text is what makes Slack share the file.
    assert "/notes.txt" in reply["raw"]["text"]
    assert "/dot.png" not in reply["raw"]["text"]


async def test_a_picture_that_slack_cannot_show_is_linked_to(
    platform: SlackPlatform, thread: ThreadRef, copy_of: CopyOf, replies: Replies, picture: FileView, masker: Masker
) -> None:
    drawing = replace(picture, name=masker.line("dot.svg"), media_type="image/svg+xml")
    await platform.send_copy(thread, copy_of("look", drawing), Stamp("copy-1"))
    (reply,) = replies()
    assert "slack_file" not in str(reply["raw"]["blocks"])
    assert "dot.svg" in reply["text"]


async def test_a_retry_does_not_upload_again(
    platform: SlackPlatform,
    thread: ThreadRef,
    copy_of: CopyOf,
    replies: Replies,
    picture: FileView,
    fail: Fail,
    exchanges: list[Exchange],
) -> None:
    copy = copy_of("look", picture)
    fail("chat.postMessage", "500")
    with pytest.raises(Uncertain):
        await platform.send_copy(thread, copy, Stamp("copy-1"))
    await platform.send_copy(thread, copy, Stamp("copy-1"))
    assert len(replies()) == 1
    assert calls(exchanges, "files.completeUploadExternal") == 1


@pytest.mark.parametrize("route", ["files.getUploadURLExternal", "files.upload", "files.completeUploadExternal"])
async def test_an_upload_that_fails_leaves_nothing_and_may_be_tried_again(
    platform: SlackPlatform,
    thread: ThreadRef,
    copy_of: CopyOf,
    replies: Replies,
    picture: FileView,
    fail: Fail,
    route: str,
) -> None:
    copy = copy_of("look", picture)
    fail(route, "500")
    with pytest.raises(Unavailable):
        await platform.send_copy(thread, copy, Stamp("copy-1"))
    assert replies() == []
    await platform.send_copy(thread, copy, Stamp("copy-1"))
    assert len(replies()) == 1


@pytest.mark.parametrize("restarted", [False, True])
async def test_an_edit_keeps_the_files(
    platform: SlackPlatform,
    start: Start,
    thread: ThreadRef,
    copy_of: CopyOf,
    replies: Replies,
    picture: FileView,
    notes: FileView,
    exchanges: list[Exchange],
    *,
    restarted: bool,
) -> None:
    sent = await platform.send_copy(thread, copy_of("look", picture, notes), Stamp("copy-1"))
    editor = await start() if restarted else platform
    gone = (replace(picture, content=None), replace(notes, content=None))
    before = replies()[0]["raw"]["blocks"][1:]
    await editor.edit_copy(thread, sent.message, copy_of("look here", *gone))
    (reply,) = replies()
    assert "look here" in reply["text"]
    assert [drawn(block) for block in reply["raw"]["blocks"][1:]] == [drawn(block) for block in before]
    assert "slack_file" in str(before)
    assert "notes.txt" in str(before)
    assert calls(exchanges, "files.completeUploadExternal") == 2


async def test_two_files_of_one_name_are_both_carried(
    platform: SlackPlatform, thread: ThreadRef, copy_of: CopyOf, exchanges: list[Exchange], picture: FileView
) -> None:
    await platform.send_copy(thread, copy_of("look", picture, picture), Stamp("copy-1"))
    assert calls(exchanges, "files.completeUploadExternal") == 2


async def test_an_attachment_is_downloaded(
    platform: SlackPlatform, say: Say, intake: RecordingIntake, until: Until
) -> None:
    await say("look", files=(SaidFile("dot.png", PIXEL, "image/png", alt="a dot"),))
    await until(lambda: intake.received)
    (posted,) = intake.received
    assert isinstance(posted, Posted)
    (attachment,) = posted.attachments
    assert (attachment.name, attachment.media_type, attachment.alt) == ("dot.png", "image/png", "a dot")
    assert await platform.download(attachment, len(PIXEL)) == PIXEL
    with pytest.raises(Refused, match="larger"):
        await platform.download(attachment, len(PIXEL) - 1)


@pytest.mark.parametrize("scopes", [tuple(scope for scope in BOT_SCOPES if scope != "files:read")])
async def test_a_login_page_is_a_missing_scope(
    platform: SlackPlatform, say: Say, intake: RecordingIntake, until: Until, scopes: tuple[str, ...]
) -> None:
    assert "files:read" not in scopes
    await say("look", files=(SaidFile("dot.png", PIXEL, "image/png"),))
    await until(lambda: intake.received)
    (posted,) = intake.received
    assert isinstance(posted, Posted)
    (attachment,) = posted.attachments
    with pytest.raises(Refused, match="files:read"):
        await platform.download(attachment, 1_000)


@pytest.mark.parametrize(
    "source",
    [
        "https://evil.example/files-pri/T1-F1/dot.png",
        "http://files.slack.com/files-pri/T1-F1/dot.png",
        "https://files.slack.com.evil.example/dot.png",
        "https://notslack.com/dot.png",
        "http://127.0.0.1:1/files-pri/T1-F1/dot.png",
        "",
    ],
)
async def test_the_token_goes_to_slack_alone(platform: SlackPlatform, source: str) -> None:
    with pytest.raises(Refused, match="nowhere else"):
        await platform.download(Attachment("dot.png", "image/png", 1, source), 1_000)


async def test_a_file_that_is_gone_is_refused(platform: SlackPlatform, side: SlackSide) -> None:
    base = side.settings()["SLACK_API_URL"].removesuffix("/").removesuffix("/api")
    with pytest.raises(Refused, match="gone"):
        await platform.download(Attachment("dot.png", "image/png", 1, f"{base}/files-pri/T1-F1/dot.png"), 1_000)
