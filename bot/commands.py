"""What an admin, an author or a reader can do, said once for every platform.

Adapters ask for these from their slash commands, buttons, modals and menus, and draw what comes back. Each method
raises a `UserError` whose text the person may be shown as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bot.markup.tree import Document
from bot.model import (
    Author,
    ChannelInfo,
    ChannelRef,
    CommentId,
    DiscussionId,
    DraftId,
    Link,
    Person,
    RemoteMessageId,
    ThreadRef,
)
from bot.views import ArticleView, DraftView


@dataclass(frozen=True, slots=True)
class GivenUrl:
    """A link to the article."""

    url: str


@dataclass(frozen=True, slots=True)
class GivenText:
    """Pasted text in the article's shape, or Markdown."""

    text: str


@dataclass(frozen=True, slots=True)
class GivenFile:
    """An attached file: text, Markdown or HTML."""

    name: str
    media_type: str
    content: bytes


Given = GivenUrl | GivenText | GivenFile


@dataclass(frozen=True, slots=True)
class Published:
    """Where an article went. `already` is True where it stood on the board before: the links lead to its discussion.

    `missing` says, a line each, which channels it has not reached (yet), and why; `refused` which it will not reach
    before an operator has mended the reason.
    """

    title: str
    links: tuple[Link, ...]
    missing: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    already: bool = False


@dataclass(frozen=True, slots=True)
class BoardView:
    """A board and the labels of its channels."""

    name: str
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OwnComment:
    """A comment that its author may change: its id, and its masked body to start the editing from."""

    comment: CommentId
    body: Document


class Commands(Protocol):
    """The commands. `by` is who asks; `channel` is where they ask."""

    async def draft(self, by: Person, channel: ChannelRef, given: Given, board: str | None) -> DraftView | Published:
        """Read an article and keep it as a private draft; may take as long as fetching does (10 s).

        Without a board's name it is the board that the channel is on, else `main`. Answers `Published` (already) at
        once where the board has the same article. Raises `NotAllowed` for anyone but an admin.
        """
        ...

    async def redraft(self, by: Person, draft: DraftId, title: str, tldr: str) -> DraftView:
        """Change a draft's title and TL;DR."""
        ...

    async def open_draft(self, by: Person, draft: DraftId) -> DraftView:
        """A draft as it stands, to fill the form that edits it."""
        ...

    async def publish(self, by: Person, draft: DraftId) -> Published:
        """Post a draft to its board's channels and wait, some seconds at most, for the links."""
        ...

    async def cancel(self, by: Person, draft: DraftId) -> None:
        """Throw a draft away. Idempotent."""
        ...

    async def read(self, discussion: DiscussionId) -> ArticleView:
        """The whole article, for a reader."""
        ...

    async def join(self, by: Person, channel: ChannelInfo, board: str | None) -> str:
        """Link a channel to a board, which is made if need be; answers one line."""
        ...

    async def leave(self, by: Person, channel: ChannelRef, board: str | None) -> str:
        """Unlink a channel from a board (without a name: from all); its discussions stay. Answers one line."""
        ...

    async def boards(self, by: Person) -> tuple[BoardView, ...]:
        """The community's boards."""
        ...

    async def own_comment(self, by: Author, thread: ThreadRef, message: RemoteMessageId) -> OwnComment:
        """The comment behind a message, where `by` wrote it and it is the bot's to change."""
        ...

    async def edit_own(self, by: Author, comment: CommentId, body: Document) -> None:
        """Give one's own comment a new text, on every platform."""
        ...

    async def remove_own(self, by: Author, thread: ThreadRef, message: RemoteMessageId) -> None:
        """Take one's own comment back, on every platform."""
        ...
