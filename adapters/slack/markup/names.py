"""The names behind the ids that Slack's messages mention."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

_TOKEN: Final = re.compile(r"<(@[UW]|#[CDG]|!subteam\^S)([A-Z0-9]+)(?:\|[^<>]*)?>")


@dataclass(frozen=True, slots=True)
class Names:
    """Names by id, without their signs; what is missing is shown by the label that Slack sent, else by its id."""

    users: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)
    usergroups: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mentioned:
    """The ids that a message mentions: what to look up before it is parsed."""

    users: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    usergroups: frozenset[str] = frozenset()


NO_NAMES: Final = Names()


def mentioned(message: Mapping[str, Any]) -> Mentioned:
    """The ids mentioned in a message's `blocks`, or in its `text` where it has no blocks."""
    found: dict[str, set[str]] = {"user": set(), "channel": set(), "usergroup": set()}
    for kind, name in _ids(message.get("blocks")):
        found[kind].add(name)
    text = message.get("text")
    for sign, rest in _TOKEN.findall(text if isinstance(text, str) else ""):
        kind = {"@": "user", "#": "channel", "!": "usergroup"}[sign[0]]
        found[kind].add(sign[-1] + rest)
    return Mentioned(frozenset(found["user"]), frozenset(found["channel"]), frozenset(found["usergroup"]))


def _ids(value: object) -> Iterator[tuple[str, str]]:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting.extend(one)
        elif isinstance(one, Mapping):
            kind = one.get("type")
            if kind in ("user", "channel", "usergroup") and isinstance(one.get(f"{kind}_id"), str):
                yield str(kind), one[f"{kind}_id"]
            waiting.extend(one.values())
