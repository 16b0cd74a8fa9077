from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.models.basic_objects import JsonObject
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

SPECS = Path(__file__).resolve().parents[4] / "shared" / "specs"
Json = dict[str, Any]


def _validate(model: JsonObject, drawn: Mapping[str, Any]) -> None:
    """slack_sdk's own checks of sizes, and that its models know every field we set."""
    model.validate_json()
    assert _without_empty(model.to_dict()) == _without_empty(dict(drawn))


def _without_empty(value: object) -> object:
    if isinstance(value, dict):
        return {str(key): _without_empty(inner) for key, inner in value.items() if inner not in ({}, [], None)}
    if isinstance(value, list | tuple):
        return [_without_empty(inner) for inner in value]
    if isinstance(value, JsonObject):
        return _without_empty(value.to_dict())
    return str(value) if isinstance(value, str) else value


@pytest.fixture(scope="session")
def check_blocks() -> Callable[[list[Json]], None]:
    def check(blocks: list[Json]) -> None:
        json.dumps(blocks)
        assert len(blocks) <= 50
        for block in blocks:
            model = Block.parse(block)
            assert model is not None
            _validate(model, block)
        ids = [block["block_id"] for block in blocks if "block_id" in block]
        assert len(ids) == len(set(ids))

    return check


@pytest.fixture(scope="session")
def check_view() -> Callable[[Json], None]:
    def check(view: Json) -> None:
        assert len(json.dumps(view)) < 250_000
        View(**view).validate_json()
        for block in view["blocks"]:
            model = Block.parse(block)
            assert model is not None
            _validate(model, block)
            if block["type"] == "input":
                assert view.get("submit")

    return check


@pytest.fixture(scope="session")
def sample() -> Callable[[str], Json]:
    def load(name: str) -> Json:
        path = SPECS / "slack-samples" / f"{name}.json"
        if not path.exists():
            pytest.skip("the samples are not here")
        loaded: Json = json.loads(path.read_text("utf-8"))
        return loaded

    return load


@pytest.fixture(scope="session")
def events_api() -> Json:
    path = SPECS / "slack-events-api.json"
    if not path.exists():
        pytest.skip("the description of the events is not here")
    loaded: Json = json.loads(path.read_text("utf-8"))
    return loaded
