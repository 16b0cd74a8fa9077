"""What is known of an article besides its text: from a page's head, or from front matter."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final

import regex

from bot.markup.markdown import is_linkable
from bot.model import Image, Source

_FRONT: Final = regex.compile(r"\A\ufeff?(---|\+\+\+)[ \t]*\n(.*?)\n\1[ \t]*(?:\n|\Z)", regex.DOTALL)
_PAIR: Final = regex.compile(r"([A-Za-z][\w-]*)\s*[:=]\s*(.*)")
_CUT: Final = regex.compile(r"(?:…|\.\.\.)[\p{Pe}\p{Pf}\"']*$")
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY_FIRST: Final = regex.compile(r"(\d{1,2})(?:st|nd|rd|th)?\.?\s+(\p{L}+)\.?,?\s+(\d{4})")
_MONTH_FIRST: Final = regex.compile(r"(\p{L}+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")


@dataclass(frozen=True, slots=True)
class Known:
    """Everything may be missing. `description` is what a site says of its page, boilerplate or not."""

    title: str = ""
    description: str = ""
    source: Source = field(default_factory=Source)
    image: Image | None = None
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    language: str = ""


def take_front_matter(text: str) -> tuple[Known, str]:
    """What YAML or TOML front matter says of an article in single lines, and the text below it."""
    found = _FRONT.match(text.replace("\r\n", "\n"))
    if found is None:
        return Known(), text
    values: dict[str, str] = {}
    for line in found[2].split("\n"):
        pair = _PAIR.fullmatch(line.strip())
        if pair is not None and not line[:1].isspace():
            values.setdefault(pair[1].lower(), pair[2].strip().strip("\"'").strip())
    if not values:
        return Known(), text
    return _from_front_matter(values), text.replace("\r\n", "\n")[found.end() :]


def _from_front_matter(values: dict[str, str]) -> Known:
    def first(*names: str) -> str:
        return next((values[name] for name in names if values.get(name)), "")

    known = Known(
        title=first("title"),
        description=first("tldr", "summary", "description", "excerpt"),
        authors=tuple(
            name for part in first("author", "authors").strip("[]").split(",") if (name := part.strip(" \"'"))
        ),
        published_at=read_date(first("date", "published", "pubdate", "created")),
        language=first("lang", "language"),
    )
    url = first("canonical", "canonical_url", "url", "link", "source")
    return replace(known, source=Source(url=url)) if is_linkable(url) and not url.startswith("mailto:") else known


def is_cut(text: str) -> bool:
    """Whether a text ends in an ellipsis, as one does that was cut to a length."""
    return _CUT.search(text.rstrip()) is not None


def read_date(text: str) -> datetime | None:
    """The moment in an ISO 8601 text, or the day in an English one; aware, in UTC. None where there is neither."""
    text = text.strip()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return _written_day(text)
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError:
        return None


def _written_day(text: str) -> datetime | None:
    if found := _DAY_FIRST.fullmatch(text):
        day, month, year = found.groups()
    elif found := _MONTH_FIRST.fullmatch(text):
        month, day, year = found.groups()
    else:
        return None
    try:
        return datetime(int(year), _MONTHS.index(month[:3].lower()) + 1, int(day), tzinfo=UTC)
    except ValueError:
        return None
