"""Bytes to text: by byte order mark, by what the server or the page says, else by what the bytes look like."""

from __future__ import annotations

import codecs
from typing import Final

import regex

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What the web means by these labels is wider than what they say (https://encoding.spec.whatwg.org/#names-and-labels).
_WIDER: Final = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
_META: Final = regex.compile(
    rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w:.-]+)|<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w:.-]+)",
    regex.IGNORECASE,
)
_META_WITHIN: Final = 4096
_PRINTABLE_LEAST: Final = 0.95


def decode_page(content: bytes, charset: str | None) -> str:
    """An HTML page as text; `charset` is what the server says. Bytes that fit nowhere become U+FFFD."""
    marked = _by_mark(content)
    if marked is not None:
        return marked
    encoding = _encoding(charset)
    if encoding is None and (found := _META.search(content[:_META_WITHIN])):
        encoding = _encoding((found[1] or found[2]).decode("ascii", "replace"))
        if encoding is not None and encoding.startswith(("utf-16", "utf-32")):
            # The label was read as ASCII, so it can't be true.
            encoding = "utf-8"
    return _decoded(content, encoding)


def decode_text(content: bytes, charset: str | None) -> str | None:
    """A text file as text; None where the bytes are no text."""
    marked = _by_mark(content)
    if marked is None:
        encoding = _encoding(charset) or _wide_encoding(content)
        if b"\0" in content and encoding is None:
            return None
        marked = _decoded(content, encoding)
    start = marked[:4096]
    printable = sum(character.isprintable() or character.isspace() for character in start)
    broken = start.count("\ufffd") + start.count("\0")
    return marked if printable - broken >= _PRINTABLE_LEAST * len(start) else None


def _by_mark(content: bytes) -> str | None:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace")
    return None


def _encoding(label: str | None) -> str | None:
    if not label:
        return None
    try:
        name = codecs.lookup(label.strip(" \"'")).name
        # Codecs such as `hex` or `rot13` turn no bytes into text.
        b"a".decode(name, "replace")
    except (LookupError, ValueError):
        return None
    return _WIDER.get(name, name)


def _wide_encoding(content: bytes) -> str | None:
    """UTF-16 without a mark: in Western text every other byte is zero."""
    start = content[:2000]
    if len(start) % 2 == 0 and start.count(0) * 5 > len(start) * 2:
        return "utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"
    return None


def _decoded(content: bytes, encoding: str | None) -> str:
    if encoding is not None:
        return content.decode(encoding, "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        # A few broken bytes don't make a long UTF-8 text another one; else it is Western text of old.
        text = content.decode("utf-8", "replace")
        wide = sum(character > "\x7f" for character in text)
        mostly_right = error.start > 0 and text.count("\ufffd") * 10 < wide
        return text if mostly_right else content.decode("cp1252", "replace")
