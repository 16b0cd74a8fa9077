"""Custom ids: what our buttons and forms on Discord carry, so that they work after a restart.

An id is `rt:<what>:<fields>`, at most 100 characters long
(https://docs.discord.com/developers/components/reference#anatomy-of-a-component-custom-id). Ids come back from
clients: whatever does not unpack to what was packed unpacks to None.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, assert_never, get_args

from bot.model import CommentId, DiscussionId, DraftId

LIMIT: Final = 100
_PREFIX: Final = "rt"
_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,17}")

DraftAction: TypeAlias = Literal["publish", "edit", "cancel"]
_DRAFT_ACTIONS: Final[dict[str, DraftAction]] = {action: action for action in get_args(DraftAction)}


@dataclass(frozen=True, slots=True)
class ReaderPage:
    """Read on a card, Previous and Next in the reader: a page of the discussion's article, counted from 0."""

    discussion: DiscussionId
    page: int = 0


@dataclass(frozen=True, slots=True)
class DraftButton:
    """A button under a preview."""

    action: DraftAction
    draft: DraftId


@dataclass(frozen=True, slots=True)
class DraftForm:
    """The form that edits a draft's title and TL;DR."""

    draft: DraftId


@dataclass(frozen=True, slots=True)
class CommentForm:
    """The form that edits one's own comment."""

    comment: CommentId


@dataclass(frozen=True, slots=True)
class PasteForm:
    """The form that takes a pasted article; `board` as the command named it, None where it named none."""

    board: str | None = None


CustomId: TypeAlias = ReaderPage | DraftButton | DraftForm | CommentForm | PasteForm


def pack(what: CustomId) -> str:
    """The custom id; raises `ValueError` for a board's name that is too long to be carried."""
    fields: tuple[object, ...]
    match what:
        case ReaderPage(discussion, page):
            fields = ("read", discussion, page)
        case DraftButton(action, draft):
            fields = (action, draft)
        case DraftForm(draft):
            fields = ("draft", draft)
        case CommentForm(comment):
            fields = ("comment", comment)
        case PasteForm(board):
            fields = ("paste",) if board is None else ("paste", board)
        case _:  # pragma: no cover
            assert_never(what)
    packed = ":".join(map(str, (_PREFIX, *fields)))
    if len(packed) > LIMIT:
        raise ValueError(f"a custom id has at most {LIMIT} characters, this one has {len(packed)}")
    return packed


def unpack(custom_id: str) -> CustomId | None:  # noqa: PLR0911 - one answer a kind of id
    """What `pack` packed; None for anything else."""
    prefix, _, rest = custom_id.partition(":")
    what, colon, field = rest.partition(":")
    if prefix != _PREFIX or len(custom_id) > LIMIT:
        return None
    if what == "paste":
        return PasteForm(field if colon else None)
    match what, _numbers(field):
        case "read", (discussion, page):
            return ReaderPage(DiscussionId(discussion), page)
        case "draft", (draft,):
            return DraftForm(DraftId(draft))
        case "comment", (comment,):
            return CommentForm(CommentId(comment))
        case _, (draft,) if what in _DRAFT_ACTIONS:
            return DraftButton(_DRAFT_ACTIONS[what], DraftId(draft))
    return None


def _numbers(field: str) -> tuple[int, ...]:
    parts = field.split(":")
    return tuple(map(int, parts)) if all(map(_NUMBER.fullmatch, parts)) else ()
