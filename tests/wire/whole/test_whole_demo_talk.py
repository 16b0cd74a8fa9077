"""The demo's terminal, where visitors take part after the play."""

from __future__ import annotations

import io
import sys

import pytest
from rich.console import Console

from bot.article import sample
from bot.cli.demo.reading import SIDES, thread
from bot.cli.demo.screen import Screen
from bot.cli.demo.stage import Stage
from bot.cli.demo.talk import talk

LINES = (
    ("/as ken", ""),
    ("/edit nothing yet", "Ken has not said anything yet."),
    ("So much bullshit.", "So much ********."),
    ("/edit So much pity.", "So much pity."),
    ("/delete", "Your comment is taken back everywhere."),
    ("/delete", "Ken's last message is gone."),
    ("Plain words.", "Plain words."),
    ("/edit Plainer words.", "Plainer words."),
    ("/as nobody", "Nobody is called nobody here."),
    ("/bogus", "There is no /bogus here"),
    ("/quit", ""),
)


async def test_visitors_write_edit_and_delete_also_what_was_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = io.StringIO()
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line, _ in LINES)))
    async with Stage() as stage:
        file = [{"name": "sample.md", "text": sample(), "type": "text/markdown"}]
        (preview,) = await stage.command("discord", "Ada", "/publish", {"file": file})
        await stage.click("discord", "Ada", preview["id"], "Publish")
        await talk(stage, Screen(Console(file=shown, width=110, highlight=False)))
        state = await stage.state()
    text = shown.getvalue()
    for line, expected in LINES:
        assert expected in text, line
    assert [[each["text"] for each in thread(state, side)][1:] for side in SIDES] == [["Plainer words."]] * len(SIDES)
