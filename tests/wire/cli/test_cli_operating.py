from __future__ import annotations

import asyncio
import json
import re
import sqlite3
from contextlib import closing
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path

import pytest

from bot.discussion.decisions import Add
from bot.model import DISCORD, SLACK, RemoteMessageId
from bot.records import CardJob, Lane, OutboxId
from storage.store import SqlStore
from tests.builders import MASKER, TurnableClock, article, channel, posted, thread
from tests.wire.cli.conftest import SandboxProcess, Shell

REASON = "The bot is not in the channel: run /invite @Roundtable there. [chat.postMessage: not_in_channel]"


@pytest.fixture
def parked_row(tmp_path: Path) -> OutboxId:
    """A database with a discussion of one comment, whose copy on Slack was refused for good."""
    return asyncio.run(_fill(f"sqlite:///{tmp_path}/roundtable.sqlite3"))


async def _fill(url: str, title: str = "A [bold]title") -> OutboxId:
    clock = TurnableClock()
    store = await SqlStore.open(url, clock)
    try:
        community = await store.community("main")
        for platform in (DISCORD, SLACK):
            await store.join(community, "main", channel(platform))
        (board,) = await store.boards(community)
        discussion, _ = await store.publish(board.id, article(title), ["text:a"], title, clock.now())
        for posting in await store.postings(discussion):
            job = await store.next_job(Lane(f"card:{posting.id}"), clock.now())
            assert isinstance(job, CardJob)
            place = thread(posting.channel.info.ref.platform)
            await store.finish_card(job, root=RemoteMessageId("root"), url=None, thread=place, done=1)
        event = posted("1", text="Well, shit.")
        standing = await store.standing(event.thread, event.message, None)
        assert standing is not None
        body = MASKER.document(event.body)
        keep_until = clock.now() + timedelta(days=1)
        decision = Add(
            standing.community,
            standing.discussion,
            standing.posting,
            event,
            body,
            None,
            event.body,
            keep_until,
            repost=False,
        )
        await store.settle(None, decision, clock.now())
        job = await store.next_job(Lane(f"thread:{(await store.postings(discussion))[1].id}"), clock.now())
        assert job is not None
        await store.park(job.row, REASON)
        return job.row.id
    finally:
        await store.close()


def test_the_version_is_told(quick_shell: Shell) -> None:
    assert quick_shell("--version").out == f"roundtable {version('roundtable')}\n"


def test_discussions_are_listed_as_they_are_called(quick_shell: Shell, parked_row: OutboxId) -> None:
    assert parked_row
    listed = quick_shell("discussions")
    assert listed.status == 0
    assert listed.out.splitlines()[1].split()[-2:] == ["A", "[bold]title"]


def test_a_long_title_is_cut_in_the_list(quick_shell: Shell, tmp_path: Path) -> None:
    asyncio.run(_fill(f"sqlite:///{tmp_path}/roundtable.sqlite3", "A long title " * 40))
    heading, row = quick_shell("discussions").out.splitlines()
    assert row.endswith("…")
    assert len(row) < 140
    assert heading == heading.rstrip()


def test_a_discussion_is_exported_masked(quick_shell: Shell, parked_row: OutboxId) -> None:
    assert parked_row
    markdown = quick_shell("discussions", "export", "1")
    assert "## Discussion (1)" in markdown.out
    told = json.loads(quick_shell("discussions", "export", "1", "--format", "json").out)
    assert [(comment["author"], comment["text"]) for comment in told["comments"]] == [("Ada", "Well, ****.")]
    assert "shit" not in markdown.out


def test_what_was_parked_is_listed_carried_out_again_or_given_up(quick_shell: Shell, parked_row: OutboxId) -> None:
    listed = quick_shell("parked")
    assert listed.out == f"{parked_row}\tcopy\t#news on Slack\t{REASON}\n"
    assert "`roundtable parked retry ID`" in listed.err
    assert "deleted" in listed.err
    assert "`roundtable parked drop ID`" in listed.err
    assert quick_shell("parked", "retry", str(parked_row)).out == f"{parked_row} is on its way again.\n"
    empty = quick_shell("parked")
    assert (empty.out, empty.err) == ("Nothing is parked.\n", "")
    assert "No row" in quick_shell("parked", "drop", str(parked_row)).refusal


@pytest.mark.parametrize(
    ("verb", "several", "nothing"),
    [("retry", "1 is on its way again.", "Nothing is parked."), ("drop", "1 is given up.", "Nothing is parked.")],
)
def test_all_that_was_parked_is_settled_at_once(
    quick_shell: Shell, parked_row: OutboxId, verb: str, several: str, nothing: str
) -> None:
    assert quick_shell("parked", verb, "--all").out == several.replace("1", str(parked_row), 1) + "\n"
    assert quick_shell("parked", verb, "--all").out == nothing + "\n"
    for words in ((), (str(parked_row), "--all")):
        refused = quick_shell("parked", verb, *words)
        assert refused.status == 2
        assert "--all" in refused.err


def test_giving_up_leaves_a_database_that_is_whole(quick_shell: Shell, parked_row: OutboxId) -> None:
    assert quick_shell("parked", "drop", str(parked_row)).out == f"{parked_row} is given up.\n"
    assert quick_shell("db", "check").out == "All is well.\n"


def test_the_database_is_upgraded_backed_up_and_checked(quick_shell: Shell, tmp_path: Path) -> None:
    assert quick_shell("db", "upgrade").out.startswith("The schema went from nothing to ")
    assert "up to date" in quick_shell("db", "upgrade").out
    assert quick_shell("db", "backup", "copy").status == 0
    assert (tmp_path / "copy").exists()
    assert "is there already" in quick_shell("db", "backup", "copy").refusal


def test_everything_moves_to_another_database(quick_shell: Shell, parked_row: OutboxId, tmp_path: Path) -> None:
    parked = quick_shell("parked").out
    assert str(parked_row) in parked
    moved = quick_shell("db", "migrate-to", f"sqlite:///{tmp_path}/new.sqlite3")
    assert moved.status == 0, moved
    assert re.search(r"^outbox: 3 rows \(\w{12}\)$", moved.out, re.MULTILINE), moved.out
    assert "rows are the same in both, by count and checksum of every table." in moved.out
    assert moved.err == ""
    there = {"DATABASE_URL": "sqlite:///new.sqlite3"}
    assert quick_shell("parked", settings=there).out == parked
    assert quick_shell("db", "check", settings=there).out == "All is well.\n"
    again = quick_shell("db", "migrate-to", "sqlite:///new.sqlite3")
    assert again.refusal == "the target holds this deployment already; to copy it anew, name an empty database"
    assert "the target is not a URL" in quick_shell("db", "migrate-to", "nonsense").refusal


def test_a_schema_that_is_newer_than_the_program_is_refused(quick_shell: Shell, tmp_path: Path) -> None:
    quick_shell("db", "upgrade")
    with closing(sqlite3.connect(tmp_path / "roundtable.sqlite3", isolation_level=None)) as file:
        file.execute("UPDATE alembic_version SET version_num = '9999'")
    for words in (("run",), ("discussions",), ("db", "upgrade"), ("db", "migrate-to", "sqlite:///new.sqlite3")):
        refusal = quick_shell(*words, settings={"DISCORD_TOKEN": "x"}).refusal
        assert refusal == "The database's schema 9999 is newer than this Roundtable: update Roundtable."


def test_doctor_tells_what_was_parked_and_which_boards_there_are(quick_shell: Shell, parked_row: OutboxId) -> None:
    told = quick_shell("doctor")
    assert told.status == 1
    lines = told.out.splitlines()
    assert lines[0].startswith("✗ Settings: no platform is set")
    assert "✓ Boards: main (2)" in lines
    assert f"! Parked: copy {parked_row} for #news on Slack: {REASON}" in lines


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ({"DATABASE_URL": "nonsense"}, "✗ Database: DATABASE_URL is not a URL"),
        ({"DATABASE_URL": "sqlite://"}, "✗ Database: it lives in memory"),
        ({"DATABASE_URL": "sqlite:///notes"}, "✗ Database: The database refused: file is not a database"),
        ({"CHANNELS": "slack:C1"}, "✗ CHANNELS: names slack:C1, but Slack has no token"),
        ({"CHANNELS": "irc:C1"}, "✗ Settings: CHANNELS: write discord:ID or slack:ID"),
    ],
)
def test_doctor_tells_which_setting_is_wrong(
    quick_shell: Shell, tmp_path: Path, settings: dict[str, str], line: str
) -> None:
    (tmp_path / "notes").write_text("Not a database. " * 200)
    told = quick_shell("doctor", settings={"DISCORD_TOKEN": "x", "DISCORD_API_URL": "http://127.0.0.1:9/", **settings})
    assert told.status == 1
    assert any(shown.startswith(line) for shown in told.out.splitlines()), told.out


def test_doctor_tells_of_a_newer_roundtables_database(quick_shell: Shell, tmp_path: Path) -> None:
    assert quick_shell("db", "upgrade").status == 0
    with closing(sqlite3.connect(tmp_path / "roundtable.sqlite3")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    told = quick_shell("doctor")
    assert told.status == 1
    assert "✗ Database: The database's schema 9999 is newer than this Roundtable: update Roundtable." in told.out


def test_doctor_is_content_with_the_sandbox(quick_shell: Shell, sandbox: SandboxProcess) -> None:
    quick_shell("db", "upgrade")
    told = quick_shell("doctor", "--json", settings=sandbox.settings)
    assert told.status == 0, told
    checks = json.loads(told.out)["checks"]
    assert {check["verdict"] for check in checks} == {"good"}
    assert {"#news on Discord", "#news on Slack", "Schema"} <= {check["what"] for check in checks}


def test_setup_prints_every_step_where_nobody_is_at_a_terminal(quick_shell: Shell) -> None:
    told = quick_shell("setup")
    assert told.status == 0
    titles = [line for line in told.out.splitlines() if line[:1].isdigit()]
    assert [title.split()[1] for title in titles] == ["Discord", "Slack", "Settings", "Check", "Start"]


def test_setup_prints_what_is_pasted_and_opened(quick_shell: Shell) -> None:
    manifest = json.loads(quick_shell("setup", "manifest", "slack").out)
    assert manifest["settings"]["socket_mode_enabled"]
    url = "https://chat.example/slack/events"
    over_http = json.loads(quick_shell("setup", "manifest", "slack", "--request-url", url).out)
    assert over_http["settings"]["interactivity"]["request_url"] == url
    link = quick_shell("setup", "invite", "discord", "--client-id", "42").out
    assert link.startswith("https://discord.com/oauth2/authorize?client_id=42&")
    by_token = quick_shell("setup", "invite", "discord", settings={"DISCORD_TOKEN": "NDI.x.y"}).out
    assert by_token == link
