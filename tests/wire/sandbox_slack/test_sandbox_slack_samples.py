"""Payloads and answers have the keys and types of Slack's own samples."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import jsonschema
import pytest
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.sandbox.side import SaidFile
from adapters.sandbox.slack import SlackSide
from tests.wire.sandbox_slack.listening import Bot

Json = dict[str, Any]
SPECS = Path(__file__).parents[4] / "shared" / "specs"
SAMPLES = SPECS / "slack-samples"
pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="Slack's samples are not on this machine")

OPEN = frozenset({"blocks", "attachments", "metadata", "shares", "state", "values", "event_payload"})
"""What a sample leaves empty, or holds every possible kind of at once: another test looks into it."""
BEYOND = frozenset(
    {
        "app_id",
        "authed_users",
        "blocks",
        "client_msg_id",
        "context_enterprise_id",
        "context_team_id",
        "is_locked",
        "metadata",
        "parent_user_id",
        "reactions",
        "reply_users",
        "response_urls",
        "root",
        "share_user_id",
        "thread_ts",
        "username",
    }
)
"""What Slack sends and a sample may lack: the samples show the classes of one SDK, not every field."""


def sample(name: str) -> Json:
    found: Json = json.loads((SAMPLES / f"{name}.json").read_text())
    return found


def differences(given: object, like: object, path: str = "") -> Iterator[str]:
    """Keys of `given` that the sample lacks, and values of another type; null stands for anything absent."""
    if given is None:
        return
    if isinstance(given, dict) and isinstance(like, dict):
        for key, value in given.items():
            if key not in like:
                if key not in BEYOND:
                    yield f"{path}.{key} is not in the sample"
            elif key not in OPEN:
                yield from differences(value, like[key], f"{path}.{key}")
    elif isinstance(given, list) and isinstance(like, list):
        for number, value in enumerate(given):
            yield from differences(value, like[0], f"{path}[{number}]") if like else ()
    elif type(given) is not type(like):
        yield f"{path} is {type(given).__name__}, not {type(like).__name__}"


def assert_like(given: Json, name: str, *required: str) -> None:
    like = sample(name)
    assert list(differences(given, like)) == []
    for key in required:
        place: Any = given
        for part in key.split("."):
            assert part in place, f"{key} is missing"
            place = place[part]


def data(answer: AsyncSlackResponse) -> Json:
    return cast("Json", answer.data)


CALLBACK = ("team_id", "api_app_id", "event_id", "event_time", "authorizations", "event.type", "event.event_ts")


async def body_of(bot: Bot, **fields: object) -> Json:
    event = await bot.heard.first(**fields)
    found: Json = next(body for body in bot.heard.bodies if body["event"] is event)
    return found


async def test_messages_of_people(side: SlackSide, bot: Bot) -> None:
    root = await side.say(channel="news", user="Ken", text="root @Mary")
    reply = await side.say(channel="news", user="Ken", text="reply", thread=root)
    message = ("event.user", "event.text", "event.ts", "event.channel", "event.channel_type", "event.client_msg_id")
    assert_like(await body_of(bot, ts=root), "MessagePayload", *CALLBACK, *message, "event.team")
    assert_like(
        await body_of(bot, ts=reply), "MessagePayload", *CALLBACK, *message, "event.thread_ts", "event.parent_user_id"
    )


async def test_a_broadcast(side: SlackSide, bot: Bot) -> None:
    root = await side.say(channel="news", user="Ken", text="root")
    await side.say(channel="news", user="Ken", text="reply", thread=root, broadcast=True)
    body = await body_of(bot, subtype="thread_broadcast")
    assert_like(body, "MessageThreadBroadcastPayload", *CALLBACK, "event.root.ts", "event.thread_ts", "event.user")


async def test_a_message_in_another_name(bot: Bot, news: str) -> None:
    await bot.client.chat_postMessage(channel=news, text="copy", username="Ada", icon_url="https://example.org/a.png")
    body = await body_of(bot, subtype="bot_message")
    assert_like(body, "MessageBotPayload", *CALLBACK, "event.bot_id", "event.username", "event.icons.image_48")


async def test_changes_and_deletions(side: SlackSide, bot: Bot) -> None:
    ts = await side.say(channel="news", user="Ken", text="first")
    await side.edit(channel="news", message=ts, text="second")
    both = ("event.previous_message.text", "event.channel", "event.hidden")
    changed = await body_of(bot, subtype="message_changed")
    assert_like(changed, "MessageChangedPayload", *CALLBACK, *both, "event.message.edited.ts")
    await side.delete(channel="news", message=ts)
    deleted = await body_of(bot, subtype="message_deleted")
    assert_like(deleted, "MessageDeletedPayload", *CALLBACK, *both, "event.deleted_ts")


async def test_a_file(side: SlackSide, bot: Bot) -> None:
    await side.say(channel="news", user="Ken", text="", files=(SaidFile("a.txt", b"x", "text/plain", alt="a"),))
    body = await body_of(bot, subtype="file_share")
    assert_like(body, "MessageFileSharePayload", *CALLBACK, "event.files", "event.upload", "event.user")
    assert {"id", "name", "mimetype", "size", "url_private", "permalink", "alt_txt"} <= set(body["event"]["files"][0])


async def test_reactions_mentions_and_members(side: SlackSide, bot: Bot) -> None:
    ts = await side.say(channel="news", user="Ken", text="@roundtable hello")
    assert_like(await body_of(bot, type="app_mention"), "AppMentionPayload", *CALLBACK, "event.user", "event.text")
    await side.react(channel="news", message=ts, emoji="tada", user="Ken")
    reaction = ("event.user", "event.reaction", "event.item.ts", "event.item.channel", "event.item_user")
    assert_like(await body_of(bot, type="reaction_added"), "ReactionAddedPayload", *CALLBACK, *reaction)
    await side.unreact(channel="news", message=ts, emoji="tada", user="Ken")
    assert_like(await body_of(bot, type="reaction_removed"), "ReactionRemovedPayload", *CALLBACK, *reaction)
    await side.open_channel(name="more")
    body = await body_of(bot, type="member_joined_channel")
    assert_like(body, "MemberJoinedChannelPayload", *CALLBACK, "event.user", "event.channel", "event.team")


async def test_interactions(side: SlackSide, bot: Bot, news: str) -> None:
    bodies: dict[str, Json] = {}

    @bot.command("/publish")
    async def publish(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        bodies["SlashCommandPayload"] = body
        await ack()
        title = {"type": "plain_text", "text": "Form", "emoji": True}
        await client.views_open(trigger_id=body["trigger_id"], view={"type": "modal", "title": title, "blocks": []})

    @bot.view("")
    async def submitted(ack: AsyncAck, body: Json) -> None:
        bodies["ViewSubmissionPayload"] = body
        await ack(response_action="clear")
        await bot.client.chat_postEphemeral(channel=news, user=body["user"]["id"], text="done")

    @bot.action("read")
    async def read(ack: AsyncAck, body: Json) -> None:
        bodies["BlockActionPayload"] = body
        await ack()
        await bot.client.chat_postEphemeral(channel=news, user=body["user"]["id"], text="done")

    @bot.shortcut("mark")
    async def mark(ack: AsyncAck, body: Json) -> None:
        bodies["MessageShortcutPayload"] = body
        await ack()
        await bot.client.chat_postEphemeral(channel=news, user=body["user"]["id"], text="done")

    text = {"type": "plain_text", "text": "Read", "emoji": True}
    buttons = {"type": "actions", "elements": [{"type": "button", "action_id": "read", "text": text}]}
    ts = (await bot.client.chat_postMessage(channel=news, text="card", blocks=[buttons]))["ts"]
    (form,) = await side.command(channel="news", user="Mary", command="/publish", options={})
    await side.submit(user="Mary", modal=form["modal"], values={})
    await side.click(channel="news", message=ts, user="Ken", action="read")
    await side.command(channel="news", user="Ken", command="mark", options={"message": ts})
    command = bodies["SlashCommandPayload"]
    assert set(command) <= set(sample("SlashCommandPayload"))
    assert {"command", "text", "response_url", "trigger_id", "user_id", "channel_id", "team_id"} <= set(command)
    assert_like(bodies["ViewSubmissionPayload"], "ViewSubmissionPayload", "view.id", "view.state", "user.id", "team.id")
    pressed = ("actions", "container.message_ts", "message.ts", "trigger_id", "response_url", "channel.id", "user.id")
    assert_like(bodies["BlockActionPayload"], "BlockActionPayload", *pressed)
    assert_like(bodies["MessageShortcutPayload"], "MessageShortcutPayload", "callback_id", "message.ts", "channel.id")


async def test_answers_of_methods(side: SlackSide, client: AsyncWebClient, news: str) -> None:
    settings = side.settings()
    me = data(await client.auth_test())
    assert_like(me, "auth.test", "ok", "team_id", "user_id", "bot_id", "url")
    opened = data(await client.apps_connections_open(app_token=settings["SLACK_APP_TOKEN"]))
    assert_like(opened, "apps.connections.open", "ok", "url")
    info = data(await client.conversations_info(channel=news, include_num_members=True))
    assert_like(info, "conversations.info", "channel.id", "channel.is_member", "channel.num_members")
    user = data(await client.users_info(user=me["user_id"]))
    assert_like(user, "users.info", "user.id", "user.profile.display_name", "user.profile.image_512", "user.is_bot")
    ts = (await client.chat_postMessage(channel=news, text="x"))["ts"]
    link = data(await client.chat_getPermalink(channel=news, message_ts=ts))
    assert_like(link, "chat.getPermalink", "permalink", "channel")
    assert_like(data(await client.reactions_add(channel=news, timestamp=ts, name="tada")), "reactions.add", "ok")
    person = side.state()["people"][0]["id"]
    whispered = data(await client.chat_postEphemeral(channel=news, user=person, text="x"))
    assert_like(whispered, "chat.postEphemeral", "message_ts")
    assert_like(data(await client.chat_delete(channel=news, ts=ts)), "chat.delete", "channel", "ts")


async def test_every_event_fits_slacks_description(side: SlackSide, bot: Bot) -> None:
    described = json.loads((SPECS / "slack-events-api.json").read_text())
    ts = await side.say(channel="news", user="Ken", text="@roundtable hello")
    await side.react(channel="news", message=ts, emoji="tada", user="Ken")
    await side.unreact(channel="news", message=ts, emoji="tada", user="Ken")
    await side.edit(channel="news", message=ts, text="changed")
    await side.say(channel="news", user="Ken", text="", thread=ts, files=(SaidFile("a.txt", b"x"),))
    await side.delete(channel="news", message=ts)
    await side.delete(channel="news", message=await side.say(channel="news", user="Ken", text="gone"))
    await side.open_channel(name="more")
    await bot.heard.first(type="member_joined_channel")
    await bot.heard.first(subtype="message_deleted")
    kinds = set()
    for body in bot.heard.bodies:
        kind = body["event"]["type"]
        # The topic `message` was made from one deletion of a file's comment; `message.channels` is for all.
        named = "message.channels" if kind == "message" else kind.replace("_", ".")
        topic = described["topics"][named]["subscribe"]["payload"]
        jsonschema.validate(body, {**topic, "components": described["components"]})
        jsonschema.validate(body, described["components"]["schemas"]["GenericEventWrapper"])
        kinds.add(kind)
    assert kinds == {"message", "app_mention", "reaction_added", "reaction_removed", "member_joined_channel"}


def test_the_comparison_finds_what_differs() -> None:
    like: Json = {"a": "", "b": [{"c": 1}], "d": {"e": False}}
    assert list(differences({"a": "x", "b": [{"c": 2}], "d": {"e": True}}, like)) == []
    assert list(differences({"a": 1, "b": [{"x": 2}], "d": {"e": None}}, like)) == [
        ".a is int, not str",
        ".b[0].x is not in the sample",
    ]
