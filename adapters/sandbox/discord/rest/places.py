"""Users, the application, guilds and channels, as the bot reads them."""

from __future__ import annotations

from adapters.sandbox.discord import shapes
from adapters.sandbox.discord.errors import Problems, missing_access, unknown
from adapters.sandbox.discord.http import DONE, Call, Reply, Route
from adapters.sandbox.discord.limits import THREAD_NAME
from adapters.sandbox.discord.permissions import Right, demand, in_guild
from adapters.sandbox.discord.rest.context import Context
from adapters.sandbox.discord.rest.threads import Threads
from adapters.sandbox.discord.world import Overwrite
from adapters.sandbox.side import Json


class Places:
    """Serves who and what there is."""

    def __init__(self, context: Context, threads: Threads) -> None:
        self._c = context
        self._threads = threads

    def routes(self) -> list[Route]:
        """What is served here."""
        return [
            Route("GET", "/gateway", self.gateway, open=True),
            Route("GET", "/gateway/bot", self.gateway_bot),
            Route("GET", "/users/@me", self.own_user),
            Route("GET", "/users/@me/guilds", self.own_guilds),
            Route("GET", "/users/{user_id}", self.user),
            Route("GET", "/oauth2/applications/@me", self.application),
            Route("GET", "/applications/@me", self.application),
            Route("GET", "/guilds/{guild_id}", self.guild),
            Route("GET", "/guilds/{guild_id}/channels", self.channels),
            Route("GET", "/guilds/{guild_id}/members", self.members),
            Route("GET", "/guilds/{guild_id}/members/search", self.search_members),
            Route("GET", "/guilds/{guild_id}/members/{user_id}", self.member),
            Route("GET", "/guilds/{guild_id}/roles", self.roles),
            Route("GET", "/guilds/{guild_id}/emojis", self.emojis),
            Route("GET", "/channels/{channel_id}", self.channel),
            Route("PATCH", "/channels/{channel_id}", self.change_channel),
            Route("DELETE", "/channels/{channel_id}", self.delete_channel),
            Route("PUT", "/channels/{channel_id}/permissions/{overwrite_id}", self.set_overwrite),
            Route("DELETE", "/channels/{channel_id}/permissions/{overwrite_id}", self.lift_overwrite),
        ]

    def gateway(self, _: Call) -> Reply:
        """Where the gateway is."""
        return Reply(body={"url": self._c.gateway.url})

    def gateway_bot(self, _: Call) -> Reply:
        """Where the gateway is, and how often the bot may identify."""
        limit = {"total": 1000, "remaining": 999, "reset_after": 86_400_000, "max_concurrency": 1}
        return Reply(body={"url": self._c.gateway.url, "shards": 1, "session_start_limit": limit})

    def own_user(self, _: Call) -> Reply:
        """The bot."""
        return Reply(body=shapes.own_user(self._c.world.bot))

    def own_guilds(self, _: Call) -> Reply:
        """The guilds that the bot is in."""
        bot = self._c.world.bot.id
        found: list[Json] = [
            {
                "id": str(each.id),
                "name": each.name,
                "icon": None,
                "banner": None,
                "owner": each.owner_id == bot,
                "permissions": str(int(in_guild(each, bot))),
                "features": [],
            }
            for each in self._c.world.bot_guilds()
        ]
        return Reply(body=found)

    def user(self, call: Call) -> Reply:
        """Anybody."""
        user = self._c.world.users.get(call.id("user_id"))
        if user is None:
            raise unknown("User")
        return Reply(body=shapes.user(user))

    def application(self, _: Call) -> Reply:
        """The bot's application."""
        return Reply(body=shapes.application(self._c.world))

    def guild(self, call: Call) -> Reply:
        """A guild."""
        guild = self._c.guild(call)
        shape = shapes.guild(guild)
        if call.flag("with_counts"):
            shape |= {"approximate_member_count": len(guild.members), "approximate_presence_count": len(guild.members)}
        return Reply(body=shape)

    def channels(self, call: Call) -> Reply:
        """A guild's channels, threads aside; a bot gets those too that it can't read."""
        world = self._c.world
        return Reply(body=[shapes.channel(world, each) for each in world.channels_of(self._c.guild(call))])

    def members(self, call: Call) -> Reply:
        """A guild's members by id; asks for the members intent."""
        guild = self._c.guild(call)
        if "members" not in self._c.world.application.privileged:
            raise missing_access()
        limit, after = call.count("limit", 1, 1000), call.cursor("after") or 0
        ids = sorted(each for each in guild.members if each > after)[:limit]
        return Reply(body=[shapes.member(guild.members[each]) for each in ids])

    def search_members(self, call: Call) -> Reply:
        """Members whose name starts with a text."""
        guild, query = self._c.guild(call), call.query.get("query", "").lower()
        found = [
            each
            for each in guild.members.values()
            if each.user.username.lower().startswith(query) or each.shown_name.lower().startswith(query)
        ]
        return Reply(body=[shapes.member(each) for each in found[: call.count("limit", 1, 1000)]])

    def member(self, call: Call) -> Reply:
        """A member."""
        guild = self._c.guild(call)
        member = guild.members.get(call.id("user_id"))
        if member is None:
            raise unknown("Member" if call.id("user_id") in self._c.world.users else "User")
        return Reply(body=shapes.member(member))

    def roles(self, call: Call) -> Reply:
        """A guild's roles."""
        return Reply(body=[shapes.role(each) for each in self._c.guild(call).roles.values()])

    def emojis(self, call: Call) -> Reply:
        """A guild's own emoji."""
        return Reply(body=[shapes.emoji(each) for each in self._c.guild(call).emojis.values()])

    def channel(self, call: Call) -> Reply:
        """A channel or thread."""
        return Reply(body=shapes.channel(self._c.world, self._c.channel(call)))

    def change_channel(self, call: Call) -> Reply:
        """Change a thread, or a channel's name and topic."""
        channel = self._c.channel(call)
        if channel.thread:
            return self._threads.change(call, channel)
        demand(self._c.world, channel, self._c.world.bot.id, Right.MANAGE_CHANNELS)
        name = call.fields.get("name")
        if name is not None:
            problems = Problems()
            if not isinstance(name, str) or not 1 <= len(name) <= THREAD_NAME:
                problems.length(("name",), 1, THREAD_NAME)
            problems.settle()
            self._c.upkeep.rename(channel, name)
        return Reply(body=shapes.channel(self._c.world, channel))

    def delete_channel(self, call: Call) -> Reply:
        """Delete a channel or thread."""
        channel = self._c.channel(call)
        needed = Right.MANAGE_THREADS if channel.thread else Right.MANAGE_CHANNELS
        demand(self._c.world, channel, self._c.world.bot.id, needed)
        shape: Json = shapes.channel(self._c.world, channel)
        self._c.upkeep.delete_channel(channel)
        return Reply(body=shape)

    def set_overwrite(self, call: Call) -> Reply:
        """Make an exception to the rights in a channel."""
        channel = self._c.channel(call, Right.MANAGE_CHANNELS)
        given = call.fields
        self._c.upkeep.set_overwrite(
            channel,
            Overwrite(
                call.id("overwrite_id"),
                int(given.get("type") or 0),
                int(given.get("allow") or 0),
                int(given.get("deny") or 0),
            ),
        )
        return DONE

    def lift_overwrite(self, call: Call) -> Reply:
        """End an exception."""
        channel = self._c.channel(call, Right.MANAGE_CHANNELS)
        self._c.upkeep.lift_overwrite(channel, call.id("overwrite_id"))
        return DONE
