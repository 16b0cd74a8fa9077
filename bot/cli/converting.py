"""`roundtable convert`: a message from one dialect to another, through the neutral tree."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.errors import UserError

if TYPE_CHECKING:
    from bot.markup.tree import Document


class Dialect(StrEnum):
    """What can be read."""

    MARKDOWN = "markdown"
    DISCORD = "discord"
    SLACK = "slack"


class Target(StrEnum):
    """What can be written."""

    DISCORD = "discord"
    SLACK = "slack"
    TEXT = "text"


def convert(
    source: Annotated[Dialect, typer.Option("--from", help="The dialect of standard input.")],
    target: Annotated[Target, typer.Option("--to", help="The dialect to write. For slack: its blocks, as JSON.")],
) -> None:
    """Convert a message between dialects, from standard input to standard output.

    From slack, both blocks (as JSON: a list, or a message that has one) and mrkdwn are read.
    """
    try:
        text = sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UserError("Standard input is no text in UTF-8.") from None
    written = _written(_document(text.removesuffix("\n"), source), target)
    sys.stdout.buffer.write(written.encode("utf-8", "replace") + b"\n")
    sys.stdout.buffer.flush()


def _document(text: str, dialect: Dialect) -> Document:
    match dialect:
        case Dialect.MARKDOWN:
            from bot.markup.markdown import from_markdown

            return from_markdown(text)
        case Dialect.DISCORD:
            from adapters.discord.markup import parse

            return parse(text)
        case Dialect.SLACK:
            from adapters.slack.markup import parse_blocks, parse_mrkdwn

            blocks = _blocks(text)
            return parse_mrkdwn(text) if blocks is None else parse_blocks(blocks)


def _blocks(text: str) -> list[dict[str, Any]] | None:
    """Slack's blocks, where the text is JSON that holds some; mrkdwn such as `[sic]` is not."""
    if not text.lstrip().startswith(("[", "{")):
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if isinstance(value, dict):
        value = value.get("blocks", [value])
    if isinstance(value, list) and all(isinstance(block, dict) and "type" in block for block in value):
        return value
    return None


def _written(document: Document, target: Target) -> str:
    match target:
        case Target.TEXT:
            from bot import texts
            from bot.markup.view import plain, without_spoilers

            return plain(without_spoilers(document, f"[{texts.SPOILER}]"))
        case Target.DISCORD:
            from adapters.discord.markup import render as as_discord

            return as_discord(document)
        case Target.SLACK:
            from adapters.slack.markup import render as as_slack

            return json.dumps(as_slack(document), ensure_ascii=False, indent=2)
