from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.sandbox.side import SaidFile
from adapters.sandbox.slack import SlackSide
from tests.wire.sandbox_slack.listening import Bot

Json = dict[str, Any]


async def fetch(url: str, token: str | None = None) -> tuple[int, str, bytes]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as response:
        return response.status, response.content_type, await response.read()


async def test_a_persons_file_is_shared_and_downloaded(side: SlackSide, bot: Bot) -> None:
    ts = await side.say(
        channel="news", user="Ken", text="look", files=(SaidFile("dot.png", b"\x89PNG", "image/png", alt="A dot"),)
    )
    event = await bot.heard.first(ts=ts)
    (file,) = event["files"]
    assert event["subtype"] == "file_share"
    assert (file["name"], file["mimetype"], file["filetype"], file["alt_txt"]) == (
        "dot.png",
        "image/png",
        "png",
        "A dot",
    )
    token = side.settings()["SLACK_BOT_TOKEN"]
    assert await fetch(file["url_private"], token) == (200, "image/png", b"\x89PNG")
    assert await fetch(file["url_private_download"], token) == (200, "image/png", b"\x89PNG")


@pytest.mark.parametrize("token", [None, "xoxb-wrong", "admin"])
async def test_who_may_not_read_files_lands_on_a_page_to_sign_in(side: SlackSide, token: str | None) -> None:
    if token == "admin":
        token = side.settings()["SLACK_USER_TOKEN"]
    await side.say(channel="news", user="Ken", text="", files=(SaidFile("a.txt", b"secret", "text/plain"),))
    file = side.state()["channels"][0]["messages"][0]["raw"]["files"][0]
    status, kind, body = await fetch(file["url_private"], token)
    assert (status, kind) == (200, "text/html")
    assert b"secret" not in body


async def test_the_bot_uploads_into_a_thread(side: SlackSide, bot: Bot, news: str) -> None:
    root = await side.say(channel="news", user="Ken", text="root")
    answer = await bot.client.files_upload_v2(
        content=b"# Notes", filename="notes.md", title="Notes", alt_txt="notes", channel=news, thread_ts=root
    )
    assert answer["file"]["shares"] == {}
    event = await bot.heard.first(subtype="file_share")
    assert (event["thread_ts"], event["files"][0]["title"]) == (root, "Notes")
    info = await bot.client.files_info(file=answer["file"]["id"])
    assert info["file"]["shares"]["public"][news][0]["ts"] == event["ts"]
    (reply,) = side.state()["channels"][0]["messages"][0]["thread"]
    assert (reply["by"], reply["text"]) == ("bot", "notes.md")
    await bot.client.files_delete(file=answer["file"]["id"])
    await bot.heard.first(subtype="message_deleted")
    assert side.state()["channels"][0]["messages"][0]["thread"] is None


async def test_an_image_that_was_uploaded_stands_in_a_block(client: AsyncWebClient, news: str) -> None:
    answer = await client.files_upload_v2(content=b"\x89PNG", filename="dot.png")
    block: Json = {"type": "image", "alt_text": "A dot", "slack_file": {"id": answer["file"]["id"]}}
    await client.chat_postMessage(channel=news, text="dot", blocks=[block])
    with pytest.raises(SlackApiError, match="invalid_blocks"):
        await client.chat_postMessage(channel=news, text="dot", blocks=[block | {"slack_file": {"id": "F0NONE"}}])


async def test_an_upload_of_another_length_is_refused(client: AsyncWebClient) -> None:
    given = await client.files_getUploadURLExternal(filename="a.txt", length=3)
    async with aiohttp.ClientSession() as session, session.post(given["upload_url"], data=b"four") as response:
        assert response.status == 400
    with pytest.raises(SlackApiError, match="file_update_failed"):
        await client.files_completeUploadExternal(files=[{"id": given["file_id"]}])


async def test_a_file_of_another_is_not_the_bots_to_delete(side: SlackSide, client: AsyncWebClient) -> None:
    await side.say(channel="news", user="Ken", text="mine", files=(SaidFile("a.txt", b"x"),))
    file = side.state()["channels"][0]["messages"][0]["raw"]["files"][0]
    with pytest.raises(SlackApiError, match="cant_delete_file"):
        await client.files_delete(file=file["id"])
