"""Application commands (https://docs.discord.com/developers/interactions/application-commands)."""

from __future__ import annotations

from adapters.sandbox.discord import shapes
from adapters.sandbox.discord.errors import Problems, missing_access, unknown
from adapters.sandbox.discord.http import DONE, Call, Reply, Route
from adapters.sandbox.discord.limits import check_command
from adapters.sandbox.discord.rest.context import Context
from adapters.sandbox.discord.world import Command
from adapters.sandbox.side import Json

MOST = {1: 100, 2: 15, 3: 15}
"""How many commands of each type a scope takes."""


class Commands:
    """Serves the registry of commands, global and of guilds."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def routes(self) -> list[Route]:
        """What is served here."""
        routes: list[Route] = []
        for base in (
            "/applications/{application_id}/commands",
            "/applications/{application_id}/guilds/{guild_id}/commands",
        ):
            routes += [
                Route("GET", base, self.list),
                Route("PUT", base, self.overwrite),
                Route("POST", base, self.create),
                Route("GET", base + "/{command_id}", self.get),
                Route("DELETE", base + "/{command_id}", self.delete),
            ]
        return routes

    def _scope(self, call: Call) -> int | None:
        if call.id("application_id") != self._c.world.application.id:
            raise unknown("Application")
        if "guild_id" not in call.params:
            return None
        guild_id = call.id("guild_id")
        if guild_id not in self._c.world.guilds or self._c.world.bot.id not in self._c.world.guilds[guild_id].members:
            raise missing_access()
        return guild_id

    def _of(self, scope: int | None) -> list[Command]:
        return [each for each in self._c.world.commands.values() if each.guild_id == scope]

    def list(self, call: Call) -> Reply:
        """A scope's commands."""
        return Reply(body=[shapes.command(self._c.world, each) for each in self._of(self._scope(call))])

    def overwrite(self, call: Call) -> Reply:
        """Replace a scope's commands; those that keep their type and name keep their id."""
        scope = self._scope(call)
        bodies = call.body if isinstance(call.body, list) else []
        problems = Problems()
        seen: set[tuple[int, str]] = set()
        for index, body in enumerate(bodies):
            check_command(body, problems, (index,))
            key = (body.get("type") or 1, body.get("name") or "")
            if key in seen:
                problems.add(
                    (index,), "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique"
                )
            seen.add(key)
        for kind, most in MOST.items():
            if sum(1 for each in seen if each[0] == kind) > most:
                problems.too_long((), most)
        problems.settle()
        before = {each.key: each.id for each in self._of(scope)}
        for number in before.values():
            del self._c.world.commands[number]
        done = [self._keep(scope, body, before.get((body.get("type") or 1, body["name"]))) for body in bodies]
        return Reply(body=[shapes.command(self._c.world, each) for each in done])

    def _keep(self, scope: int | None, body: Json, number: int | None) -> Command:
        version = self._c.world.snowflake()
        command = Command(number or version, version, scope, body)
        self._c.world.commands[command.id] = command
        return command

    def create(self, call: Call) -> Reply:
        """Add a command, or replace the one with its type and name."""
        scope, body = self._scope(call), call.fields
        problems = Problems()
        check_command(body, problems, ())
        problems.settle()
        before = {each.key: each.id for each in self._of(scope)}
        key = (body.get("type") or 1, body["name"])
        command = self._keep(scope, body, before.get(key))
        return Reply(200 if key in before else 201, shapes.command(self._c.world, command))

    def _one(self, call: Call) -> Command:
        scope = self._scope(call)
        command = self._c.world.commands.get(call.id("command_id"))
        if command is None or command.guild_id != scope:
            raise unknown("application command")
        return command

    def get(self, call: Call) -> Reply:
        """One command."""
        return Reply(body=shapes.command(self._c.world, self._one(call)))

    def delete(self, call: Call) -> Reply:
        """Remove a command."""
        del self._c.world.commands[self._one(call).id]
        return DONE
