"""SOURCE on the command line: a URL, a file, or `-` for standard input."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import SourceError

if TYPE_CHECKING:
    from bot.commands import Given

_LARGEST = 5_000_000
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


def given(source: str) -> Given:
    """What SOURCE gives; raises `SourceError` with one line where there is no such file or it can't be read."""
    from bot.commands import GivenFile, GivenUrl

    if not source.strip():
        raise SourceError("Say which article: a URL, a file, or - for standard input.")
    if source == "-":
        return GivenFile("", "", _bounded(sys.stdin.buffer.read(_LARGEST + 1), "standard input"))
    if _SCHEME.match(source):
        return GivenUrl(source)
    path = Path(source)
    try:
        with path.open("rb") as file:
            return GivenFile(path.name, "", _bounded(file.read(_LARGEST + 1), source))
    except FileNotFoundError:
        raise SourceError(f"There is no file {source}.") from None
    except IsADirectoryError:
        raise SourceError(f"{source} is a folder; name a file in it.") from None
    except OSError as error:
        raise SourceError(f"{source} can't be read: {error.strerror}.") from None


def _bounded(content: bytes, what: str) -> bytes:
    if len(content) > _LARGEST:
        raise SourceError(f"{what} is larger than {_LARGEST // 1_000_000} MB.")
    return content
