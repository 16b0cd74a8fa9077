"""Modals without sockets: what the bot may open, and what a person may send."""

from __future__ import annotations

import time
from typing import Any

import pytest

from adapters.sandbox.discord.errors import ApiError
from adapters.sandbox.discord.forms import Form, check_form
from adapters.sandbox.discord.world import Channel, File, User
from adapters.sandbox.side import Refusal


def row(**field: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {"type": 1, "components": [{"type": 4, "custom_id": "a", "style": 1, "label": "A"} | field]}


def label(**field: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {"type": 18, "label": "B", "component": {"custom_id": "b"} | field}


MENU = label(
    type=3, options=[{"label": "Main", "value": "main"}, {"label": "Other", "value": "other", "default": True}]
)


def opened(*components: dict[str, Any]) -> Form:
    custom_id, title, checked = check_form({"custom_id": "form", "title": "Form", "components": list(components)})
    user = User(1, "ada", "Ada")
    return Form("9", user, Channel(2, 3, 0, "news"), None, {}, custom_id, title, checked)


def refuse_files(_: object) -> File:
    raise Refusal("no files here")


def sent(form: Form, values: dict[str, Any]) -> list[Any]:
    components, _ = form.filled(values, refuse_files)
    inner = [each.get("component") or each["components"][0] for each in components]
    return [each.get("value", each.get("values")) for each in inner]


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ({"title": "x" * 46}, "title"),
        ({"custom_id": ""}, "custom_id"),
        ({"components": []}, "components"),
        ({"components": [row()] * 6}, "components"),
        ({"components": [row(), row()]}, "components"),
        ({"components": [row(label="x" * 46)]}, "label"),
        ({"components": [row(value="x" * 11, max_length=10)]}, "value"),
        ({"components": [row(style=3)]}, "style"),
        ({"components": [{"type": 1, "components": [{"type": 2}]}]}, "components"),
        ({"components": [{"type": 14}]}, "type"),
        ({"components": [label(type=10)]}, "type"),
    ],
)
def test_what_the_bot_may_not_open(data: dict[str, Any], path: str) -> None:
    with pytest.raises(ApiError) as refused:
        check_form({"custom_id": "form", "title": "Form", "components": [row()]} | data)
    assert refused.value.code == 50035
    assert path in str(refused.value.body["errors"])


def test_fields_are_found_by_id_and_by_label() -> None:
    form = opened(row(), MENU)
    shown = form.shown()
    assert len(shown.pop("raw")["components"]) == 2
    assert shown == {
        "modal": "9",
        "title": "Form",
        "fields": [{"id": "a", "label": "A", "value": ""}, {"id": "b", "label": "B", "value": ["other"]}],
    }
    assert sent(form, {"a": "x", "B": "Main"}) == ["x", ["main"]]
    assert sent(form, {"A": "x", "b": ["main"]}) == ["x", ["main"]]
    assert sent(form, {"A": "x"}) == ["x", ["other"]]


def test_what_is_not_filled_in_keeps_its_value() -> None:
    assert sent(opened(row(value="old")), {}) == ["old"]


@pytest.mark.parametrize(
    ("component", "values"),
    [
        (row(), {}),
        (row(min_length=3), {"a": "xy"}),
        (row(max_length=3), {"a": "wxyz"}),
        (row(), {"a": "x", "c": "y"}),
        (MENU, {"b": "third"}),
        (MENU, {"b": ["main", "other"]}),
        (label(type=19), {}),
    ],
)
def test_what_a_person_may_not_send(component: dict[str, Any], values: dict[str, Any]) -> None:
    with pytest.raises(Refusal):
        opened(component).filled(values, refuse_files)


def test_files_are_sent_by_their_ids() -> None:
    def keep(given: object) -> File:
        return File(int(time.time()), 2, str(given), b"", "text/plain")

    components, files = opened(label(type=19, max_values=2)).filled({"B": ["x", "y"]}, keep)
    assert [each.name for each in files] == ["x", "y"]
    assert components[0]["component"]["values"] == [str(each.id) for each in files]
