"""The `roundtable` command.

One module a group of commands. Modules import what they need inside their functions, so that a command starts as fast
as what it uses. Exit status: 0 done, 1 refused with one clear line on stderr, 2 usage.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from bot.cli import database
from bot.cli.converting import convert
from bot.cli.demo import demo
from bot.cli.discussing import discussions, export
from bot.cli.mask import mask
from bot.cli.operating import doctor
from bot.cli.parking import parked
from bot.cli.reading import card, read
from bot.cli.running import publish, run
from bot.cli.sandbox import sandbox
from bot.cli.setting_up import setup
from bot.cli.web import web
from bot.cli.words import words
from bot.errors import RoundtableError

app = typer.Typer(
    name="roundtable",
    help="Posts articles to Discord and Slack and hosts one civil discussion under each, across both.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
app.command("demo")(demo)
app.command("run")(run)
app.command("publish")(publish)
app.command("export")(export)
app.command("read")(read)
app.command("card")(card)
app.command("mask")(mask)
app.command("convert")(convert)
app.command("sandbox")(sandbox)
app.command("doctor")(doctor)

db = typer.Typer(help="Upgrade, back up, check or move the database.", no_args_is_help=True)
db.command("upgrade")(database.upgrade)
db.command("backup")(database.backup)
db.command("check")(database.check)
db.command("migrate-to")(database.migrate_to)
app.add_typer(db, name="db")
app.add_typer(discussions, name="discussions")
app.add_typer(parked, name="parked")
app.add_typer(setup, name="setup")
app.add_typer(web, name="web")
app.add_typer(words, name="words")


def _tell_version(asked: bool) -> None:
    from importlib.metadata import version

    if asked:
        print(f"roundtable {version('roundtable')}")
        raise typer.Exit


@app.callback()
def roundtable(
    _: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.", callback=_tell_version, is_eager=True)
    ] = False,
) -> None:
    """Take what stands before a command."""


def main() -> None:
    """Run the command line and exit with its status."""
    try:
        app()
    except RoundtableError as error:
        print(f"roundtable: {error}", file=sys.stderr)
        sys.exit(1)
