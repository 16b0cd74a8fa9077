"""The one place where parts are wired together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import structlog
from pydantic import SecretStr

from bot.commands import Commands
from bot.config import Settings
from bot.delivery.carrier import Carrier
from bot.delivery.crashing import Point, Reached, crash_at, pass_by
from bot.delivery.lanes import Lanes
from bot.delivery.pace import Pauses
from bot.desk import Desk
from bot.discussion.intake import Reception
from bot.errors import SettingsError, StorageError
from bot.happenings import Listener, unheard
from bot.masking import Maskers, MaskSettings
from bot.model import DISCORD, SLACK, CommunityId, PlatformName
from bot.page.reading import PageReader
from bot.page.records import Library
from bot.ports import Clock, Connected, Fetcher, Platform, Sharded, Spread
from bot.replicas import Replica, new_name
from bot.shards import Shards
from bot.starting import close, end, first, join_channels, start
from bot.store import Store

if TYPE_CHECKING:
    from adapters.web.app import WebPage

log = structlog.get_logger(__name__)

COMMUNITY = "main"
_GRACE = 5.0
"""Seconds that what is in flight has to finish at a shutdown, which ends within ten."""
_WORD = 0.75
"""Seconds for a last word to the other replicas."""
_TIDY = timedelta(hours=1)
_LEARN = 1.5
_LARGEST_PICTURE = 4_000_000
"""Bytes of a picture that the page shows: people's avatars and articles' lead images."""


class SystemClock:
    """The machine's time."""

    def now(self) -> datetime:
        """This moment."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Return after that long."""
        await asyncio.sleep(seconds)


@dataclass(frozen=True, slots=True)
class Office:
    """What commands need, with or without platforms connected: the command line has it too."""

    settings: Settings
    clock: Clock
    store: Store
    community: CommunityId
    fetcher: Fetcher
    maskers: Maskers
    library: Library

    def desk(self, wake_lanes: Callable[[], None], *, wait: float = 8.0) -> Desk:
        """The commands; `wake_lanes` is called when there is something to carry out."""
        return Desk(
            self.community,
            self.store,
            self.fetcher,
            self.maskers,
            self.clock,
            wake_lanes,
            keep_originals=self.settings.keep_originals,
            wait=wait,
        )


@asynccontextmanager
async def open_office(settings: Settings) -> AsyncIterator[Office]:
    """Open the database and what stands around it; closes it at the end."""
    from adapters.fetching import GuardedFetcher
    from storage.store import SqlStore

    clock = SystemClock()
    store = await SqlStore.open(settings.database_url, clock)
    try:
        maskers = await asyncio.to_thread(Maskers, mask_settings(settings))
        await maskers.learn(await store.words())
        yield Office(
            settings=settings,
            clock=clock,
            store=store,
            community=await store.community(COMMUNITY),
            fetcher=GuardedFetcher(settings.fetch_allow),
            maskers=maskers,
            library=store,
        )
    finally:
        await store.close()


def mask_settings(settings: Settings) -> MaskSettings:
    """What every board masks, by the settings."""
    return MaskSettings(starts_at=settings.masking, style=settings.mask_style)


def build_platforms(settings: Settings, commands: Commands) -> dict[PlatformName, Platform]:
    """A platform for each token that is set; raises `SettingsError` where there is none, or a token stands alone."""
    platforms: dict[PlatformName, Platform] = {}
    if settings.discord_token is not None:
        from adapters.discord.gateway import DiscordPlatform

        platforms[DISCORD] = DiscordPlatform(
            token=settings.discord_token.get_secret_value(),
            commands=commands,
            api_url=settings.discord_api_url,
            gateway_url=settings.discord_gateway_url,
        )
    if settings.slack_bot_token is not None:
        from adapters.slack.gateway import SlackPlatform

        if settings.slack_http_port is None and settings.slack_app_token is None:
            raise SettingsError("SLACK_APP_TOKEN is missing: Socket Mode needs it (or set SLACK_HTTP_PORT for HTTP)")
        if settings.slack_http_port is not None and settings.slack_signing_secret is None:
            raise SettingsError("SLACK_SIGNING_SECRET is missing: signed HTTP needs it")
        platforms[SLACK] = SlackPlatform(
            bot_token=settings.slack_bot_token.get_secret_value(),
            commands=commands,
            app_token=_secret(settings.slack_app_token),
            signing_secret=_secret(settings.slack_signing_secret),
            user_token=_secret(settings.slack_user_token),
            api_url=settings.slack_api_url,
            admins=settings.slack_admins,
            http_host=settings.slack_http_host,
            http_port=settings.slack_http_port,
        )
    if not platforms:
        raise SettingsError("No platform is set: set DISCORD_TOKEN or SLACK_BOT_TOKEN, or try `roundtable sandbox`.")
    return platforms


async def run(settings: Settings, stop: asyncio.Event, ready: Callable[[], None] = lambda: None) -> None:
    """Run the bot until `stop` is set; `ready` is called once every platform is connected and every channel joined.

    Raises `SettingsError` where a setting keeps it from starting. What is in flight at the end is finished or left to
    be looked up at the next start.
    """
    async with AsyncExitStack() as stack:
        stack.enter_context(_claim(settings))
        office = await stack.enter_async_context(open_office(settings))
        platforms: dict[PlatformName, Platform] = {}
        pauses = Pauses()
        reached = _crash_points(settings)
        started = asyncio.Event()
        heard, page, address = await _open_page(office, stack, lambda: _connections(platforms, started))
        replica_name = new_name()
        carrier = Carrier(
            office.store,
            platforms,
            office.maskers,
            office.clock,
            pauses,
            settings.largest_file,
            reached,
            web=None if page is None else page.public,
            heard=heard,
            opened=lambda posting, thread: reception.opened(posting, thread),  # noqa: PLW0108 - it is made below
            missed=lambda event: reception.receive(event),  # noqa: PLW0108 - the same
        )
        lanes = Lanes(office.store, carrier, office.clock, replica_name)

        def written() -> None:
            lanes.wake()
            office.store.call("outbox")

        reception = Reception(
            office.store,
            platforms,
            office.maskers,
            office.clock,
            written,
            keep_originals=settings.keep_originals,
            reached=reached,
            heard=heard,
            replica=replica_name,
            slots=lambda: replica.slots(),  # noqa: PLW0108 - it is made below
        )
        platforms.update(build_platforms(settings, office.desk(written)))
        shards = Shards(office.store, replica_name, _shared(platforms, office.store))

        async def beaten() -> None:
            await lanes.beat()
            await shards.beat()

        replica = Replica(
            replica_name,
            office.store,
            office.clock,
            listening=lambda: [name for name, heard_of in _listening(platforms).items() if heard_of],
            spread=lambda: [name for name, platform in platforms.items() if isinstance(platform, Spread)],
            died=reception.widowed,
            unread=reception.inherit,
            reading=reception.reading,
            beaten=beaten,
        )

        workers = [
            asyncio.create_task(reception.run(), name="inbox"),
            asyncio.create_task(_tidy_now_and_then(office), name="tidying"),
            asyncio.create_task(_learn_words(office), name="words"),
            asyncio.create_task(office.store.listen(_called(reception, lanes)), name="calls"),
        ]
        stack.push_async_callback(end, workers)
        stack.push_async_callback(_soon, "left", lambda: office.store.leave_replicas(replica_name))
        # Whoever still hears events is counted among the replicas, so that the others wait for what it holds.
        stack.push_async_callback(close, platforms)
        stack.push_async_callback(_finish, shards, lanes)
        stack.push_async_callback(reception.stop)
        stack.push_async_callback(_soon, "retired", replica.retire)
        stopped = asyncio.create_task(stop.wait(), name="stop")
        stack.push_async_callback(end, [stopped])
        workers.append(asyncio.create_task(replica.run(), name="replica"))
        starting = asyncio.create_task(_start_and_join(office, platforms, reception, shards, replica), name="start")
        stack.push_async_callback(end, [starting])
        await first([starting, stopped])
        if stop.is_set():
            return
        await replica.join()
        workers.append(asyncio.create_task(lanes.run(), name="outbox"))
        started.set()
        log.info("ready", platforms=sorted(platforms), **({} if address is None else {"page": address}))
        ready()
        await first([*workers, stopped])
        log.info("stopping")


async def _start_and_join(
    office: Office, platforms: dict[PlatformName, Platform], reception: Reception, shards: Shards, replica: Replica
) -> None:
    await replica.enter()
    await start(platforms, reception, shared=not office.store.alone)
    await shards.prepare()
    await shards.beat()
    await shards.connected()
    await join_channels(office.settings, office.store, office.community, platforms)


def _shared(platforms: dict[PlatformName, Platform], store: Store) -> dict[PlatformName, Sharded]:
    """The platforms that one replica at a time listens to; none where this process is alone."""
    return {name: platform for name, platform in platforms.items() if not store.alone and isinstance(platform, Sharded)}


def _listening(platforms: dict[PlatformName, Platform]) -> dict[PlatformName, bool]:
    """Which platforms' events reach this process now."""
    return {
        name: platform.listens
        if isinstance(platform, Sharded)
        else not isinstance(platform, Connected) or platform.connected
        for name, platform in platforms.items()
    }


def _called(reception: Reception, lanes: Lanes) -> Callable[[str], None]:
    wakes = {"inbox": reception.wake, "outbox": lanes.wake}

    def called(topic: str) -> None:
        wake = wakes.get(topic)
        if wake is None:
            reception.called(topic)
        else:
            wake()

    return called


async def _finish(shards: Shards, lanes: Lanes) -> None:
    """Let what is in flight end, and leave the connections to others meanwhile."""
    await asyncio.gather(_soon("shards left", shards.stop, _GRACE), lanes.stop(_GRACE))


async def _soon(what: str, tell: Callable[[], Awaitable[None]], seconds: float = _WORD) -> None:
    """Let the others know at once, instead of when leases end; a database that is away keeps nobody from ending."""
    try:
        async with asyncio.timeout(seconds):
            await tell()
    except (StorageError, TimeoutError) as error:
        log.info("no last word", what=what, reason=str(error) or "the database does not answer")


async def _open_page(
    office: Office, stack: AsyncExitStack, connections: Callable[[], dict[PlatformName, bool]]
) -> tuple[Listener, WebPage | None, str | None]:
    """The page, where the settings ask for one: who counts what happens, the page, and where it listens."""
    settings = office.settings
    if settings.web_port is None:
        return unheard, None, None
    from adapters.fetching import GuardedFetcher
    from adapters.web.app import WebPage
    from adapters.web.metrics import Metrics
    from adapters.web.pictures import IMAGE_TYPES

    metrics = Metrics(office.library, office.clock)
    page = WebPage(
        reader=PageReader(office.library, office.maskers, office.community),
        library=office.library,
        clock=office.clock,
        pictures=GuardedFetcher(settings.fetch_allow, limit=_LARGEST_PICTURE, types=IMAGE_TYPES),
        metrics=metrics,
        connections=connections,
        title=settings.web_title,
        host=settings.web_host,
        port=settings.web_port,
        url=settings.web_url,
    )
    address = await page.start()
    stack.push_async_callback(page.close)
    return metrics, page, address


def _connections(platforms: dict[PlatformName, Platform], started: asyncio.Event) -> dict[PlatformName, bool]:
    """Which platforms are connected now; none is before all of them have started."""
    return {
        name: started.is_set() and (not isinstance(platform, Connected) or platform.connected)
        for name, platform in platforms.items()
    }


async def _tidy_now_and_then(office: Office) -> None:
    while True:
        try:
            await office.store.tidy(office.clock.now())
        except StorageError as error:
            log.warning("tidying put off", reason=str(error))
        await office.clock.sleep(_TIDY.total_seconds())


async def _learn_words(office: Office) -> None:
    """Follow the boards' words, also those that another process changed, within two seconds."""
    while True:
        await office.clock.sleep(_LEARN)
        try:
            await office.maskers.learn(await office.store.words())
        except StorageError as error:
            log.warning("words unreadable", reason=str(error))


def _claim(settings: Settings) -> AbstractContextManager[None]:
    """Be the only bot on the database. The engine is made first, for what it says of a wrong address."""
    from storage.claim import claim
    from storage.database import engine_for

    engine_for(settings.database_url)
    return claim(settings.database_url)


def _crash_points(settings: Settings) -> Reached:
    if settings.crash_at is None:
        return pass_by
    point, _, times = settings.crash_at.partition(":")
    try:
        return crash_at(Point(point), int(times or 1))
    except ValueError:
        raise SettingsError(f"CRASH_AT: write POINT or POINT:TIMES, POINT being one of {', '.join(Point)}") from None


def _secret(value: SecretStr | None) -> str | None:
    return None if value is None else value.get_secret_value()
