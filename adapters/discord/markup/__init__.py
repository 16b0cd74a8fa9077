"""Discord's dialect of Markdown and the neutral tree."""

from __future__ import annotations

import re

from adapters.discord.markup.names import NO_NAMES, MentionNames
from bot.markup.cutting import cut_document, length
from bot.markup.tree import Document, plain_document
from bot.markup.view import plain

__all__ = ["NO_NAMES", "MentionNames", "escape", "parse", "render", "render_within"]


def parse(text: str, *, mentions: MentionNames = NO_NAMES) -> Document:
    """A message's content as a document. Total: what is not markup is text."""
    del mentions
    return plain_document(text)


def escape(text: str) -> str:
    """Plain text, so that Discord reads none of it as markup."""
    return re.sub(r"([\\*_~`|<>\[#@:-])", r"\\\1", text)


def render(document: Document) -> str:
    """The document in Discord's dialect; nothing in it pings."""
    return escape(plain(document))


def render_within(document: Document, limit: int) -> str:
    """The document, or its beginning, in at most `limit` UTF-16 units of Discord's dialect."""
    room = limit
    while length(drawn := render(cut_document(document, room))) > limit:
        room -= max(1, (length(drawn) - limit) // 2)
    return drawn
