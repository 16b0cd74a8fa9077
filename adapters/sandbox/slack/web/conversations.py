"""`conversations.*`: channels and what was said in them."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from typing import Final, TypeVar

from adapters.sandbox.side import Json
from adapters.sandbox.slack.shapes import channel_shape
from adapters.sandbox.slack.values import Channel, Message
from adapters.sandbox.slack.web.call import ApiError, Call

Item = TypeVar("Item")
TS: Final = re.compile(r"\d{1,12}(\.\d{1,6})?")
LAST: Final = (10**12, 0)


async def info(call: Call) -> Json:
    """`conversations.info`."""
    wanted = call.flag("include_num_members")
    return {"channel": channel_shape(call.channel(), call.token.user, num_members=wanted)}


async def history(call: Call) -> Json:
    """`conversations.history`: newest first; replies only where they were sent to the channel too."""
    channel = call.member_channel()
    shown = [one for one in channel.messages.values() if not one.is_reply or one.broadcast]
    chosen = _in_window(call, list(reversed(shown)))
    page, cursor, more = _page_of_messages(call, chosen, default=100, most=999, newest_first=True)
    return {
        "messages": [call.world.shape(one, metadata=call.flag("include_all_metadata")) for one in page],
        "has_more": more,
        "pin_count": 0,
        "channel_actions_ts": None,
        "channel_actions_count": 0,
        "response_metadata": {"next_cursor": cursor},
    }


async def replies(call: Call) -> Json:
    """`conversations.replies`: the root, then its replies, oldest first."""
    channel = call.member_channel()
    named = channel.messages.get(call.need("ts"))
    if named is None:
        raise ApiError("thread_not_found")
    root = channel.messages[named.thread_ts] if named.is_reply and named.thread_ts else named
    chosen = _in_window(call, [channel.messages[ts] for ts in channel.threads.get(root.ts, [])])
    page, cursor, more = _page_of_messages(call, [root, *chosen], default=1000, most=1000)
    answer: Json = {
        "messages": [call.world.shape(one, metadata=call.flag("include_all_metadata")) for one in page],
        "has_more": more,
    }
    return answer | ({"response_metadata": {"next_cursor": cursor}} if more else {})


async def list_all(call: Call) -> Json:
    """`conversations.list`."""
    return _listed(call, [one for one in call.world.channels.values() if _visible(call, one)])


async def of_user(call: Call) -> Json:
    """`users.conversations`: those that a user is in, the token's by default."""
    user = call.text("user", call.token.user)
    if user not in call.world.users:
        raise ApiError("user_not_found")
    mine = [one for one in call.world.channels.values() if user in one.members and _visible(call, one)]
    return _listed(call, mine)


async def members(call: Call) -> Json:
    """`conversations.members`."""
    page, cursor, _ = paged(call, call.channel().members, default=100, most=1000)
    return {"members": page, "response_metadata": {"next_cursor": cursor}}


async def join(call: Call) -> Json:
    """`conversations.join`: a public channel that takes newcomers."""
    channel = call.channel()
    if channel.is_private:
        raise ApiError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise ApiError("is_archived")
    already = call.token.user in channel.members
    if not already and channel.closed_to_bot:
        raise ApiError("restricted_action")
    call.world.join(channel, call.token.user)
    answer: Json = {"channel": channel_shape(channel, call.token.user)}
    if already:
        answer |= {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
    return answer


def _visible(call: Call, channel: Channel) -> bool:
    kinds = {kind.strip() for kind in call.text("types", "public_channel").split(",")}
    if kinds - {"public_channel", "private_channel", "mpim", "im"}:
        raise ApiError("invalid_types")
    if channel.is_archived and call.flag("exclude_archived"):
        return False
    if channel.is_private:
        return "private_channel" in kinds and call.token.user in channel.members
    return "public_channel" in kinds


def _listed(call: Call, channels: list[Channel]) -> Json:
    page, cursor, _ = paged(call, channels, default=100, most=999)
    shapes = [channel_shape(one, call.token.user, num_members=True) for one in page]
    return {"channels": shapes, "response_metadata": {"next_cursor": cursor}}


def _in_window(call: Call, messages: Sequence[Message]) -> list[Message]:
    """Those between `oldest` and `latest`; the ends themselves only with `inclusive`."""
    oldest, latest = _moment(call, "oldest", (0, 0)), _moment(call, "latest", LAST)
    if call.flag("inclusive"):
        return [one for one in messages if oldest <= moment(one.ts) <= latest]
    return [one for one in messages if oldest < moment(one.ts) < latest]


def _moment(call: Call, name: str, default: tuple[int, int]) -> tuple[int, int]:
    given = call.text(name)
    if not given or given == "now":
        return default
    if not TS.fullmatch(given):
        raise ApiError(f"invalid_ts_{name}")
    return moment(given)


def moment(ts: str) -> tuple[int, int]:
    """A `ts` as numbers that compare."""
    seconds, _, fraction = ts.partition(".")
    return int(seconds), int(fraction.ljust(6, "0"))


def _page_of_messages(
    call: Call, messages: Sequence[Message], *, default: int, most: int, newest_first: bool = False
) -> tuple[list[Message], str, bool]:
    """One page; the cursor names a moment, so that what is deleted between two pages shifts nothing."""
    limit = call.number("limit", default, most)
    given = call.text("cursor")
    if given:
        start = moment(_decoded(given, "next_ts:"))
        messages = [one for one in messages if (moment(one.ts) <= start if newest_first else moment(one.ts) >= start)]
    more = len(messages) > limit
    return list(messages[:limit]), _encoded("next_ts:", messages[limit].ts) if more else "", more


def _encoded(kind: str, place: str) -> str:
    return base64.b64encode(f"{kind}{place}".encode()).decode()


def _decoded(cursor: str, kind: str) -> str:
    try:
        plain = base64.b64decode(cursor, validate=True).decode()
    except ValueError:
        raise ApiError("invalid_cursor") from None
    place = plain.removeprefix(kind)
    if place == plain or not TS.fullmatch(place):
        raise ApiError("invalid_cursor")
    return place


def paged(call: Call, items: Sequence[Item], *, default: int, most: int) -> tuple[list[Item], str, bool]:
    """One page of `items`, the cursor of the next page or an empty text, and whether there is a next page."""
    limit = call.number("limit", default, most)
    given = call.text("cursor")
    start = int(_decoded(given, "next:")) if given else 0
    end = start + limit
    more = end < len(items)
    return list(items[start:end]), _encoded("next:", str(end)) if more else "", more
