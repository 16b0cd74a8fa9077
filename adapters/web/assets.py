"""The page's own files: their addresses change with their contents, so that browsers keep them for good."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent / "static"
_TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is served."""

    media_type: str
    content: bytes
    packed: bytes


class Assets:
    """All files of the folder, read once."""

    def __init__(self, path: str = "") -> None:
        self._files: dict[str, Asset] = {}
        self._names: dict[str, str] = {}
        for file in sorted(FOLDER.iterdir()):
            if file.suffix not in _TYPES:
                continue
            content = file.read_bytes()
            named = f"{file.stem}-{hashlib.sha256(content).hexdigest()[:10]}{file.suffix}"
            self._files[named] = Asset(_TYPES[file.suffix], content, gzip.compress(content, mtime=0))
            self._names[file.name] = f"{path}/static/{named}"

    def address(self, name: str) -> str:
        """The address of a file."""
        return self._names[name]

    def text(self, name: str) -> str:
        """A file's text, for a page that has to stand alone."""
        return (FOLDER / name).read_text("utf-8")

    def find(self, named: str) -> Asset | None:
        """The file behind the last part of an address."""
        return self._files.get(named)
