from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

SPEC = Path(__file__).resolve().parents[4] / "shared" / "specs" / "discord-openapi.json"
Json = dict[str, Any]
Check = Callable[[Json], None]


@cache
def _description() -> Json:
    if not SPEC.exists():
        pytest.skip("Discord's API description is not here")
    loaded: Json = json.loads(SPEC.read_text("utf-8"))
    return loaded


@cache
def _registry() -> Registry[Any]:
    resource: Resource[Any] = Resource.from_contents(_description(), default_specification=DRAFT202012)
    registry: Registry[Any] = Registry().with_resource("urn:discord", resource)
    return registry


@cache
def _validator(pointer: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": f"urn:discord#{pointer}"}, registry=_registry())


def _request(method: str, path: str) -> str:
    body = _description()["paths"][path][method]["requestBody"]
    assert "application/json" in body["content"]
    escaped = path.replace("~", "~0").replace("/", "~1")
    return f"/paths/{escaped}/{method}/requestBody/content/application~1json/schema"


def _nested(payload: object) -> Iterator[Json]:
    if isinstance(payload, dict):
        if "type" in payload:
            yield payload
        for value in payload.values():
            yield from _nested(value)
    elif isinstance(payload, list):
        for value in payload:
            yield from _nested(value)


def check_components(payload: Json) -> None:
    """What Discord's documentation says of a whole message and the description can't."""
    assert payload["flags"] & (1 << 15)
    assert "content" not in payload
    parts = list(_nested(payload["components"]))
    assert len(parts) <= 40
    assert sum(len(part["content"].encode("utf-16-le")) // 2 for part in parts if part["type"] == 10) <= 4000
    ids = [part["custom_id"] for part in parts if "custom_id" in part]
    assert len(ids) == len(set(ids))
    for button in (part for part in parts if part["type"] == 2):
        assert ("url" in button) == (button["style"] == 5)
        assert ("custom_id" in button) == (button["style"] != 5)
    assert payload["allowed_mentions"] == {"parse": []}


@pytest.fixture(scope="session")
def check() -> Callable[[str, str, Json], None]:
    """Hold a body against the request's schema in Discord's own description."""

    def against(method: str, path: str, payload: Json) -> None:
        error = next(_validator(_request(method, path)).iter_errors(payload), None)
        assert error is None, f"{error.json_path}: {error.message}"

    return against


@pytest.fixture(scope="session")
def check_schema() -> Callable[[str, Json], None]:
    """Hold a value against one of the description's named schemas."""

    def against(name: str, payload: Json) -> None:
        error = next(_validator(f"/components/schemas/{name}").iter_errors(payload), None)
        assert error is None, f"{error.json_path}: {error.message}"

    return against


@pytest.fixture(scope="session")
def check_message(check: Callable[[str, str, Json], None]) -> Check:
    """A message of components, as POST /channels/{channel_id}/messages takes it."""

    def against(payload: Json) -> None:
        check("post", "/channels/{channel_id}/messages", payload)
        check_components(payload)

    return against
