"""Slash commands, buttons, shortcuts and forms: what Slack sends, asked of the core, and its answers drawn.

Each is acknowledged at once and answered later, in private. A form alone waits a moment for its outcome, so that what
was typed stays on the screen, with the reason beside it, where it was refused.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from adapters.slack.asking import Asker, asker_of, board_asked, publish_asked
from adapters.slack.downloads import Downloads
from adapters.slack.identity import Passport
from adapters.slack.ids import Action, Callback, Place, unpack_draft, unpack_page
from adapters.slack.outbound import edit_comment_view, edit_draft_view, publish_text_view, reader_view
from adapters.slack.people import People
from adapters.slack.places import Places
from adapters.slack.replies import Replies, published_document
from adapters.slack.submissions import Submissions
from bot import texts
from bot.commands import Commands, GivenText, GivenUrl, Published
from bot.errors import NotAllowed, NotFound, Refused, UserError, sentence_of
from bot.model import (
    SLACK,
    ChannelRef,
    Person,
    RemoteChannelId,
    RemoteMessageId,
    RemoteThreadId,
    ThreadRef,
    WorkspaceId,
)

Json = dict[str, Any]
Work = Callable[[Asker, Json], Coroutine[Any, Any, None]]

_log = structlog.get_logger(__name__)


class SlackCommands:
    """The commands of `bot.commands`, as people use them on Slack."""

    def __init__(
        self,
        commands: Commands,
        *,
        replies: Replies,
        people: People,
        places: Places,
        passport: Passport,
        downloads: Downloads,
    ) -> None:
        self._commands = commands
        self._replies = replies
        self._people = people
        self._places = places
        self._passport = passport
        self._submissions = Submissions(commands, replies, people, places, passport, downloads)

    def register(self, app: AsyncApp) -> None:
        """Listen for all of them."""
        works: tuple[tuple[Callable[..., Callable[..., Any]], str, Work], ...] = (
            (app.command, "/publish", self._publish),
            (app.command, "/board", self._board),
            (app.action, Action.READ, self._read),
            (app.action, Action.PREVIOUS_PAGE, self._turn),
            (app.action, Action.NEXT_PAGE, self._turn),
            (app.action, Action.PUBLISH, self._publish_draft),
            (app.action, Action.EDIT, self._edit_draft),
            (app.action, Action.CANCEL, self._cancel_draft),
            (app.shortcut, Callback.SHORTCUT_EDIT, self._edit_comment),
            (app.shortcut, Callback.SHORTCUT_DELETE, self._delete_comment),
        )
        for listen, name, work in works:
            listen(str(name))(self._listener(str(name), work))
        app.view(re.compile(""))(self._submissions.submitted)
        app.action(re.compile(""))(_acknowledge)  # buttons that only open a link are told of too
        app.view_closed(re.compile(""))(_acknowledge)

    def _listener(self, name: str, work: Work) -> Callable[..., Awaitable[None]]:
        async def listen(ack: AsyncAck, body: Json) -> None:
            await ack()
            asker = asker_of(body)
            _log.info("slack.command", command=name, user=asker.user, channel=asker.place)
            self._replies.later(asker, work(asker, body), name)

        return listen

    # --- publishing ---------------------------------------------------------------------------------------------

    async def _publish(self, asker: Asker, body: Json) -> None:
        asked = publish_asked(str(body.get("text") or ""))
        person = await self._person(asker)
        if not person.is_admin:
            raise NotAllowed(texts.ADMINS_ONLY)
        given = GivenText(asked.text) if asked.text is not None else GivenUrl(asked.url) if asked.url else None
        if given is None:
            place = Place(asker.place or "", asked.board, asker.response_url)
            await self._replies.open_modal(asker, publish_text_view(place=place))
            return
        drafted = await self._commands.draft(person, await self._channel(asker), given, asked.board)
        if isinstance(drafted, Published):
            await self._replies.tell_document(asker, published_document(drafted))
        else:
            await self._replies.preview(asker, drafted)

    async def _publish_draft(self, asker: Asker, body: Json) -> None:
        draft = unpack_draft(_value(body))
        if draft is None:
            raise NotFound(texts.OUT_OF_DATE)
        published = await self._commands.publish(await self._person(asker), draft)
        await self._replies.tell_document(asker, published_document(published), instead=True)

    async def _edit_draft(self, asker: Asker, body: Json) -> None:
        draft = unpack_draft(_value(body))
        if draft is None:
            raise NotFound(texts.OUT_OF_DATE)
        view = await self._commands.open_draft(await self._person(asker), draft)
        place = Place(asker.place or "", view.board, asker.response_url)
        await self._replies.open_modal(asker, edit_draft_view(view, place=place))

    async def _cancel_draft(self, asker: Asker, body: Json) -> None:
        draft = unpack_draft(_value(body))
        if draft is not None:
            await self._commands.cancel(await self._person(asker), draft)
        await self._replies.tell(asker, texts.CANCELLED, instead=True)

    # --- boards -------------------------------------------------------------------------------------------------

    async def _board(self, asker: Asker, body: Json) -> None:
        asked = board_asked(str(body.get("text") or ""))
        person = await self._person(asker)
        match asked.verb:
            case "join":
                if not person.is_admin:
                    raise NotAllowed(texts.ADMINS_ONLY)
                try:
                    channel = await self._places.describe(asker.place or "")
                except Refused as error:
                    raise UserError(sentence_of(str(error))) from None
                line = await self._commands.join(person, channel, asked.board)
            case "leave":
                line = await self._commands.leave(person, await self._channel(asker), asked.board)
            case _:
                boards = await self._commands.boards(person)
                lines = [f"{board.name}: {', '.join(board.channels) or texts.EMPTY_BOARD}" for board in boards]
                line = "\n".join(lines) or texts.NO_BOARDS
        await self._replies.tell(asker, line)

    # --- reading ------------------------------------------------------------------------------------------------

    async def _read(self, asker: Asker, body: Json) -> None:
        page = unpack_page(_value(body))
        if page is None:
            raise NotFound(texts.OUT_OF_DATE)
        article = await self._commands.read(page.discussion)
        await self._replies.open_modal(asker, reader_view(article, discussion=page.discussion, page=page.page))

    async def _turn(self, _asker: Asker, body: Json) -> None:
        page = unpack_page(_value(body))
        modal = (body.get("view") or {}).get("id")
        if page is None or not modal:
            raise NotFound(texts.OUT_OF_DATE)
        article = await self._commands.read(page.discussion)
        await self._replies.turn_modal(modal, reader_view(article, discussion=page.discussion, page=page.page))

    # --- one's own comments -------------------------------------------------------------------------------------

    async def _edit_comment(self, asker: Asker, body: Json) -> None:
        thread, message = await self._message(asker, body)
        author = (await self._person(asker)).author
        own = await self._commands.own_comment(author, thread, message)
        place = Place(asker.place or "", None, asker.response_url)
        await self._replies.open_modal(asker, edit_comment_view(own, place=place))

    async def _delete_comment(self, asker: Asker, body: Json) -> None:
        thread, message = await self._message(asker, body)
        await self._commands.remove_own((await self._person(asker)).author, thread, message)
        await self._replies.tell(asker, texts.COMMENT_REMOVED)

    # --- who and where ------------------------------------------------------------------------------------------

    async def _person(self, asker: Asker) -> Person:
        return await self._people.person(asker.user, asker.team)

    async def _channel(self, asker: Asker) -> ChannelRef:
        team = (await self._passport.identity()).team
        return ChannelRef(SLACK, WorkspaceId(team), RemoteChannelId(asker.place or ""))

    async def _message(self, asker: Asker, body: Json) -> tuple[ThreadRef, RemoteMessageId]:
        message = body.get("message") or {}
        ts = message.get("ts") or body.get("message_ts")
        if not ts or not asker.thread or ts == asker.thread:
            raise NotFound(texts.NOT_A_COMMENT)
        thread = ThreadRef(await self._channel(asker), RemoteThreadId(asker.thread))
        return thread, RemoteMessageId(ts)


def _value(body: Json) -> object:
    actions = body.get("actions") or [{}]
    return actions[0].get("value")


async def _acknowledge(ack: AsyncAck) -> None:
    await ack()
