"""Plain words for times and sizes, and texts that may stand in a page."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from typing import Final

_UNFIT: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""Characters that neither HTML nor XML may hold: controls, halves of pairs, and what is no character at all."""
_MINUTE: Final = 60
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR
_STEPS: Final = ((_MINUTE, "minute", _HOUR), (_HOUR, "hour", _DAY), (_DAY, "day", 30 * _DAY))
_KILO: Final = 1000


def clean(text: str) -> str:
    """The text without characters that no page may hold."""
    return _UNFIT.sub("", text)


def cleaned(value: object) -> object:
    """A value for JSON with all its texts clean."""
    match value:
        case str():
            return clean(value)
        case dict():
            return {name: cleaned(inner) for name, inner in value.items()}
        case list() | tuple():
            return [cleaned(inner) for inner in value]
        case _:
            return value


def ago(then: datetime, now: datetime) -> str:
    """`5 minutes ago`; a date beyond a month."""
    seconds = (now - then).total_seconds()
    if seconds < _MINUTE:
        return "just now"
    for step, name, end in _STEPS:
        if seconds < end:
            count = int(seconds // step)
            return f"{count} {name}{'' if count == 1 else 's'} ago"
    return date(then)


def date(moment: datetime) -> str:
    """`5 March 2026`."""
    return f"{moment.day} {moment:%B} {moment.year}"


def exact(moment: datetime) -> str:
    """`5 March 2026, 14:02 UTC`."""
    return f"{date(moment)}, {moment:%H:%M} UTC"


def stamp(moment: datetime) -> str:
    """RFC 3339, to the second."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def size(count: int) -> str:
    """`3.4 MB`."""
    amount = float(count)
    for unit in ("bytes", "kB", "MB"):
        if amount < _KILO:
            return f"{amount:.0f} {unit}" if unit == "bytes" else f"{amount:.1f} {unit}"
        amount /= _KILO
    return f"{amount:.1f} GB"


def direction(text: str) -> str:
    """Which way the text runs: as its first letter does (https://www.unicode.org/reports/tr9/#P2)."""
    strong = (unicodedata.bidirectional(sign) for sign in text)
    return "rtl" if next((kind for kind in strong if kind in {"L", "R", "AL"}), "L") in {"R", "AL"} else "ltr"


def initials(name: str) -> str:
    """One or two letters that stand for a person without a picture."""
    words = [word for word in re.split(r"[\W_]+", name) if word]
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper() or "?"
