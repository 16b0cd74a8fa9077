"""Whole documents to Slack's blocks, and to the plain `text` that goes beside them, within Slack's sizes.

Slack states no limit for a `rich_text` block, so the sizes are those of what its own composer takes: 12,000
characters a message.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from adapters.slack.markup.drawing import draw
from adapters.slack.markup.spans import is_linkable
from adapters.slack.markup.spoilers import hide_spoilers
from bot import texts
from bot.markup.cutting import cut, cut_document, length
from bot.markup.normal import normalise
from bot.markup.tree import Document, Link, Paragraph, Text
from bot.markup.view import plain

Json: TypeAlias = dict[str, Any]

MAX_TEXT: Final = 12_000
MAX_ELEMENTS: Final = 1_000
MAX_FALLBACK: Final = 4_000
"""Slack cuts `text` at 40,000 characters and advises to stay below this (chat.postMessage)."""


def render(document: Document, *, original: str | None = None, limit: int = MAX_TEXT) -> list[Json]:
    """The document as one `rich_text` block; as none where there is nothing to see.

    Mentions and custom emoji become plain text and headings bold lines; a spoiler becomes the word, which leads to
    `original` where that is given. Texts and URLs together keep to `limit` UTF-16 units (at most 12,000): a longer
    document is cut and ends in a link to `original`.
    """
    shown = normalise(hide_spoilers(document, original))
    limit = max(min(limit, MAX_TEXT), 1)
    whole = length(plain(shown))
    room = min(whole, limit)
    elements = draw(shown.blocks if room == whole else _cut(shown, room, original).blocks)
    # URLs and elements weigh too: what is still too large is cut further, in proportion.
    while room and (excess := max(weight(elements) / limit, count(elements) / MAX_ELEMENTS)) > 1:
        room = min(room - 1, int(room / excess))
        elements = draw(_cut(shown, room, original).blocks)
    return [{"type": "rich_text", "elements": elements}] if elements else []


def fallback(document: Document) -> str:
    """The `text` argument: what notifications show, with `&`, `<` and `>` escaped, at most 4,000 characters."""
    return escape(plain(hide_spoilers(document, None)))


def escape(text: str, limit: int = MAX_FALLBACK) -> str:
    """Plain text for a field that Slack reads as mrkdwn, cut so that it keeps to `limit` with its escapes."""
    room = limit
    while True:
        escaped = cut(text, room).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        if length(escaped) <= limit:
            return escaped
        room -= max((length(escaped) - limit) // 5, 1)  # an escape adds four units at most


def weight(value: object) -> int:
    """The UTF-16 units of all texts and URLs in drawn blocks or elements."""
    match value:
        case Mapping():
            own = (length(part) for key in ("text", "url", "fallback") if isinstance(part := value.get(key), str))
            return sum(own) + weight(value.get("elements", ()))
        case list() | tuple():
            return sum(map(weight, value))
        case _:
            return 0


def count(value: object) -> int:
    """How many elements there are in drawn elements, at every depth."""
    match value:
        case {"elements": inner}:
            return 1 + count(inner)
        case list() | tuple():
            return sum(map(count, value))
        case _:
            return 1


def _cut(document: Document, room: int, original: str | None) -> Document:
    kept = cut_document(document, room)
    if original is None or not is_linkable(original):
        return kept
    return Document((*kept.blocks, Paragraph((Link(original, (Text(texts.ORIGINAL),)),))))
