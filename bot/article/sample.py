"""The article that the demo publishes."""

from __future__ import annotations

import importlib.resources


def sample() -> str:
    """An article of our own, in the shape that `read_text` reads."""
    return importlib.resources.files("bot.article").joinpath("sample.txt").read_text("utf-8")
