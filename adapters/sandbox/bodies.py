"""What the control API's requests may hold: fields by name and type, and files as JSON carries them."""

from __future__ import annotations

import base64
import binascii
import mimetypes
from dataclasses import dataclass, field
from typing import Any

from adapters.sandbox.side import Json, Refusal, SaidFile

TYPE_NAMES = {str: "a text", bool: "true or false", int: "a whole number", float: "a number", dict: "an object"}
FILE_FIELDS = frozenset({"name", "content", "text", "type", "alt", "spoiler"})


@dataclass(frozen=True, slots=True)
class Body:
    """The fields that one request takes; any other is refused, so that a misspelt one is never passed over."""

    required: dict[str, type] = field(default_factory=dict)
    optional: dict[str, type] = field(default_factory=dict)

    def read(self, given: object) -> Json:
        """The body's fields, checked; optional ones that are absent or null are left out. Raises `Refusal`."""
        if not isinstance(given, dict):
            raise Refusal("the body must be a JSON object")
        known = {**self.required, **self.optional}
        for name in given:
            if name not in known:
                raise Refusal(f"unknown field {name!r}; this takes {', '.join(known)}")
        read: Json = {}
        for name, kind in known.items():
            value = given.get(name)
            if value is None:
                if name in self.required:
                    raise Refusal(f"the field {name!r} is missing")
                continue
            read[name] = _checked(name, kind, value)
        return read


def _checked(name: str, kind: type, value: Any) -> Any:  # noqa: ANN401 - JSON as it came
    if kind is list:
        if not isinstance(value, list):
            raise Refusal(f"{name!r} must be a list")
        return value
    numbers = (int, float) if kind is float else kind
    if not isinstance(value, numbers) or (isinstance(value, bool) and kind is not bool):
        raise Refusal(f"{name!r} must be {TYPE_NAMES[kind]}")
    return value


def said_files(given: list[Any]) -> tuple[SaidFile, ...]:
    """Files as a request's `files` gives them. Raises `Refusal`."""
    return tuple(_said_file(one) for one in given)


def with_files(values: Json) -> Json:
    """Options or values in which every file, alone or in a list, has become a tuple of `SaidFile`. Raises `Refusal`."""
    listed = {name: [value] if isinstance(value, dict) else value for name, value in values.items()}
    return {name: said_files(value) if _are_files(value) else values[name] for name, value in listed.items()}


def _are_files(value: object) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(one, dict) and "name" in one and ("content" in one or "text" in one) for one in value)
    )


def _said_file(given: object) -> SaidFile:
    if not isinstance(given, dict) or not isinstance(given.get("name"), str) or not given["name"]:
        raise Refusal('a file is {"name", "content" (base64) or "text", "type"?, "alt"?}')
    for name in given:
        if name not in FILE_FIELDS:
            raise Refusal(f"unknown field {name!r} of a file; it takes {', '.join(sorted(FILE_FIELDS))}")
    if ("content" in given) == ("text" in given):
        raise Refusal(f"the file {given['name']!r} needs either 'content' (base64) or 'text'")
    guessed = mimetypes.guess_type(given["name"])[0] or "application/octet-stream"
    return SaidFile(
        name=given["name"],
        content=_content(given),
        media_type=str(given.get("type") or guessed),
        alt=str(given.get("alt") or ""),
        spoiler=given.get("spoiler") is True,
    )


def _content(given: Json) -> bytes:
    if "text" in given:
        return str(given["text"]).encode()
    try:
        return base64.b64decode(str(given["content"]), validate=True)
    except (binascii.Error, ValueError):
        raise Refusal(f"the content of {given['name']!r} is not base64") from None
