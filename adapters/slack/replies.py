"""What one person is told, or shown, in answer to what they did."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

import structlog

from adapters.slack.asking import Asker
from adapters.slack.background import Background
from adapters.slack.failures import translated
from adapters.slack.markup import fallback, render
from adapters.slack.outbound import draft_blocks
from adapters.slack.webapi import WebApi
from bot import texts
from bot.commands import Published
from bot.errors import PlatformError, Refused, UserError
from bot.markup.tree import Document, Link, List, Paragraph, Text, plain_document
from bot.views import DraftView

Json = dict[str, Any]

_log = structlog.get_logger(__name__)


class Replies:
    """Answers people in private: through the `response_url` of what they did, else by a message that they alone see."""

    def __init__(self, api: WebApi, background: Background) -> None:
        self._api = api
        self._background = background

    def later(self, asker: Asker, work: Coroutine[Any, Any, None], name: str) -> None:
        """Do some work after the acknowledgement; whatever goes wrong with it is told to who asked."""
        self._background.start(self.attempt(asker, work, name), name)

    async def attempt(self, asker: Asker, work: Coroutine[Any, Any, None], name: str) -> None:
        """Do some work; a `UserError`'s line is told to who asked, anything else is logged and excused."""
        try:
            try:
                await work
            except UserError as error:
                await self.tell(asker, str(error))
            except Exception as error:  # noqa: BLE001 - the one place where a person still waits for an answer
                _log.error(
                    "slack.command.failed",
                    command=name,
                    failure=type(error).__name__,
                    reason=str(error) if isinstance(error, PlatformError) else None,
                    user=asker.user,
                )
                await self.tell(asker, texts.WENT_WRONG)
        except Exception as error:  # noqa: BLE001 - nobody waits for this task
            _log.warning("slack.answer.lost", command=name, user=asker.user, failure=type(error).__name__)

    async def tell(self, asker: Asker, line: str, *, instead: bool = False) -> None:
        """Tell a line as it is; `instead` puts it in the place of the private message that was clicked on."""
        await self._answer(asker, said(plain_document(line)), instead=instead)

    async def tell_document(self, asker: Asker, document: Document, *, instead: bool = False) -> None:
        """Tell something longer."""
        await self._answer(asker, said(document), instead=instead)

    async def preview(self, asker: Asker, draft: DraftView, *, instead: bool = False) -> None:
        """Show a draft with its buttons."""
        text = fallback(plain_document(str(draft.card.title)))
        await self._answer(asker, {"text": text, "blocks": draft_blocks(draft)}, instead=instead)

    async def open_modal(self, asker: Asker, view: Json) -> None:
        """Open a modal; only within 3 seconds of what the person did."""
        with translated("views.open", writes=True):
            await self._api.bot.views_open(trigger_id=asker.trigger, view=view)

    async def turn_modal(self, view_id: str, view: Json) -> None:
        """Show something else in a modal that is open."""
        with translated("views.update", writes=True):
            await self._api.bot.views_update(view_id=view_id, view=view)

    async def _answer(self, asker: Asker, message: Json, *, instead: bool) -> None:
        if asker.response_url:
            try:
                await self._respond(asker.response_url, message, instead=instead)
            except Refused:
                _log.info("slack.response_url.spent", user=asker.user)
            else:
                return
        await self._whisper(asker, message)

    async def _respond(self, url: str, message: Json, *, instead: bool) -> None:
        answer = message | {"response_type": "ephemeral", "replace_original": instead}
        with translated("response_url", writes=True):
            async with self._api.session.post(url, json=answer, proxy=self._api.proxy) as response:
                if 400 <= response.status < 500:  # noqa: PLR2004 - HTTP's refusals
                    raise Refused(f"response_url: HTTP {response.status}")
                response.raise_for_status()

    async def _whisper(self, asker: Asker, message: Json) -> None:
        if asker.place is not None:
            try:
                with translated("chat.postEphemeral", writes=True):
                    await self._api.bot.chat_postEphemeral(
                        channel=asker.place, user=asker.user, thread_ts=asker.thread, **message
                    )
            except Refused:
                _log.info("slack.whisper.refused", user=asker.user, channel=asker.place)
            else:
                return
        # Where the bot is no member, its direct messages with the person are left.
        with translated("chat.postMessage", writes=True):
            await self._api.bot.chat_postMessage(channel=asker.user, unfurl_links=False, unfurl_media=False, **message)


def said(document: Document) -> Json:
    """A document as a message's text and blocks, nothing in it read as markup."""
    return {"text": fallback(document), "blocks": render(document)}


def published_document(published: Published) -> Document:
    """Where an article went: its title, a link to each posting, and what is missing."""
    headline = Paragraph((Text(texts.published(published.title, already=published.already)),))
    links = tuple((Paragraph((Link(link.url, (Text(link.label),)),)),) for link in published.links)
    missing = tuple(Paragraph((Text(line),)) for line in (*published.missing, *published.refused))
    return Document((headline, *((List(links),) if links else ()), *missing))
