from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.sandbox.faults import Faults
from adapters.sandbox.slack import Exchange, SlackSide

Json = dict[str, Any]
TEXT: Json = {"type": "plain_text", "text": "text"}


async def refused(client: AsyncWebClient, method: str, **arguments: object) -> Json:
    with pytest.raises(SlackApiError) as caught:
        await client.api_call(method, json=arguments)
    answer: Json = caught.value.response.data
    return answer


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("chat.postMessage", {"channel": "C0NOWHERE00", "text": "hello"}, "channel_not_found"),
        ("chat.postMessage", {"channel": "NEWS"}, "no_text"),
        ("chat.postMessage", {"channel": "NEWS", "text": "x" * 40_001}, "msg_too_long"),
        (
            "chat.postMessage",
            {"channel": "NEWS", "text": "x", "metadata": {"event_type": 1}},
            "invalid_metadata_format",
        ),
        ("chat.postMessage", {"channel": "NEWS", "blocks": "no"}, "invalid_blocks_format"),
        ("chat.update", {"channel": "NEWS", "ts": "1.000001", "text": "x"}, "message_not_found"),
        ("chat.delete", {"channel": "NEWS", "ts": "1.000001"}, "message_not_found"),
        ("chat.postEphemeral", {"channel": "NEWS", "user": "U0NOBODY000", "text": "x"}, "user_not_found"),
        ("chat.getPermalink", {"channel": "NEWS", "message_ts": "1.000001"}, "message_not_found"),
        ("conversations.replies", {"channel": "NEWS", "ts": "1.000001"}, "thread_not_found"),
        ("conversations.history", {"channel": "NEWS", "cursor": "!"}, "invalid_cursor"),
        ("conversations.history", {"channel": "NEWS", "oldest": "yesterday"}, "invalid_ts_oldest"),
        ("conversations.list", {"types": "everything"}, "invalid_types"),
        ("users.info", {"user": "U0NOBODY000"}, "user_not_found"),
        ("reactions.add", {"channel": "NEWS", "timestamp": "1.000001", "name": "tada"}, "message_not_found"),
        ("reactions.add", {"channel": "NEWS", "timestamp": "1.000001", "name": "no-such-emoji"}, "invalid_name"),
        (
            "views.open",
            {"trigger_id": "1.2.3", "view": {"type": "modal", "title": TEXT, "blocks": []}},
            "invalid_trigger_id",
        ),
        ("views.open", {"trigger_id": "1.2.3", "view": {"type": "modal", "blocks": []}}, "invalid_arguments"),
        ("views.update", {"view_id": "V0", "view": {"type": "modal", "title": TEXT, "blocks": []}}, "not_found"),
        ("files.info", {"file": "F0NONE"}, "file_not_found"),
        ("apps.connections.open", {}, "not_allowed_token_type"),
        ("chat.shout", {}, "unknown_method"),
    ],
)
async def test_a_wrong_call_is_refused_with_slacks_code(
    client: AsyncWebClient, news: str, method: str, arguments: Json, error: str
) -> None:
    named = {name: news if value == "NEWS" else value for name, value in arguments.items()}
    assert (await refused(client, method, **named))["error"] == error


@pytest.mark.parametrize(("token", "error"), [("xoxb-wrong", "invalid_auth"), ("", "not_authed")])
async def test_a_wrong_token_is_refused(side: SlackSide, token: str, error: str) -> None:
    client = AsyncWebClient(token=token, base_url=side.settings()["SLACK_API_URL"], retry_handlers=[])
    assert (await refused(client, "auth.test"))["error"] == error


async def test_a_missing_scope_is_named(faults: Faults) -> None:
    side = SlackSide(faults, "none", scopes=("chat:write",))
    await side.start()
    settings = side.settings()
    client = AsyncWebClient(token=settings["SLACK_BOT_TOKEN"], base_url=settings["SLACK_API_URL"], retry_handlers=[])
    news = side.channels()[0]
    answer = await refused(client, "conversations.history", channel=news)
    assert (answer["error"], answer["provided"]) == ("missing_scope", "chat:write")
    assert "channels:history" in answer["needed"].split(",")
    answer = await refused(client, "chat.postMessage", channel=news, text="x", username="Ada")
    assert (answer["error"], answer["needed"]) == ("missing_scope", "chat:write.customize")
    posted = await client.chat_postMessage(channel=news, text="x")
    assert posted.headers["x-oauth-scopes"] == "chat:write"
    await side.stop()


async def test_wrong_blocks_are_refused_with_a_line_each(client: AsyncWebClient, news: str) -> None:
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": "x" * 151}},
        {"type": "image", "image_url": "https://example.org/a.png"},
    ]
    answer = await refused(client, "chat.postMessage", channel=news, text="x", blocks=blocks)
    assert answer["error"] == "invalid_blocks"
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]",
        "[ERROR] missing required field: alt_text [json-pointer:/blocks/1]",
    ]


async def test_forms_and_json_are_one_to_the_api(client: AsyncWebClient, news: str) -> None:
    blocks = '[{"type":"divider"}]'
    posted = await client.api_call("chat.postMessage", data={"channel": news, "blocks": blocks, "unfurl_links": "0"})
    assert posted["message"]["blocks"][0]["type"] == "divider"
    asked = await client.api_call("conversations.info", http_verb="GET", params={"channel": news})
    assert asked["channel"]["name"] == "news"


async def test_every_exchange_is_recorded(client: AsyncWebClient, news: str, exchanges: list[Exchange]) -> None:
    await client.chat_postMessage(channel=news, text="hello")
    (exchange,) = exchanges
    assert (exchange.method, exchange.status, exchange.arguments["text"]) == ("chat.postMessage", 200, "hello")
    assert exchange.answer["ok"] is True


async def test_the_directory_knows_everybody(client: AsyncWebClient, news: str) -> None:
    me = await client.auth_test()
    assert (me["team"], me["user"]) == ("Roundtable", "roundtable")
    people = {one["name"]: one for one in (await client.users_list())["members"]}
    assert people["mary"]["is_admin"]
    assert not people["ken"]["is_admin"]
    assert len(people) >= 6
    assert me["user_id"] in (await client.conversations_members(channel=news))["members"]
    assert [one["id"] for one in (await client.users_conversations())["channels"]] == [news]
    assert [one["name"] for one in (await client.conversations_list())["channels"]] == ["news"]
    assert (await client.team_info())["team"]["name"] == "Roundtable"
    assert (await client.bots_info(bot=me["bot_id"]))["bot"]["user_id"] == me["user_id"]
    assert (await client.usergroups_list())["usergroups"] == []
    assert "roundtable" in (await client.emoji_list())["emoji"]
