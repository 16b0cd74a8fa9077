"""The REST routes, a module for each kind of thing."""

from __future__ import annotations

from adapters.sandbox.discord.http import Route
from adapters.sandbox.discord.interactions import Interactions
from adapters.sandbox.discord.rest.commands import Commands
from adapters.sandbox.discord.rest.context import Context
from adapters.sandbox.discord.rest.interactions import InteractionAnswers
from adapters.sandbox.discord.rest.messages import Messages
from adapters.sandbox.discord.rest.places import Places
from adapters.sandbox.discord.rest.threads import Threads
from adapters.sandbox.discord.rest.webhooks import Webhooks


def all_routes(context: Context, interactions: Interactions) -> list[Route]:
    """Everything that is served, in the order in which paths are matched."""
    threads = Threads(context)
    answers = InteractionAnswers(context, interactions)
    return [
        *Places(context, threads).routes(),
        *Messages(context).routes(),
        *threads.routes(),
        *answers.routes(),
        *Webhooks(context, answers).routes(),
        *Commands(context).routes(),
    ]
