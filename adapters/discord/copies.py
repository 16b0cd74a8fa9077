"""Comments as a webhook's messages: sent, found again, edited, deleted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, TypeAlias, TypeVar

from adapters.discord import outbound
from adapters.discord.cards import unarchive
from adapters.discord.failures import THREAD_ARCHIVED, TOO_LARGE, OutOfReach, Rejected
from adapters.discord.places import Places, message_url
from adapters.discord.reading import messages, moment
from adapters.discord.rest import Rest
from adapters.discord.webhooks import Webhook, Webhooks
from bot.errors import MessageGone, PlaceGone, Refused
from bot.model import RemoteMessageId, ThreadRef
from bot.ports import Sent
from bot.views import CopyView

Json: TypeAlias = dict[str, Any]
Answer = TypeVar("Answer")

_MESSAGE: Final = "/channels/{channel_id}/messages/{message_id}"
_WEBHOOK_MESSAGE: Final = "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}"


class Copies:
    """Copies in threads, posted through the channel's webhook in their authors' names."""

    def __init__(self, rest: Rest, webhooks: Webhooks, places: Places) -> None:
        self._rest = rest
        self._webhooks = webhooks
        self._places = places

    async def send(self, thread: ThreadRef, copy: CopyView) -> Sent:
        """Post a copy. Webhooks take no nonce: after a lost answer, `find` tells."""
        try:
            return await self._send(thread, self._fitted(thread, copy))
        except Rejected as error:
            # Discord's limit on a whole request is not told anywhere; what it refuses for that it has not posted.
            if error.code != TOO_LARGE or not copy.files:
                raise
            return await self._send(thread, _carrying(copy, up_to=0))

    async def find(
        self, thread: ThreadRef, copy: CopyView, since: datetime, known: Collection[RemoteMessageId]
    ) -> Sent | None:
        """The copy's message, posted at or after `since` by a webhook of ours, as the first that is not `known`.

        It is known by its text, though its author may have another name by now. Its author's name may have to do: an
        edit, a reaction or a change of what it answers has altered the text since it was sent. As one send at a time is
        under way in a thread, an unaccounted message is this one's; it is brought up to date.
        """
        bodies = [outbound.copy_payload(one)[0] for one in (self._fitted(thread, copy), _carrying(copy, up_to=0))]
        in_this_name: Json | None = None
        async for message in messages(self._rest, thread.thread, moment(since)):
            if not self._webhooks.ours(message) or message["id"] in known:
                continue
            if any(_same_text(message, body) for body in bodies):
                return _sent(thread, message)
            if message["author"]["username"] == bodies[0]["username"]:
                in_this_name = in_this_name or message
        if in_this_name is None:
            return None
        await self.edit(thread, in_this_name["id"], copy)
        return _sent(thread, in_this_name)

    async def edit(self, thread: ThreadRef, message: RemoteMessageId, copy: CopyView) -> None:
        """Show the comment's present text."""
        attached = await self._attached(thread, message) if copy.files else ()
        payload, uploads = outbound.edit_payload(self._fitted(thread, copy), attached)

        async def patch(webhook: Webhook) -> None:
            await self._ask_of_webhook("PATCH", webhook, thread, message, payload, uploads)

        await self._with_its_webhook(thread, message, patch)

    async def delete(self, thread: ThreadRef, message: RemoteMessageId) -> bool:
        """Delete a message, anyone's where the bot may manage messages, else a copy of ours. Gone already is well.

        Answers False where the message alone was gone. Raises `OutOfReach` where the bot was put out: it may stand yet.
        """

        async def remove(webhook: Webhook) -> None:
            await self._ask_of_webhook("DELETE", webhook, thread, message, None)

        try:
            if await self._places.may_manage_messages(thread.channel.channel):
                await self._in_thread(thread, lambda: self._delete_as_bot(thread, message))
            else:
                await self._with_its_webhook(thread, message, remove)
        except MessageGone:
            return False
        except OutOfReach:
            raise
        except PlaceGone:
            return True
        return True

    async def stands(self, thread: ThreadRef, message: RemoteMessageId) -> bool:
        """Whether a message is in the thread."""
        try:
            await self.look(thread, message)
        except MessageGone:
            return False
        return True

    async def look(self, thread: ThreadRef, message: RemoteMessageId) -> Json:
        """A message as it stands; raises `MessageGone` where it is gone."""
        found: Json = await self._rest.ask("GET", _MESSAGE, channel_id=thread.thread, message_id=message)
        return found

    async def _send(self, thread: ThreadRef, copy: CopyView) -> Sent:
        payload, uploads = outbound.copy_payload(copy)

        async def execute(webhook: Webhook) -> Json:
            made: Json = await self._rest.ask(
                "POST",
                "/webhooks/{webhook_id}/{webhook_token}",
                json=payload,
                uploads=uploads,
                params={"wait": "true", "thread_id": thread.thread},
                webhook_id=webhook.id,
                webhook_token=webhook.token,
            )
            return made

        return _sent(thread, await self._in_thread(thread, lambda: self._webhooks.use(thread.channel.channel, execute)))

    def _fitted(self, thread: ThreadRef, copy: CopyView) -> CopyView:
        return _carrying(copy, up_to=self._places.largest_file(thread.channel.workspace))

    async def _delete_as_bot(self, thread: ThreadRef, message: RemoteMessageId) -> None:
        await self._rest.ask("DELETE", _MESSAGE, channel_id=thread.thread, message_id=message)

    async def _ask_of_webhook(
        self,
        method: str,
        webhook: Webhook,
        thread: ThreadRef,
        message: RemoteMessageId,
        payload: Json | None,
        uploads: Sequence[outbound.Upload] = (),
    ) -> None:
        await self._rest.ask(
            method,
            _WEBHOOK_MESSAGE,
            json=payload,
            uploads=uploads,
            params={"thread_id": thread.thread},
            webhook_id=webhook.id,
            webhook_token=webhook.token,
            message_id=message,
        )

    async def _with_its_webhook(
        self, thread: ThreadRef, message: RemoteMessageId, call: Callable[[Webhook], Awaitable[None]]
    ) -> None:
        """Call with the webhook that posted the message.

        That is the channel's present one, except for what an earlier one posted: a webhook knows its own messages
        alone, and calls all others unknown. Raises `MessageGone` where the message is gone, `Refused` where it stands
        but nobody can change it any more.
        """
        try:
            await self._in_thread(thread, lambda: self._webhooks.use(thread.channel.channel, call))
        except MessageGone:
            poster = await self._poster(thread, message)
            for webhook in await self._webhooks.all(thread.channel.channel):
                if webhook.id == poster:
                    await call(webhook)
                    return
            raise Refused(f"message {message} was posted by a webhook that is gone, so it can't be changed") from None

    async def _attached(self, thread: ThreadRef, message: RemoteMessageId) -> list[Json]:
        return list((await self.look(thread, message)).get("attachments") or ())

    async def _poster(self, thread: ThreadRef, message: RemoteMessageId) -> str | None:
        return (await self.look(thread, message)).get("webhook_id")

    async def _in_thread(self, thread: ThreadRef, call: Callable[[], Awaitable[Answer]]) -> Answer:
        """Call, and once more after bringing the thread back from the archive where Discord refused for that."""
        try:
            return await call()
        except Rejected as error:
            if error.code != THREAD_ARCHIVED:
                raise
        await unarchive(self._rest, thread.thread)
        return await call()


def _carrying(copy: CopyView, *, up_to: int) -> CopyView:
    """The copy without the contents of larger files: a link leads to those."""
    files = (
        replace(file, content=None) if file.content is not None and len(file.content) > up_to else file
        for file in copy.files
    )
    return replace(copy, files=tuple(files))


def _sent(thread: ThreadRef, message: Json) -> Sent:
    url = message_url(thread.channel.workspace, thread.thread, message["id"])
    return Sent(RemoteMessageId(message["id"]), url)


def _same_text(message: Json, payload: Json) -> bool:
    """Whether a message shows what the payload asked for; Discord trims a message's ends."""
    sent = " ".join((payload.get("content") or "").split())
    shown = " ".join((message.get("content") or "").split())
    return sent == shown and len(message.get("attachments") or []) == len(payload.get("attachments") or [])
