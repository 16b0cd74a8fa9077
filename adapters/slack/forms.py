"""Modals that ask for something, and what their submissions say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.slack.ids import Callback, Field, Place, pack_form, unpack_form
from adapters.slack.markup import NO_NAMES, Names, parse_blocks, render
from bot import texts
from bot.commands import OwnComment
from bot.markup.tree import Document, plain_document
from bot.model import CommentId, DraftId
from bot.views import DraftView


@dataclass(frozen=True, slots=True)
class DraftForm:
    """A submitted title and TL;DR."""

    draft: DraftId
    title: str
    tldr: str
    place: Place | None


@dataclass(frozen=True, slots=True)
class TextForm:
    """Submitted text, or a file (Slack's file object), or neither."""

    text: str
    file: Mapping[str, Any] | None
    place: Place | None


@dataclass(frozen=True, slots=True)
class CommentForm:
    """A comment's new text."""

    comment: CommentId
    body: Document
    place: Place | None


Form = DraftForm | TextForm | CommentForm


def edit_draft_view(draft: DraftView, *, place: Place | None = None) -> dict[str, Any]:
    """A modal to change a draft's title and TL;DR."""
    return {
        "type": "modal",
        "callback_id": Callback.EDIT_DRAFT,
        "private_metadata": pack_form(place, draft=draft.draft),
        "title": {"type": "plain_text", "text": texts.EDIT},
        "submit": {"type": "plain_text", "text": texts.EDIT},
        "blocks": [_input(Field.TITLE, "Title", draft.title), _input(Field.TLDR, texts.TLDR, draft.tldr)],
    }


def publish_text_view(*, place: Place) -> dict[str, Any]:
    """A modal to paste an article's text into, or to attach it as a file."""
    return {
        "type": "modal",
        "callback_id": Callback.PUBLISH_TEXT,
        "private_metadata": pack_form(place),
        "title": {"type": "plain_text", "text": texts.PUBLISH},
        "submit": {"type": "plain_text", "text": texts.PUBLISH},
        "blocks": [_input(Field.TEXT, "Text", "")],
    }


def edit_comment_view(own: OwnComment, *, place: Place | None = None) -> dict[str, Any]:
    """A modal to change one's own comment."""
    element: dict[str, Any] = {"type": "rich_text_input", "action_id": Field.BODY}
    drawn = render(own.body)
    if drawn:
        element["initial_value"] = drawn[0]
    label = {"type": "plain_text", "text": "Text"}
    return {
        "type": "modal",
        "callback_id": Callback.EDIT_COMMENT,
        "private_metadata": pack_form(place, comment=own.comment),
        "title": {"type": "plain_text", "text": texts.EDIT},
        "submit": {"type": "plain_text", "text": texts.EDIT},
        "blocks": [{"type": "input", "block_id": Field.BODY, "label": label, "element": element}],
    }


def view_values(payload: Mapping[str, Any], *, names: Names = NO_NAMES) -> Form | None:
    """What a `view_submission` says; None where it is not one of our forms."""
    view = payload.get("view")
    if not isinstance(view, Mapping):
        return None
    context = unpack_form(view.get("private_metadata"))
    if context is None:
        return None
    state = view.get("state") or {}
    values = state.get("values") or {}

    def element(field: Field) -> Mapping[str, Any]:
        found: Mapping[str, Any] = (values.get(field) or {}).get(field) or {}
        return found

    match view.get("callback_id"):
        case Callback.EDIT_DRAFT if context.draft is not None:
            title, tldr = (str(element(field).get("value") or "") for field in (Field.TITLE, Field.TLDR))
            return DraftForm(context.draft, title, tldr, context.place)
        case Callback.PUBLISH_TEXT:
            files = element(Field.FILE).get("files") or []
            return TextForm(str(element(Field.TEXT).get("value") or ""), files[0] if files else None, context.place)
        case Callback.EDIT_COMMENT if context.comment is not None:
            rich = element(Field.BODY).get("rich_text_value")
            body = (
                parse_blocks([rich], names=names)
                if rich
                else plain_document(str(element(Field.BODY).get("value") or ""))
            )
            return CommentForm(context.comment, body, context.place)
    return None


def _input(field: Field, label: str, value: str) -> dict[str, Any]:
    element = {"type": "plain_text_input", "action_id": field, "multiline": True, "max_length": 3000}
    if value:
        element["initial_value"] = value
    return {"type": "input", "block_id": field, "label": {"type": "plain_text", "text": label}, "element": element}
