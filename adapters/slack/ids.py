"""The names that our parts carry in Slack's payloads: action ids, callback ids, and what is packed into values.

Packed values come back from clients: whatever does not unpack to what was packed unpacks to None.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Literal

from bot.model import CommentId, DiscussionId, DraftId
from bot.ports import Stamp


class Action(StrEnum):
    """Action ids of buttons. `LINK_*` only open a URL, yet Slack reports them too: acknowledge and forget."""

    READ = "roundtable_read"
    PREVIOUS_PAGE = "roundtable_previous_page"
    NEXT_PAGE = "roundtable_next_page"
    PUBLISH = "roundtable_publish_draft"
    EDIT = "roundtable_edit_draft"
    CANCEL = "roundtable_cancel_draft"
    LINK_SOURCE = "roundtable_link_source"
    LINK_PAGE = "roundtable_link_page"


class Callback(StrEnum):
    """Callback ids of modals and message shortcuts."""

    READER = "roundtable_reader"
    EDIT_DRAFT = "roundtable_draft"
    PUBLISH_TEXT = "roundtable_text"
    EDIT_COMMENT = "roundtable_comment"
    SHORTCUT_EDIT = "roundtable_edit_comment"
    SHORTCUT_DELETE = "roundtable_delete_comment"


class Field(StrEnum):
    """Ids of inputs in modals; each is both the block's id and the element's action id."""

    TITLE = "title"
    TLDR = "tldr"
    TEXT = "text"
    TEXT_2 = "text2"
    TEXT_3 = "text3"
    TEXT_4 = "text4"
    FILE = "file"
    BODY = "body"


StampKind = Literal["copy", "card", "opener"]
_EVENT_TYPES: Final[dict[StampKind, str]] = {
    "copy": "roundtable_copy",
    "card": "roundtable_card",
    "opener": "roundtable_opener",
}


@dataclass(frozen=True, slots=True)
class ReaderPage:
    """A page of a discussion's article, counted from 0."""

    discussion: DiscussionId
    page: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a form was asked for, and so where its outcome is told: the channel, and the command's `response_url`."""

    channel: str
    board: str | None = None
    response_url: str | None = None


def stamp_metadata(stamp: Stamp, kind: StampKind = "copy") -> dict[str, Any]:
    """A message's `metadata`: by it a send whose outcome is unknown is recognised later."""
    return {"event_type": _EVENT_TYPES[kind], "event_payload": {"stamp": str(stamp)}}


def stamp_of(message: Mapping[str, Any]) -> Stamp | None:
    """The stamp on a message that Slack answers, if it is one of ours (read with `include_all_metadata`)."""
    metadata = message.get("metadata")
    if not isinstance(metadata, Mapping) or metadata.get("event_type") not in _EVENT_TYPES.values():
        return None
    payload = metadata.get("event_payload")
    stamp = payload.get("stamp") if isinstance(payload, Mapping) else None
    return Stamp(stamp) if isinstance(stamp, str) and stamp else None


def pack_page(page: ReaderPage) -> str:
    """The value of Read and of a page's buttons, and the reader's metadata."""
    return f"{page.discussion}:{page.page}"


def unpack_page(value: object) -> ReaderPage | None:
    """The page behind a packed value."""
    discussion, separator, page = value.partition(":") if isinstance(value, str) else ("", "", "")
    numbers = _number(discussion), _number(page)
    if not separator or numbers[0] is None or numbers[1] is None:
        return None
    return ReaderPage(DiscussionId(numbers[0]), numbers[1])


def pack_draft(draft: DraftId) -> str:
    """The value of a preview's buttons."""
    return str(draft)


def unpack_draft(value: object) -> DraftId | None:
    """The draft behind a packed value."""
    number = _number(value)
    return None if number is None else DraftId(number)


def pack_form(place: Place | None, *, draft: DraftId | None = None, comment: CommentId | None = None) -> str:
    """A modal's `private_metadata`."""
    packed = {
        "channel": place and place.channel,
        "board": place and place.board,
        "response_url": place and place.response_url,
        "draft": draft,
        "comment": comment,
    }
    return json.dumps({key: value for key, value in packed.items() if value is not None}, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class FormContext:
    """What a modal's `private_metadata` held."""

    place: Place | None = None
    draft: DraftId | None = None
    comment: CommentId | None = None


def unpack_form(value: object) -> FormContext | None:
    """What `pack_form` packed."""
    try:
        packed = json.loads(value) if isinstance(value, str) else None
    except ValueError:
        return None
    if not isinstance(packed, dict):
        return None
    channel = packed.get("channel")
    draft, comment = _id(packed.get("draft")), _id(packed.get("comment"))
    place = None
    if isinstance(channel, str):
        place = Place(channel, _text(packed.get("board")), _text(packed.get("response_url")))
    return FormContext(
        place,
        None if draft is None else DraftId(draft),
        None if comment is None else CommentId(comment),
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _id(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _number(value: object) -> int | None:
    digits = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 18  # noqa: PLR2004 - 63 bits
    return int(str(value)) if digits else None
