"""The neutral tree to Slack's blocks, and to the plain `text` that goes beside them."""

from __future__ import annotations

from typing import Any

from bot.markup.cutting import cut
from bot.markup.tree import Document
from bot.markup.view import plain


def render(document: Document, *, original: str | None = None) -> list[dict[str, Any]]:
    """`rich_text` blocks; none for an empty document. `original` is where spoilers and cut text lead."""
    text = cut(plain(document), 12_000)
    if not text:
        return []
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    del original
    return [{"type": "rich_text", "elements": [section]}]


def fallback(document: Document) -> str:
    """The `text` argument: what notifications show, with `&`, `<` and `>` escaped, at most 4,000 characters."""
    return cut(plain(document), 800).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
