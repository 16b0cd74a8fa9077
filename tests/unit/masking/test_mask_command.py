"""`roundtable mask`, as a shell sees it."""

from __future__ import annotations

import json

from typer.testing import CliRunner

from bot.cli import app
from bot.errors import UserError

_RUNNER = CliRunner()


def test_text_goes_through() -> None:
    result = _RUNNER.invoke(app, ["mask"], input="what the fuck\nok\n")
    assert (result.exit_code, result.stdout) == (0, "what the ****\nok\n")


def test_lines_keep_their_ids_and_strings_that_utf8_cannot_carry() -> None:
    rows = ['{"id":[1,{"a":null}],"text":"shit \\ud800"}', "", '{"text":"ok"}', '{"id":1.5,"text":"é"}']
    result = _RUNNER.invoke(app, ["mask", "--jsonl"], input="\n".join(rows))
    assert result.exit_code == 0
    assert [json.loads(line) for line in result.stdout.splitlines()] == [
        {"id": [1, {"a": None}], "masked": "**** \ud800"},
        {"id": None, "masked": "ok"},
        {"id": 1.5, "masked": "é"},
    ]


def test_a_bad_line_is_named() -> None:
    for line, reason in (
        ("{", "Line 2 is not JSON"),
        ('{"id":1}', "Line 2 has no text"),
        ("[1]", "Line 2 has no text"),
    ):
        result = _RUNNER.invoke(app, ["mask", "--jsonl"], input='{"id":0,"text":"ok"}\n' + line)
        assert isinstance(result.exception, UserError)
        assert str(result.exception).startswith(reason)
