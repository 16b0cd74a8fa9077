from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bot.errors import SettingsError
from storage.claim import claim


def test_a_second_bot_on_a_database_is_refused_and_may_run_after_the_first(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/roundtable.sqlite3"
    with claim(url):
        with pytest.raises(SettingsError, match="Another roundtable runs"), claim(url):
            pass
        with claim(f"sqlite:///{tmp_path}/other.sqlite3"):
            pass
    with claim(url):
        pass


def test_a_claim_ends_with_its_process_however_that_ends(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/roundtable.sqlite3"
    program = (
        "import sys, time\nfrom storage.claim import claim\n"
        f"with claim({url!r}):\n    print('claimed', flush=True)\n    sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "claimed\n"
        with pytest.raises(SettingsError), claim(url):
            pass
        other.kill()
        other.wait()
    with claim(url):
        pass


def test_links_lead_to_the_one_database(tmp_path: Path) -> None:
    (tmp_path / "link.sqlite3").symlink_to("roundtable.sqlite3")
    (tmp_path / "elsewhere").symlink_to(tmp_path)
    with claim(f"sqlite:///{tmp_path}/roundtable.sqlite3"):
        for way in ("link.sqlite3", "elsewhere/roundtable.sqlite3"):
            with pytest.raises(SettingsError, match="Another roundtable runs"), claim(f"sqlite:///{tmp_path}/{way}"):
                pass


def test_a_claim_that_cannot_be_made_is_told_in_one_line(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/roundtable.sqlite3"
    beside = tmp_path / "roundtable.sqlite3-running"
    beside.mkdir()
    with pytest.raises(SettingsError, match=r"^DATABASE_URL: \S+-running can't be opened \(.+\): "), claim(url):
        pass
    beside.rmdir()
    beside.write_text("This is no database, and long enough to be taken for one. " * 20)
    with pytest.raises(SettingsError, match=r"^DATABASE_URL: \S+-running can't be opened \(.+\): "), claim(url):
        pass
