"""What people wrote, held against what both sides and the database show."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.app import Office
from bot.markup.view import plain
from bot.model import DiscussionId, Edited, Posted
from tests.chaos.people import EMOJI, TOKEN, Comment, shown
from tests.chaos.stage import SIDES, Json, card

_TALLY = re.compile(rf"({'|'.join(EMOJI)})\ufe0f? (\d+)")


@dataclass
class Verdict:
    """The differences, one line each."""

    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    out_of_order: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    database: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        counts = (
            f"lost {len(self.lost)}, twice {len(self.twice)}, "
            f"out of order {len(self.out_of_order)}, stale {len(self.stale)}"
        )
        return counts + (f", database {len(self.database)}" if self.database else "")

    @property
    def lines(self) -> list[str]:
        kinds = ("lost", "twice", "out_of_order", "stale", "database")
        return [f"{kind.replace('_', ' ')}: {line}" for kind in kinds for line in getattr(self, kind)]


def compare(state: Json, titles: Iterable[str], comments: Sequence[Comment]) -> Verdict:
    """What the sides show, against what was written."""
    verdict = Verdict()
    for title in titles:
        here = [comment for comment in comments if comment.title == title]
        for side in SIDES:
            _compare_thread(verdict, state, side, title, here)
    return verdict


def _compare_thread(verdict: Verdict, state: Json, side: str, title: str, comments: Sequence[Comment]) -> None:
    there = shown(state, side, title)
    place = f"{title} on {side}"
    root = card(state, side, title)
    standing = [comment for comment in comments if not comment.removed]
    if root is None or f"Discussion ({len(standing)})" not in root["text"]:
        count = re.search(r"Discussion \((\d+)\)", (root or {}).get("text", ""))
        verdict.stale.append(f"the card of {place} counts {count and count[1]}, not {len(standing)}")
    for comment in comments:
        messages = there.pop(comment.number, [])
        name = f"{comment.text!r} from {comment.side} in {place}"
        if comment.removed:
            verdict.stale += [f"{name} was deleted, but stands as {one['text']!r}" for one in messages]
        elif not messages:
            verdict.lost.append(name)
        elif len(messages) > 1:
            verdict.twice.append(f"{name}: {[one['text'] for one in messages]}")
        else:
            _compare_message(verdict, messages[0], comment, side, name)
    verdict.twice += [f"nobody wrote number {number} in {place}" for number in there]
    order = [number for number, _ in _in_thread(state, side, title)]
    copied = [comment.number for comment in standing if comment.side != side and comment.number in order]
    positions = [order.index(number) for number in copied]
    verdict.out_of_order += [
        f"number {copied[index]} stands behind its successor {copied[index + 1]} in {place}"
        for index in range(len(copied) - 1)
        if positions[index] > positions[index + 1]
    ]


def _compare_message(verdict: Verdict, message: Json, comment: Comment, side: str, name: str) -> None:
    text = message["text"]
    start = [found.start() for found in TOKEN.finditer(text)][-1]
    if text[start:].splitlines()[0].strip() != comment.shown:
        verdict.stale.append(f"{name} shows as {text!r}")
    if message["by"] != "person" and not comment.slipped:
        tallies = {emoji: int(count) for emoji, count in _TALLY.findall(text[start:])}
        if tallies != comment.tallies(side):
            verdict.stale.append(f"{name} shows reactions {tallies}, not {comment.tallies(side)}")


def _in_thread(state: Json, side: str, title: str) -> list[tuple[int, Json]]:
    root = card(state, side, title)
    return [
        (int(TOKEN.findall(message["text"])[-1]), message)
        for message in (root or {}).get("thread") or ()
        if TOKEN.search(message["text"])
    ]


async def compare_database(
    verdict: Verdict, office: Office, titles: Iterable[str], comments: Sequence[Comment]
) -> None:
    """What the database has, against what was written; nothing may wait in it, and nothing be parked."""
    store = office.store
    verdict.database += await store.violations()
    verdict.database += [
        f"parked: {row.kind} on {row.platform}: {row.reason}" for row in await store.parked(office.community)
    ]
    taken_back = {comment.message for comment in comments if comment.removed}
    verdict.database += [
        f"waits in the inbox: {one.event!r}"
        for one in await store.waiting(20)
        # What was taken back before we heard of it is waited for, for a while; and Slack tells of it once more.
        if isinstance(one.event, Posted | Edited) and one.event.message not in taken_back
    ]
    discussions = {record.title: record for record in await store.discussions(office.community)}
    for title in titles:
        written = {comment.shown for comment in comments if comment.title == title and not comment.removed}
        record = discussions[title]
        kept = {plain(comment.body).strip() for comment in await store.comments(DiscussionId(record.id))}
        verdict.database += [f"not kept: {text!r}" for text in sorted(written - kept)]
        verdict.database += [f"kept, but not written so: {text!r}" for text in sorted(kept - written)]
        if record.comments != len(written):
            verdict.database.append(f"{title} counts {record.comments}, not {len(written)}")
