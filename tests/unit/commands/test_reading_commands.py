"""`roundtable read`, `card` and `convert`, as a shell sees them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.article import sample
from bot.cli import app
from bot.commands import Published
from bot.errors import RoundtableError, SourceError


def run(*arguments: str, stdin: str | bytes = "") -> Result:
    return CliRunner().invoke(app, arguments, input=stdin)


def refusal(*arguments: str, stdin: str | bytes = "") -> str:
    result = run(*arguments, stdin=stdin)
    assert isinstance(result.exception, RoundtableError)
    assert result.stdout == ""
    line = str(result.exception)
    assert "\n" not in line
    return line


@pytest.fixture
def article_file(tmp_path: Path) -> Path:
    file = tmp_path / "article.txt"
    file.write_text(sample(), "utf-8")
    return file


def test_read_shows_the_article_as_text(article_file: Path) -> None:
    from_file, from_stdin = run("read", str(article_file)), run("read", "-", stdin=sample())
    assert from_file.exit_code == 0
    assert from_file.stdout == from_stdin.stdout
    assert from_file.stdout.startswith("Small Web Forums")
    assert "Discussion (0)" not in from_file.stdout


def test_read_as_json_has_the_keys_that_programs_rely_on(article_file: Path) -> None:
    found = json.loads(run("read", str(article_file), "--json").stdout)
    assert set(found) == {"title", "tldr", "sections", "source", "text"}
    assert found["source"] == {
        "name": "roundtable.example",
        "title": "The Quiet Return of the Web Forum",
        "url": None,
    }
    assert [set(section) for section in found["sections"]] == [{"heading", "text"}] * 4
    assert found["sections"][0]["heading"] == ""
    assert found["sections"][0]["text"].count("\n\n") == 1
    assert found["text"] == run("read", str(article_file)).stdout.removesuffix("\n")


def test_card_as_text(article_file: Path) -> None:
    shown = run("card", str(article_file)).stdout
    for part in ("TL;DR. ", "Source: roundtable.example - ", "Discussion (0)", "Be civil.", "Be the first to comment."):
        assert part in shown


@pytest.mark.parametrize("platform", ["discord", "slack"])
def test_card_as_a_payload(article_file: Path, platform: str) -> None:
    payload = json.loads(run("card", str(article_file), "--platform", platform).stdout)
    assert "Small Web Forums" in json.dumps(payload)


@pytest.mark.parametrize(
    ("stdin", "says"),
    [
        ("", "empty"),
        (b"%PDF-1.4 x", "PDF"),
        (bytes(range(256)) * 8, "no text"),
        ("<html><body></body></html>", "no article"),
        ("a" * 5_500_000, "5 MB"),
    ],
)
def test_bad_input_is_told_in_one_line(stdin: str | bytes, says: str) -> None:
    assert says in refusal("read", "-", stdin=stdin)
    assert says in refusal("card", "-", stdin=stdin)


def test_bad_places_are_told_in_one_line(tmp_path: Path) -> None:
    assert "no file" in refusal("read", str(tmp_path / "missing.txt"))
    assert "folder" in refusal("read", str(tmp_path))
    assert "not on the public internet" in refusal("read", "http://127.0.0.1:1/")
    assert "http:// or https://" in refusal("read", "ftp://example.org/a")


def test_allowed_networks_come_from_the_settings(monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int) -> None:
    monkeypatch.setenv("FETCH_ALLOW", "127.0.0.0/8")
    line = refusal("read", f"http://127.0.0.1:{unused_tcp_port}/")
    assert "nothing answers" in line


def test_errors_are_source_errors_for_whoever_asked() -> None:
    assert isinstance(run("read", "-").exception, SourceError)


def test_usage_errors_exit_with_two() -> None:
    assert run("read").exit_code == 2
    assert run("card", "x", "--platform", "irc").exit_code == 2
    assert run("convert", "--from", "markdown").exit_code == 2


def test_convert_markdown() -> None:
    text = "**bold** and <https://x.example/>"
    assert run("convert", "--from", "markdown", "--to", "text", stdin=text).stdout == "bold and https://x.example/\n"
    assert "**bold**" in run("convert", "--from", "markdown", "--to", "discord", stdin=text).stdout
    blocks = json.loads(run("convert", "--from", "markdown", "--to", "slack", stdin=text).stdout)
    assert blocks[0]["type"] == "rich_text"


def test_convert_slack_from_blocks_from_a_message_and_from_mrkdwn() -> None:
    text = "*bold* text"
    blocks = run("convert", "--from", "markdown", "--to", "slack", stdin="**bold** text").stdout
    for stdin in (text, blocks, json.dumps({"blocks": json.loads(blocks)}), json.dumps(json.loads(blocks)[0])):
        assert run("convert", "--from", "slack", "--to", "discord", stdin=stdin).stdout == "**bold** text\n"
    assert run("convert", "--from", "slack", "--to", "text", stdin="[sic] {x}").stdout == "[sic] {x}\n"


def test_plain_text_does_not_lay_a_spoiler_open() -> None:
    told = run("convert", "--from", "discord", "--to", "text", stdin="It was ||the butler||.").stdout
    assert told == "It was [spoiler].\n"


def test_publish_tells_what_is_refused_from_what_is_on_its_way(monkeypatch: pytest.MonkeyPatch) -> None:
    async def published(_source: str, _board: str) -> Published:
        return Published("A title", (), ("#a on Slack: on its way",), ("#b on Discord: no permission",))

    monkeypatch.setattr("bot.cli.running._publish", published)
    told = run("publish", "-")
    assert told.exit_code == 1
    queued = "it stays queued, and `roundtable run` posts it when it runs and the platform can be reached"
    mend = "mend that, then run `roundtable parked retry ID` (`roundtable parked` lists the ids)"
    assert told.stderr.splitlines() == [
        f"roundtable: not posted yet: #a on Slack: on its way; {queued}",
        f"roundtable: refused: #b on Discord: no permission; {mend}",
    ]


def test_convert_refuses_what_is_no_text() -> None:
    assert "UTF-8" in refusal("convert", "--from", "discord", "--to", "text", stdin=b"\xff\xfe\x00")
