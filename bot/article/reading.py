"""Articles from bytes."""

from __future__ import annotations

from bot.article.plain import read_text
from bot.model import Article


def read_bytes(
    content: bytes, *, media_type: str = "", name: str = "", url: str | None = None, charset: str | None = None
) -> Article:
    """The article in a file or a page."""
    if media_type == "text/html":
        return read_html(content, url=url, charset=charset)
    return read_text(content.decode(charset or "utf-8", "replace"))


def read_html(content: bytes, *, url: str | None = None, charset: str | None = None) -> Article:
    """The article in an HTML page."""
    return read_text(content.decode(charset or "utf-8", "replace"))
