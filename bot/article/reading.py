"""Articles from bytes, whatever they turn out to be."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath
from typing import Final

import regex

from bot.article.charset import decode_text
from bot.article.page import read_html
from bot.article.plain import read_text
from bot.errors import SourceError
from bot.model import Article, Source

__all__ = ["read_bytes", "read_html"]

_HTML_TYPES: Final = frozenset({"text/html", "application/xhtml+xml"})
_HTML_NAMES: Final = frozenset({".html", ".htm", ".xhtml", ".xht"})
_TEXT_TYPES: Final = frozenset({"text/plain", "text/markdown", "text/x-markdown"})
_TEXT_NAMES: Final = frozenset({".txt", ".text", ".md", ".markdown", ".mdown"})
_HTML_START: Final = regex.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*\?>\s*|<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|article|main|div|h1|p)\b",
    regex.IGNORECASE | regex.DOTALL,
)
_FEED_START: Final = regex.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*\?>\s*|<!--.*?-->\s*)*<(?:rss|feed|rdf:RDF)\b")
_KINDS: Final = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "an archive or an office document"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"{\\rtf", "an RTF document"),
    (b"\x1f\x8b", "a packed file"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"RIFF", "an image or a sound"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
)
_LARGEST: Final = 5 * 1024 * 1024


def read_bytes(
    content: bytes, *, media_type: str = "", name: str = "", url: str | None = None, charset: str | None = None
) -> Article:
    """The article in a file or a fetched page: HTML, Markdown or plain text.

    What it is decides `media_type`, then the `name`'s ending, then the content; `url` is where it came from. Raises
    `SourceError`, with one line for the person who gave it, for anything that is no text: a PDF, an image, nothing.
    """
    if not content.strip():
        raise SourceError("It is empty: there is no text to read.")
    if len(content) > _LARGEST:
        raise SourceError("It is too large: an article may have 5 MB.")
    media_type = media_type.split(";", 1)[0].strip().lower()
    head = content[:1024]
    for start, kind in _KINDS:
        if head.lstrip().startswith(start):
            raise SourceError(f"It is {kind}, which can't be read: give a web page, a text or Markdown.")
    if _FEED_START.match(content):
        raise SourceError("It is a feed, not an article: give the link of one of its articles.")
    if _is_html(content, media_type, PurePath(name).suffix.lower()):
        return read_html(content, url=url, charset=charset)
    text = decode_text(content, charset)
    if text is None:
        raise SourceError("It is no text: give a web page, a text or Markdown.")
    article = read_text(text)
    if url is None or article.source.url:
        return article
    return replace(article, source=Source(article.source.name, article.source.title, url))


def _is_html(content: bytes, media_type: str, ending: str) -> bool:
    if media_type in _HTML_TYPES:
        return True
    if media_type in _TEXT_TYPES or ending in _TEXT_NAMES:
        return False
    return ending in _HTML_NAMES or _HTML_START.match(content) is not None
