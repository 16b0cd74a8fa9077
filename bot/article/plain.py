"""Articles from plain text and Markdown."""

from __future__ import annotations

from typing import Final

from bot.article.composing import compose
from bot.article.known import take_front_matter
from bot.article.lines import as_markdown
from bot.errors import SourceError
from bot.markup.markdown import from_markdown
from bot.model import Article

LONGEST: Final = 1_000_000
"""Characters; the longest novels are shorter."""


def read_text(text: str) -> Article:
    """The article in a text: a title, `TL;DR.` and a paragraph, text, headings, and a `Source: site - title` line.

    Plain text and Markdown (with or without front matter) both do, and every part but the text may be missing: the
    first sentences then stand in for title and TL;DR. The `Discussion (0)` footer of a published article is left out.
    Raises `SourceError` where there is nothing to read, or too much (over a million characters).
    """
    if not text.strip():
        raise SourceError("There is no text to read: give the article's title and its text.")
    if len(text) > LONGEST:
        raise SourceError("The text is too long: an article may have a million characters.")
    known, body = take_front_matter(text)
    return compose(from_markdown(as_markdown(body)), known)
