"""Webhooks (https://docs.discord.com/developers/resources/webhook)."""

from __future__ import annotations

import hashlib
import secrets

from adapters.sandbox.discord import shapes
from adapters.sandbox.discord.errors import (
    ApiError,
    Problems,
    invalid_webhook_token,
    thread_archived,
    unknown,
    wrong_channel_type,
)
from adapters.sandbox.discord.http import DONE, Call, Reply, Route
from adapters.sandbox.discord.limits import check_types, check_url, check_webhook_name
from adapters.sandbox.discord.permissions import Right, demand, in_channel
from adapters.sandbox.discord.rest.context import Context
from adapters.sandbox.discord.rest.interactions import InteractionAnswers
from adapters.sandbox.discord.rest.messages import refuse_closed
from adapters.sandbox.discord.world import FORUM, Author, Channel, Message, Webhook

MOST_IN_CHANNEL = 15


class Webhooks:
    """Serves webhooks, to the bot and to whoever holds their token."""

    def __init__(self, context: Context, answers: InteractionAnswers) -> None:
        self._c = context
        self._answers = answers

    def routes(self) -> list[Route]:
        """What is served here."""
        one, held = "/webhooks/{webhook_id}", "/webhooks/{webhook_id}/{webhook_token}"
        original, message = held + "/messages/@original", held + "/messages/{message_id}"
        return [
            Route("POST", "/channels/{channel_id}/webhooks", self.create),
            Route("GET", "/channels/{channel_id}/webhooks", self.list_channel),
            Route("GET", "/guilds/{guild_id}/webhooks", self.list_guild),
            Route("GET", one, self.get),
            Route("PATCH", one, self.change),
            Route("DELETE", one, self.delete),
            Route("GET", held, self.get_held, open=True),
            Route("DELETE", held, self.delete_held, open=True),
            Route("POST", held, self.execute, open=True),
            Route("GET", original, self._answers.get, open=True),
            Route("PATCH", original, self._answers.edit, open=True),
            Route("DELETE", original, self._answers.delete, open=True),
            Route("GET", message, self.get_message, open=True),
            Route("PATCH", message, self.edit_message, open=True),
            Route("DELETE", message, self.delete_message, open=True),
        ]

    # --- the bot's management ---------------------------------------------------------------------------------

    def create(self, call: Call) -> Reply:
        """Add a webhook to a channel; it is the application's own."""
        channel = self._c.channel(call, Right.MANAGE_WEBHOOKS)
        if channel.thread:
            raise wrong_channel_type()
        problems = Problems()
        name = check_webhook_name(call.fields.get("name"), problems)
        problems.settle()
        if sum(1 for each in self._c.world.webhooks.values() if each.channel_id == channel.id) >= MOST_IN_CHANNEL:
            raise ApiError(400, 30007, f"Maximum number of webhooks reached ({MOST_IN_CHANNEL})")
        owner = self._c.world.bot
        webhook = self._c.upkeep.create_webhook(channel, name, owner, application_id=self._c.world.application.id)
        return Reply(body=self._shown(webhook))

    def list_channel(self, call: Call) -> Reply:
        """A channel's webhooks."""
        channel = self._c.channel(call, Right.MANAGE_WEBHOOKS)
        found = [each for each in self._c.world.webhooks.values() if each.channel_id == channel.id]
        return Reply(body=[self._shown(each) for each in found])

    def list_guild(self, call: Call) -> Reply:
        """A guild's webhooks."""
        guild, bot = self._c.guild(call), self._c.world.bot.id
        found = [
            each
            for each in self._c.world.webhooks.values()
            if each.guild_id == guild.id
            and Right.MANAGE_WEBHOOKS in in_channel(self._c.world, self._c.world.channels[each.channel_id], bot)
        ]
        return Reply(body=[self._shown(each) for each in found])

    def _shown(self, webhook: Webhook) -> dict[str, object]:
        shape = shapes.webhook(self._c.world, webhook)
        if webhook.application_id not in {None, self._c.world.application.id}:
            # Another application's token is its own.
            del shape["token"], shape["url"]
        return shape

    def _managed(self, call: Call) -> Webhook:
        webhook = self._c.world.webhooks.get(call.id("webhook_id"))
        if webhook is None:
            raise unknown("Webhook")
        channel = self._c.world.channels[webhook.channel_id]
        demand(self._c.world, channel, self._c.world.bot.id, Right.MANAGE_WEBHOOKS)
        return webhook

    def get(self, call: Call) -> Reply:
        """A webhook, for those who manage its channel's."""
        return Reply(body=self._shown(self._managed(call)))

    def change(self, call: Call) -> Reply:
        """Rename a webhook, or move it to another channel."""
        webhook = self._managed(call)
        problems = Problems()
        if "name" in call.fields:
            name = check_webhook_name(call.fields["name"], problems)
            problems.settle()
            webhook.name = name
        if call.fields.get("channel_id"):
            target = self._c.world.channels.get(int(call.fields["channel_id"]))
            if target is None or target.guild_id != webhook.guild_id:
                raise unknown("Channel")
            demand(self._c.world, target, self._c.world.bot.id, Right.MANAGE_WEBHOOKS)
            webhook.channel_id = target.id
        self._c.upkeep.tell_webhooks(self._c.world.channels[webhook.channel_id])
        return Reply(body=self._shown(webhook))

    def delete(self, call: Call) -> Reply:
        """Delete a webhook."""
        self._c.upkeep.delete_webhook(self._managed(call))
        return DONE

    # --- whoever holds the token ------------------------------------------------------------------------------

    def _held(self, call: Call) -> Webhook:
        webhook = self._c.world.webhooks.get(call.id("webhook_id"))
        if webhook is None:
            raise unknown("Webhook")
        if not secrets.compare_digest(webhook.token.encode(), call.params["webhook_token"].encode()):
            raise invalid_webhook_token()
        return webhook

    def get_held(self, call: Call) -> Reply:
        """A webhook, by its token."""
        return Reply(body=shapes.webhook(self._c.world, self._held(call), with_user=False))

    def delete_held(self, call: Call) -> Reply:
        """Delete a webhook, by its token."""
        self._c.upkeep.delete_webhook(self._held(call))
        return DONE

    def _target(self, call: Call, webhook: Webhook) -> Channel:
        channel = self._c.world.channels[webhook.channel_id]
        thread_id = call.cursor("thread_id")
        if thread_id is None:
            return channel
        thread = self._c.world.channels.get(thread_id)
        if thread is None or thread.thread is None or thread.thread.parent_id != channel.id:
            raise unknown("Channel")
        return thread

    def execute(self, call: Call) -> Reply:
        """Post as the webhook, under a name and picture of the moment's choosing; or follow an interaction up."""
        if self._answers.owns(call):
            return self._answers.follow_up(call)
        webhook, body = self._held(call), call.fields
        channel = self._target(call, webhook)
        check_types(body)
        problems = Problems()
        name = webhook.name
        if body.get("username"):
            name = check_webhook_name(body["username"], problems, "username")
        if body.get("avatar_url"):
            check_url(body["avatar_url"], problems, "avatar_url")
        problems.settle()
        refuse_closed(channel, manages=True)
        owned = webhook.application_id is not None
        target = channel
        if channel.type == FORUM and not body.get("thread_name"):
            raise ApiError(400, 220001, "Webhooks posted to forum channels must have a thread_name or thread_id")
        draft = self._c.drafts.new(
            call, body, channel, components=owned or call.flag("with_components"), interactive=owned
        )
        message_id = None
        if channel.type == FORUM:
            target = self._c.deeds.open_thread(channel, body["thread_name"], self._c.world.users[webhook.user_id])
            message_id = target.id
        draft.webhook_id, draft.application_id = webhook.id, webhook.application_id
        avatar = webhook.avatar
        if body.get("avatar_url"):
            avatar = hashlib.md5(body["avatar_url"].encode(), usedforsecurity=False).hexdigest()
        author = Author(id=webhook.id, name=name, avatar=avatar)
        message = self._c.deeds.post(target, author, draft, message_id=message_id)
        return Reply(body=shapes.message(self._c.world, message)) if call.flag("wait") else DONE

    def _own_message(self, call: Call) -> Message:
        webhook = self._held(call)
        channel = self._target(call, webhook)
        message = channel.messages.get(call.id("message_id"))
        if message is None or message.webhook_id != webhook.id:
            raise unknown("Message")
        return message

    def get_message(self, call: Call) -> Reply:
        """A message that the webhook posted."""
        if self._answers.owns(call):
            return self._answers.get(call)
        return Reply(body=shapes.message(self._c.world, self._own_message(call)))

    def edit_message(self, call: Call) -> Reply:
        """Edit a message that the webhook posted."""
        if self._answers.owns(call):
            return self._answers.edit(call)
        message = self._own_message(call)
        place = self._c.world.channels[message.channel_id]
        if place.thread and place.thread.archived:
            raise thread_archived()
        self._c.deeds.edit(message, **self._c.drafts.changes(call, call.fields, message))
        return Reply(body=shapes.message(self._c.world, message))

    def delete_message(self, call: Call) -> Reply:
        """Delete a message that the webhook posted."""
        if self._answers.owns(call):
            return self._answers.delete(call)
        self._c.deeds.remove(self._own_message(call))
        return DONE
