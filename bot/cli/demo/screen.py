"""Draws both sides beside each other, as their people see them."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from itertools import zip_longest

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from bot import texts
from bot.cli.demo.reading import CHANNEL, SIDES, Json, card, thread

_ACCENT = {"discord": "#7984f5", "slack": "#2eb67d"}
_NAMES = ("#f2a65a", "#6cc3d5", "#c792ea", "#9ccc65", "#f48fb1", "#ffd54f", "#80cbc4", "#b0bec5")
_MASK = re.compile(r"\*{2,}")
_CARD_LINES = 4
_BREATH = 1.2


class Screen:
    """Prints to a console: narration, private messages, and the two sides with what is new in their threads.

    A `brief` one leaves out all but the narration and how it ends.
    """

    def __init__(self, console: Console, *, brief: bool = False) -> None:
        self.console = console
        self._brief = brief
        self._shown: dict[str, dict[str, tuple[str, bool]]] = {side: {} for side in SIDES}

    @property
    def breath(self) -> float:
        """Seconds that a person needs to read a step; none where nobody watches."""
        return _BREATH if self.console.is_terminal else 0.0

    def title(self) -> None:
        """The first lines."""
        self.console.print()
        self.console.print(Rule(Text(" Roundtable ", style="bold"), style="dim"))
        self.console.print(
            Text("One article, one discussion, on Discord and Slack. Here both run on this machine.", style="dim"),
            justify="center",
        )

    def place(self, address: str) -> None:
        """Where the same can be watched, and taken part in, in a browser."""
        self.console.print()
        self.console.print(
            Text.assemble(("▶  Watch and take part in the browser: ", "bold"), (address, "bold underline"))
        )

    def tell(self, step: str, line: str) -> None:
        """A line of the story."""
        if not self._brief or not step.isdecimal() or step == "1":
            self.console.print()
        self.console.print(Text.assemble((f"{step}  ", "bold #ffb74d"), (line, "bold")))

    def whisper(self, user: str, reply: Json) -> None:
        """A message that one person sees."""
        if self._brief:
            return
        lines = [line for line in str(reply.get("text", "")).splitlines() if line.strip()]
        shown = lines[:_CARD_LINES] + (["…", *lines[-3:]] if len(lines) > _CARD_LINES + 3 else lines[_CARD_LINES:])
        body = Text("\n".join(textwrap.shorten(line, 110, placeholder=" …") for line in shown))
        buttons = "  ".join(f"[ {action['label']} ]" for action in reply.get("actions", ()))
        content = Group(body, Text(buttons, style="bold")) if buttons else body
        self.console.print(Padding(Panel(content, title=f"only {user} sees this", style="dim", expand=False), (0, 2)))

    def both(self, state: Json, *, whole: bool = False) -> None:
        """The two sides: what is new or changed since the last time, or all of it."""
        if self._brief and not whole:
            return
        columns = [self._side(state, side, whole=whole) for side in SIDES]
        table = Table.grid(expand=True, padding=(0, 1))
        for _ in SIDES:
            table.add_column(ratio=1)
        panels = [
            Panel(
                Group(*rows) if rows else Text("(nothing new)", style="dim"),
                title=f"{texts.platform_label(side)}  #{CHANNEL}",  # type: ignore[arg-type]
                title_align="left",
                border_style=_ACCENT[side],
            )
            for side, rows in zip_longest(SIDES, columns)
        ]
        table.add_row(*panels)
        self.console.print(table)

    def _side(self, state: Json, side: str, *, whole: bool) -> list[RenderableType]:
        root = card(state, side)
        if root is None:
            return [Text("(no messages yet)", style="dim")]
        before, now = self._shown[side], {}
        rows: list[RenderableType] = []
        fresh = []
        for message in (root, *thread(state, side)):
            now[message["id"]] = (message["text"], bool(message["edited"]))
            if whole or before.get(message["id"]) != now[message["id"]]:
                fresh.append(message)
        gone = [text for key, (text, _) in before.items() if key not in now]
        for message in fresh:
            first = message is root
            new = message["id"] not in before
            rows.append(_card(message, whole=whole or new) if first else _message(message, side))
        rows.extend(Text.assemble("  ", (_short(text), "strike dim"), ("  deleted", "dim italic")) for text in gone)
        self._shown[side] = now
        return rows


def _card(message: Json, *, whole: bool) -> RenderableType:
    lines = [line for line in str(message["text"]).splitlines() if line.strip()]
    count = next((line for line in lines if line.startswith("Discussion (")), "")
    if not whole:
        return Text.assemble(("▣ ", "bold"), (_short(lines[0]), "bold"), "\n  ", (count, "bold #ffb74d"))
    text = Text()
    for number, line in enumerate(lines):
        style = "bold" if number == 0 else "bold #ffb74d" if line == count else ""
        if line in {texts.CIVILITY, texts.FIRST_COMMENT}:
            style = "italic dim"
        text.append(("" if number == 0 else "\n") + textwrap.shorten(line, 220, placeholder=" …"), style=style)
    buttons = "  ".join(f"[ {action['label']} ]" for action in message.get("actions", ()))
    return Group(text, Text(buttons, style="bold dim"), Text(""))


def _message(message: Json, side: str) -> RenderableType:
    author = str(message["author"])
    copied = message["by"] != "person"
    name = Text(author, style=f"bold {_NAMES[sum(map(ord, author.split(' ·', maxsplit=1)[0])) % len(_NAMES)]}")
    if copied and "·" in author:
        other = "slack" if side == "discord" else "discord"
        name.append("  ↔", style=_ACCENT[other])
    if message["edited"]:
        name.append("  (edited)", style="dim")
    body = Text(str(message["text"]).strip())
    for found in _MASK.finditer(body.plain):
        body.stylize("bold #e57373", *found.span())
    return Group(name, Padding(body, (0, 0, 0, 2)))


def _short(text: str) -> str:
    return textwrap.shorten(" ".join(text.split()), 48, placeholder=" …")


def names(values: Sequence[str]) -> str:
    """Names as a list for people."""
    return ", ".join(values)
