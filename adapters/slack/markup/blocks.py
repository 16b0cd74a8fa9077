"""Slack's blocks to the neutral tree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from adapters.slack.markup.names import NO_NAMES, Names
from bot.markup.tree import Document, plain_document


def parse_blocks(blocks: Sequence[Mapping[str, Any]], *, names: Names = NO_NAMES) -> Document:
    """What the blocks say; never raises, whatever they hold."""
    return plain_document("".join(_texts(list(blocks), names)))


def _texts(value: object, names: Names) -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield from _texts(one, names)
    elif isinstance(value, Mapping):
        text = value.get("text")
        yield text if isinstance(text, str) else ""
        yield from _texts(value.get("elements"), names)
