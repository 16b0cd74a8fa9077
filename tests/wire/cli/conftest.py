"""The command line as a person runs it: a process of its own, in an empty folder, with the settings that are given."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from bot.config import Settings
from tests.patience import PATIENCE

ROUNDTABLE = str(Path(sys.executable).with_name("roundtable"))
SECONDS = 2 * PATIENCE


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command left: its exit status, and what it printed."""

    status: int
    out: str
    err: str

    @property
    def refusal(self) -> str:
        """The one line of a refusal; fails where it was none, or more was said."""
        assert self.status == 1, self
        assert self.out == "", self
        assert self.err.startswith("roundtable: "), self
        assert self.err.count("\n") == 1, self
        return self.err.removeprefix("roundtable: ").strip()


Shell = Callable[..., Outcome]


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    def call(*words: str, stdin: bytes = b"", settings: Mapping[str, str] | None = None) -> Outcome:
        # Whatever the test's own environment sets must not reach the command.
        kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "TMPDIR"}}
        done = subprocess.run(
            [ROUNDTABLE, *words],
            input=stdin,
            capture_output=True,
            cwd=tmp_path,
            env={**kept, "LOG_LEVEL": "error", **(settings or {})},
            timeout=SECONDS,
            check=False,
        )
        return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())

    return call


@pytest.fixture
def quick_shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Shell:
    """The same inside the test's own process: ten times as fast, for what sets up neither logs nor signals."""

    def call(*words: str, stdin: bytes = b"", settings: Mapping[str, str] | None = None) -> Outcome:
        with monkeypatch.context() as changed:
            for name in Settings.model_fields:
                changed.delenv(name.upper(), raising=False)
            for name, value in (settings or {}).items():
                changed.setenv(name, value)
            changed.chdir(tmp_path)
            changed.setattr(sys, "argv", ["roundtable", *words])
            changed.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
            with pytest.raises(SystemExit) as ended:
                main()
        out, err = capfdbinary.readouterr()
        return Outcome(int(ended.value.code or 0), out.decode(), err.decode())

    return call


@dataclass(frozen=True, slots=True)
class SandboxProcess:
    """A `roundtable sandbox` that serves."""

    control: str
    settings: Mapping[str, str]

    def ask(self, verb: str, **body: object) -> dict[str, Any]:
        request = urllib.request.Request(  # noqa: S310 - loopback
            f"{self.control}/control/{verb}",
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 - the same
            told: dict[str, Any] = json.load(answer)
        return told


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    serving = subprocess.Popen([ROUNDTABLE, "sandbox", "--json", "--limits", "none"], stdout=subprocess.PIPE)
    try:
        assert serving.stdout is not None
        told = json.loads(serving.stdout.readline())
        yield SandboxProcess(told["control"], told["settings"])
    finally:
        serving.terminate()
        assert serving.wait(SECONDS) == 0
        if serving.stdout is not None:
            serving.stdout.close()
