"""Reads tokens in camel case: `DumbAssEnergy`, `thisShitIsBananas`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Final

_PARTS: Final = re.compile(r"[A-Z][a-z]+|[a-z]+|[A-Z]+(?![a-z])|[0-9]+")
_LONGEST: Final = 80
_SHORT: Final = 3


def camel_words(token: str, ordinary: AbstractSet[str]) -> Iterator[str]:
    """The parts of a token in camel case, one or two at a time, in lower case.

    A short part has to be an ordinary word: others are what chance makes of codes and of names.
    """
    low = token.lower()
    if not token.isascii() or token == low or token[1:] == low[1:] or len(token) > _LONGEST:
        return
    parts = _PARTS.findall(token)
    if len(parts) < 2 or "".join(parts) != token:  # noqa: PLR2004 - one part is no camel
        return
    lows = [part.lower() for part in parts]
    odd = [part for part in lows if len(part) < _SHORT and part not in ordinary]
    if not all(part.isdigit() or set(part) == {"x"} for part in odd):
        return
    for part, following in zip(lows, [*lows[1:], ""], strict=True):
        # What players put around their names says nothing, and makes short words a matter of chance.
        if not odd or len(part) > _SHORT:
            yield part
        yield part + following
