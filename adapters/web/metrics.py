"""Figures for Prometheus, counted from what the core tells and from the database as it is when they are asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from bot.happenings import Commented, Copied, Happening, Limited
from bot.page.records import Library
from bot.ports import Clock

_BUCKETS: Final = (0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0)


class Metrics:
    """Counts happenings; call it with each. One for a process, with a registry of its own."""

    def __init__(self, library: Library, clock: Clock) -> None:
        self._library = library
        self._clock = clock
        self._registry = registry = CollectorRegistry()
        self._comments = Counter("roundtable_comments", "Comments taken.", ["platform"], registry=registry)
        self._edits = Counter("roundtable_edits", "Comments changed.", ["platform"], registry=registry)
        self._masks = Counter(
            "roundtable_masks", "Comments in which something was masked.", ["platform"], registry=registry
        )
        self._copies = Counter("roundtable_copies", "Copies sent.", ["platform"], registry=registry)
        self._latency = Histogram(
            "roundtable_delivery_seconds",
            "From a comment at its origin to its copy.",
            ["origin", "platform"],
            buckets=_BUCKETS,
            registry=registry,
        )
        self._limited = Counter(
            "roundtable_rate_limits", "Answers that asked us to wait (429).", ["platform"], registry=registry
        )
        self._rows = Gauge(
            "roundtable_outbox_rows", "Rows of the outbox to be carried out.", ["platform", "state"], registry=registry
        )
        self._age = Gauge(
            "roundtable_outbox_age_seconds",
            "Age of the oldest row of the outbox that is due.",
            ["platform", "state"],
            registry=registry,
        )
        self._readers = Gauge("roundtable_live_readers", "Open streams of live updates.", registry=registry)

    def __call__(self, happening: Happening) -> None:
        """Count it."""
        match happening:
            case Commented(platform=platform, masked=masked, new=new):
                (self._comments if new else self._edits).labels(platform).inc()
                if masked:
                    self._masks.labels(platform).inc()
            case Copied(origin=origin, platform=platform, seconds=seconds):
                self._copies.labels(platform).inc()
                self._latency.labels(origin, platform).observe(max(0.0, seconds))
            case Limited(platform=platform):
                self._limited.labels(platform).inc()

    def watch_readers(self, count: Callable[[], int]) -> None:
        """Let this answer how many streams are open."""
        self._readers.set_function(count)

    def routes(self) -> list[web.RouteDef]:
        """Where the figures are."""
        return [web.get("/metrics", self.show)]

    async def show(self, request: web.Request) -> web.StreamResponse:  # noqa: ARG002 - aiohttp's signature
        """The figures as text (https://prometheus.io/docs/instrumenting/exposition_formats/)."""
        await self._look(self._clock.now())
        return web.Response(
            body=generate_latest(self._registry),
            headers={"Content-Type": CONTENT_TYPE_LATEST, "Cache-Control": "no-store"},
        )

    async def _look(self, now: datetime) -> None:
        self._rows.clear()
        self._age.clear()
        for part in await self._library.backlog():
            self._rows.labels(part.platform, part.state.value).set(part.rows)
            self._age.labels(part.platform, part.state.value).set(max(0.0, (now - part.oldest).total_seconds()))
