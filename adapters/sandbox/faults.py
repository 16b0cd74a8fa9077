"""Faults to order: what a test or a demo makes the sandbox's platforms do wrong."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, get_args

FaultKind: TypeAlias = Literal["429", "500", "500_after", "timeout_after", "drop", "disconnect", "duplicate", "reorder"]
"""What goes wrong.

`429`, `500`: the request is refused, nothing is done. `500_after`, `timeout_after`: the work is done, then the answer
is an error, or never comes (the connection is held, then closed). `drop`: the connection closes before the work.
For events (route `event:NAME`): `drop` loses one (the platform thinks it sent it), `duplicate` delivers it twice,
`reorder` delivers it after its successor. `disconnect` closes the event socket at once and needs no route.
"""

KINDS: frozenset[str] = frozenset(get_args(FaultKind))


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule: it strikes `times` requests whose route matches, each with the chance `rate`.

    `route` is a case-insensitive regular expression searched in `METHOD /path` for Discord, in the Web API method's
    name for Slack, and in `event:NAME` for events on either; empty matches everything but events.
    """

    platform: str
    route: str
    kind: FaultKind
    times: int = 1
    rate: float = 1.0


class Faults:
    """The rules in force, oldest first; a rule that has struck its last time is gone."""

    def __init__(self, chance: float | None = None) -> None:
        """`chance` fixes the dice for rules with a rate, for tests; by default they are thrown anew each time."""
        self._rules: list[Fault] = []
        self._chance = chance

    def add(self, fault: Fault) -> None:
        """Put a rule in force."""
        re.compile(fault.route)
        self._rules.append(fault)

    def clear(self, platform: str | None = None) -> None:
        """Lift every rule, or those of one platform."""
        self._rules = [] if platform is None else [rule for rule in self._rules if rule.platform != platform]

    def take(self, platform: str, route: str) -> Fault | None:
        """The rule that strikes this request or event, if any, counted as struck."""
        for index, rule in enumerate(self._rules):
            if rule.platform != platform or not self._matches(rule, route) or not self._strikes(rule):
                continue
            if rule.times <= 1:
                del self._rules[index]
            else:
                self._rules[index] = replace(rule, times=rule.times - 1)
            return rule
        return None

    @staticmethod
    def _matches(rule: Fault, route: str) -> bool:
        if not rule.route:
            return not route.startswith("event:")
        return re.search(rule.route, route, re.IGNORECASE) is not None

    def _strikes(self, rule: Fault) -> bool:
        if rule.rate >= 1.0:
            return True
        return (random.random() if self._chance is None else self._chance) < rule.rate  # noqa: S311 - dice for tests
