"""The REST routes, a module for each kind of thing."""

from __future__ import annotations

from adapters.sandbox.discord.http import Route
from adapters.sandbox.discord.rest.context import Context
from adapters.sandbox.discord.rest.messages import Messages
from adapters.sandbox.discord.rest.places import Places
from adapters.sandbox.discord.rest.threads import Threads


def all_routes(context: Context) -> list[Route]:
    """Everything that is served, in the order in which paths are matched."""
    threads = Threads(context)
    return [
        *Places(context, threads).routes(),
        *Messages(context).routes(),
        *threads.routes(),
    ]
