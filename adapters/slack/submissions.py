"""Forms that were sent: a moment is waited for their outcome, so that a refusal stands beside what was typed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from typing import Any, Final

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck

from adapters.slack.asking import Asker, asker_of
from adapters.slack.downloads import Downloads
from adapters.slack.forms import CommentForm, DraftForm, Form, TextForm
from adapters.slack.identity import Passport
from adapters.slack.ids import Field, FormContext, unpack_form
from adapters.slack.markup import mentioned
from adapters.slack.outbound import view_values
from adapters.slack.people import People
from adapters.slack.places import Places, names_in
from adapters.slack.replies import Replies, published_document
from bot import texts
from bot.commands import Commands, Given, GivenFile, GivenText, Published
from bot.errors import NotAllowed, Refused, SourceError, UserError
from bot.markup.view import plain
from bot.model import SLACK, ChannelRef, RemoteChannelId

PATIENCE: Final = 2.0
"""Seconds that a form stays open for its outcome; Slack gives it 3."""
FILE_LIMIT: Final = 5 * 1024 * 1024

Json = dict[str, Any]
Answer = Coroutine[Any, Any, None]

_log = structlog.get_logger(__name__)


class Submissions:
    """Takes the forms that `adapters.slack.forms` draws."""

    def __init__(
        self,
        commands: Commands,
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
        self._downloads = downloads

    async def submitted(self, ack: AsyncAck, body: Json) -> None:
        """Listens for every submitted modal."""
        shown = asyncio.get_running_loop().create_future()
        view = body.get("view") or {}
        asker = _back(asker_of(body), unpack_form(view.get("private_metadata")))
        callback = str(view.get("callback_id"))
        self._replies.later(asker, self._take(asker, body, shown), callback)
        done, _ = await asyncio.wait({shown}, timeout=PATIENCE)
        errors: Mapping[str, str] | None = shown.result() if done else None
        if not done:
            # From here on a refusal is told by a message instead.
            shown.cancel()
        if errors:
            await ack(response_action="errors", errors=dict(errors))
        else:
            await ack()

    async def _take(self, asker: Asker, body: Json, shown: asyncio.Future[Mapping[str, str] | None]) -> None:
        form: Form | None = None
        try:
            names = await names_in(
                mentioned({"blocks": [body.get("view", {}).get("state")]}), self._people, self._places
            )
            form = view_values(body, names=names)
            answer = await self._outcome(asker, form)
        except UserError as error:
            if form is None or shown.done():
                raise
            shown.set_result({_field(form): str(error)})
            return
        except BaseException:
            if not shown.done():
                shown.set_result(None)
            raise
        if not shown.done():
            shown.set_result(None)
        if answer is not None:
            await answer()

    async def _outcome(self, asker: Asker, form: Form | None) -> Callable[[], Answer] | None:
        """Carry the form out; answers how to tell so."""
        match form:
            case DraftForm():
                person = await self._people.person(asker.user, asker.team)
                draft = await self._commands.redraft(person, form.draft, form.title, form.tldr)
                return lambda: self._replies.preview(asker, draft, instead=True)
            case CommentForm():
                if not plain(form.body).strip():
                    raise UserError(texts.EMPTY_COMMENT)
                author = (await self._people.person(asker.user, asker.team)).author
                await self._commands.edit_own(author, form.comment, form.body)
                return lambda: self._replies.tell(asker, texts.COMMENT_CHANGED)
            case TextForm():
                return await self._draft(asker, form)
            case _:
                return None

    async def _draft(self, asker: Asker, form: TextForm) -> Callable[[], Answer]:
        person = await self._people.person(asker.user, asker.team)
        if not person.is_admin:
            raise NotAllowed(texts.ADMINS_ONLY)
        given = await self._given(form)
        team = (await self._passport.identity()).team
        channel = ChannelRef(SLACK, team, RemoteChannelId(asker.place or ""))
        board = form.place.board if form.place else None
        drafted = await self._commands.draft(person, channel, given, board)
        if isinstance(drafted, Published):
            document = published_document(drafted)
            return lambda: self._replies.tell_document(asker, document)
        return lambda: self._replies.preview(asker, drafted)

    async def _given(self, form: TextForm) -> Given:
        text, file = form.text.strip(), form.file
        if text and file:
            raise UserError(texts.TEXT_OR_FILE)
        if file is None:
            if not text:
                raise UserError(texts.NO_TEXT)
            return GivenText(form.text)
        if int(file.get("size") or 0) > FILE_LIMIT:
            raise SourceError(texts.FILE_TOO_LARGE)
        media_type = str(file.get("mimetype") or "")
        url = str(file.get("url_private_download") or file.get("url_private") or "")
        try:
            content = await self._downloads.read(url, FILE_LIMIT, media_type=media_type)
        except Refused as error:
            _log.warning("slack.file.unread", file=file.get("id"), reason=str(error))
            raise SourceError(texts.FILE_UNREAD) from None
        return GivenFile(str(file.get("name") or ""), media_type, content)


def _back(asker: Asker, context: FormContext | None) -> Asker:
    """A submission has no way back of its own: it goes by that of the command or button that opened the form."""
    place = context.place if context else None
    return replace(asker, place=place.channel or None, response_url=place.response_url) if place else asker


def _field(form: Form) -> str:
    match form:
        case DraftForm():
            return Field.TITLE
        case CommentForm():
            return Field.BODY
        case TextForm():
            return Field.TEXT
