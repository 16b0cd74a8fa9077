"""After the play: people at the terminal take part."""

from __future__ import annotations

import asyncio
import re
import shlex
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from bot import texts
from bot.cli.demo.reading import SIDES, Json, card, people, thread
from bot.cli.demo.screen import names
from bot.errors import UserError

if TYPE_CHECKING:
    from bot.cli.demo.screen import Screen
    from bot.cli.demo.stage import Stage

HELP = (
    ("TEXT", "say it in the thread, as whoever you are now"),
    ("/as NAME", "become somebody else; /as NAME on Slack where both sides have one"),
    ("/edit TEXT", "edit your last message"),
    ("/delete", "delete your last message"),
    ("/publish URL", "publish another article (as an admin)"),
    ("/show", "show both sides whole"),
    ("/help", "show this"),
    ("/quit", "end the demo"),
)
_QUIET = 0.4
_ON_SIDE = re.compile(rf"(.+?)\s+on\s+({'|'.join(SIDES)})", re.IGNORECASE)


@dataclass
class Guest:
    """Who the person at the terminal is now, and their last messages by side and name."""

    side: str
    name: str
    last: dict[tuple[str, str], str] = field(default_factory=dict)


async def talk(stage: Stage, screen: Screen, next_line: Callable[[], Awaitable[str]]) -> None:
    """Play lines, until `/quit` or the end of input, which is an empty line without an end."""
    state = await stage.state()
    guest = Guest("discord", people(state, "discord")[1])
    screen.tell("▶", "Now you. Write, and press Enter.")
    _help(screen, state)
    while True:
        screen.console.print(Text.assemble((f"{guest.name} on {guest.side.capitalize()}", "bold"), " › "), end="")
        line = await next_line()
        if not line or line.strip() == "/quit":
            return
        if not line.strip():
            continue
        try:
            await _play(stage, screen, guest, line.strip())
        except UserError as error:
            screen.console.print(Text(str(error), style="#e57373"))


async def _play(stage: Stage, screen: Screen, guest: Guest, line: str) -> None:
    word, _, rest = line.partition(" ")
    state = await stage.state()
    match word:
        case "/help":
            _help(screen, state)
        case "/show":
            screen.both(state, whole=True)
        case "/as":
            _become(guest, state, rest.strip())
        case "/edit":
            await _edit(stage, screen, guest, state, rest.strip())
            await _settled(stage, screen)
        case "/delete":
            await _delete(stage, screen, guest, state)
            await _settled(stage, screen)
        case "/publish":
            await _publish(stage, screen, guest, rest.strip())
        case _ if word.startswith("/"):
            raise UserError(f"There is no {word} here; /help lists what there is.")
        case _:
            root = card(state, guest.side)
            if root is None:
                raise UserError("There is no article yet.")
            message = await stage.say(guest.side, root["id"], guest.name, line)
            guest.last[guest.side, guest.name] = message
            await _settled(stage, screen)


async def _edit(stage: Stage, screen: Screen, guest: Guest, state: Json, text: str) -> None:
    if not text:
        raise UserError("Say what: /edit TEXT")
    message = _last(guest, state)
    if message["by"] == "person":
        await stage.edit(guest.side, message["id"], text, guest.name)
        return
    for form in await stage.command(guest.side, guest.name, texts.EDIT_COMMENT, {"message": message["id"]}):
        if "modal" in form:
            values = {form["fields"][0]["id"]: text}
            for answer in await stage.submit(guest.side, guest.name, form["modal"], values):
                screen.whisper(guest.name, answer)


async def _delete(stage: Stage, screen: Screen, guest: Guest, state: Json) -> None:
    message = _last(guest, state)
    if message["by"] == "person":
        await stage.delete(guest.side, message["id"], guest.name)
        return
    for answer in await stage.command(guest.side, guest.name, texts.DELETE_COMMENT, {"message": message["id"]}):
        screen.whisper(guest.name, answer)


async def _publish(stage: Stage, screen: Screen, guest: Guest, url: str) -> None:
    if not url:
        raise UserError("Say what: /publish https://…")
    for reply in await stage.command(guest.side, guest.name, "/publish", {"url": shlex.split(url)[0]}):
        screen.whisper(guest.name, reply)
        if any(action["label"] == "Publish" for action in reply.get("actions", ())):
            for answer in await stage.click(guest.side, guest.name, reply["id"], "Publish"):
                screen.whisper(guest.name, answer)
    await _settled(stage, screen)


async def _settled(stage: Stage, screen: Screen) -> None:
    """Show both sides once nothing has changed for a moment."""
    state = await stage.state()
    while True:
        await asyncio.sleep(_QUIET)
        now = await stage.state()
        if now == state and all(len(thread(now, side)) == len(thread(now, SIDES[0])) for side in SIDES):
            break
        state = now
    screen.both(state)


def _become(guest: Guest, state: Json, asked: str) -> None:
    """Take a person's part: `Grace`, or `Grace on Slack` where both sides have one."""
    if not asked:
        raise UserError(f"Say who: /as NAME, or /as NAME on {SIDES[1].capitalize()}. There are {_everybody(state)}.")
    named = _ON_SIDE.fullmatch(asked)
    name, wanted = (named[1], named[2].lower()) if named else (asked, "")
    for side in (wanted,) if wanted else SIDES:
        for known in people(state, side):
            if known.lower() == name.lower():
                guest.side, guest.name = side, known
                return
    where = f"on {wanted.capitalize()}" if wanted else "here"
    raise UserError(f"Nobody is called {name} {where}. There are {_everybody(state)}.")


def _everybody(state: Json) -> str:
    return "; ".join(f"on {side.capitalize()} {names(people(state, side))}" for side in SIDES)


def _last(guest: Guest, state: Json) -> Json:
    """Somebody's last message as it stands: what they wrote, or the masked comment that took its place."""
    said = guest.last.get((guest.side, guest.name))
    if said is None:
        raise UserError(f"{guest.name} has not said anything yet.")
    standing = thread(state, guest.side)
    reposted = [each for each in standing if each["by"] != "person" and each["author"] == guest.name]
    found = next((each for each in standing if each["id"] == said), reposted[-1] if reposted else None)
    if found is None:
        raise UserError(f"{guest.name}'s last message is gone.")
    return found


def _help(screen: Screen, state: Json) -> None:
    table = Table(box=None, show_header=False, pad_edge=True)
    for command, meaning in HELP:
        table.add_row(Text(command, style="bold"), meaning)
    screen.console.print(table)
    for side in SIDES:
        screen.console.print(Text(f"  On {side.capitalize()}: {names(people(state, side))}", style="dim"))
