"""The names behind Discord's mentions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class MentionNames:
    """What people see in place of an id: display names of users, names of roles and channels, by id, without signs."""

    users: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)


NO_NAMES: Final = MentionNames()
"""No name is known: Discord's own stand-ins (`unknown-user`) are shown."""
