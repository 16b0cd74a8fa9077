"""Slack's date formats and the neutral tree's timestamp styles.

Formats: https://docs.slack.dev/messaging/formatting-message-text#date-formatting
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final, Literal, TypeAlias

from bot.markup.tree import Text, Timestamp

Letter: TypeAlias = Literal["t", "T", "d", "D", "f", "F", "R"]

FORMATS: Final[dict[Letter, str]] = {
    "t": "{time}",
    "T": "{time_secs}",
    "d": "{date_num}",
    "D": "{date_long_full}",
    "f": "{date_long_full} {time}",
    "F": "{date_long} {time}",
    "R": "{ago}",
}
_TOKEN: Final = re.compile(r"\{([a-z_]{1,30})\}")
_LAST: Final = 99_999_999_999  # in the year 5138: eleven digits are what Slack is known to take


def is_date(seconds: int) -> bool:
    """Whether Slack can show the moment: not before 1970, nor after the year 5138."""
    return 0 <= seconds <= _LAST


def timestamp(seconds: int, form: str, fallback: str = "") -> Timestamp | Text:
    """The moment in the style that is nearest to a Slack format; out of Slack's range, the fallback's words."""
    return Timestamp(seconds, _letter(form)) if is_date(seconds) else Text(fallback or str(seconds))


def date_element(moment: Timestamp) -> dict[str, object]:
    """A rich text `date` element; readers whose client shows no dates see the time in UTC."""
    fallback = f"{datetime.fromtimestamp(moment.seconds, UTC):%Y-%m-%d %H:%M} UTC"
    return {"type": "date", "timestamp": moment.seconds, "format": FORMATS[moment.style], "fallback": fallback}


def _letter(form: str) -> Letter:
    exact = next((letter for letter, known in FORMATS.items() if known == form), None)
    if exact is not None:
        return exact
    tokens = _TOKEN.findall(form)
    if "ago" in tokens:
        return "R"
    dated = any(token.startswith(("date", "day")) for token in tokens)
    timed = any(token.startswith("time") for token in tokens)
    if dated and timed:
        return "F" if "date_long" in tokens or "date_long_pretty" in tokens else "f"
    if timed:
        return "T" if "time_secs" in tokens else "t"
    return "d" if "date_num" in tokens or "date_slash" in tokens else "D"
