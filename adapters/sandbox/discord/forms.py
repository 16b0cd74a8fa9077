"""Modals: checking what the bot opens, showing it to a person, and sending back what the person filled in.

https://docs.discord.com/developers/components/reference#what-is-a-modal
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from adapters.sandbox.discord.components import (
    LABEL,
    ROW,
    SELECTS,
    STRING_SELECT,
    TEXT,
    TEXT_INPUT,
    UPLOAD,
    bounds,
    walk,
)
from adapters.sandbox.discord.errors import Problems
from adapters.sandbox.discord.world import Channel, File, Message, User
from adapters.sandbox.side import Json, Refusal

TITLE, LABEL_TEXT, CUSTOM_ID, ROWS, VALUE = 45, 45, 100, 5, 4000
_FIELDS = {TEXT_INPUT, UPLOAD} | SELECTS

Keep = Callable[[object], File]
"""Makes an attachment of a file that a person gives in a form."""


@dataclass
class Form:
    """A modal that is open before one person. `cause` tells of the interaction that opened it."""

    id: str
    user: User
    channel: Channel
    message: Message | None
    cause: Json
    custom_id: str
    title: str
    components: list[Json]

    def shown(self) -> Json:
        """What the person sees."""
        return {
            "modal": self.id,
            "title": self.title,
            "fields": [_shown(each, label) for each, label in self._fields()],
            "raw": {"custom_id": self.custom_id, "title": self.title, "components": self.components},
        }

    def _fields(self) -> list[tuple[Json, str]]:
        found: list[tuple[Json, str]] = []
        for top in self.components:
            if top["type"] == ROW:
                found += [(each, each.get("label") or "") for each in top["components"]]
            elif top["type"] == LABEL:
                found.append((top["component"], top["label"]))
        return found

    def filled(self, values: Json, keep: Keep) -> tuple[list[Json], list[File]]:
        """The components of the submission and the files in it; raises `Refusal` where the client would not send it."""
        answers: dict[str, Json] = {}
        files: list[File] = []
        left = dict(values)
        for each, label in self._fields():
            given = left.pop(each["custom_id"], left.pop(label, None))
            answers[each["custom_id"]] = _filled(each, label, given, keep, files)
        if left:
            raise Refusal(f"the form has no field {next(iter(left))!r}")
        done: list[Json] = []
        for top in self.components:
            shape: Json = {"type": top["type"], "id": top["id"]}
            if top["type"] == ROW:
                shape["components"] = [answers[each["custom_id"]] for each in top["components"]]
            elif top["type"] == LABEL:
                shape["component"] = answers[top["component"]["custom_id"]]
            done.append(shape)
        return done, files


def _shown(field: Json, label: str) -> Json:
    value: Any = field.get("value") or ""
    if field["type"] == STRING_SELECT:
        value = [option["value"] for option in field["options"] if option.get("default")]
    elif field["type"] != TEXT_INPUT:
        value = []
    return {"id": field["custom_id"], "label": label, "value": value}


def _filled(field: Json, label: str, given: Any, keep: Keep, files: list[File]) -> Json:  # noqa: ANN401 - JSON
    shape: Json = {"type": field["type"], "id": field["id"], "custom_id": field["custom_id"]}
    required = field.get("required", True)
    if field["type"] == TEXT_INPUT:
        text = str(field.get("value") or "") if given is None else str(given)
        least = field.get("min_length") or (1 if required else 0)
        if (text or required) and not least <= len(text) <= (field.get("max_length") or VALUE):
            raise Refusal(f"{label!r} takes {least} to {field.get('max_length') or VALUE} characters, not {len(text)}")
        return shape | {"value": text}
    chosen = given if isinstance(given, list | tuple) else [] if given in {None, ""} else [given]
    if given is None and field["type"] == STRING_SELECT:
        chosen = _shown(field, label)["value"]
    least, most = bounds(field)
    least = least if required else 0
    if not least <= len(chosen) <= most:
        raise Refusal(f"{label!r} takes {least} to {most} choices, not {len(chosen)}")
    if field["type"] == UPLOAD:
        new = [keep(each) for each in chosen]
        files += new
        return shape | {"values": [str(each.id) for each in new]}
    return shape | {"values": [_choice(field, label, str(each)) for each in chosen]}


def _choice(field: Json, label: str, given: str) -> str:
    if field["type"] != STRING_SELECT:
        return given
    for option in field["options"]:
        if given in {option["value"], option["label"]}:
            return str(option["value"])
    raise Refusal(f"{label!r} has no choice {given!r}")


def check_form(data: Json) -> tuple[str, str, list[Json]]:
    """The custom id, title and components, with ids, of a modal that the bot opens; raises 50035 for a broken rule."""
    problems = Problems()
    custom_id, title = data.get("custom_id") or "", data.get("title") or ""
    if not 1 <= len(custom_id) <= CUSTOM_ID:
        problems.length(("data", "custom_id"), 1, CUSTOM_ID)
    if not 1 <= len(title) <= TITLE:
        problems.length(("data", "title"), 1, TITLE)
    components = data.get("components") or []
    if not 1 <= len(components) <= ROWS:
        problems.length(("data", "components"), 1, ROWS)
    done = [_checked(top, ("data", "components", index), problems) for index, top in enumerate(components)]
    names = [each.get("custom_id") for each in walk(done) if each["type"] in _FIELDS]
    if len(set(names)) != len(names):
        problems.add(
            ("data", "components"), "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated"
        )
    problems.settle()
    for number, each in enumerate(walk(done), start=1):
        each["id"] = each.get("id") or number
    return custom_id, title, done


def _checked(top: Json, at: tuple[str | int, ...], problems: Problems) -> Json:
    kind = top.get("type")
    if kind == ROW:
        inner = top.get("components") or []
        if len(inner) != 1 or inner[0].get("type") != TEXT_INPUT:
            problems.choice((*at, "components"), inner[0].get("type") if inner else None, [TEXT_INPUT])
            return {"type": ROW, "components": []}
        if not 1 <= len(inner[0].get("label") or "") <= LABEL_TEXT:
            problems.length((*at, "components", 0, "label"), 1, LABEL_TEXT)
        return dict(top) | {"components": [_field(inner[0], (*at, "components", 0), problems)]}
    if kind == LABEL:
        if not 1 <= len(top.get("label") or "") <= LABEL_TEXT:
            problems.length((*at, "label"), 1, LABEL_TEXT)
        if len(top.get("description") or "") > CUSTOM_ID:
            problems.too_long((*at, "description"), CUSTOM_ID)
        return dict(top) | {"component": _field(top.get("component") or {}, (*at, "component"), problems)}
    if kind != TEXT:
        problems.choice((*at, "type"), kind, [ROW, TEXT, LABEL])
    return dict(top) | {"type": TEXT}


def _field(field: Json, at: tuple[str | int, ...], problems: Problems) -> Json:
    if field.get("type") not in _FIELDS:
        problems.choice((*at, "type"), field.get("type"), sorted(_FIELDS))
        return {"type": TEXT_INPUT, "custom_id": ""}
    if not 1 <= len(field.get("custom_id") or "") <= CUSTOM_ID:
        problems.length((*at, "custom_id"), 1, CUSTOM_ID)
    if field["type"] == TEXT_INPUT:
        most = field.get("max_length") or VALUE
        if not 1 <= most <= VALUE:
            problems.add((*at, "max_length"), "NUMBER_TYPE_MAX", f"int value should be less than or equal to {VALUE}.")
        if len(field.get("value") or "") > most:
            problems.too_long((*at, "value"), most)
        if len(field.get("placeholder") or "") > CUSTOM_ID:
            problems.too_long((*at, "placeholder"), CUSTOM_ID)
        if field.get("style") not in {1, 2}:
            problems.choice((*at, "style"), field.get("style"), (1, 2))
    return dict(field)
