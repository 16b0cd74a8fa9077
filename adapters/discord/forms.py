"""The forms (Discord calls them modals) that people fill in.

Limits: https://docs.discord.com/developers/components/reference#text-input; a label takes 45 characters, its
description and a placeholder 100, an input 4,000.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from bot import texts
from bot.views import DraftView

Json: TypeAlias = dict[str, Any]

TITLE: Final = "title"
TLDR: Final = "tldr"
BODY: Final = "body"
FILE: Final = "file"
PASTED: Final = ("text1", "text2", "text3", "text4")

_LABEL: Final = 18
_INPUT: Final = 4
_UPLOAD: Final = 19
_LINE: Final = 1
_PARAGRAPH: Final = 2
_LONGEST: Final = 4000


def paste_form(custom_id: str) -> Json:
    """The form to paste an article in: as many fields as make room for 16,000 characters, or a file instead."""
    first, *more = PASTED
    inputs = [_input(first, texts.PASTE_LABEL, hint=texts.PASTE_HINT, required=False)]
    inputs += [_input(name, texts.PASTE_MORE_LABEL, required=False) for name in more]
    upload = {"type": _UPLOAD, "custom_id": FILE, "min_values": 0, "max_values": 1, "required": False}
    return _form(
        custom_id, texts.PASTE_TITLE, *inputs, {"type": _LABEL, "label": texts.FILE_LABEL, "component": upload}
    )


def pasted(fields: Mapping[str, str]) -> str:
    """What was pasted, its parts put together."""
    return "\n\n".join(part for name in PASTED if (part := fields.get(name, "").strip()))


def draft_form(custom_id: str, view: DraftView) -> Json:
    """The form to change a draft's title and TL;DR."""
    return _form(
        custom_id,
        texts.DRAFT_TITLE,
        _input(TITLE, texts.TITLE_LABEL, value=view.title, style=_LINE),
        _input(TLDR, texts.TLDR, value=view.tldr),
    )


def comment_form(custom_id: str, text: str) -> Json:
    """The form to change one's own comment, from its text in Discord's Markdown."""
    return _form(custom_id, texts.COMMENT_TITLE, _input(BODY, texts.COMMENT_LABEL, value=text))


def _form(custom_id: str, title: str, *labels: Json) -> Json:
    return {"custom_id": custom_id, "title": title, "components": list(labels)}


def _input(
    custom_id: str,
    label: str,
    *,
    value: str = "",
    hint: str = "",
    style: int = _PARAGRAPH,
    required: bool = True,
) -> Json:
    field: Json = {
        "type": _INPUT,
        "custom_id": custom_id,
        "style": style,
        "required": required,
        "max_length": _LONGEST,
    }
    if value:
        field["value"] = value[:_LONGEST]
    labelled: Json = {"type": _LABEL, "label": label, "component": field}
    return {**labelled, "description": hint} if hint else labelled
