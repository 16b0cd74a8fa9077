"""Carries one row out: asks the platform for the next step until the row rests or has to wait."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.delivery.crashing import Point, Reached, pass_by
from bot.delivery.draw import card_view, copy_view, leads_to_original
from bot.delivery.pace import Pauses, backoff
from bot.delivery.steps import Step, card_step, copy_step
from bot.discussion.decisions import Remove
from bot.errors import Busy, LeaseLost, MessageGone, PlatformError, Refused, Unavailable, Uncertain
from bot.happenings import Copied, Limited, Listener, unheard
from bot.masking import Masker, Maskers
from bot.model import Event, PlatformName, PostingId, ThreadRef, as_edit
from bot.ports import Clock, Platform, Sent, SentCard
from bot.records import CardJob, CopyJob, Delivery, Job
from bot.store import Store

log = structlog.get_logger(__name__)

_PATIENCE = 36
"""Tries after which a row that fails by a fault of ours is parked: some ten minutes, by the backoff."""
_SKEW = timedelta(seconds=30)
"""How far a platform's clock may be behind ours when a lost message is looked for."""

_AS_FOUND = 1
"""The version that is counted on where an earlier try's message is found: what it shows may be any since the first."""

_LARGEST_REPOSTED = 100_000_000
"""Bytes of a file that a masked comment may bring along where it takes its original's place."""


async def _pass_over(_event: Event) -> None:
    """What happens to an event where nobody takes any."""


@dataclass(frozen=True, slots=True)
class Carrier:
    """Carries jobs out on their platforms.

    `largest_file` is the size in bytes up to which attachments are carried. `web` is the address of the site that has
    pages of discussions, if there is one. `heard` is told what happens. `opened` is called when a posting's thread
    is known from now on: people may have written in it before. `missed` takes what was found to have happened.
    """

    store: Store
    platforms: Mapping[PlatformName, Platform]
    maskers: Maskers
    clock: Clock
    pauses: Pauses
    largest_file: int
    reached: Reached = pass_by
    web: str | None = None
    heard: Listener = unheard
    opened: Callable[[PostingId, ThreadRef], None] = lambda _posting, _thread: None
    missed: Callable[[Event], Awaitable[None]] = _pass_over

    async def carry(self, job: Job) -> bool:
        """Take one step for a job; False where its lane has to wait before the next."""
        row = job.row
        try:
            await (self._card(job) if isinstance(job, CardJob) else self._copy(job))
        except Busy as busy:
            self.heard(Limited(row.platform))
            until = self.clock.now() + timedelta(seconds=busy.retry_after)
            self.pauses.pause(row.platform if busy.everywhere else place_of(job), until)
            await self.store.postpone(row, until, str(busy), uncertain=row.state is Delivery.SENDING)
        except Uncertain as error:
            await self._later(job, error, uncertain=True)
        except Refused as error:
            log.warning("parked", row=row.id, kind=row.kind, platform=row.platform, reason=str(error))
            await self.store.park(row, str(error), uncertain=row.state is Delivery.SENDING)
            return True
        except PlatformError as error:
            await self._later(job, error, uncertain=row.state is Delivery.SENDING)
        except LeaseLost:
            raise
        except Exception as error:
            # A fault of ours must not take the lane down, and must not make it send twice.
            log.exception("step failed", row=row.id, kind=row.kind, platform=row.platform)
            if row.attempts >= _PATIENCE:
                await self.store.park(row, f"{type(error).__name__}: {error}", uncertain=True)
                return True
            await self._later(job, error, uncertain=True)
        else:
            self.reached(Point.NOTED)
            return True
        return False

    async def _later(self, job: Job, error: Exception, *, uncertain: bool) -> None:
        wait = backoff(job.row.attempts)
        reason = f"{type(error).__name__}: {error}" if not isinstance(error, PlatformError) else str(error)
        log.info("postponed", row=job.row.id, kind=job.row.kind, platform=job.row.platform, reason=reason)
        await self.store.postpone(job.row, self.clock.now() + wait, reason, uncertain=uncertain)

    def _masker(self, job: Job) -> Masker:
        return self.maskers.of(job.discussion.board_id if isinstance(job, CardJob) else job.board)

    # -- cards

    async def _card(self, job: CardJob) -> None:
        platform = self.platforms[job.row.platform]
        posting, channel = job.posting, job.posting.channel.info
        match card_step(job):
            case Step.POST:
                sent, version = await self._post_card(job, platform)
                self.reached(Point.SENT)
                await self.store.finish_card(job, root=sent.root, url=sent.url, thread=None, done=version)
            case Step.OPEN if posting.root is not None:
                title = self._masker(job).line(job.article.title)
                thread = await platform.open_thread(channel, posting.root, title, job.row.stamp)
                self.reached(Point.OPENED)
                await self.store.finish_card(job, root=posting.root, url=posting.url, thread=thread, done=job.row.done)
                self.opened(posting.id, thread)
            case Step.REDRAW if posting.root is not None:
                await platform.redraw_card(channel, posting.root, card_view(job, self._masker(job), self.web))
                self.reached(Point.EDITED)
                await self.store.finish_card(
                    job, root=posting.root, url=posting.url, thread=posting.thread, done=job.discussion.version
                )
            case _:
                await self.store.finish_card(
                    job, root=posting.root, url=posting.url, thread=posting.thread, done=job.row.wanted
                )

    async def _post_card(self, job: CardJob, platform: Platform) -> tuple[SentCard, int]:
        """Post a card, or find the one that an earlier try has posted; with the version that it shows."""
        card, channel, row = card_view(job, self._masker(job), self.web), job.posting.channel.info, job.row
        if row.state is Delivery.SENDING and row.started_at is not None:
            found = await platform.find_card(channel, card, row.stamp, row.started_at - _SKEW)
            if found is not None:
                return found, _AS_FOUND
        await self.store.begin(row, self.clock.now())
        self.reached(Point.BEGUN)
        return await platform.post_card(channel, card, row.stamp), job.discussion.version

    # -- copies

    async def _copy(self, job: CopyJob) -> None:
        platform = self.platforms[job.row.platform]
        copy, thread = job.copy, job.thread
        match copy_step(job):
            case Step.POST:
                sent, version = await self._send_copy(await self._with_contents(job), platform)
                self.reached(Point.SENT)
                moved = copy.own_place and leads_to_original(job, self.largest_file)
                await self.store.finish_copy(
                    job,
                    message=sent.message,
                    url=sent.url,
                    done=version,
                    cleared=copy.cleared,
                    moved_at=self.clock.now() if moved else None,
                )
                waited = (self.clock.now() - job.comment.created_at).total_seconds()
                self.heard(Copied(job.comment.author.platform, job.row.platform, waited))
            case Step.CLEAR:
                await self._clear_original(job, platform)
            case Step.REDRAW if copy.message is not None:
                view = copy_view(await self._with_contents(job), self._masker(job))
                try:
                    await platform.edit_copy(thread, copy.message, view)
                    self.reached(Point.EDITED)
                except MessageGone:
                    # Somebody deleted this copy at its platform; the comment lives on elsewhere, unless this is what
                    # took the place of the original.
                    if copy.own_place:
                        await self.store.settle(None, Remove(job.comment.id), self.clock.now())
                    await self.store.finish_copy(job, message=None, url=None, done=job.comment.version, cleared=True)
                else:
                    await self.store.finish_copy(
                        job, message=copy.message, url=copy.url, done=job.comment.version, cleared=copy.cleared
                    )
            case Step.DELETE:
                await self._delete_copy(job, platform, thread)
            case _:
                await self.store.finish_copy(
                    job, message=copy.message, url=copy.url, done=job.row.wanted, cleared=copy.cleared
                )

    async def _send_copy(self, job: CopyJob, platform: Platform) -> tuple[Sent, int]:
        """Send a copy, or find the one that an earlier try has sent; with the version that it shows."""
        view, row = copy_view(job, self._masker(job)), job.row
        if row.state is Delivery.SENDING and (found := await self._find_copy(job, platform)) is not None:
            return found, _AS_FOUND
        await self.store.begin(row, self.clock.now())
        self.reached(Point.BEGUN)
        return await platform.send_copy(job.thread, view, row.stamp), job.comment.version

    async def _find_copy(self, job: CopyJob, platform: Platform) -> Sent | None:
        row = job.row
        if row.started_at is None:
            return None
        view = copy_view(job, self._masker(job))
        return await platform.find_copy(job.thread, view, row.stamp, row.started_at - _SKEW, job.known)

    async def _clear_original(self, job: CopyJob, platform: Platform) -> None:
        """Delete the original that a copy took the place of.

        Where it is gone before any try of ours, its author took it back at the last moment, or while we were away: that
        holds for the comment. Once a try of ours may have done it, the comment stays. So a try whose answer was lost
        is looked up as soon as may be.
        """
        row, copy, comment = job.row, job.copy, job.comment
        if row.state is Delivery.SENDING:
            if await platform.stands(job.thread, comment.message):
                now = self.clock.now()
                await self.store.postpone(row, now, "its original stands: the last try had no effect", uncertain=False)
                return
        elif not await self._deleted(job, platform):
            await self.store.settle(None, Remove(comment.id), self.clock.now())
        await self.store.finish_copy(job, message=copy.message, url=copy.url, done=row.done, cleared=True)

    async def _deleted(self, job: CopyJob, platform: Platform) -> bool:
        """Delete an original; False where it was gone. Raises `Uncertain` only where it can't be seen standing.

        It is looked at first. Where the answer to the deletion is lost, its being gone would prove nothing any more.
        And its author may have edited it while nobody heard them: nobody could read that later.
        """
        try:
            original = await platform.look(job.thread, job.comment.message)
        except MessageGone:
            return False
        if original is not None and original.edited > job.comment.edited:
            await self.missed(as_edit(original))
        await self.store.begin(job.row, self.clock.now())
        try:
            was_there = await platform.delete(job.thread, job.comment.message)
        except Uncertain as error:
            if await _surely_stands(platform, job):
                raise Unavailable(str(error)) from error
            raise
        self.reached(Point.CLEARED)
        return was_there

    async def _delete_copy(self, job: CopyJob, platform: Platform, thread: ThreadRef) -> None:
        message = job.copy.message
        if message is None and job.row.state is Delivery.SENDING:
            found = await self._find_copy(job, platform)
            message = found.message if found is not None else None
        if message is not None:
            await platform.delete(thread, message)
        if job.copy.own_place and not job.copy.cleared:
            await platform.delete(thread, job.comment.message)
        self.reached(Point.DELETED)
        # Its id stays known, so that the platform's own word of the deletion is recognised.
        await self.store.finish_copy(job, message=message, url=None, done=job.row.wanted, cleared=True)

    async def _with_contents(self, job: CopyJob) -> CopyJob:
        """The job with the contents of its attachments, fetched once and kept until the last copy has them.

        What takes an original's place carries its larger files too: they would be gone with it.
        """
        origin = self.platforms.get(job.comment.author.platform)
        largest = max(self.largest_file, _LARGEST_REPOSTED) if job.copy.own_place else self.largest_file
        records = []
        for record in job.attachments:
            if record.attachment.size > largest:
                records.append(replace(record, content=None))
                continue
            if origin is None or record.content is not None or record.missing:
                records.append(record)
                continue
            try:
                content = await origin.download(record.attachment, largest)
            except Refused as error:
                log.info("attachment not carried", attachment=record.id, reason=str(error))
                await self.store.keep_content(record.id, None)
                records.append(replace(record, missing=True))
            else:
                await self.store.keep_content(record.id, content)
                records.append(replace(record, content=content))
        return replace(job, attachments=tuple(records))


async def _surely_stands(platform: Platform, job: CopyJob) -> bool:
    try:
        return await platform.stands(job.thread, job.comment.message)
    except PlatformError:
        return False


def place_of(job: Job) -> Hashable:
    """What a job's next request counts against: a kind of call in a channel."""
    if isinstance(job, CardJob):
        return job.posting.channel.info.ref, "card", card_step(job)
    return job.thread.channel, "copy", copy_step(job)


def paused_until(job: Job, pauses: Pauses, now: datetime) -> datetime:
    """When a job's places may be asked again."""
    return pauses.until(job.row.platform, place_of(job), now=now)
