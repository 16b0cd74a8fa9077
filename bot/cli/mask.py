"""`roundtable mask`: profanity masked from standard input to standard output."""

from __future__ import annotations

import json
import sys
from typing import Annotated, Any

import typer

from bot.errors import UserError


def mask(
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help='Read {"id","text"} lines and write {"id","masked"} lines.')
    ] = False,
) -> None:
    """Mask the profanity in standard input."""
    from bot.masking import Masker

    masker = Masker()
    source, target = sys.stdin.buffer, sys.stdout.buffer
    if not jsonl:
        text = source.read().decode("utf-8", "surrogateescape")
        target.write(masker.text(text).encode("utf-8", "surrogateescape"))
        target.flush()
        return
    for number, line in enumerate(source, 1):
        if not line.strip():
            continue
        row = _row(number, line)
        answer = {"id": row.get("id"), "masked": masker.text(row["text"])}
        # Escapes carry every string, lone surrogates too, which UTF-8 can't.
        target.write(json.dumps(answer, ensure_ascii=True).encode("ascii") + b"\n")
    target.flush()


def _row(number: int, line: bytes) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError:
        raise UserError(f'Line {number} is not JSON: write {{"id": ..., "text": "..."}} on each line.') from None
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise UserError(f'Line {number} has no text: write {{"id": ..., "text": "..."}} on each line.')
    return row
