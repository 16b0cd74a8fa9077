"""The rules that hold the house together: who may import whom, and how rooms are named."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SDKS = {"discord", "slack_bolt", "slack_sdk", "sqlalchemy", "alembic", "aiosqlite", "asyncpg"}
SEES_ALL = ("bot/app.py", "bot/cli/", "bot/__main__.py")
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc"}


def modules(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def roots(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imports(path)}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", [p for p in modules("bot") if not name(p).startswith(SEES_ALL)], ids=name)
def test_the_core_reaches_out_to_nothing(path: Path) -> None:
    assert not roots(path) & (SDKS | {"adapters", "storage", "aiohttp"})


@pytest.mark.parametrize("path", modules("adapters"), ids=name)
def test_adapters_do_not_know_storage(path: Path) -> None:
    assert "storage" not in roots(path)


@pytest.mark.parametrize("path", modules("storage"), ids=name)
def test_storage_does_not_know_adapters(path: Path) -> None:
    assert not roots(path) & {"adapters", "discord", "slack_bolt", "slack_sdk"}


@pytest.mark.parametrize("path", [p for p in modules("bot") if name(p).startswith(SEES_ALL)], ids=name)
def test_what_sees_all_imports_the_outside_late(path: Path) -> None:
    top = {
        node.module.split(".")[0]
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.ImportFrom) and node.module
    }
    assert not top & (SDKS | {"adapters", "storage"})


@pytest.mark.parametrize("path", modules("adapters/sandbox"), ids=name)
def test_the_sandbox_is_not_built_on_the_libraries_that_it_tests(path: Path) -> None:
    assert not roots(path) & {"discord", "slack_bolt", "slack_sdk"}


def test_only_the_masker_holds_its_seal() -> None:
    holders = [
        name(path)
        for folder in ("bot", "adapters", "storage")
        for path in modules(folder)
        if "_SEAL" in path.read_text("utf-8")
    ]
    assert all(holder.startswith("bot/masking/") for holder in holders)


@pytest.mark.parametrize("folder", ["bot", "adapters", "storage"])
def test_no_room_has_an_empty_name_or_is_too_big(folder: str) -> None:
    for path in modules(folder):
        assert path.stem not in EMPTY_NAMES, name(path)
        assert len(path.read_text("utf-8").splitlines()) <= 400, name(path)
