"""The people of both sides, and what they wrote: what must be seen in the end."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field

from tests.chaos.stage import CHANNEL, SIDES, Json, Refused, Stage, card

EMOJI = ("👍", "🎉", "👀")
TOKEN = re.compile(r"#(\d+):")
"""What a comment's text begins with; behind a quote of another comment, it is the last one in the message."""
SLIPS = ("shit", "bullshit", "bastard")


@dataclass
class Comment:
    """What a person wrote, as it should show now. `text` has its slips in it; `shown` is masked."""

    number: int
    title: str
    side: str
    user: str
    message: str
    text: str
    removed: bool = False
    slipped: bool = False
    reactions: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    """By emoji, the side and the name of each who reacted."""

    @property
    def shown(self) -> str:
        text = self.text
        for slip in sorted(SLIPS, key=len, reverse=True):
            text = text.replace(f" {slip}", f" {'*' * len(slip)}")
        return text

    def tallies(self, side: str) -> dict[str, int]:
        """How many reacted elsewhere, by emoji."""
        counts = {emoji: sum(place != side for place, _ in reactors) for emoji, reactors in self.reactions.items()}
        return {emoji: count for emoji, count in counts.items() if count}


class People:
    """Everybody at once: each `act` is one thing that one of them does."""

    def __init__(self, stage: Stage, dice: random.Random, titles: list[str]) -> None:
        self._stage = stage
        self._dice = dice
        self._titles = titles
        self._roots: dict[tuple[str, str], str] = {}
        self._names: dict[str, list[str]] = {}
        self.comments: list[Comment] = []
        self.acts = 0
        self.refused = 0

    async def arrive(self) -> None:
        """Look around: who is there, and where the cards are."""
        state = await self._stage.state()
        for side in SIDES:
            self._names[side] = [person["name"] for person in state[side]["people"]]
            for title in self._titles:
                found = card(state, side, title)
                assert found is not None, f"no card of {title} on {side}"
                self._roots[side, title] = found["id"]

    async def act(self) -> None:
        """Somebody writes, replies, edits, deletes or reacts."""
        standing = [comment for comment in self.comments if not comment.removed]
        kinds, weights = ("write", "edit", "delete", "react"), (55, 20, 9, 16)
        (kind,) = self._dice.choices(kinds, weights) if len(standing) >= 5 else ("write",)
        try:
            match kind:
                case "write":
                    await self._write()
                case "edit":
                    await self._edit(self._some(standing))
                case "delete":
                    await self._delete(self._some(standing))
                case "react":
                    await self._react(self._some(standing))
        except Refused:
            self.refused += 1  # its message gave way, or is gone
        self.acts += 1

    def _some(self, comments: list[Comment]) -> Comment:
        """Mostly a recent one, as people do."""
        recent = comments[-12:] if self._dice.random() < 0.7 else comments
        return self._dice.choice(recent)

    async def _write(self) -> None:
        number = len(self.comments) + 1
        side, title = self._dice.choice(SIDES), self._dice.choice(self._titles)
        user = self._dice.choice(self._names[side])
        slip = self._slip()
        text = f"#{number}: {user} speaks{slip}."
        body = {
            "platform": side,
            "channel": CHANNEL,
            "thread": self._roots[side, title],
            "user": user,
            "text": text,
        }
        here = [c for c in self.comments[-20:] if c.side == side and c.title == title and not c.removed]
        if side == "discord" and here and self._dice.random() < 0.25:
            body["reply_to"] = self._dice.choice(here).message
        told = await self._stage.control("say", **body)
        comment = Comment(number, title, side, user, str(told["id"]), text, slipped=bool(slip))
        self.comments.append(comment)

    async def _edit(self, comment: Comment) -> None:
        slip = "" if comment.reactions else self._slip()
        text = f"#{comment.number}: {comment.user} thought again, {self._dice.randrange(10_000)}{slip}."
        await self._stage.control("edit", platform=comment.side, channel=CHANNEL, id=comment.message, text=text)
        comment.text = text
        comment.slipped = comment.slipped or bool(slip)

    async def _delete(self, comment: Comment) -> None:
        await self._stage.control("delete", platform=comment.side, channel=CHANNEL, id=comment.message)
        comment.removed = True

    async def _react(self, comment: Comment) -> None:
        """On the original, or on the copy where one stands. Comments that give way lose their reactions with it."""
        if comment.slipped:
            return
        side, message = comment.side, comment.message
        if self._dice.random() < 0.5:
            side = next(other for other in SIDES if other != comment.side)
            found = shown(await self._stage.state(), side, comment.title).get(comment.number)
            if not found:
                return
            message = found[0]["id"]
        emoji, user = self._dice.choice(EMOJI), self._dice.choice(self._names[side])
        reactors = comment.reactions.setdefault(emoji, set())
        verb = "unreact" if (side, user) in reactors else "react"
        await self._stage.control(verb, platform=side, channel=CHANNEL, id=message, emoji=emoji, user=user)
        reactors.symmetric_difference_update({(side, user)})

    def _slip(self) -> str:
        return f" {self._dice.choice(SLIPS)}" if self._dice.random() < 0.12 else ""


def shown(state: Json, side: str, title: str) -> dict[int, list[Json]]:
    """The messages under a card, by the number of the comment that each shows, in the thread's order."""
    root = card(state, side, title)
    found: dict[int, list[Json]] = {}
    for message in (root or {}).get("thread") or ():
        tokens = TOKEN.findall(message["text"])
        if tokens:
            found.setdefault(int(tokens[-1]), []).append(message)
    return found
