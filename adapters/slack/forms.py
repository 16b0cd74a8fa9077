"""Modals that ask for something, and what their submissions say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from adapters.slack.blockkit import MAX_INPUT, input_block, modal
from adapters.slack.ids import Callback, Field, Place, pack_form, unpack_form
from adapters.slack.markup import NO_NAMES, Names, parse_blocks, parse_mrkdwn, render
from bot import texts
from bot.commands import OwnComment
from bot.markup.cutting import cut
from bot.markup.tree import Document
from bot.model import CommentId, DraftId
from bot.views import DraftView

Json: TypeAlias = dict[str, Any]

_PASTED: Final = (Field.TEXT, Field.TEXT_2, Field.TEXT_3, Field.TEXT_4)
READABLE: Final = ("txt", "text", "md", "markdown", "html", "htm")


@dataclass(frozen=True, slots=True)
class DraftForm:
    """A submitted title and TL;DR, as they were typed."""

    draft: DraftId
    title: str
    tldr: str
    place: Place | None


@dataclass(frozen=True, slots=True)
class TextForm:
    """Submitted text, a file (Slack's file object), both, or neither."""

    text: str
    file: Mapping[str, Any] | None
    place: Place | None


@dataclass(frozen=True, slots=True)
class CommentForm:
    """A comment's new text."""

    comment: CommentId
    body: Document
    place: Place | None


Form: TypeAlias = DraftForm | TextForm | CommentForm


def edit_draft_view(draft: DraftView, *, place: Place | None = None) -> Json:
    """A modal to change a draft's title and TL;DR."""
    return modal(
        Callback.EDIT_DRAFT,
        texts.DRAFT_TITLE,
        [
            input_block(Field.TITLE, texts.TITLE_LABEL, _text_input(draft.title, multiline=False)),
            input_block(Field.TLDR, texts.TLDR, _text_input(draft.tldr)),
        ],
        pack_form(place, draft=draft.draft),
        submit=texts.SAVE,
        close=texts.CANCEL,
    )


def publish_text_view(*, place: Place) -> Json:
    """A modal to paste an article into, with fields that make room for 12,000 characters, or to attach it as a file."""
    _, *more = _PASTED
    upload = {"type": "file_input", "filetypes": list(READABLE), "max_files": 1}
    return modal(
        Callback.PUBLISH_TEXT,
        texts.PASTE_TITLE,
        [
            input_block(Field.TEXT, texts.PASTE_LABEL, _text_input(""), optional=True, hint=texts.PASTE_HINT),
            *(input_block(name, texts.PASTE_MORE_LABEL, _text_input(""), optional=True) for name in more),
            input_block(Field.FILE, texts.FILE_LABEL, upload, optional=True),
        ],
        pack_form(place),
        submit=texts.PREVIEW,
        close=texts.CANCEL,
    )


def edit_comment_view(own: OwnComment, *, place: Place | None = None) -> Json:
    """A modal to change one's own comment.

    It is a rich text input: its author sees the comment as it stands in the thread, formats it with the composer that
    they know, and nobody's asterisk becomes markup on its way through a dialect.
    """
    drawn = render(own.body)
    element: Json = {"type": "rich_text_input"} | ({"initial_value": drawn[0]} if drawn else {})
    return modal(
        Callback.EDIT_COMMENT,
        texts.COMMENT_TITLE,
        [input_block(Field.BODY, texts.COMMENT_LABEL, element)],
        pack_form(place, comment=own.comment),
        submit=texts.SAVE,
        close=texts.CANCEL,
    )


def view_values(payload: Mapping[str, Any], *, names: Names = NO_NAMES) -> Form | None:
    """What a `view_submission` says; None where it is not one of our forms."""
    view = payload.get("view")
    context = unpack_form(view.get("private_metadata")) if isinstance(view, Mapping) else None
    if context is None or not isinstance(view, Mapping):
        return None
    match view.get("callback_id"):
        case Callback.EDIT_DRAFT if context.draft is not None:
            return DraftForm(context.draft, _typed(view, Field.TITLE), _typed(view, Field.TLDR), context.place)
        case Callback.PUBLISH_TEXT:
            files = _element(view, Field.FILE).get("files")
            file = files[0] if isinstance(files, list) and files and isinstance(files[0], Mapping) else None
            parts = (_typed(view, name).strip() for name in _PASTED)
            return TextForm("\n\n".join(part for part in parts if part), file, context.place)
        case Callback.EDIT_COMMENT if context.comment is not None:
            rich = _element(view, Field.BODY).get("rich_text_value")
            typed = _typed(view, Field.BODY)
            body = parse_blocks([rich], names=names) if isinstance(rich, Mapping) else parse_mrkdwn(typed, names=names)
            return CommentForm(context.comment, body, context.place)
    return None


def _text_input(value: str, *, multiline: bool = True) -> Json:
    element = {"type": "plain_text_input", "multiline": multiline, "max_length": MAX_INPUT}
    return element | ({"initial_value": cut(value, MAX_INPUT)} if value else {})


def _element(view: Mapping[str, Any], field: Field) -> Mapping[str, Any]:
    """A field's state, as `view.state.values` nests it: by the block's id, then by the action's."""
    found: object = view.get("state")
    for key in ("values", field.value, field.value):
        found = found.get(key) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _typed(view: Mapping[str, Any], field: Field) -> str:
    value = _element(view, field).get("value")
    return value if isinstance(value, str) else ""
