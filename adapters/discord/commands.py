"""Slash commands, message commands, buttons and forms: what Discord sends, asked of the core, its answers drawn.

All are found by their names and custom ids, so that buttons of earlier runs go on working. Every answer is private.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, Final, TypeAlias

import structlog

from adapters.discord import forms, ids, markup, outbound
from adapters.discord.declared import COMMANDS, outdated
from adapters.discord.failures import where
from adapters.discord.interactions import Answer, Asked, read, words
from adapters.discord.places import Places
from adapters.discord.rest import Rest
from bot import texts
from bot.commands import Commands, Given, GivenFile, GivenText, GivenUrl, Published
from bot.errors import NotAllowed, NotFound, PlaceGone, PlatformError, Refused, SourceError, UserError, sentence_of
from bot.model import ChannelInfo, CommentId, DiscussionId, DraftId, RemoteMessageId, ThreadRef

Json: TypeAlias = dict[str, Any]
Work: TypeAlias = Callable[[Asked, Answer], Awaitable[None]]

_LARGEST: Final = 5 * 1024 * 1024

log = structlog.get_logger(__name__)


class DiscordCommands:
    """The commands of `bot.commands`, as people use them on Discord."""

    def __init__(self, commands: Commands, rest: Rest, places: Places) -> None:
        self._commands = commands
        self._rest = rest
        self._places = places
        self._by_name: Mapping[str, Work] = {
            "publish": self._publish,
            "board join": self._join,
            "board leave": self._leave,
            "board list": self._list,
            texts.EDIT_COMMENT: self._open_comment,
            texts.DELETE_COMMENT: self._remove_comment,
        }

    async def declare(self, application: str) -> None:
        """Bring Discord's list of the bot's commands up to date, where it is not.

        A failure is logged and no more: the commands that were declared before still work.
        """
        path = "/applications/{application_id}/commands"
        try:
            registered = await self._rest.ask("GET", path, application_id=application)
            if outdated(registered):
                await self._rest.ask("PUT", path, json=list(COMMANDS), application_id=application)
                log.info("discord.commands_declared", count=len(COMMANDS))
        except PlatformError as error:
            log.warning("discord.commands_not_declared", reason=str(error))

    async def handle(self, payload: Json) -> None:
        """Answer one interaction. Never raises: a `UserError` is told as it is, anything else in a friendly line."""
        answer = Answer(self._rest, payload)
        name = ""
        try:
            asked = read(payload)
            if asked is None:
                await answer.tell(texts.NOT_HERE)
                return
            name = asked.name
            log.info("discord.asked", kind=asked.kind, name=name, user=asked.person.author.user)
            await self._do(asked, answer)
        except UserError as error:
            await _tell(answer, str(error))
        except Exception as error:  # noqa: BLE001 - the person is told, whatever it was
            log.error("discord.command_failed", name=name, error=_reason(error))  # noqa: TRY400 - see `where`
            await _tell(answer, texts.WENT_WRONG)

    async def _do(self, asked: Asked, answer: Answer) -> None:
        if asked.kind in {"button", "form"}:
            await self._press(asked, answer)
        elif asked.name in self._by_name:
            await self._by_name[asked.name](asked, answer)
        else:
            raise NotFound(texts.OUT_OF_DATE)

    async def _press(self, asked: Asked, answer: Answer) -> None:
        match ids.unpack(asked.name):
            case ids.ReaderPage(discussion, page):
                await self._read(asked, answer, discussion, page)
            case ids.DraftButton("publish", draft):
                await self._publish_draft(asked, answer, draft)
            case ids.DraftButton("edit", draft):
                await self._open_draft(asked, answer, draft)
            case ids.DraftButton("cancel", draft):
                await self._cancel_draft(asked, answer, draft)
            case ids.DraftForm(draft):
                await self._redraft(asked, answer, draft)
            case ids.PasteForm(board):
                await self._paste(asked, answer, board)
            case ids.CommentForm(comment):
                await self._edit_comment(asked, answer, comment)
            case _:
                raise NotFound(texts.OUT_OF_DATE)

    # --- publishing ---------------------------------------------------------------------------------------------

    async def _publish(self, asked: Asked, answer: Answer) -> None:
        _check_admin(asked)
        url, file, board = (asked.options.get(name) for name in ("url", "file", "board"))
        if url and file:
            raise SourceError(texts.ONE_SOURCE)
        if not url and not file:
            await answer.form(forms.paste_form(ids.pack(ids.PasteForm(board))))
            return
        await answer.defer()
        given = GivenUrl(url.strip().strip("<>")) if url else await self._file(asked, str(file))
        await self._draft(asked, answer, given, board)

    async def _paste(self, asked: Asked, answer: Answer, board: str | None) -> None:
        _check_admin(asked)
        await answer.defer()
        text, file = forms.pasted(asked.fields), asked.fields.get(forms.FILE)
        if text and file:
            raise SourceError(texts.TEXT_OR_FILE)
        if not text and not file:
            raise SourceError(texts.NO_TEXT)
        await self._draft(asked, answer, GivenText(text) if text else await self._file(asked, str(file)), board)

    async def _draft(self, asked: Asked, answer: Answer, given: Given, board: str | None) -> None:
        drafted = await self._commands.draft(asked.person, asked.channel, given, board)
        if isinstance(drafted, Published):
            await answer.tell(_published(drafted))
        else:
            await answer.show(outbound.draft_payload(drafted))

    async def _file(self, asked: Asked, attachment: str) -> GivenFile:
        found = (asked.resolved.get("attachments") or {}).get(attachment)
        if found is None:
            raise SourceError(texts.FILE_UNREAD)
        if found["size"] > _LARGEST:
            raise SourceError(texts.FILE_TOO_LARGE)
        content = await self._rest.download(found["url"], _LARGEST)
        if content is None:
            raise SourceError(texts.FILE_UNREAD)
        return GivenFile(found["filename"], found.get("content_type") or "", content)

    async def _publish_draft(self, asked: Asked, answer: Answer, draft: DraftId) -> None:
        _check_admin(asked)
        await answer.defer_update()
        await answer.show(words(_published(await self._commands.publish(asked.person, draft))))

    async def _open_draft(self, asked: Asked, answer: Answer, draft: DraftId) -> None:
        _check_admin(asked)
        view = await self._commands.open_draft(asked.person, draft)
        await answer.form(forms.draft_form(ids.pack(ids.DraftForm(draft)), view))

    async def _redraft(self, asked: Asked, answer: Answer, draft: DraftId) -> None:
        _check_admin(asked)
        await answer.defer_update()
        title, tldr = (asked.fields.get(name, "").strip() for name in (forms.TITLE, forms.TLDR))
        await answer.show(outbound.draft_payload(await self._commands.redraft(asked.person, draft, title, tldr)))

    async def _cancel_draft(self, asked: Asked, answer: Answer, draft: DraftId) -> None:
        _check_admin(asked)
        await answer.defer_update()
        await self._commands.cancel(asked.person, draft)
        await answer.show(words(texts.CANCELLED))

    # --- boards -------------------------------------------------------------------------------------------------

    async def _join(self, asked: Asked, answer: Answer) -> None:
        _check_admin(asked)
        await answer.defer()
        channel = await self._channel(asked.options.get("channel") or asked.channel.channel)
        await answer.tell(await self._commands.join(asked.person, channel, asked.options.get("board")))

    async def _leave(self, asked: Asked, answer: Answer) -> None:
        _check_admin(asked)
        await answer.defer()
        channel = replace(asked.channel, channel=asked.options.get("channel") or asked.channel.channel)
        await answer.tell(await self._commands.leave(asked.person, channel, asked.options.get("board")))

    async def _list(self, asked: Asked, answer: Answer) -> None:
        _check_admin(asked)
        await answer.defer()
        boards = await self._commands.boards(asked.person)
        lines = [f"{board.name}: {', '.join(board.channels) or texts.EMPTY_BOARD}" for board in boards]
        await answer.tell("\n".join(lines) or texts.NO_BOARDS)

    async def _channel(self, channel: str) -> ChannelInfo:
        try:
            return await self._places.describe(channel)
        except PlaceGone as error:
            raise NotFound(texts.UNSEEN_CHANNEL) from error
        except Refused as error:
            raise NotFound(sentence_of(str(error))) from error

    # --- reading ------------------------------------------------------------------------------------------------

    async def _read(self, asked: Asked, answer: Answer, discussion: DiscussionId, page: int) -> None:
        """A first page opens beside the card; further ones take its place."""
        await (answer.defer_update() if asked.on_private else answer.defer())
        pages = outbound.reader_pages(await self._commands.read(discussion), discussion)
        await answer.show(pages[min(page, len(pages) - 1)])

    # --- one's own comments -------------------------------------------------------------------------------------

    async def _open_comment(self, asked: Asked, answer: Answer) -> None:
        own = await self._commands.own_comment(asked.person.author, *_comment_place(asked))
        await answer.form(forms.comment_form(ids.pack(ids.CommentForm(own.comment)), markup.render(own.body)))

    async def _edit_comment(self, asked: Asked, answer: Answer, comment: CommentId) -> None:
        await answer.defer()
        text = asked.fields.get(forms.BODY, "").strip()
        if not text:
            raise UserError(texts.EMPTY_COMMENT)
        await self._commands.edit_own(asked.person.author, comment, markup.parse(text))
        await answer.tell(texts.COMMENT_CHANGED)

    async def _remove_comment(self, asked: Asked, answer: Answer) -> None:
        place = _comment_place(asked)
        await answer.defer()
        await self._commands.remove_own(asked.person.author, *place)
        await answer.tell(texts.COMMENT_REMOVED)


def _check_admin(asked: Asked) -> None:
    # Discord hides the commands from others, but a server can show them to anyone, and rights change under a preview.
    if not asked.person.is_admin:
        raise NotAllowed(texts.ADMINS_ONLY)


def _comment_place(asked: Asked) -> tuple[ThreadRef, RemoteMessageId]:
    if asked.thread is None or asked.target is None:
        raise NotFound(texts.NOT_A_COMMENT)
    return asked.thread, asked.target


def _published(published: Published) -> str:
    lines = [texts.published(published.title, already=published.already)]
    lines += [f"{link.label}: {link.url}" for link in published.links]
    return "\n".join((*lines, *published.missing, *published.refused))


async def _tell(answer: Answer, text: str) -> None:
    try:
        await answer.tell(text)
    except PlatformError as error:
        log.warning("discord.not_answered", reason=str(error))


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, PlatformError) else where(error)
