"""Plain text as people paste it, laid out as Markdown: which line breaks part paragraphs, and which wrap them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

import regex

_LINE_END: Final = regex.compile(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
_FENCE: Final = regex.compile(r" {0,3}(`{3,}|~{3,})")
_BULLET: Final = regex.compile(r"^(\s*)[•‣▪●◦·]\s+", regex.MULTILINE)
_BLOCK_MARK: Final = regex.compile(r"\s*(?:[-*+]\s|[0-9]{1,9}[.)]\s|>|#{1,6}\s|\||[-=_*]{3,}\s*$)")
_MARKDOWN: Final = regex.compile(
    r"^(?:\#{1,6}\s+\S | \s*(?:`{3,}|~{3,}) | \s*[-*+]\s+\S | \s*[0-9]{1,9}[.)]\s+\S | >\s?\S | =+\s*$)"
    r" | \[[^\]\n]*\]\(\S | \*\*\S",
    regex.VERBOSE | regex.MULTILINE,
)
_OWN_PARAGRAPH: Final = regex.compile(r"tl\s?;?\s?dr\b|source\s*:|discussion\s*\([0-9]+\)\s*$", regex.IGNORECASE)
_LONG_LINE: Final = 140
"""Nobody wraps lines by hand this wide: a longer line is a whole paragraph."""
_NARROW: Final = 40
"""Text wrapped narrower than this is verse, or an address: its line breaks are meant."""


def as_markdown(text: str) -> str:
    """The text with its paragraphs parted by blank lines, wrapped lines left wrapped, and meant line breaks forced.

    Code in fences, and lines with Markdown's marks, stay as they are. In a text without any such mark the
    indentation of lines means nothing and is dropped.
    """
    text = _BULLET.sub(r"\1- ", _LINE_END.sub("\n", text).lstrip("\ufeff"))
    marked = _MARKDOWN.search(text) is not None
    chunks = list(_chunks(text))
    prose = [chunk for chunk in chunks if _is_prose(chunk)]
    width = max((len(line) for chunk in prose for line in chunk if len(line) <= _LONG_LINE), default=0)
    done: list[str] = []
    for index, chunk in enumerate(chunks):
        if not _is_prose(chunk):
            done.append("\n".join(chunk))
            continue
        lines = [line.rstrip() if marked else line.strip() for line in chunk]
        done.extend(_paragraphs(lines, width, first=index == 0))
    return "\n\n".join(done)


def _chunks(text: str) -> Iterator[list[str]]:
    """Runs of lines between blank lines; a fenced block is one run, with its blank lines."""
    chunk: list[str] = []
    fence = ""
    for line in text.split("\n"):
        if fence:
            chunk.append(line)
            if line.strip().startswith(fence) and not line.strip().strip(fence[0]):
                yield chunk
                chunk, fence = [], ""
            continue
        opening = _FENCE.match(line)
        if opening is not None or not line.strip():
            if chunk:
                yield chunk
            chunk = []
        if opening is not None:
            fence = opening[1]
            chunk = [line]
        elif line.strip():
            chunk.append(line)
    if chunk:
        yield chunk


def _is_prose(chunk: Sequence[str]) -> bool:
    return not any(_BLOCK_MARK.match(line) for line in chunk) and _FENCE.match(chunk[0]) is None


def _paragraphs(lines: list[str], width: int, *, first: bool) -> Iterator[str]:
    group: list[str] = []
    for line in lines:
        # These open a paragraph of their own, whatever stands above them.
        if group and _OWN_PARAGRAPH.match(line):
            yield from _group_paragraphs(group, width, first=first)
            group, first = [], False
        group.append(line)
    yield from _group_paragraphs(group, width, first=first)


def _group_paragraphs(lines: list[str], width: int, *, first: bool) -> Iterator[str]:
    if len(lines) > 1 and any(len(line) > _LONG_LINE for line in lines):
        yield from lines
    elif _is_wrapped(lines, width):
        yield "\n".join(lines)
    elif _is_wrapped(lines[1:], width) or first:
        # A title or a heading right above its text.
        yield lines[0]
        yield from _group_paragraphs(lines[1:], width, first=False)
    else:
        yield "\\\n".join(line.rstrip("\\") for line in lines)


def _is_wrapped(lines: Sequence[str], width: int) -> bool:
    """Whether the breaks between lines only keep them within a width: the next word would not have fitted."""
    if len(lines) < 2:  # noqa: PLR2004 - a break needs two lines
        return True
    if width < _NARROW:
        return False
    full = sum(len(line) + 1 + len(following.split(maxsplit=1)[0]) > width - 4 for line, following in pairwise(lines))
    return full >= 0.75 * (len(lines) - 1)
