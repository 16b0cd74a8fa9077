"""How people ask the bot: slash and message commands, buttons and menus, and the forms that follow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from adapters.sandbox.discord import shapes
from adapters.sandbox.discord.components import BUTTON, SELECTS, bounds, walk
from adapters.sandbox.discord.drafts import Drafts
from adapters.sandbox.discord.forms import Form
from adapters.sandbox.discord.http import Upload
from adapters.sandbox.discord.interactions import NO_ANSWER, Interactions, Kind
from adapters.sandbox.discord.limits import FILE_BYTES
from adapters.sandbox.discord.people import People
from adapters.sandbox.discord.permissions import Right, in_channel
from adapters.sandbox.discord.sight import Sight
from adapters.sandbox.discord.world import Channel, Command, File, Message, User, World
from adapters.sandbox.side import Json, Refusal, SaidFile

SLASH, USER_MENU, MESSAGE_MENU = 1, 2, 3
_SUBCOMMANDS = {1, 2}
_STRING, _INTEGER, _BOOLEAN, _USER, _CHANNEL, _ROLE, _MENTIONABLE, _NUMBER, _ATTACHMENT = range(3, 12)


class Asks:
    """Lets people ask. Each answers what the person then sees, as the control API tells it."""

    def __init__(self, world: World, people: People, drafts: Drafts, interactions: Interactions, sight: Sight) -> None:
        self._world = world
        self._people = people
        self._drafts = drafts
        self._interactions = interactions
        self._sight = sight

    async def command(self, channel: str, user: str, command: str, options: Json) -> list[Json]:
        """Run `/name subcommand`, or a message command by its bare name with the option `message`."""
        place, person = self._people.channel(channel), self._people.user(user)
        if self._world.bot.id not in self._world.guild_of(place).members:
            raise Refusal("the bot is not in this guild")
        words = command.removeprefix("/").split() if command.startswith("/") else [command]
        found = self._find(place, words[0], (SLASH,) if command.startswith("/") else (MESSAGE_MENU, USER_MENU))
        rights = in_channel(self._world, place, person.id)
        needed = found.body.get("default_member_permissions")
        if Right.VIEW_CHANNEL not in rights or Right.USE_APPLICATION_COMMANDS not in rights:
            raise Refusal(f"{person.name} may not use commands in #{place.name}")
        lacks = needed is not None and (int(needed) == 0 or int(needed) & ~int(rights))
        if lacks and Right.ADMINISTRATOR not in rights:
            raise Refusal(f"{command} is not offered to {person.name}: it needs rights that they don't have")
        data: Json = {"id": str(found.id), "name": found.body["name"], "type": found.key[0]}
        if found.guild_id is not None:
            data["guild_id"] = str(found.guild_id)
        resolved = _Resolved(self._world, self._people, self._drafts, place)
        if found.key[0] == MESSAGE_MENU:
            target = self._people.message(channel, str(options.get("message", "")))
            data["target_id"] = resolved.message(target)
            place = self._world.channels[target.channel_id]  # a person asks where the message stands
        elif found.key[0] == USER_MENU:
            data["target_id"] = resolved.user(str(options.get("user", "")))
        elif given := resolved.options(found.body.get("options") or [], words[1:], dict(options), command):
            data["options"] = given
        if resolved.found:
            data["resolved"] = resolved.found
        return await self._ask(Kind.COMMAND, person, place, data)

    def _find(self, place: Channel, name: str, kinds: tuple[int, ...]) -> Command:
        wanted = [(kind, name) for kind in kinds]
        own = [each for each in self._world.commands.values() if each.key in wanted]
        for scope in (place.guild_id, None):
            for each in own:
                if each.guild_id == scope:
                    return each
        raise Refusal(f"the bot has no command {name!r}")

    async def click(self, channel: str, message: str, user: str, action: str, values: Json | None) -> list[Json]:
        """Press a button (a link's press asks nobody), or choose in a menu."""
        person, found = self._people.user(user), self._people.message(channel, message)
        if found.seen_by not in {None, person.id}:
            raise Refusal(f"{person.name} does not see message {message}")
        component = self._component(found, action)
        if component.get("disabled"):
            raise Refusal(f"{action!r} is disabled")
        if component.get("url"):
            return []
        place = self._world.channels[found.channel_id]
        data: Json = {
            "custom_id": component["custom_id"],
            "component_type": component["type"],
            "id": component["id"],
        }
        if component["type"] in SELECTS:
            data["values"] = _chosen(component, values)
        return await self._ask(Kind.COMPONENT, person, place, data, message=found)

    @staticmethod
    def _component(message: Message, action: str) -> Json:
        pressable = [each for each in walk(message.components) if each["type"] in SELECTS | {BUTTON}]
        for key in ("custom_id", "url", "label", "placeholder"):
            for each in pressable:
                if each.get(key) == action:
                    return each
        for each in pressable:
            if (each.get("emoji") or {}).get("name") == action:
                return each
        raise Refusal(f"message {message.id} has nothing called {action!r} to press")

    async def submit(self, user: str, modal: str, values: Json) -> list[Json]:
        """Send a form that is open before the person."""
        person = self._people.user(user)
        form = self._form(person, modal)
        resolved = _Resolved(self._world, self._people, self._drafts, form.channel)
        components, files = form.filled(values, resolved.keep)
        del self._interactions.forms[form.id]
        data: Json = {"custom_id": form.custom_id, "components": components}
        if files:
            data["resolved"] = {"attachments": {str(each.id): shapes.file(self._world, each) for each in files}}
        return await self._ask(Kind.MODAL, person, form.channel, data, message=form.message, cause=form.cause)

    def close(self, user: str, modal: str) -> None:
        """Close a form without sending it."""
        del self._interactions.forms[self._form(self._people.user(user), modal).id]

    def _form(self, person: User, named: str) -> Form:
        for form in reversed(self._interactions.forms.values()):
            if form.user.id == person.id and named in {form.id, form.custom_id}:
                return form
        raise Refusal(f"no form {named!r} is open before {person.name}")

    async def _ask(
        self,
        kind: Kind,
        person: User,
        place: Channel,
        data: Json,
        *,
        message: Message | None = None,
        cause: Json | None = None,
    ) -> list[Json]:
        shown = await self._interactions.ask(kind, person, place, data, message=message, cause=cause)
        if shown is None:
            return [self._sight.note(NO_ANSWER)]
        return [each.shown() if isinstance(each, Form) else self._sight.message(each) for each in shown]


def _chosen(component: Json, values: Json | None) -> list[str]:
    given: list[Any] = []
    for each in (values or {}).values():
        given += each if isinstance(each, list) else [each]
    least, most = bounds(component)
    if not least <= len(given) <= most:
        raise Refusal(f"this menu takes {least} to {most} choices, not {len(given)}")
    if "options" not in component:
        return [str(each) for each in given]
    known = {option[key]: option["value"] for option in component["options"] for key in ("label", "value")}
    for each in given:
        if each not in known:
            raise Refusal(f"this menu has no choice {each!r}")
    return [known[each] for each in given]


class _Resolved:
    """Reads what a person gives for a command's options; `found` gathers the objects that ids stand for."""

    def __init__(self, world: World, people: People, drafts: Drafts, place: Channel) -> None:
        self._world = world
        self._people = people
        self._drafts = drafts
        self._place = place
        self._readers: dict[int, Callable[[Json, Any], Any]] = {
            _STRING: self._text,
            _INTEGER: self._number,
            _BOOLEAN: self._truth,
            _USER: lambda _, given: self.user(str(given)),
            _CHANNEL: lambda _, given: self._channel(str(given)),
            _ROLE: lambda _, given: self._role(str(given)),
            _MENTIONABLE: lambda _, given: self.user(str(given)),
            _NUMBER: self._number,
            _ATTACHMENT: self._file,
        }
        self.found: dict[str, Json] = {}

    def options(self, specs: list[Json], words: list[str], given: Json, command: str) -> list[Json]:
        """The options of a command, or of the subcommand that the words name."""
        subcommands = [each for each in specs if each["type"] in _SUBCOMMANDS]
        if subcommands:
            word = words[0] if words else ""
            spec = next((each for each in subcommands if each["name"] == word), None)
            if spec is None:
                choices = ", ".join(each["name"] for each in subcommands)
                raise Refusal(f"{command} takes a subcommand: {choices}")
            inner = self.options(spec.get("options") or [], words[1:], given, command)
            return [{"type": spec["type"], "name": word, "options": inner}]
        done: list[Json] = []
        for spec in specs:
            if given.get(spec["name"]) is None:
                if spec.get("required"):
                    raise Refusal(f"{command} needs the option {spec['name']!r}")
                given.pop(spec["name"], None)
                continue
            value = self._value(spec, given.pop(spec["name"]))
            done.append({"type": spec["type"], "name": spec["name"], "value": value})
        if given:
            raise Refusal(f"{command} has no option {next(iter(given))!r}")
        return done

    def _value(self, spec: Json, given: Any) -> Any:  # noqa: ANN401 - JSON
        kind = spec["type"]
        if spec.get("choices"):
            for choice in spec["choices"]:
                if given in {choice["name"], choice["value"]}:
                    return choice["value"]
            raise Refusal(f"{spec['name']!r} has no choice {given!r}")
        return self._readers[kind](spec, given)

    @staticmethod
    def _text(spec: Json, given: Any) -> str:  # noqa: ANN401 - JSON
        if not spec.get("min_length", 0) <= len(str(given)) <= spec.get("max_length", 6000):
            raise Refusal(f"{spec['name']!r} is too short or too long")
        return str(given)

    @staticmethod
    def _number(spec: Json, given: Any) -> float:  # noqa: ANN401 - JSON
        try:
            value = int(given) if spec["type"] == _INTEGER else float(given)
        except (TypeError, ValueError):
            raise Refusal(f"{spec['name']!r} is a number, not {given!r}") from None
        if not spec.get("min_value", value) <= value <= spec.get("max_value", value):
            raise Refusal(f"{spec['name']!r} is too small or too large")
        return value

    @staticmethod
    def _truth(_: Json, given: Any) -> bool:  # noqa: ANN401 - JSON
        return given if isinstance(given, bool) else str(given).lower() == "true"

    def _file(self, _: Json, given: Any) -> str:  # noqa: ANN401 - JSON
        file = self.keep(given)
        return self._note("attachments", file.id, shapes.file(self._world, file))

    def keep(self, given: object) -> File:
        """A `SaidFile` as an attachment, alone or in a tuple of one."""
        if isinstance(given, list | tuple) and len(given) == 1:
            given = given[0]
        if not isinstance(given, SaidFile):
            raise Refusal("this takes one file")
        if len(given.content) > FILE_BYTES:
            raise Refusal(f"the file {given.name!r} is larger than 10 MiB")
        upload = Upload(given.name, given.content, given.media_type)
        file = self._drafts.keep(self._place, upload, name=given.name, description=given.alt, ephemeral=True)
        self._world.files[file.id] = file
        return file

    def message(self, message: Message) -> str:
        """The message that a command is about."""
        return self._note("messages", message.id, shapes.message(self._world, message))

    def user(self, named: str) -> str:
        """A person."""
        person = self._people.user(named)
        member = shapes.member(self._world.guild_of(self._place).members[person.id], with_user=False)
        self._note(
            "members", person.id, member | {"permissions": str(int(in_channel(self._world, self._place, person.id)))}
        )
        return self._note("users", person.id, shapes.user(person))

    def _channel(self, named: str) -> str:
        channel = self._people.channel(named)
        shape = shapes.channel(self._world, channel) | {"permissions": str(int(Right.VIEW_CHANNEL))}
        return self._note("channels", channel.id, shape)

    def _role(self, named: str) -> str:
        for role in self._world.guild_of(self._place).roles.values():
            if named in {str(role.id), role.name}:
                return self._note("roles", role.id, shapes.role(role))
        raise Refusal(f"there is no role {named!r}")

    def _note(self, kind: str, number: int, shape: Json) -> str:
        self.found.setdefault(kind, {})[str(number)] = shape
        return str(number)
