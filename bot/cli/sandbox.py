"""`roundtable sandbox`: the local Discord and Slack alone."""

from __future__ import annotations

import asyncio
import json
import os
import shlex
import signal
from enum import StrEnum
from typing import Annotated

import typer

from bot.errors import SettingsError


class LimitsChoice(StrEnum):
    """Whether the platforms' rate limits hold."""

    REAL = "real"
    NONE = "none"


def sandbox(
    as_json: Annotated[bool, typer.Option("--json", help="Print the settings as one line of JSON.")] = False,
    limits: Annotated[LimitsChoice, typer.Option(help="`none` lifts the rate limits, and them alone.")] = (
        LimitsChoice.REAL
    ),
    port: Annotated[int, typer.Option(min=0, max=65535, help="The control API's port; 0 takes a free one.")] = 0,
) -> None:
    """Serve a local Discord and a local Slack for a bot to join, until stopped."""
    try:
        asyncio.run(_serve(as_json=as_json, limits=limits, port=port))
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise SettingsError(f"The sandbox can't serve on port {port} ({reason}): choose another --port.") from None


async def _serve(*, as_json: bool, limits: LimitsChoice, port: int) -> None:
    from adapters.sandbox.sandbox import Sandbox

    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    async with Sandbox(limits=limits.value, port=port) as running:
        if as_json:
            print(json.dumps({"control": running.control_url, "settings": running.settings}), flush=True)
        else:
            print(_for_a_shell(running.control_url, running.settings), flush=True)
        await stopped.wait()


def _for_a_shell(control: str, settings: dict[str, str]) -> str:
    """The settings as lines that a shell can source; everything else is in comments."""
    lines = [f"# The sandbox serves until you stop it (Ctrl+C). Its control API: {control}/control/state"]
    lines += [f"{name}={shlex.quote(value)}" for name, value in settings.items()]
    lines.append("# In another shell, paste the lines above after `set -a`, then: roundtable run")
    return "\n".join(lines)
