"""Slack as a platform: what the core asks of it, and the road by which its events come in.

Bolt acknowledges an event before its listener has run, unless `process_before_response` is set. It is: an envelope is
acknowledged once the intake has committed its event, and stays unacknowledged, for Slack to deliver again, where that
failed. Whatever may be slow (commands, buttons) goes on in the background after its acknowledgement.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from datetime import datetime
from typing import Any, Final, Protocol

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.background import Background
from adapters.slack.commands import SlackCommands
from adapters.slack.downloads import Downloads
from adapters.slack.events import Listener, Reader
from adapters.slack.failures import MESSAGE_GONE
from adapters.slack.http import EventServer
from adapters.slack.identity import Identity, Passport
from adapters.slack.inbound import position_of, standing
from adapters.slack.lookups import Lookups
from adapters.slack.people import People
from adapters.slack.places import Places
from adapters.slack.reactions import Reactions, Roots, this_moment
from adapters.slack.replies import Replies
from adapters.slack.sending import Sending
from adapters.slack.sockets import DRAIN_SECONDS, PING_SECONDS, Socket
from adapters.slack.uploads import Uploads
from adapters.slack.webapi import ANSWER_SECONDS, SDK_LOGGER, WebApi
from bot.commands import Commands
from bot.errors import MessageGone, PlatformError, Refused, SettingsError
from bot.masking.masked import MaskedLine
from bot.model import (
    SLACK,
    Attachment,
    ChannelInfo,
    PlatformName,
    Posted,
    Reacted,
    RemoteMessageId,
    RemoteThreadId,
    RemoteUserId,
    ThreadRef,
)
from bot.ports import Counted, Intake, Page, Sent, SentCard, Stamp
from bot.views import Card, CopyView

HELLO_SECONDS: Final = 30.0
GRACE_SECONDS: Final = 8.0
"""How long closing waits for what is under way."""

_log = structlog.get_logger(__name__)


class SlackPlatform:
    """`bot.ports.Platform` on one Slack workspace.

    With `http_port` events come in over signed HTTP, which asks for `signing_secret`; else over Socket Mode, which
    asks for `app_token`. `user_token` is an admin's, and lets the bot replace what people wrote. `admins` are ids of
    users who may publish although they are no workspace admins. `api_url` leads to a proxy, or to the sandbox.
    """

    def __init__(
        self,
        *,
        bot_token: str,
        commands: Commands,
        app_token: str | None = None,
        signing_secret: str | None = None,
        user_token: str | None = None,
        api_url: str | None = None,
        admins: Collection[str] = (),
        http_host: str = "127.0.0.1",
        http_port: int | None = None,
        answer_seconds: float = ANSWER_SECONDS,
        ping_seconds: float = PING_SECONDS,
    ) -> None:
        self._app_token = app_token
        self._signing_secret = signing_secret
        self._http = (http_host, http_port)
        self._ping_seconds = ping_seconds
        self._bot_token = bot_token
        self._api = WebApi(bot_token=bot_token, user_token=user_token, api_url=api_url, answer_seconds=answer_seconds)
        self._passport = Passport(self._api)
        self._people = People(self._api, admins=admins)
        self._places = Places(self._api, self._passport)
        self._reader = Reader(self._passport, self._people, self._places)
        self._lookups = Lookups(self._api)
        self._roots = Roots(self._lookups)
        self._reactions = Reactions(self._api, self._passport, self._lookups, self._roots)
        self._downloads = Downloads(self._api, bot_token)
        self._sending = Sending(self._api, Uploads(self._api), self._lookups)
        self._background = Background()
        self._commands = SlackCommands(
            commands,
            replies=Replies(self._api, self._background),
            people=self._people,
            places=self._places,
            passport=self._passport,
            downloads=self._downloads,
        )
        self._socket: Socket | None = None
        self._server: EventServer | None = None

    # --- coming and going ---------------------------------------------------------------------------------------

    @property
    def name(self) -> PlatformName:
        """Slack."""
        return SLACK

    @property
    def http_address(self) -> tuple[str, int] | None:
        """Host and port where signed HTTP is listened for; None with Socket Mode, and before `start`."""
        return self._server.address if self._server else None

    @property
    def connected(self) -> bool:
        """Whether Socket Mode's session is open, or signed HTTP is listened for."""
        return self._server is not None or (self._socket is not None and self._socket.listens)

    async def start(self, intake: Intake) -> None:
        """Connect; returns when Slack has said hello, or when the HTTP server listens.

        Raises `SettingsError` with a line for the operator, or `Unavailable` where Slack can't be reached.
        """
        self._api.reopen()
        try:
            await self._start(intake)
        except BaseException:
            await self.close()
            raise

    async def heard_all(self) -> bool:
        """Return once what Slack has sent here up to now is in the intake's hands; False where that isn't sure."""
        if self._server is not None:
            return await self._server.heard_all(DRAIN_SECONDS)
        return self._socket is not None and await self._socket.heard_all()

    async def close(self) -> None:
        """Take nothing new, let what is under way end, and disconnect. Idempotent."""
        socket, self._socket = self._socket, None
        server, self._server = self._server, None
        clock = asyncio.get_running_loop().time
        deadline = clock() + GRACE_SECONDS
        if socket is not None:
            await socket.close(GRACE_SECONDS)
        if server is not None:
            await server.close()
        await self._background.finish(max(0.0, deadline - clock()))
        await self._people.close()
        await self._api.close()

    async def _start(self, intake: Intake) -> None:
        host, port = self._http
        if port is not None and not self._signing_secret:
            raise SettingsError("SLACK_SIGNING_SECRET: signed HTTP needs it; copy it from the app's Basic Information.")
        if port is None and not self._app_token:
            raise SettingsError(
                "SLACK_APP_TOKEN: Socket Mode needs an app-level token (xapp-…) with connections:write."
            )
        identity = await self._passport.identity()
        app = self._app(identity, Listener(intake, self._reader, self._reactions, self._roots, self._lookups))
        if port is not None:
            self._server = EventServer(app, host=host, port=port, grace=GRACE_SECONDS)
            await self._server.start()
            await intake.connected(SLACK)
            _log.info("slack.http.open", address=self._server.address)
            return

        async def connected() -> None:
            await intake.connected(SLACK)

        self._socket = Socket(
            app,
            app_token=self._app_token or "",
            api=self._api,
            connected=connected,
            ping_seconds=self._ping_seconds,
        )
        await self._socket.start(HELLO_SECONDS)

    def _app(self, identity: Identity, listener: Listener) -> AsyncApp:
        async def authorize() -> AuthorizeResult:
            return AuthorizeResult(
                enterprise_id=identity.enterprise,
                team_id=identity.team,
                bot_user_id=identity.bot_user,
                bot_id=identity.bot_id,
                bot_token=self._bot_token,
            )

        app = AsyncApp(
            name="roundtable",
            logger=SDK_LOGGER,
            client=AsyncWebClient(
                base_url=self._api.base_url, session=self._api.session, retry_handlers=[], logger=SDK_LOGGER
            ),
            signing_secret=self._signing_secret or "",
            authorize=authorize,
            process_before_response=True,
            # Deletions of our own copies by a moderator are events of ours, and have to get through.
            ignoring_self_events_enabled=False,
            attaching_function_token_enabled=False,
            attaching_conversation_kwargs_enabled=False,
        )
        app.error(_tell_failure)
        app.event("message")(_listen(listener.hear))
        app.event(re.compile("^reaction_(added|removed)$"))(_listen(listener.hear_reaction))
        app.event("member_joined_channel")(_listen(listener.hear_joining))
        self._commands.register(app)
        app.event(re.compile(""))(_pass_over)
        return app

    # --- places -------------------------------------------------------------------------------------------------

    async def describe(self, channel: str) -> ChannelInfo:
        """The channel with this id, joined where it is public; raises `Refused` with what to do."""
        return await self._places.describe(channel)

    async def can_replace(self, thread: ThreadRef) -> bool:
        """Whether an admin's user token is there, by which people's messages can be deleted."""
        del thread
        return (await self._passport.identity()).can_replace

    # --- cards --------------------------------------------------------------------------------------------------

    async def post_card(self, channel: ChannelInfo, card: Card, stamp: Stamp) -> SentCard:
        """Post a card. Not idempotent: after `Uncertain` comes `find_card`."""
        identity = await self._passport.identity()
        ts = await self._sending.post_card(channel.ref.channel, card, stamp)
        return SentCard(RemoteMessageId(ts), identity.permalink(channel.ref.channel, ts))

    async def find_card(self, channel: ChannelInfo, card: Card, stamp: Stamp, since: datetime) -> SentCard | None:
        """The card with this stamp's metadata, among the channel's messages from `since` on."""
        del card
        identity = await self._passport.identity()
        ts = await self._lookups.stamped_root(channel.ref.channel, stamp, since)
        return SentCard(RemoteMessageId(ts), identity.permalink(channel.ref.channel, ts)) if ts else None

    async def open_thread(
        self, channel: ChannelInfo, root: RemoteMessageId, title: MaskedLine, stamp: Stamp
    ) -> ThreadRef:
        """Post the civility line as the card's first reply, unless it stands there. Slack's threads have no title."""
        del title
        await self._sending.open_thread(channel.ref.channel, root, stamp)
        return ThreadRef(channel.ref, RemoteThreadId(root))

    async def redraw_card(self, channel: ChannelInfo, root: RemoteMessageId, card: Card) -> None:
        """Show the card's present state. Idempotent."""
        await self._sending.redraw_card(channel.ref.channel, root, card)

    # --- comments -----------------------------------------------------------------------------------------------

    async def send_copy(self, thread: ThreadRef, copy: CopyView, stamp: Stamp) -> Sent:
        """Show a comment in its author's name. Not idempotent: after `Uncertain` comes `find_copy`."""
        identity = await self._passport.identity()
        channel = thread.channel.channel
        ts = await self._sending.send_copy(channel, thread.thread, copy, stamp)
        return Sent(RemoteMessageId(ts), identity.permalink(channel, ts, thread.thread))

    async def find_copy(
        self, thread: ThreadRef, copy: CopyView, stamp: Stamp, since: datetime, known: Collection[RemoteMessageId]
    ) -> Sent | None:
        """The reply with this stamp's metadata, from `since` on."""
        del copy, known
        identity = await self._passport.identity()
        channel = thread.channel.channel
        ts = await self._lookups.stamped_reply(channel, thread.thread, stamp, since)
        return Sent(RemoteMessageId(ts), identity.permalink(channel, ts, thread.thread)) if ts else None

    async def edit_copy(self, thread: ThreadRef, message: RemoteMessageId, copy: CopyView) -> None:
        """Show the comment's present text and files. Idempotent. Raises `MessageGone` where it was deleted."""
        await self._sending.edit_copy(thread.channel.channel, thread.thread, message, copy)

    async def delete(self, thread: ThreadRef, message: RemoteMessageId) -> bool:
        """Delete a message, ours or (with the admin's token) a person's. Gone already is well, and answered False."""
        return await self._sending.delete(thread.channel.channel, message)

    async def stands(self, thread: ThreadRef, message: RemoteMessageId) -> bool:
        """Whether a reply is in the thread, asked of Slack by itself."""
        return await self._lookups.message(thread.channel.channel, thread.thread, message) is not None

    async def look(self, thread: ThreadRef, message: RemoteMessageId) -> Posted | None:
        """A reply as it stands; raises `MessageGone` where it is gone."""
        found = await self._lookups.message(thread.channel.channel, thread.thread, message)
        if found is None:
            raise MessageGone(MESSAGE_GONE)
        return await self._reader.posted(found, thread.channel.channel)

    async def whisper(self, thread: ThreadRef, user: RemoteUserId, text: str) -> None:
        """Tell one person something in the thread that others don't see; nothing where they have left the channel."""
        try:
            await self._sending.whisper(thread.channel.channel, thread.thread, user, text)
        except Refused as error:
            _log.info("slack.whisper.refused", channel=thread.channel.channel, reason=str(error))

    async def pages(self, thread: ThreadRef) -> AsyncIterator[Page]:
        """The thread as it stands, its card first."""
        channel, stamp = thread.channel.channel, this_moment()
        async for messages in self._lookups.pages(channel, thread.thread):
            told = [await self._reader.posted(message, channel) for message in messages]
            posted = tuple(one for one in told if one is not None)
            reactions, counted = await self._reactions.standing(thread, messages, stamp)
            if messages:
                yield Page(
                    posted=posted,
                    others=standing(messages) - {one.message for one in posted},
                    upto=max(position_of(message.get("ts")) for message in messages),
                    reactions=reactions,
                    counted=counted,
                )

    async def last(self, thread: ThreadRef) -> int | None:
        """The position of the last reply, or of the card, as the card tells."""
        ts = await self._lookups.last(thread.channel.channel, thread.thread)
        return None if ts is None else position_of(ts)

    async def reactors(self, thread: ThreadRef, counted: Counted) -> tuple[Reacted, ...]:
        """The people behind a number, the bot aside."""
        return await self._reactions.reactors(thread, counted)

    def position(self, message: RemoteMessageId) -> int:
        """Microseconds since 1970: a `ts` is a time."""
        return position_of(message)

    async def download(self, attachment: Attachment, limit: int) -> bytes:
        """An attachment's content; raises `Refused` where it is gone or larger than `limit` bytes."""
        return await self._downloads.read(attachment.source, limit, media_type=attachment.media_type)


class _Hear(Protocol):
    def __call__(self, event: dict[str, Any], /, *, attempt: int) -> Awaitable[None]: ...


def _listen(hear: _Hear) -> Callable[..., Awaitable[None]]:
    async def listen(event: dict[str, Any], request: AsyncBoltRequest) -> None:
        number = (request.headers.get("x-slack-retry-num") or ["0"])[0]
        await hear(event, attempt=int(number) if number.isdigit() else 0)

    return listen


async def _pass_over() -> None:
    """Acknowledge an event that means nothing here."""


async def _tell_failure(error: Exception, body: dict[str, Any]) -> None:
    # Bolt answers 500 after this, so that Slack delivers again.
    _log.error(
        "slack.listener.failed",
        failure=type(error).__name__,
        reason=str(error) if isinstance(error, PlatformError) else None,
        type=body.get("type"),
        delivery=body.get("event_id"),
    )
