"""Articles from plain text and Markdown."""

from __future__ import annotations

from typing import Final

from bot.article.composing import compose
from bot.article.known import take_front_matter
from bot.article.lines import as_markdown
from bot.errors import SourceError
from bot.markup.markdown import from_markdown
from bot.model import Article

_LONGEST: Final = 400_000
"""Characters: a short novel, and some seconds of work at the worst."""
_MOST_LINES: Final = 40_000


def read_text(text: str) -> Article:
    """The article in a text: a title, `TL;DR.` and a paragraph, text, headings, and a `Source: site - title` line.

    Plain text and Markdown (with or without front matter) both do, and every part but the text may be missing: the
    first sentences then stand in for title and TL;DR. The `Discussion (0)` footer of a published article is left out.
    Raises `SourceError` where there is nothing to read, or too much (over 400,000 characters).
    """
    if not text.strip():
        raise SourceError("There is no text to read: give the article's title and its text.")
    if len(text) > _LONGEST or text.count("\n") > _MOST_LINES:
        raise SourceError(
            f"The text is too long: an article may have {_LONGEST:,} characters on {_MOST_LINES:,} lines."
        )
    known, body = take_front_matter(text)
    return compose(from_markdown(as_markdown(body)), known)
