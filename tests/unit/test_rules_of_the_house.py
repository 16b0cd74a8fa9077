"""The rules that hold the house together: who may import whom, and how rooms are named."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SDKS = {"discord", "slack_bolt", "slack_sdk", "sqlalchemy", "alembic", "aiosqlite", "asyncpg"}
SEES_ALL = ("bot/app.py", "bot/cli/", "bot/__main__.py")
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc"}


def modules(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def imports(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def roots(path: Path) -> set[str]:
    """The packages that a module imports, wherever in it."""
    return {name.split(".")[0] for name in imports(ast.walk(ast.parse(path.read_text("utf-8"))))}


def early_roots(source: str) -> set[str]:
    """The packages that are imported as soon as the module is: not in a function, and not for types alone."""
    return {name.split(".")[0] for name in imports(_early(ast.parse(source)))}


def _early(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.If) and ast.unparse(child.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}:
            continue
        yield child
        yield from _early(child)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def strangers(folder: str, *unwanted: str) -> list[str]:
    """The modules in a folder that import one of these packages."""
    return [name(path) for path in modules(folder) if roots(path).intersection(unwanted)]


def test_the_core_reaches_out_to_nothing() -> None:
    found = strangers("bot", *SDKS, "adapters", "storage", "aiohttp")
    assert [path for path in found if not path.startswith(SEES_ALL)] == []


def test_adapters_do_not_know_storage() -> None:
    assert strangers("adapters", "storage") == []


def test_storage_does_not_know_adapters() -> None:
    assert strangers("storage", "adapters", "discord", "slack_bolt", "slack_sdk") == []


def test_the_sandbox_is_not_built_on_the_libraries_that_it_tests() -> None:
    assert strangers("adapters/sandbox", "discord", "slack_bolt", "slack_sdk") == []


def test_what_sees_all_imports_the_outside_late() -> None:
    seeing_all = [path for path in modules("bot") if name(path).startswith(SEES_ALL)]
    early = [path for path in seeing_all if early_roots(path.read_text("utf-8")) & (SDKS | {"adapters", "storage"})]
    assert seeing_all
    assert early == []


@pytest.mark.parametrize(
    ("source", "early"),
    [
        ("import adapters", True),
        ("import os, adapters.discord as discord", True),
        ("from adapters.discord import gateway", True),
        ("try:\n    import adapters\nexcept ImportError:\n    pass", True),
        ("class A:\n    import adapters", True),
        ("if True:\n    import adapters", True),
        ("def late():\n    import adapters", False),
        ("class A:\n    async def late(self):\n        from adapters import web", False),
        ("if TYPE_CHECKING:\n    import adapters", False),
        ("from bot.adapters import x", False),
    ],
)
def test_what_counts_as_an_early_import(source: str, early: bool) -> None:  # noqa: FBT001 - a table's column
    assert ("adapters" in early_roots(source)) is early


def test_only_the_masker_holds_its_seal() -> None:
    holders = [
        name(path)
        for folder in ("bot", "adapters", "storage")
        for path in modules(folder)
        if "_SEAL" in path.read_text("utf-8")
    ]
    assert all(holder.startswith("bot/masking/") for holder in holders)


@pytest.mark.parametrize("folder", ["bot", "adapters", "storage", "tests"])
def test_no_room_has_an_empty_name_or_is_too_big(folder: str) -> None:
    for path in modules(folder):
        assert path.stem not in EMPTY_NAMES, name(path)
        assert len(path.read_text("utf-8").splitlines()) <= 400, name(path)
