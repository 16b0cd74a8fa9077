"""What an event means, purely: an event and what stands around it in, a decision out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol, assert_never

from bot.discussion.decisions import Add, Change, Decision, Hold, Pass, React, Remove, Unsure
from bot.markup.tree import Document
from bot.masking.masked import MaskedLine, MaskedText
from bot.model import Attachment, DiscussionState, Edited, Event, Posted, Reacted, Removed
from bot.records import Standing

_RIGHTS_UNKNOWN: Final = "whether its original may give way is not known"


class Masks(Protocol):
    """The part of the masker that deciding needs."""

    def document(self, document: Document, /) -> MaskedText:
        """The document, masked."""
        ...

    def line(self, text: str, /) -> MaskedLine:
        """The name, masked."""
        ...


@dataclass(frozen=True, slots=True)
class Rules:
    """What decisions depend on beside the event. `keep_originals`: for how long moderators may see what was masked.

    `can_replace` says whether an original may give way to a masked one; None where nobody asked, or it can't be told.
    """

    masker: Masks
    keep_originals: timedelta
    can_replace: bool | None


def decide(event: Event, standing: Standing | None, rules: Rules, now: datetime) -> Decision | Hold:
    """The decision on an event, given what stands around its message."""
    if standing is None:
        return Pass("not ours")
    match event:
        case Posted():
            return _posted(event, standing, rules, now)
        case Reacted():
            return _reacted(event, standing)
        case Edited() | Removed() if standing.comment is None:
            return Pass("our own message") if standing.is_copy else Hold("its message is not known")
        case Edited():
            return _changed(standing, event, rules, now)
        case Removed():
            return _removed(event, standing)
    assert_never(event)


def _posted(event: Posted, standing: Standing, rules: Rules, now: datetime) -> Decision | Hold:
    if standing.is_copy:
        return Pass("our own message")
    if standing.comment is not None:
        return _changed(standing, event, rules, now)
    if standing.state is not DiscussionState.OPEN:
        return Pass(f"discussion is {standing.state}")
    if not event.body.blocks and not event.attachments:
        return Pass("empty")
    masked = rules.masker.document(event.body)
    is_uncivil = masked.changed or _names_are_uncivil(event.attachments, rules.masker)
    if is_uncivil and rules.can_replace is None:
        return Unsure(_RIGHTS_UNKNOWN)
    return Add(
        community=standing.community,
        discussion=standing.discussion,
        posting=standing.posting,
        posted=event,
        body=masked,
        answers=standing.answers,
        original=event.body if is_uncivil else None,
        keep_until=now + rules.keep_originals,
        repost=is_uncivil and bool(rules.can_replace),
    )


def _changed(standing: Standing, event: Posted | Edited, rules: Rules, now: datetime) -> Decision | Hold:
    comment = standing.comment
    if comment is None or comment.removed:
        return Pass("removed before")
    if event.edited <= comment.edited:
        return Pass("seen before")
    same_files = _files(event.attachments) == _files(standing.attachments)
    masked = rules.masker.document(event.body)
    if masked.document == comment.body and same_files:
        return Pass("nothing changed")
    is_uncivil = masked.changed or (not same_files and _names_are_uncivil(event.attachments, rules.masker))
    if is_uncivil and rules.can_replace is None:
        return Unsure(_RIGHTS_UNKNOWN)
    return Change(
        comment=comment.id,
        body=masked,
        attachments=None if same_files else event.attachments,
        edited=event.edited,
        original=event.body if is_uncivil else None,
        keep_until=now + rules.keep_originals,
        repost=is_uncivil and bool(rules.can_replace),
    )


def _removed(event: Removed, standing: Standing) -> Decision | Hold:
    comment = standing.comment
    if comment is None or comment.removed:
        return Pass("removed before")
    if event.message == comment.message:
        # Told of before any try of ours, it is its author who took it back.
        reposted = standing.repost is not None and standing.repost.message is not None
        ours = reposted and standing.clearing
        return Pass("its original gave way to a masked one") if ours else Remove(comment.id)
    if standing.repost is not None and event.message == standing.repost.message:
        return Remove(comment.id)
    return Pass("one copy of several")


def _reacted(event: Reacted, standing: Standing) -> Decision | Hold:
    """Reactions count wherever a comment or the card stands, also once a discussion is locked."""
    if standing.shows is None and not standing.is_card:
        return Hold("its message is not known")
    return React(
        discussion=standing.discussion,
        posting=standing.posting,
        comment=standing.shows,
        user=event.user,
        emoji=event.emoji,
        present=event.added,
        stamp=event.stamp,
    )


def _names_are_uncivil(attachments: tuple[Attachment, ...], masker: Masks) -> bool:
    """Whether what people read of the files, their names and descriptions, needs masking."""
    return any(masker.line(text).changed for file in attachments for text in (file.name, file.alt))


def _files(attachments: tuple[Attachment, ...]) -> tuple[tuple[str, int, str, str, bool], ...]:
    """What makes attachments the same; their addresses are signed anew each time they are told."""
    return tuple((file.name, file.size, file.media_type, file.alt, file.spoiler) for file in attachments)
