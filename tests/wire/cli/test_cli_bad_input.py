"""Bad input, each answered by one clear line on stderr and exit status 1."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.wire.cli.conftest import SandboxProcess, Shell

BINARY = bytes(range(256)) * 8
PAGES: Mapping[str, bytes] = {
    "paper.pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n" + BINARY,
    "empty.html": b"<!doctype html><html><head><title></title></head><body></body></html>",
    "blank.txt": b" \n\t\n",
    "large.txt": b"word " * 1_100_000,
}


# --- as a process of its own


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("nowhere.txt", "no file nowhere.txt"),
        ("paper.pdf", "PDF"),
        ("empty.html", ""),
        ("http://10.0.0.1/", "10.0.0.1"),
    ],
)
def test_a_source_that_is_no_article(shell: Shell, tmp_path: Path, source: str, told: str) -> None:
    if source in PAGES:
        (tmp_path / source).write_bytes(PAGES[source])
    assert told in shell("read", source).refusal


def test_an_address_where_nobody_answers(shell: Shell) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        assert "127.0.0.1" in shell("read", url, settings={"FETCH_ALLOW": "127.0.0.0/8"}).refusal


def test_binary_data_on_standard_input(shell: Shell) -> None:
    assert shell("read", "-", stdin=BINARY).refusal


@pytest.mark.parametrize(
    ("settings", "told"),
    [({}, "DISCORD_TOKEN or SLACK_BOT_TOKEN"), ({"DATABASE_URL": "nonsense"}, "DATABASE_URL")],
)
def test_settings_that_start_no_bot(shell: Shell, settings: dict[str, str], told: str) -> None:
    assert told in shell("run", settings=settings).refusal


@pytest.mark.parametrize("name", ["DISCORD_TOKEN", "SLACK_BOT_TOKEN"])
def test_a_wrong_token_is_named(shell: Shell, sandbox: SandboxProcess, name: str) -> None:
    refusal = shell("run", settings={**sandbox.settings, name: "xoxb-wrong"}).refusal
    assert refusal.startswith(name)
    assert "xoxb-wrong" not in refusal


@pytest.mark.parametrize("platform", ["discord", "slack"])
def test_a_channel_that_the_bot_cannot_write_in(shell: Shell, sandbox: SandboxProcess, platform: str) -> None:
    channel = sandbox.ask("channel", platform=platform, name="closed", writable=False)["id"]
    place = f"{platform}:{channel}"
    refusal = shell("run", settings={**sandbox.settings, "CHANNELS": place}).refusal
    assert refusal.startswith(f"CHANNELS: {place}: ")
    assert "#closed" in refusal


# --- in the test's own process


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (".", "is a folder"),
        ("", "a URL, a file, or - for standard input"),
        ("blank.txt", ""),
        ("large.txt", "larger than 5 MB"),
        ("http://2130706433/", ""),
        ("http://[::ffff:127.0.0.1]/", ""),
        ("http://169.254.169.254/latest/meta-data/", ""),
        ("ftp://example.org/", "http"),
        ("http:///", ""),
    ],
)
@pytest.mark.parametrize("command", ["read", "card"])
def test_more_sources_that_are_no_article(
    quick_shell: Shell, tmp_path: Path, command: str, source: str, told: str
) -> None:
    if source in PAGES:
        (tmp_path / source).write_bytes(PAGES[source])
    assert told in quick_shell(command, source).refusal


@pytest.mark.parametrize(
    ("words", "settings", "told"),
    [
        (["card", "-"], {}, ""),
        (["convert", "--from", "markdown", "--to", "slack"], {}, "UTF-8"),
        (["mask", "--jsonl"], {}, ""),
        (["discussions"], {"DATABASE_URL": "mysql://localhost/x"}, "sqlite:///FILE"),
        (["discussions"], {"DATABASE_URL": "sqlite:////nowhere/at/all.sqlite3"}, "/nowhere/at"),
        (["discussions"], {"CHANNELS": "irc:1"}, "CHANNELS"),
        (["discussions"], {"SLACK_BOT_TOKEN": "xapp-1-A-1-b"}, "SLACK_BOT_TOKEN: This is a Slack app-level token"),
        (["discussions"], {"LARGEST_FILE": "-1"}, "LARGEST_FILE"),
        (["discussions", "export", "99"], {}, "There is no discussion 99"),
        (["parked", "retry", "99"], {}, "No row 99"),
        (["parked", "drop", "99"], {}, "No row 99"),
        (["db", "check"], {}, "There is no database"),
        (["db", "backup", "copy"], {}, "There is no database"),
        (["db", "backup", "copy"], {"DATABASE_URL": "sqlite:///notes"}, "not a database"),
        (["publish", "notes", "--board", "nowhere"], {}, "no board nowhere"),
        (["setup", "invite", "discord"], {"DISCORD_TOKEN": "nonsense"}, "--client-id"),
        (["setup", "invite", "discord", "--client-id", "me"], {}, "is a number"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_data_settings_and_names_that_lead_nowhere(
    quick_shell: Shell, tmp_path: Path, words: list[str], settings: dict[str, str], told: str
) -> None:
    (tmp_path / "notes").write_text("A note\n\nOf many words. " * 50)
    assert told in quick_shell(*words, stdin=BINARY, settings=settings).refusal


def test_a_settings_file_that_is_none(quick_shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "roundtable.toml").write_text("discord_token = ")
    assert quick_shell("discussions").refusal.startswith("roundtable.toml: ")
