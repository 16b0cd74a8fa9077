"""The Discord side of the sandbox: one guild on loopback, its people, and the bot's way in."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable

from adapters.sandbox.discord.announcing import Announcer
from adapters.sandbox.discord.asks import Asks
from adapters.sandbox.discord.cdn import Cdn
from adapters.sandbox.discord.deeds import Deeds
from adapters.sandbox.discord.drafts import Drafts
from adapters.sandbox.discord.gateway import Gateway
from adapters.sandbox.discord.http import Exchange
from adapters.sandbox.discord.interactions import Interactions
from adapters.sandbox.discord.people import People
from adapters.sandbox.discord.permissions import ALL, BOT, EVERYONE, Right
from adapters.sandbox.discord.ratelimits import RateLimits
from adapters.sandbox.discord.rest import all_routes
from adapters.sandbox.discord.rest.context import Context
from adapters.sandbox.discord.server import PREFIX, Server
from adapters.sandbox.discord.sight import Sight
from adapters.sandbox.discord.sockets import HEARTBEAT
from adapters.sandbox.discord.upkeep import Upkeep
from adapters.sandbox.discord.world import Application, Guild, Member, Overwrite, Role, User, World
from adapters.sandbox.faults import Faults
from adapters.sandbox.side import Json, Limits, Refusal, SaidFile

ADMIN = "Ada"
MEMBERS = ("Grace", "Linus", "Margaret", "Dennis", "Donald")


class DiscordSide:
    """A local Discord. Implements `adapters.sandbox.side.Side`.

    `privileged` are the intents that the application was granted, `rights` what the invitation gave the bot's own
    role. `record` hears of every REST exchange,
    `record_event` of every dispatched event. `clock` answers seconds since 1970; `heartbeat` is the gateway's
    interval and `hold` how long an answer that never comes is held, both in seconds.
    """

    platform = "discord"

    def __init__(
        self,
        faults: Faults,
        limits: Limits = "real",
        *,
        privileged: frozenset[str] = frozenset({"message_content"}),
        rights: Right = BOT,
        record: Callable[[Exchange], None] | None = None,
        record_event: Callable[[str, Json], None] | None = None,
        clock: Callable[[], float] = time.time,
        heartbeat: float = HEARTBEAT,
        hold: float = 8.0,
    ) -> None:
        self._skipped = 0.0
        self._rights = rights
        self._world = World(lambda: clock() + self._skipped)
        self._gateway = Gateway(self._world, faults, limits=limits, heartbeat=heartbeat, record=record_event)
        announcer = Announcer(self._world, self._gateway.announce)
        self._deeds = Deeds(self._world, announcer)
        self._upkeep = Upkeep(self._world, announcer)
        drafts = Drafts(self._world)
        rates = RateLimits(limits, self._world.clock)
        self._context = Context(self._world, self._deeds, self._upkeep, drafts, self._gateway, rates)
        self._people = People(self._world, self._deeds, drafts)
        self._sight = Sight(self._world)
        self._interactions = Interactions(self._world, self._gateway)
        self._asks = Asks(self._world, self._people, drafts, self._interactions, self._sight)
        self._server = Server(self._world, faults, rates, hold=hold, disconnect=self._gateway.disconnect, record=record)
        self._port = 0
        self._host = ""
        self._found(privileged)

    def _found(self, privileged: frozenset[str]) -> None:
        world = self._world
        owner = self._person(ADMIN)
        bot = User(world.snowflake(), "roundtable", "Roundtable", bot=True)
        world.users[bot.id] = bot
        # A bot's token is its id in base64, a time and a secret; its first part is read back as the id.
        first = base64.urlsafe_b64encode(str(bot.id).encode()).decode().rstrip("=")
        world.application = Application(
            id=bot.id, name="Roundtable", bot=bot, token=f"{first}.{world.token()}", owner=owner, privileged=privileged
        )
        guild = self._found_guild("Roundtable", owner)
        for name in MEMBERS:
            self._join(guild, self._person(name))
        self._news = self._upkeep.create_channel(guild, "news")

    def _person(self, name: str) -> User:
        user = User(self._world.snowflake(), name.lower(), name, avatar=f"{len(self._world.users) + 1:032x}")
        self._world.users[user.id] = user
        return user

    def _found_guild(self, name: str, owner: User) -> Guild:
        world = self._world
        guild = Guild(world.snowflake(), name, owner.id)
        world.guilds[guild.id] = guild
        guild.roles[guild.id] = Role(guild.id, "@everyone", int(EVERYONE), 0)
        self._join(guild, owner)
        role = Role(world.snowflake(), "Roundtable", int(self._rights), 1, bot_id=world.bot.id)
        guild.roles[role.id] = role
        self._join(guild, world.bot, role.id)
        return guild

    def _join(self, guild: Guild, user: User, *roles: int) -> None:
        guild.members[user.id] = Member(user, list(roles), self._world.now())

    # --- the protocol -----------------------------------------------------------------------------------------

    async def start(self, host: str, port: int) -> None:
        """Serve; port 0 takes a free one. After a stop it serves again what there was, without its sessions."""
        extra = [*Cdn(self._world).paths(), ("/gateway", self._gateway.serve), ("/", self._gateway.serve)]
        self._port = await self._server.start(host, port, all_routes(self._context, self._interactions), extra)
        self._host = host
        self._world.cdn = f"http://{host}:{self._port}"
        self._gateway.url = f"ws://{host}:{self._port}/gateway"

    async def stop(self) -> None:
        """Stop serving and close every connection."""
        await self._gateway.stop()
        await self._server.stop()

    def settings(self) -> dict[str, str]:
        """The settings that point a bot here, `CHANNELS` aside."""
        return {
            "DISCORD_TOKEN": self._world.application.token,
            "DISCORD_API_URL": f"http://{self._host}:{self._port}{PREFIX}",
            "DISCORD_GATEWAY_URL": self._gateway.url,
        }

    def channels(self) -> tuple[str, ...]:
        """Ids of the channels that a bot should join, for `CHANNELS`."""
        return (str(self._news.id),)

    def state(self) -> Json:
        """This side as its people see it now."""
        return self._sight.state()

    async def say(
        self,
        *,
        channel: str,
        user: str,
        text: str,
        thread: str | None = None,
        reply_to: str | None = None,
        files: tuple[SaidFile, ...] = (),
        broadcast: bool = False,  # noqa: ARG002 - Slack's alone
    ) -> str:
        """A person writes; answers the message's id."""
        return self._people.say(channel, user, text, thread=thread, reply_to=reply_to, files=files)

    async def edit(self, *, channel: str, message: str, text: str, user: str | None = None) -> None:
        """A person edits a message."""
        self._people.edit(channel, message, text, user)

    async def delete(self, *, channel: str, message: str, user: str | None = None) -> None:
        """A person deletes a message."""
        self._people.delete(channel, message, user)

    async def react(self, *, channel: str, message: str, emoji: str, user: str) -> None:
        """A person reacts."""
        self._people.react(channel, message, emoji, user)

    async def unreact(self, *, channel: str, message: str, emoji: str, user: str) -> None:
        """A person takes a reaction back."""
        self._people.unreact(channel, message, emoji, user)

    async def command(self, *, channel: str, user: str, command: str, options: Json) -> list[Json]:
        """A person runs a command; answers what that person then sees."""
        return await self._asks.command(channel, user, command, options)

    async def click(
        self, *, channel: str, message: str, user: str, action: str, values: Json | None = None
    ) -> list[Json]:
        """A person presses a button, or chooses in a menu (`values`)."""
        return await self._asks.click(channel, message, user, action, values)

    async def submit(self, *, user: str, modal: str, values: Json) -> list[Json]:
        """A person sends a modal."""
        return await self._asks.submit(user, modal, values)

    async def disconnect(self, *, resumable: bool = True) -> None:
        """Close the bot's event socket now; `resumable` false loses the session."""
        self._gateway.disconnect(resumable=resumable)

    # --- beyond the protocol, for the control API -------------------------------------------------------------

    async def open_channel(self, *, name: str, forum: bool = False, writable: bool = True) -> str:
        """A further channel; or, for one that is there, the bot let in or kept out. Answers its id."""
        for channel in self._world.channels_of(self._guild(None)):
            if channel.name == name:
                (self.allow if writable else self.deny)(str(channel.id))
                return str(channel.id)
        if not name or name != name.lower() or " " in name:
            raise Refusal("a Discord channel's name is lower case and without spaces")
        return self.create_channel(name, forum=forum, writable=writable)

    def advance(self, seconds: float) -> None:
        """Skip over time: rates, nonces, tokens and addresses run out, messages age, idle threads are archived."""
        self._skipped += seconds
        self._deeds.archive_idle()

    async def close_modal(self, *, user: str, modal: str) -> None:
        """A person closes a modal; Discord tells nobody."""
        self._asks.close(user, modal)

    # --- beyond the protocol, for tests -----------------------------------------------------------------------

    def create_channel(self, name: str, *, forum: bool = False, writable: bool = True, guild: str | None = None) -> str:
        """Open a channel, in the first guild or the one that is named; answers its id.

        Where it is not `writable` the bot sees it and may do nothing there.
        """
        place = self._guild(guild)
        channel = self._upkeep.create_channel(place, name, forum=forum)
        if not writable:
            self.deny(str(channel.id), int(BOT & ~Right.VIEW_CHANNEL))
        return str(channel.id)

    def deny(self, channel: str, rights: int = int(ALL)) -> None:
        """Take rights (permission bits; all by default) from the bot in a channel."""
        place = self._people.channel(channel)
        bot = self._world.bot.id
        self._upkeep.set_overwrite(self._world.parent_of(place), Overwrite(bot, 1, deny=rights))

    def allow(self, channel: str) -> None:
        """Give the bot back the rights that `deny` took."""
        self._upkeep.lift_overwrite(self._world.parent_of(self._people.channel(channel)), self._world.bot.id)

    def create_guild(self, name: str) -> str:
        """Found another guild with the same people, which the bot joins; answers its id."""
        guild = self._found_guild(name, self._people.user(ADMIN))
        for person in MEMBERS:
            self._join(guild, self._people.user(person))
        self._upkeep.welcome_bot(guild)
        return str(guild.id)

    def create_emoji(self, name: str, *, guild: str | None = None) -> str:
        """Add a custom emoji; answers its id."""
        return str(self._upkeep.create_emoji(self._guild(guild), name).id)

    def open_thread(self, channel: str, message: str, *, name: str, user: str = ADMIN) -> str:
        """A person opens a thread under a message, before the bot does; answers its id."""
        return self._people.open_thread(channel, message, name, user)

    def archive_thread(self, thread: str, *, locked: bool | None = None) -> None:
        """A moderator archives a thread, and locks or unlocks it."""
        changes = {"archived": True} | ({} if locked is None else {"locked": locked})
        self._deeds.change_thread(self._people.channel(thread), **changes)

    def lock_thread(self, thread: str, *, locked: bool = True) -> None:
        """A moderator locks a thread, or unlocks it."""
        self._deeds.change_thread(self._people.channel(thread), locked=locked)

    def delete_channel(self, channel: str) -> None:
        """A moderator deletes a channel or a thread."""
        self._upkeep.delete_channel(self._people.channel(channel))

    def freeze(self) -> None:
        """Leave the bot's event sockets half-open: they stay, and nothing comes through them any more."""
        self._gateway.freeze()

    def kick_bot(self, *, guild: str | None = None) -> None:
        """Remove the bot from a guild."""
        self._upkeep.remove_member(self._guild(guild), self._world.bot.id)

    def invite_bot(self, *, guild: str | None = None) -> None:
        """Let the bot into a guild again that it was kicked from."""
        place = self._guild(guild)
        role = next(each for each in place.roles.values() if each.bot_id is not None)
        self._join(place, self._world.bot, role.id)
        self._upkeep.welcome_bot(place)

    def _guild(self, named: str | None) -> Guild:
        for each in self._world.guilds.values():
            if named is None or named in {str(each.id), each.name}:
                return each
        raise Refusal(f"there is no guild {named!r}")

    @property
    def connections(self) -> int:
        """How many of the bot's sessions have an open socket."""
        return self._gateway.connected
