"""`response_url`: the app's way to answer a command or a click without a token."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from adapters.sandbox.side import Json
from adapters.sandbox.slack.blocks import block_faults, with_ids
from adapters.sandbox.slack.values import BOT_USER, Channel, Ephemeral, ResponseUrl
from adapters.sandbox.slack.world import World, by_bot

MOST_USES: Final = 5


def respond(world: World, ticket: str, given: object) -> tuple[int, str]:
    """Carry a response out; answers the HTTP status and body."""
    url = world.response_urls.get(ticket)
    if url is None or url.expires < world.timers.now():
        return 404, "expired_url"
    if url.uses >= MOST_USES:
        return 404, "used_url"
    if not isinstance(given, dict):
        return 400, "invalid_payload"
    url.uses += 1
    return answer(world, url, given)


def answer(world: World, url: ResponseUrl, given: Json) -> tuple[int, str]:
    """Show what an app answers: privately, to the channel, or in place of the message that the answer is about."""
    if given.get("delete_original"):
        _delete_original(world, url)
        return 200, "ok"
    text = str(given.get("text") or "")
    blocks = given.get("blocks") or None
    if not text and not blocks:
        return 400, "no_text"
    if blocks is not None:
        if faults := block_faults(blocks, "message", world):
            return 400, f"invalid_blocks: {faults[0]}"
        blocks = with_ids(blocks)
    channel = world.channels[url.channel]
    if given.get("replace_original") and _replace_original(world, url, channel, text, blocks):
        return 200, "ok"
    thread_ts = given.get("thread_ts") or url.thread_ts
    if given.get("response_type") == "in_channel":
        message = by_bot(channel, world.stamp(), text)
        message.blocks = blocks
        message.thread_ts = thread_ts if thread_ts in channel.messages else None
        world.post(message)
    else:
        world.whisper(Ephemeral(world.stamp(), channel.id, url.user, text, blocks, thread_ts))
    return 200, "ok"


def _delete_original(world: World, url: ResponseUrl) -> None:
    if url.message in world.ephemerals:
        world.hush(world.ephemerals[url.message])
        return
    message = world.channels[url.channel].messages.get(url.message or "")
    if message is not None and message.bot_id is not None:
        world.remove(message)


def _replace_original(world: World, url: ResponseUrl, channel: Channel, text: str, blocks: list[Json] | None) -> bool:
    if url.message in world.ephemerals:
        world.whisper(replace(world.ephemerals[url.message], text=text, blocks=blocks))
        return True
    message = channel.messages.get(url.message or "")
    if message is None or message.bot_id is None:
        return False
    world.change(message, BOT_USER, text=text, blocks=blocks)
    return True
