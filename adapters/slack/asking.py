"""Who asks for something on Slack, and what they typed. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from adapters.slack.markup.mrkdwn import unescape
from bot import texts
from bot.errors import UserError

_LINK: Final = re.compile(r"<(https?://[^<>|\s]+)(?:\|[^<>]*)?>")
_BOARD: Final = re.compile(r"(?:^|\s)board:(?:\"([^\"]*)\"|“([^“”]*)”|(\S*))", re.IGNORECASE)
_URL: Final = re.compile(r"https?://\S+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Asker:
    """A person who used a command, a button, a shortcut or a form, and the ways back to them.

    `trigger` opens a modal within 3 seconds; `response_url` answers five times within 30 minutes
    (https://docs.slack.dev/interactivity/handling-user-interaction). `place` and `thread` are where they were.
    """

    user: str
    team: str
    place: str | None = None
    thread: str | None = None
    response_url: str | None = None
    trigger: str | None = None


def asker_of(body: Mapping[str, Any]) -> Asker:
    """Who sent an interaction's or a slash command's payload."""
    user, channel, container = (_part(body, name) for name in ("user", "channel", "container"))
    message = _part(body, "message")
    team = user.get("team_id") or _part(body, "team").get("id") or body.get("team_id")
    return Asker(
        user=str(user.get("id") or body.get("user_id") or ""),
        team=str(team or ""),
        place=channel.get("id") or container.get("channel_id") or body.get("channel_id"),
        thread=message.get("thread_ts") or container.get("thread_ts"),
        response_url=body.get("response_url"),
        trigger=body.get("trigger_id"),
    )


@dataclass(frozen=True, slots=True)
class PublishAsked:
    """`/publish`: a link, or a text that was pasted after it, or neither; and the board's name, if one was given."""

    url: str | None = None
    board: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class BoardAsked:
    """`/board`: what to do, and the board's name, if one was given."""

    verb: str
    board: str | None = None


def publish_asked(text: str) -> PublishAsked:
    """What follows `/publish`: a link and a board's name, or several lines, which are an article.

    Other words are taken for a link too, of which whoever fetches it says what is wrong, as on Discord. Raises
    `UserError` with how to use it where they ask for that, and for two links, or none but a board that has no name.
    """
    text = _LINK.sub(r"\1", text)
    if "\n" in text.strip() and not _URL.match(text.strip()):
        return PublishAsked(text=unescape(text))
    named = _BOARD.search(text)
    words = _BOARD.sub(" ", text).split()
    links = sum(_URL.fullmatch(word) is not None for word in words)
    if links == 0 and words and words != ["help"] and (not named or _first(named)):
        return PublishAsked(" ".join(words).strip("<>"), _first(named) if named else None)
    url = words.pop(0) if words and _URL.fullmatch(words[0]) else None
    board = _first(named) if named else " ".join(words).strip('"“”')
    if links > 1 or (words and (named or not url)) or (named and not board):
        raise UserError(texts.PUBLISH_HELP)
    return PublishAsked(url, board or None)


def board_asked(text: str) -> BoardAsked:
    """What follows `/board`. Raises `UserError` with how to use it for anything else."""
    verb, _, rest = text.strip().partition(" ")
    verb = verb.lower()
    named = _BOARD.fullmatch(rest.strip())
    board = (_first(named) if named else rest.strip().strip('"“”')) or None
    if verb not in {"join", "leave", "list"} or (verb == "list" and board):
        raise UserError(texts.BOARD_HELP)
    return BoardAsked(verb, board)


def _part(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = body.get(name)
    return part if isinstance(part, Mapping) else {}


def _first(found: re.Match[str]) -> str | None:
    return next((group.strip() for group in found.groups() if group and group.strip()), None)
