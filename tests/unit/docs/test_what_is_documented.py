"""What the code offers stands in the documents, and what they promise is there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import typer.main
from typer.core import TyperCommand, TyperGroup, TyperOption

from adapters.discord.grants import INTENTS, OAUTH_SCOPES, PERMISSIONS, label
from adapters.slack.grants import APP_SCOPES, BOT_EVENTS, BOT_SCOPES, USER_SCOPES
from bot.checks import Grant
from bot.cli import app
from bot.config import Settings

ROOT = Path(__file__).parents[3]
README = (ROOT / "README.md").read_text("utf-8")
CLI = (ROOT / "docs" / "cli.md").read_text("utf-8")
TABLES = {
    "scope": ([(f"`{grant.name}`", grant.why) for grant in OAUTH_SCOPES]),
    "intent": ([(label(grant.name), grant.why) for grant in INTENTS]),
    "permission": ([(label(grant.name), grant.why) for grant in PERMISSIONS]),
    **{
        kind: [(f"`{grant.name}`", grant.why) for grant in grants]
        for kind, grants in (
            ("bot scope", BOT_SCOPES),
            ("user scope", USER_SCOPES),
            ("app-level scope", APP_SCOPES),
            ("event", BOT_EVENTS),
        )
    },
}


def rows(document: str, first: str) -> list[tuple[str, ...]]:
    """The rows of the table whose first heading this is."""
    found = re.search(rf"^\| {re.escape(first)} \|.*\n\|[-|]+\n((?:\|.*\n)+)", document, re.MULTILINE)
    assert found is not None, f"there is no table of {first}"
    return [tuple(cell.strip() for cell in line.strip("|").split(" | ")) for line in found[1].splitlines()]


def shown(default: object) -> str:
    if default is None:
        return "unset"
    return "none" if default == () else f"`{default}`"


def test_the_table_of_settings_is_the_settings() -> None:
    expected = [
        (f"`{name.upper()}`", field.description, shown(field.default)) for name, field in Settings.model_fields.items()
    ]
    assert rows(README, "setting") == expected


@pytest.mark.parametrize("kind", TABLES)
def test_the_tables_of_what_is_asked_for_are_the_lists_of_the_code(kind: str) -> None:
    assert rows(README, kind) == TABLES[kind]


@pytest.mark.parametrize("grants", [INTENTS, PERMISSIONS, BOT_SCOPES, BOT_EVENTS], ids=lambda grants: grants[0].name)
def test_nothing_is_asked_for_twice_or_without_a_reason(grants: Sequence[Grant]) -> None:
    assert len({grant.name for grant in grants}) == len(grants)
    assert all(grant.why for grant in grants)


def leaves(command: object, path: str = "roundtable") -> Iterator[tuple[str, TyperCommand | TyperGroup]]:
    """Every command that does something, by its full name."""
    if isinstance(command, TyperGroup):
        if command.invoke_without_command:
            yield path, command
        for name, inner in command.commands.items():
            yield from leaves(inner, f"{path} {name}")
    elif isinstance(command, TyperCommand):
        yield path, command


COMMANDS = dict(leaves(typer.main.get_command(app)))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_documented(name: str) -> None:
    lines = [line for line in CLI.splitlines() if re.search(rf"`{name}(?: |`)", line)]
    assert lines, name
    text = CLI if name.startswith("roundtable words") else "\n".join(lines)
    for parameter in COMMANDS[name].params:
        if isinstance(parameter, TyperOption) and "--help" not in parameter.opts:
            assert any(option in text for option in parameter.opts), (name, parameter.opts)


@pytest.mark.parametrize("document", [README, CLI], ids=["README.md", "docs/cli.md"])
def test_every_command_that_is_told_of_is_there(document: str) -> None:
    words = {tuple(name.split()) for name in COMMANDS}
    for told in re.findall(r"(?:`|^)(roundtable(?: [a-z-]+)+)", document, re.MULTILINE):
        given = tuple(told.split())
        assert any(given[: len(name)] == name for name in words), told


@pytest.mark.parametrize(
    "document", [*sorted(ROOT.glob("docs/**/*.md")), ROOT / "README.md"], ids=lambda path: path.name
)
def test_every_file_that_is_linked_is_there(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)[^):]*\)", document.read_text("utf-8")):
        if target != "docs/demo.svg":
            assert (document.parent / target).exists(), target


def test_every_target_that_is_told_of_can_be_made() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"(?:`|^)make ([a-z]+)", README, re.MULTILINE)) <= targets


def test_every_race_names_tests_that_are_there() -> None:
    document = (ROOT / "docs" / "delivery.md").read_text("utf-8")
    there = {
        name
        for file in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^(?:async )?def (test_\w+)", file.read_text("utf-8"), re.MULTILINE)
    }
    races = {race: set(re.findall(r"`(test_\w+)`", tests)) for race, _, tests in rows(document, "race")}
    assert len(races) > 10
    assert {race: tests - there for race, tests in races.items() if not tests or tests - there} == {}
