"""The demo's terminal, where visitors take part after the play."""

from __future__ import annotations

import io
from collections.abc import Callable

from rich.console import Console

from bot.article import sample
from bot.cli.demo.reading import SIDES, Json, thread
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
    ("/as", "Say who: /as NAME, or /as NAME on Slack."),
    ("/as Mary on Discord", "Nobody is called Mary on Discord."),
    ("/as grace on slack", "Grace on Slack ›"),
    ("/bogus", "There is no /bogus here"),
    ("/quit", ""),
)


def said_alone(words: str) -> Callable[[Json], bool]:
    def holds(state: Json) -> bool:
        return all([each["text"] for each in thread(state, side)][1:] == [words] for side in SIDES)

    return holds


async def test_visitors_write_edit_and_delete_also_what_was_masked() -> None:
    shown = io.StringIO()
    lines = iter([f"{line}\n" for line, _ in LINES])

    async def next_line() -> str:
        return next(lines)

    async with Stage() as stage:
        file = [{"name": "sample.md", "text": sample(), "type": "text/markdown"}]
        (preview,) = await stage.command("discord", "Ada", "/publish", {"file": file})
        await stage.click("discord", "Ada", preview["id"], "Publish")
        await talk(stage, Screen(Console(file=shown, width=110, highlight=False)), next_line)
        await stage.until("the last words on both sides", said_alone("Plainer words."))
    text = shown.getvalue()
    for line, expected in LINES:
        assert expected in text, line
