"""A file on its way to Discord."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to send along with a message, as part `files[n]` of its form."""

    name: str
    content: bytes
    media_type: str = "application/octet-stream"
