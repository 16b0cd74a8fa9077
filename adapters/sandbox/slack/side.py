"""The local Slack as one side of the sandbox."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.sandbox.faults import Faults
from adapters.sandbox.side import Json, Limits, Refusal, SaidFile
from adapters.sandbox.slack import sight
from adapters.sandbox.slack.callbacks import Callbacks
from adapters.sandbox.slack.connections import Connections
from adapters.sandbox.slack.delivery import Delivery
from adapters.sandbox.slack.people import People
from adapters.sandbox.slack.ratelimits import RateLimits
from adapters.sandbox.slack.screens import QUIET, Screens
from adapters.sandbox.slack.server import Record, Server
from adapters.sandbox.slack.timers import Timers
from adapters.sandbox.slack.tokens import APP_SCOPES, BOT_SCOPES, SHORTCUTS, SUBSCRIPTIONS, USER_SCOPES, Secrets, Token
from adapters.sandbox.slack.values import BOT_USER
from adapters.sandbox.slack.world import new_world


class SlackSide:
    """One workspace, `Roundtable`, with one app installed: an implementation of `adapters.sandbox.side.Side`.

    `scopes` and `subscriptions` are what the app's manifest would give its bot. `shortcuts` gives message shortcuts,
    by the name that people see, their callback id; one that is not named there is its own callback id. `record` is
    called with each exchange of the Web API. `timers` is the clock of redeliveries, triggers and rate limits. `quiet`
    seconds without anything new end the wait for what a command or a click brings up.
    """

    platform = "slack"

    def __init__(
        self,
        faults: Faults,
        limits: Limits = "real",
        *,
        scopes: tuple[str, ...] = BOT_SCOPES,
        user_scopes: tuple[str, ...] = USER_SCOPES,
        subscriptions: tuple[str, ...] = SUBSCRIPTIONS,
        shortcuts: Mapping[str, str] = SHORTCUTS,
        record: Record | None = None,
        timers: Timers | None = None,
        quiet: float = QUIET,
    ) -> None:
        self.timers = timers or Timers()
        self.world = new_world(self.timers)
        self.connections = Connections(self.timers)
        self.secrets = Secrets()
        self._delivery = Delivery(self.connections, faults, self.timers, frozenset(subscriptions))
        self._callbacks: Callbacks | None = None
        screens = Screens(quiet)
        self.world.happened = self._delivery.tell
        self.world.seen = screens.notice
        self._people = People(self.world, self._delivery, screens, dict(shortcuts))
        admin = next(user for user in self.world.users.values() if user.is_admin)
        tokens = (
            Token(self.secrets.bot, "bot", BOT_USER, scopes),
            Token(self.secrets.app, "app", "", APP_SCOPES),
            Token(self.secrets.user, "user", admin.id, user_scopes),
        )
        rates = RateLimits(limits, self.timers)
        self._server = Server(self.world, self.connections, tokens, faults, rates, record)

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Serve; port 0 takes a free one."""
        self.world.base = await self._server.start(host, port)
        self._delivery.start()

    async def stop(self) -> None:
        """Stop serving and close every connection. Idempotent."""
        await self._delivery.stop()
        await self._server.stop()
        if self._callbacks is not None:
            await self._callbacks.close()
            self._callbacks = None

    def settings(self) -> dict[str, str]:
        """The settings that point a bot here, `CHANNELS` aside."""
        return {
            "SLACK_BOT_TOKEN": self.secrets.bot,
            "SLACK_APP_TOKEN": self.secrets.app,
            "SLACK_SIGNING_SECRET": self.secrets.signing,
            "SLACK_USER_TOKEN": self.secrets.user,
            "SLACK_API_URL": f"{self.world.base}/api/",
        }

    def channels(self) -> tuple[str, ...]:
        """Ids of the channels that a bot should join."""
        first = next(iter(self.world.channels.values()))
        return (first.id,)

    def state(self) -> Json:
        """The workspace as its people see it now."""
        return sight.state(self.world)

    async def say(
        self,
        *,
        channel: str,
        user: str,
        text: str,
        thread: str | None = None,
        reply_to: str | None = None,
        files: tuple[SaidFile, ...] = (),
        broadcast: bool = False,
    ) -> str:
        """A person writes. Slack answers messages in threads alone, so `reply_to` means the thread it is in."""
        if broadcast and thread is None and reply_to is None:
            raise Refusal("only a reply in a thread can be sent to the channel too: give 'thread'")
        return self._people.say(channel, user, text, thread or reply_to, files, broadcast=broadcast)

    async def edit(self, *, channel: str, message: str, text: str, user: str | None = None) -> None:
        """A person edits a message."""
        self._people.edit(channel, message, text, user)

    async def delete(self, *, channel: str, message: str, user: str | None = None) -> None:
        """A person deletes a message."""
        self._people.delete(channel, message, user)

    async def react(self, *, channel: str, message: str, emoji: str, user: str) -> None:
        """A person reacts."""
        self._people.react(channel, message, emoji, user, add=True)

    async def unreact(self, *, channel: str, message: str, emoji: str, user: str) -> None:
        """A person takes a reaction back."""
        self._people.react(channel, message, emoji, user, add=False)

    async def command(self, *, channel: str, user: str, command: str, options: Json) -> list[Json]:
        """A person runs a slash command or a message shortcut."""
        return await self._people.command(channel, user, command, options)

    async def click(
        self, *, channel: str, message: str, user: str, action: str, values: Json | None = None
    ) -> list[Json]:
        """A person presses a button, or chooses in a menu; `message` may be the id of a modal."""
        return await self._people.click(channel, message, user, action, values)

    async def submit(self, *, user: str, modal: str, values: Json) -> list[Json]:
        """A person sends a modal."""
        return await self._people.submit(user, modal, values)

    async def disconnect(self, *, resumable: bool = True) -> None:
        """Close the app's web sockets as Slack does when it refreshes them, or (`resumable` false) cut them."""
        await self.connections.disconnect(warn=resumable)

    # --- what the control API offers beyond every side ----------------------------------------------------------

    async def close_modal(self, *, user: str, modal: str) -> None:
        """A person closes a modal."""
        await self._people.close_modal(user, modal)

    async def open_channel(self, *, name: str, forum: bool = False, writable: bool = True) -> str:
        """A further channel; or, for one that is there, the bot let in or put out."""
        if forum:
            raise Refusal("Slack has no forum channels")
        if not name or name != name.lower() or " " in name:
            raise Refusal("a Slack channel's name is lower case and without spaces")
        channel = self.world.found_channel(name)
        if channel is None:
            return self.world.open_channel(name, with_bot=writable).id
        channel.closed_to_bot = not writable
        (self.world.join if writable else self.world.leave)(channel, BOT_USER)
        return channel.id

    def archive_channel(self, name: str, *, archived: bool = True) -> None:
        """The admin archives a channel, or takes it out of the archive."""
        channel = self._people.channel(name)
        self.world.archive(channel, channel.creator, archived=archived)

    @property
    def redelivered(self) -> int:
        """How often an event was sent again, because nobody had acknowledged it."""
        return self._delivery.redelivered

    def freeze(self) -> None:
        """Leave the app's web sockets half open: nothing goes through them, and no ping is answered."""
        self.connections.freeze()

    async def deliver_to(self, url: str | None) -> None:
        """Send events to an app in HTTP mode at `url`, which must prove itself; None goes back to web sockets."""
        if url is None:
            self._delivery.transport = self.connections
            return
        callbacks = Callbacks(url, self.secrets.signing)
        await callbacks.verify()
        if self._callbacks is not None:
            await self._callbacks.close()
        self._callbacks = callbacks
        self._delivery.transport = callbacks

    def advance(self, seconds: float) -> None:
        """Skip over time: redeliveries that are due come at once."""
        self.timers.advance(seconds)
