"""Messages and reactions (https://docs.discord.com/developers/resources/message)."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import unquote

import emoji as emoji_names

from adapters.sandbox.discord import shapes
from adapters.sandbox.discord.announcing import Happening
from adapters.sandbox.discord.deeds import DELETABLE_TYPES, REPLY_TYPE, Draft, as_author, reaction_key
from adapters.sandbox.discord.errors import (
    ApiError,
    Problems,
    invalid_form,
    not_the_author,
    thread_archived,
    thread_locked,
    unknown,
    wrong_channel_type,
)
from adapters.sandbox.discord.http import DONE, Call, Reply, Route, snowflake
from adapters.sandbox.discord.limits import check_nonce, check_types
from adapters.sandbox.discord.permissions import Right, demand, in_channel, to_write
from adapters.sandbox.discord.rest.context import Context
from adapters.sandbox.discord.world import FORUM, Channel, Message, User, moment
from adapters.sandbox.side import Json

NONCE_SECONDS = 300
"""How long a nonce is remembered; Discord says "the past few minutes"."""
MOST_REACTIONS = 20
FEWEST_TO_DELETE, MOST_TO_DELETE = 2, 100


class Messages:
    """Serves messages as the bot sends, reads, edits and deletes them."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def routes(self) -> list[Route]:
        """What is served here."""
        base = "/channels/{channel_id}/messages"
        one = base + "/{message_id}"
        reactions = one + "/reactions"
        return [
            Route("GET", base, self.list),
            Route("POST", base, self.create),
            Route("POST", base + "/bulk-delete", self.delete_many),
            Route("GET", one, self.get),
            Route("PATCH", one, self.edit),
            Route("DELETE", one, self.delete),
            Route("POST", "/channels/{channel_id}/typing", self.type),
            Route("PUT", reactions + "/{emoji_name}/@me", self.react),
            Route("DELETE", reactions + "/{emoji_name}/@me", self.unreact),
            Route("DELETE", reactions + "/{emoji_name}/{user_id}", self.unreact_user),
            Route("GET", reactions + "/{emoji_name}", self.reactors),
            Route("DELETE", reactions + "/{emoji_name}", self.clear_emoji),
            Route("DELETE", reactions, self.clear),
        ]

    def list(self, call: Call) -> Reply:
        """A page of a channel, newest first."""
        channel = self._c.channel(call)
        if channel.type == FORUM:
            raise wrong_channel_type()
        limit = call.count("limit", 50, 100)
        if Right.READ_MESSAGE_HISTORY not in in_channel(self._c.world, channel, self._c.world.bot.id):
            return Reply(body=[])
        every = sorted(channel.messages.values(), key=lambda each: each.id)
        before, after, around = call.cursor("before"), call.cursor("after"), call.cursor("around")
        if around is not None:
            older = [each for each in every if each.id < around]
            newer = [each for each in every if each.id >= around]
            page = older[-(limit // 2) :] + newer[: limit - min(limit // 2, len(older))]
        elif after is not None:
            page = [each for each in every if each.id > after][:limit]
        elif before is not None:
            page = [each for each in every if each.id < before][-limit:]
        else:
            page = every[-limit:]
        return Reply(body=[self._c.show(each) for each in reversed(page)])

    def get(self, call: Call) -> Reply:
        """One message."""
        channel = self._c.channel(call, Right.READ_MESSAGE_HISTORY)
        return Reply(body=self._c.show(self._c.message(channel, call.id("message_id"))))

    def create(self, call: Call) -> Reply:
        """Send a message as the bot."""
        world = self._c.world
        channel = self._c.channel(call)
        if channel.type == FORUM:
            raise ApiError(400, 50008, "Cannot send messages in a non-text channel")
        rights = demand(world, channel, world.bot.id, to_write(channel))
        refuse_closed(channel, manages=Right.MANAGE_THREADS in rights)
        body = call.fields
        check_types(body)
        problems = Problems()
        nonce = check_nonce(body.get("nonce"), problems)
        problems.settle()
        if nonce is not None and body.get("enforce_nonce"):
            earlier = self._sent_with(channel, nonce)
            if earlier:
                return Reply(body=shapes.message(world, earlier) | {"nonce": nonce})
        draft = self._c.drafts.new(call, body, channel, rights=rights)
        draft.nonce = nonce
        self._answer_to(draft, body, channel, rights)
        message = self._c.deeds.post(channel, as_author(world.bot), draft)
        shape = shapes.message(world, message)
        return Reply(body=shape if nonce is None else shape | {"nonce": nonce})

    def _sent_with(self, channel: Channel, nonce: str | int) -> Message | None:
        since = self._c.world.now() - timedelta(seconds=NONCE_SECONDS)
        for message in reversed(channel.messages.values()):
            if message.at < since:
                return None
            if (
                message.nonce is not None
                and str(message.nonce) == str(nonce)
                and message.author.id == self._c.world.bot.id
            ):
                return message
        return None

    def _answer_to(self, draft: Draft, body: Json, channel: Channel, rights: Right) -> None:
        given = body.get("message_reference")
        if not given or not given.get("message_id"):
            return
        if Right.READ_MESSAGE_HISTORY not in rights:
            raise ApiError(403, 160002, "Cannot reply without permission to read message history")
        target = channel.messages.get(snowflake(given["message_id"], "message_reference"))
        if target is None:
            if given.get("fail_if_not_exists", True):
                error = {"code": "REPLIES_UNKNOWN_MESSAGE", "message": "Unknown message"}
                raise invalid_form({"message_reference": {"_errors": [error]}})
            return
        draft.type = REPLY_TYPE
        draft.reference = {
            "type": 0,
            "channel_id": str(channel.id),
            "message_id": str(target.id),
            "guild_id": str(channel.guild_id),
        }
        allowed = body.get("allowed_mentions")
        if (allowed is None or allowed.get("replied_user")) and target.author.user:
            draft.mentions = list(dict.fromkeys([*draft.mentions, target.author.id]))

    def edit(self, call: Call) -> Reply:
        """Edit one of the bot's own messages; others' take flags alone, from those who manage messages."""
        world = self._c.world
        channel = self._c.channel(call)
        message = self._c.message(channel, call.id("message_id"))
        rights = in_channel(world, channel, world.bot.id)
        if channel.thread and channel.thread.archived:
            raise thread_archived()
        if message.author.id != world.bot.id:
            if set(call.fields) <= {"flags"} and Right.MANAGE_MESSAGES in rights:
                self._c.deeds.edit(message, flags=message.flags | (call.fields.get("flags") or 0) & 4)
                return Reply(body=self._c.show(message))
            raise not_the_author()
        if world.now() - moment(message.id) > timedelta(hours=1):
            self._c.rates.old_edit(channel.id)
        self._c.deeds.edit(message, **self._c.drafts.changes(call, call.fields, message, rights=rights))
        return Reply(body=shapes.message(world, message))

    def delete(self, call: Call) -> Reply:
        """Delete a message: the bot's own, or with the right to manage messages anyone's."""
        channel = self._c.channel(call)
        message = self._c.message(channel, call.id("message_id"))
        if message.type not in DELETABLE_TYPES:
            raise ApiError(403, 50021, "Cannot execute action on a system message")
        if message.author.id != self._c.world.bot.id:
            demand(self._c.world, channel, self._c.world.bot.id, Right.MANAGE_MESSAGES)
        self._c.deeds.remove(message)
        return DONE

    def delete_many(self, call: Call) -> Reply:
        """Delete 2 to 100 messages, none older than two weeks; ids that are gone are passed over."""
        channel = self._c.channel(call, Right.MANAGE_MESSAGES)
        ids = [snowflake(each, "messages") for each in call.fields.get("messages") or []]
        if not FEWEST_TO_DELETE <= len(ids) <= MOST_TO_DELETE:
            problems = Problems()
            problems.length(("messages",), FEWEST_TO_DELETE, MOST_TO_DELETE)
            problems.settle()
        if any(self._c.world.now() - moment(each) > timedelta(days=14) for each in ids):
            raise ApiError(400, 50034, "You can only bulk delete messages that are under 14 days old.")
        self._c.deeds.remove_many(channel, [channel.messages[each] for each in ids if each in channel.messages])
        return DONE

    def type(self, call: Call) -> Reply:
        """Show that the bot types."""
        channel = self._c.channel(call)
        demand(self._c.world, channel, self._c.world.bot.id, to_write(channel))
        data = {
            "channel_id": str(channel.id),
            "guild_id": str(channel.guild_id),
            "user_id": str(self._c.world.bot.id),
            "timestamp": int(self._c.world.clock()),
        }
        self._c.gateway.announce(Happening("TYPING_START", data))
        return DONE

    # --- reactions --------------------------------------------------------------------------------------------

    def react(self, call: Call) -> Reply:
        """Add the bot's reaction."""
        channel = self._c.channel(call, Right.READ_MESSAGE_HISTORY)
        if channel.thread and channel.thread.archived:
            raise thread_archived()
        message = self._c.message(channel, call.id("message_id"))
        name, emoji_id = read_emoji(self._c, call.params["emoji_name"])
        if reaction_key(name, emoji_id) not in message.reactions:
            demand(self._c.world, channel, self._c.world.bot.id, Right.ADD_REACTIONS)
            if len(message.reactions) >= MOST_REACTIONS:
                raise ApiError(400, 30010, "Maximum number of reactions reached (20)")
        self._c.deeds.react(message, name, emoji_id, self._c.world.bot)
        return DONE

    def unreact(self, call: Call) -> Reply:
        """Take the bot's reaction back."""
        return self._take_back(call, self._c.world.bot)

    def unreact_user(self, call: Call) -> Reply:
        """Take somebody's reaction away."""
        user = self._c.world.users.get(call.id("user_id"))
        if user is None:
            raise unknown("User")
        self._c.channel(call, Right.MANAGE_MESSAGES)
        return self._take_back(call, user)

    def _take_back(self, call: Call, user: User) -> Reply:
        channel = self._c.channel(call)
        message = self._c.message(channel, call.id("message_id"))
        self._c.deeds.unreact(message, *read_emoji(self._c, call.params["emoji_name"]), user)
        return DONE

    def reactors(self, call: Call) -> Reply:
        """Who reacted with an emoji, by id."""
        channel = self._c.channel(call, Right.READ_MESSAGE_HISTORY)
        message = self._c.message(channel, call.id("message_id"))
        reaction = message.reactions.get(reaction_key(*read_emoji(self._c, call.params["emoji_name"])))
        limit, after = call.count("limit", 25, 100), call.cursor("after") or 0
        users = sorted(each for each in (reaction.users if reaction else ()) if each > after)[:limit]
        return Reply(body=[shapes.user(self._c.world.users[each]) for each in users])

    def clear(self, call: Call) -> Reply:
        """Remove every reaction of a message."""
        channel = self._c.channel(call, Right.MANAGE_MESSAGES)
        self._c.deeds.clear_reactions(self._c.message(channel, call.id("message_id")))
        return DONE

    def clear_emoji(self, call: Call) -> Reply:
        """Remove every reaction with one emoji."""
        channel = self._c.channel(call, Right.MANAGE_MESSAGES)
        message = self._c.message(channel, call.id("message_id"))
        self._c.deeds.clear_reactions(message, reaction_key(*read_emoji(self._c, call.params["emoji_name"])))
        return DONE


def refuse_closed(channel: Channel, *, manages: bool) -> None:
    """Raise where a thread takes no new message: archived and locked for all, locked for those who don't manage it."""
    part = channel.thread
    if part is None or not part.locked:
        return
    if part.archived:
        raise thread_archived()
    if not manages:
        raise thread_locked()


def read_emoji(context: Context, segment: str) -> tuple[str, int | None]:
    """An emoji as the path names it: itself, or `name:id` of a custom one that the bot can see."""
    text = unquote(segment)
    name, colon, number = text.partition(":")
    if colon and number.isdecimal():
        for guild in context.world.bot_guilds():
            if found := guild.emojis.get(int(number)):
                return found.name, found.id
        raise ApiError(400, 10014, "Unknown Emoji")
    if not emoji_names.is_emoji(name) and not emoji_names.is_emoji(name + "\ufe0f"):
        raise ApiError(400, 10014, "Unknown Emoji")
    return name, None
