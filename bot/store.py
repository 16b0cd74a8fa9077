"""What the core asks of the database.

Every method is one transaction: when it returns, what it did is on disk; when it raises (`StorageError`), nothing was
done. A server may be lost just while it commits; then nobody knows. So every method may be asked again, and what it did
before it does not do twice.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.discussion.decisions import Decision
from bot.masking.maskers import BoardWords, WordKind
from bot.model import (
    Article,
    BoardId,
    ChannelInfo,
    ChannelRef,
    CommentId,
    CommunityId,
    DiscussionId,
    DraftId,
    Event,
    PlatformName,
    PostingId,
    RemoteMessageId,
    RemoteUserId,
    ThreadRef,
)
from bot.records import (
    AttachmentId,
    BoardRecord,
    CardJob,
    CommentRecord,
    CopyJob,
    DiscussionRecord,
    DraftRecord,
    InboxId,
    Job,
    Known,
    Lane,
    Lease,
    OutboxId,
    OutboxRecord,
    Parked,
    PostingRecord,
    Pulse,
    Standing,
    Waiting,
)


class Store(Protocol):
    """The database. One community's rows are never seen from another's."""

    # -- communities, boards, channels

    async def community(self, name: str) -> CommunityId:
        """The community of this name, made with its board `main` where it is new."""
        ...

    async def join(self, community: CommunityId, board: str, channel: ChannelInfo) -> bool:
        """Put a channel on a board (made if need be); False where it was on it already."""
        ...

    async def leave(self, community: CommunityId, channel: ChannelRef, board: str | None) -> tuple[str, ...]:
        """Take a channel off a board, or off all; answers the names of those that it was on."""
        ...

    async def boards(self, community: CommunityId) -> tuple[BoardRecord, ...]:
        """All boards, by name."""
        ...

    async def show_on_web(self, board: BoardId, *, on_web: bool) -> None:
        """Show a board's discussions on the web, or keep them off it."""
        ...

    async def add_words(self, board: BoardId, kind: WordKind, texts: Sequence[str]) -> int:
        """Give a board words of its own; answers how many it had not."""
        ...

    async def remove_words(self, board: BoardId, texts: Sequence[str]) -> int:
        """Take words of any kind away from a board; answers how many it had."""
        ...

    async def words(self) -> Mapping[BoardId, BoardWords]:
        """The words of all boards that have some."""
        ...

    # -- publishing

    async def save_draft(
        self, board: BoardId, platform: PlatformName, author: str, article: Article, expires_at: datetime
    ) -> DraftId:
        """Keep a draft."""
        ...

    async def draft(self, draft: DraftId) -> DraftRecord | None:
        """A draft, if it is still there."""
        ...

    async def change_draft(self, draft: DraftId, article: Article) -> None:
        """Give a draft another article."""
        ...

    async def drop_draft(self, draft: DraftId) -> None:
        """Throw a draft away, if it is still there."""
        ...

    async def discussion_of(self, board: BoardId, fingerprints: Sequence[str]) -> DiscussionId | None:
        """The board's discussion of an article with one of these fingerprints."""
        ...

    async def publish(
        self, board: BoardId, article: Article, fingerprints: Sequence[str], title: str, now: datetime
    ) -> tuple[DiscussionId, bool]:
        """Open a discussion with a posting for each of the board's channels, all to be carried out.

        Answers the discussion, and False where the board had this article before: then nothing was opened.
        """
        ...

    async def postings(self, discussion: DiscussionId) -> tuple[PostingRecord, ...]:
        """A discussion's postings, in the order of their channels' joining."""
        ...

    async def article(self, discussion: DiscussionId) -> Article | None:
        """The article that a discussion is about."""
        ...

    async def discussions(self, community: CommunityId, limit: int = 100) -> tuple[DiscussionRecord, ...]:
        """The newest discussions."""
        ...

    async def discussion(self, discussion: DiscussionId) -> DiscussionRecord | None:
        """One discussion."""
        ...

    async def comments(self, discussion: DiscussionId) -> tuple[CommentRecord, ...]:
        """A discussion's comments in the order in which they came, without those that were removed."""
        ...

    # -- receiving

    async def concerns(self, thread: ThreadRef) -> bool:
        """Whether a thread is ours, or could turn out to be: a card is on its way into the thread's channel."""
        ...

    async def keep(self, key: str, event: Event, now: datetime) -> bool:
        """Put an event into the inbox; False where this key has been there before.

        One that was set aside takes its place again, as the last.
        """
        ...

    async def keep_all(self, events: Sequence[tuple[str, Event]], now: datetime) -> None:
        """Do the same with many events and their keys at once."""
        ...

    async def waiting_for(
        self, limit: int, slots: Collection[int], overdue: datetime, known: Collection[InboxId]
    ) -> tuple[tuple[Waiting, ...], frozenset[InboxId]]:
        """The same on a database that replicas share: those in these slots, and any that came before `overdue`.

        Those that are `known` are left out, as are those of threads that somebody is reading again. Answers too which
        of the known ones rest for that reason at the same moment.
        """
        ...

    async def waiting_in(self, thread: ThreadRef) -> tuple[Waiting, ...]:
        """Every event of a thread that was not dealt with, in the order in which they came."""
        ...

    async def waiting(self, limit: int, after: InboxId | None = None) -> tuple[Waiting, ...]:
        """Events behind `after`, or all, that were not dealt with, in the order in which they came."""
        ...

    async def standing(
        self, thread: ThreadRef, message: RemoteMessageId, answers: RemoteMessageId | None
    ) -> Standing | None:
        """What stands around a message; None where the thread is not ours."""
        ...

    async def settle(
        self, inbox: InboxId | None, decision: Decision, now: datetime, dealer: str | None = None
    ) -> CommentId | None:
        """Carry a decision out: the comment, its counter and outbox rows, and the event's outcome, all or nothing.

        A decision that has been overtaken (the message is a comment already) changes nothing but the outcome; for an
        event that was dealt with before, nothing is done at all. Raises `LeaseLost` where the `dealer` no longer shows
        that it lives, or the event's thread is being read again: then the event waits on.
        """
        ...

    async def set_aside(self, inbox: InboxId, why: str) -> None:
        """Deal with an event no more, and keep it as it came, for whoever looks into it."""
        ...

    async def comment(self, comment: CommentId) -> CommentRecord | None:
        """One comment."""
        ...

    # -- delivering

    async def due(self, now: datetime, replica: str | None = None) -> tuple[tuple[Lane, PlatformName], ...]:
        """Lanes that have something to carry out now; with a replica's name, less those that others lease."""
        ...

    async def next_job(self, lane: Lane, now: datetime) -> Job | None:
        """The lane's first row whose turn it is, with all it needs; None where there is none.

        New messages come in their order, however long the first has to wait; changes of what is there overtake it.
        """
        ...

    async def begin(self, row: OutboxRecord, now: datetime) -> None:
        """Note that a send starts whose outcome will be unknown until `finish`, `postpone` or `park`.

        This and those raise `LeaseLost` where the lane has changed hands since `next_job` read the row.
        """
        ...

    async def finish_card(
        self, job: CardJob, *, root: RemoteMessageId | None, url: str | None, thread: ThreadRef | None, done: int
    ) -> None:
        """Note what of a card is on its platform; the row rests unless more is wanted by now."""
        ...

    async def finish_copy(
        self,
        job: CopyJob,
        *,
        message: RemoteMessageId | None,
        url: str | None,
        done: int,
        cleared: bool,
        moved_at: datetime | None = None,
    ) -> None:
        """Note a copy's message, or that it is gone; the row rests unless more is wanted by now.

        A copy in the comment's own place rests once it is `cleared`. `moved_at` says when it took the original's place,
        where the other copies link to that: they are asked to link to this one.
        """
        ...

    async def postpone(self, row: OutboxRecord, until: datetime, reason: str, *, uncertain: bool) -> None:
        """Try again later; `uncertain`: whether the last try took effect has to be looked up first."""
        ...

    async def park(self, row: OutboxRecord, reason: str, *, uncertain: bool = False) -> None:
        """Set a row aside that was refused for good; those behind it go on.

        `uncertain`: an earlier try may have worked, so that whoever carries it out again looks for that first.
        """
        ...

    async def parked(self, community: CommunityId) -> tuple[Parked, ...]:
        """Rows that were set aside."""
        ...

    async def retry(self, community: CommunityId, row: OutboxId, now: datetime) -> bool:
        """Carry a parked row out again from now on, as `SENDING` where a try of it may have worked.

        False where no such row is parked.
        """
        ...

    async def drop(self, community: CommunityId, row: OutboxId) -> bool:
        """Give a parked row up for good, whatever is wanted of it later; False where no such row is parked."""
        ...

    async def keep_content(self, attachment: AttachmentId, content: bytes | None) -> None:
        """Keep an attachment's content until the last copy has it; None: it can't be had any more."""
        ...

    # -- sharing the work

    @property
    def alone(self) -> bool:
        """Whether one process at a time has the database: it leases for good, and there are no others to ask."""
        ...

    async def lease(self, replica: str, names: Sequence[str], span: timedelta) -> tuple[Lease, ...]:
        """Take, of these, what nobody else leases now, for so long; each with a token that nobody had before."""
        ...

    async def renew(
        self, replica: str, names: Collection[str], span: timedelta, states: Mapping[str, str | None] | None = None
    ) -> Mapping[str, int]:
        """Keep what a replica still owns of these, for so long from now; answers each one's token.

        `states` are left for the next owner. A lease that has run out is kept where nobody has taken it meanwhile.
        """
        ...

    async def release(self, tokens: Mapping[Lane, int] | Mapping[str, int]) -> None:
        """Let others take these leases, as far as they still have these tokens."""
        ...

    async def offer(self, name: str) -> None:
        """Make something that can be leased, if it is not there yet. Idempotent."""
        ...

    async def beat(
        self,
        replica: str,
        listening: Collection[PlatformName],
        span: timedelta,
        *,
        deals: bool = True,
        spread: Collection[PlatformName] = (),
    ) -> Pulse:
        """Show that a replica lives, for so long, what it listens to, and whether it `deals` with events.

        Answers who lives and deals, and what the dead heard. A dead replica is told of once, to one of those that live;
        what it heard of `spread` platforms rests from then on, until it is read again (`fall_behind`).
        Where the answer gets lost, the next one tells of that in `Pulse.begun`.
        """
        ...

    async def others(self, replica: str) -> frozenset[str]:
        """Every other replica that may hear events now: those that live, and those that were lately missed.

        One that was missed may be stopped as it stands, while its platform takes it for connected.
        """
        ...

    async def leave_replicas(self, replica: str) -> None:
        """Be no replica any more, and own nothing."""
        ...

    async def fall_behind(
        self, replica: str, platform: PlatformName, threads: Collection[ThreadRef] | None = None
    ) -> None:
        """Let the events of these threads, or of the whole platform, rest in every replica: they are read again."""
        ...

    async def catch_up_with(self, replica: str, platform: PlatformName, thread: ThreadRef | None = None) -> None:
        """Let them rest no longer: what was missed is in the inbox."""
        ...

    async def is_behind(self, platform: PlatformName) -> bool:
        """Whether something of a platform is still to be read again."""
        ...

    def call(self, topic: str) -> None:
        """Wake whoever listens in other replicas; returns at once. They look by themselves too, a little later."""
        ...

    async def listen(self, called: Callable[[str], None]) -> None:
        """Pass on what other replicas `call`, until cancelled."""
        ...

    # -- catching up and keeping house

    async def live_postings(self, platform: PlatformName, since: datetime) -> tuple[PostingRecord, ...]:
        """Postings with a thread on a platform, of discussions that were active since then, the latest first."""
        ...

    async def posting_of(self, thread: ThreadRef) -> PostingId | None:
        """The posting that a thread belongs to; None where it is not ours, or not known yet."""
        ...

    async def known(self, posting: PostingId) -> tuple[Known, ...]:
        """The comments that were written in a posting and are not removed, by position."""
        ...

    async def reactions(self, posting: PostingId) -> frozenset[tuple[RemoteMessageId, RemoteUserId, str]]:
        """The reactions that are known in a posting: the message that bears each, who put it, and its emoji."""
        ...

    async def tidy(self, now: datetime) -> None:
        """Forget what has served its time: expired originals and drafts, old inbox keys, delivered contents."""
        ...

    async def violations(self) -> tuple[str, ...]:
        """One line for each thing that must hold in every database and does not hold in this one."""
        ...

    async def close(self) -> None:
        """Close the database. Idempotent."""
        ...
