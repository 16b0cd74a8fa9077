"""Plain text as people paste it, laid out as Markdown: which line breaks part paragraphs, and which wrap them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

import regex

from bot import texts

_LINE_END: Final = regex.compile(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
_FENCE: Final = regex.compile(r" {0,3}(`{3,}|~{3,})")
_BULLET: Final = regex.compile(r"^(\s*)[•‣▪●◦·]\s+", regex.MULTILINE)
_HEADING: Final = regex.compile(r" {0,3}#{1,6}\s")
_BLOCK_MARK: Final = regex.compile(r"\s*(?:[-*+]\s|[0-9]{1,9}[.)]\s|>|#{1,6}\s)")
_LAID_OUT: Final = regex.compile(r"\s*(?:\||(?:-{3,}|={3,}|\*{3,}|_{3,}|-)\s*$)")
"""Tables, rules and underlined headings: these lines mean something by where they stand."""
_MARKDOWN: Final = regex.compile(
    r"^(?:\#{1,6}\s+\S | \s*(?:`{3,}|~{3,}) | \s*[-*+]\s+\S | \s*[0-9]{1,9}[.)]\s+\S | >\s?\S | =+\s*$)"
    r" | \[[^\[\]\n]{1,500}+\]\(\S | \*\*\S",
    regex.VERBOSE | regex.MULTILINE,
)
_FOOTER: Final = regex.compile(
    rf"source\s*:|discussion\s*\([0-9]+\)\s*$|{regex.escape(texts.CIVILITY)}", regex.IGNORECASE
)
_TLDR: Final = regex.compile(r"tl\s?;?\s?dr\b", regex.IGNORECASE)
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
    runs = [run for chunk in _chunks(text) for run in _runs(chunk)]
    prose = [run for run in runs if _is_prose(run)]
    width = max((len(line) for run in prose for line in run if len(line) <= _LONG_LINE), default=0)
    done: list[str] = []
    for index, run in enumerate(runs):
        if not _is_prose(run):
            done.append("\n".join(run))
            continue
        lines = [line.rstrip() if marked else line.strip() for line in run]
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


def _runs(chunk: list[str]) -> Iterator[list[str]]:
    """A chunk's lines of one kind each: prose, a heading, or a list or quote with the lines that continue it."""
    if _FENCE.match(chunk[0]) or any(_LAID_OUT.match(line) for line in chunk):
        yield chunk
        return
    run: list[str] = []
    for line in chunk:
        is_new = (
            any(mark.match(line) for mark in (_HEADING, _TLDR, _FOOTER))
            or (run and _is_prose(run[:1]) and _BLOCK_MARK.match(line) is not None)
            or (run and not _is_prose(run[:1]) and _is_long_prose(line))
            or (run and any(mark.match(run[-1]) for mark in (_HEADING, _FOOTER)))
        )
        if is_new and run:
            yield run
            run = []
        run.append(line)
    yield run


def _is_long_prose(line: str) -> bool:
    return len(line) > _LONG_LINE and not line[0].isspace() and _BLOCK_MARK.match(line) is None


def _is_prose(run: Sequence[str]) -> bool:
    return not run or not (_BLOCK_MARK.match(run[0]) or _FENCE.match(run[0]) or any(map(_LAID_OUT.match, run)))


def _paragraphs(lines: list[str], width: int, *, first: bool) -> Iterator[str]:
    if len(lines) > 1 and any(len(line) > _LONG_LINE for line in lines):
        yield from lines
    elif len(lines) > 1 and not _is_full(lines[0], lines[1], width) and (first or _is_wrapped(lines[1:], width)):
        # A title or a heading right above its text.
        yield lines[0]
        yield from _paragraphs(lines[1:], width, first=False)
    elif _is_wrapped(lines, width):
        yield "\n".join(lines)
    else:
        yield "\\\n".join(line.rstrip("\\") for line in lines)


def _is_wrapped(lines: Sequence[str], width: int) -> bool:
    """Whether the breaks between lines only keep them within a width."""
    if len(lines) < 2 or width < _NARROW:  # noqa: PLR2004 - a break needs two lines
        return False
    full = sum(_is_full(line, following, width) for line, following in pairwise(lines))
    return full >= 0.75 * (len(lines) - 1)


def _is_full(line: str, following: str, width: int) -> bool:
    """Whether the next line's first word would not have fitted on the line; writers stop a little early at times."""
    return len(line) + 1 + len(following.split(maxsplit=1)[0]) > width - 4
