"""Discord's dialect of Markdown and the neutral tree: read, fitted to its means, and written."""

from __future__ import annotations

from adapters.discord.markup.fitting import fit
from adapters.discord.markup.names import NO_NAMES, MentionNames
from adapters.discord.markup.parsing import parse
from adapters.discord.markup.signs import cleaned
from adapters.discord.markup.urls import for_components
from adapters.discord.markup.writing import escape, line_within, link_within, render, render_within

__all__ = [
    "NO_NAMES",
    "MentionNames",
    "cleaned",
    "escape",
    "fit",
    "for_components",
    "line_within",
    "link_within",
    "parse",
    "render",
    "render_within",
]
