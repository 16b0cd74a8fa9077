"""Small checks of JSON that join into larger ones; each notes what is wrong, in Slack's words, with a JSON pointer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

Notes: TypeAlias = list[str]
Check: TypeAlias = Callable[[object, str, Notes], None]


def note(notes: Notes, line: str, path: str) -> None:
    """Add one line in Slack's form."""
    notes.append(f"{line} [json-pointer:{path}]")


def text(most: int, least: int = 1) -> Check:
    """A text of `least` to `most` characters."""

    def check(value: object, path: str, notes: Notes) -> None:
        if not isinstance(value, str):
            note(notes, "must be a string", path)
        elif len(value) > most:
            note(notes, f"must be less than {most + 1} characters", path)
        elif len(value) < least:
            note(notes, f"must be more than {least - 1} characters", path)

    return check


def one_of(*allowed: str) -> Check:
    """One of these texts."""

    def check(value: object, path: str, notes: Notes) -> None:
        if value not in allowed:
            note(notes, f"must be one of: {', '.join(allowed)}", path)

    return check


def flag(value: object, path: str, notes: Notes) -> None:
    """True or false."""
    if not isinstance(value, bool):
        note(notes, "must be a boolean", path)


def whole(least: int, most: int) -> Check:
    """A whole number in a range."""

    def check(value: object, path: str, notes: Notes) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            note(notes, "must be an integer", path)
        elif not least <= value <= most:
            note(notes, f"must be between {least} and {most}", path)

    return check


def array(item: Check, least: int, most: int) -> Check:
    """A list of `least` to `most` items."""

    def check(value: object, path: str, notes: Notes) -> None:
        if not isinstance(value, list):
            note(notes, "must be an array", path)
            return
        if len(value) > most:
            note(notes, f"no more than {most} items allowed", path)
        if len(value) < least:
            note(notes, f"no fewer than {least} items allowed", path)
        for index, one in enumerate(value):
            item(one, f"{path}/{index}", notes)

    return check


def fields(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """An object with these fields and no others."""
    known = {**required, **(optional or {})}

    def check(value: object, path: str, notes: Notes) -> None:
        if not isinstance(value, dict):
            note(notes, "must be an object", path)
            return
        for name in required:
            if value.get(name) is None:
                note(notes, f"missing required field: {name}", path)
        for name, given in value.items():
            if name not in known:
                note(notes, f"invalid additional property: {name}", path)
            elif given is not None:
                known[name](given, f"{path}/{name}", notes)

    return check


def anything(_value: object, _path: str, _notes: Notes) -> None:
    """Whatever is there."""


def by_type(kinds: Mapping[str, Check]) -> Check:
    """An object whose `type` says which check it must pass."""

    def check(value: object, path: str, notes: Notes) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str):
            note(notes, "missing required field: type", path)
        elif kind not in kinds:
            note(notes, f"unsupported type: {kind}", f"{path}/type")
        else:
            kinds[kind](value, path, notes)

    return check


def every(*checks: Check) -> Check:
    """All of these."""

    def check(value: object, path: str, notes: Notes) -> None:
        for one in checks:
            one(value, path, notes)

    return check
