"""Reading the control API's state: the newest card of a side, its thread, its people."""

from __future__ import annotations

from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]
SIDES = ("discord", "slack")
CHANNEL = "news"


def card(state: Json, side: str) -> Json | None:
    """The newest card in a side's channel."""
    for channel in state[side]["channels"]:
        if channel["name"] == CHANNEL:
            cards = [message for message in channel["messages"] if message["by"] != "person"]
            return cards[-1] if cards else None
    return None


def thread(state: Json, side: str) -> list[Json]:
    """The messages under the newest card of a side."""
    root = card(state, side)
    return [] if root is None else list(root["thread"] or [])


def people(state: Json, side: str) -> list[str]:
    """The names of a side's people, an admin first."""
    return [person["name"] for person in sorted(state[side]["people"], key=lambda person: not person["admin"])]
