"""What a lane does next for a card or a copy, purely: from what is there to what is wanted."""

from __future__ import annotations

from enum import Enum, auto

from bot.records import CardJob, CopyJob, Delivery


class Step(Enum):
    """One call to a platform, or none."""

    POST = auto()
    """Make the card or the copy. Where the last try's outcome is unknown, look for it first."""
    OPEN = auto()
    """Open the card's thread."""
    REDRAW = auto()
    """Bring the card or the copy to its newest version."""
    CLEAR = auto()
    """Delete the original that a copy took the place of."""
    DELETE = auto()
    """Delete the copy, and the original that it took the place of."""
    REST = auto()
    """All is as wanted."""


def card_step(job: CardJob) -> Step:
    """The next step for a card."""
    if job.posting.root is None:
        return Step.POST
    if job.posting.thread is None:
        return Step.OPEN
    return Step.REDRAW if job.row.done < job.row.wanted else Step.REST


def copy_step(job: CopyJob) -> Step:
    """The next step for a copy. A comment that was removed before its copy was sent is never sent."""
    copy, comment = job.copy, job.comment
    never_sent = copy.message is None and job.row.state is not Delivery.SENDING
    if comment.removed:
        settled = job.row.done >= job.row.wanted or (never_sent and not copy.own_place)
        return Step.REST if settled else Step.DELETE
    if job.row.done == 0 and copy.message is None:
        return Step.POST
    if copy.own_place and not copy.cleared:
        return Step.CLEAR
    if copy.message is not None and job.row.done < job.row.wanted:
        return Step.REDRAW
    return Step.REST
