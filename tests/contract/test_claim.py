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
