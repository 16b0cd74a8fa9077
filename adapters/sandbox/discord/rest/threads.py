"""Threads and forum posts (https://docs.discord.com/developers/topics/threads)."""

from __future__ import annotations

from datetime import datetime

from adapters.sandbox.discord import shapes
from adapters.sandbox.discord.deeds import as_author
from adapters.sandbox.discord.errors import (
    Problems,
    missing_permissions,
    thread_archived,
    thread_exists,
    unknown,
    wrong_channel_type,
)
from adapters.sandbox.discord.http import DONE, Call, Reply, Route
from adapters.sandbox.discord.limits import check_archive_minutes, check_thread_name
from adapters.sandbox.discord.permissions import Right, demand, in_channel, sees
from adapters.sandbox.discord.rest.context import Context
from adapters.sandbox.discord.world import FORUM, HAS_THREAD, PUBLIC_THREAD, Channel
from adapters.sandbox.side import Json


class Threads:
    """Serves threads: opening, changing, listing, joining."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def routes(self) -> list[Route]:
        """What is served here."""
        members = "/channels/{channel_id}/thread-members"
        return [
            Route("POST", "/channels/{channel_id}/messages/{message_id}/threads", self.open_from_message),
            Route("POST", "/channels/{channel_id}/threads", self.open),
            Route("GET", "/channels/{channel_id}/threads/archived/public", self.archived),
            Route("GET", "/guilds/{guild_id}/threads/active", self.active),
            Route("GET", members, self.members),
            Route("PUT", members + "/@me", self.join),
            Route("DELETE", members + "/@me", self.leave),
            Route("GET", members + "/{user_id}", self.member),
            Route("PUT", members + "/{user_id}", self.add),
            Route("DELETE", members + "/{user_id}", self.remove),
        ]

    def open_from_message(self, call: Call) -> Reply:
        """Open a thread under a message; it takes the message's id."""
        channel = self._c.channel(call)
        if channel.thread or channel.type == FORUM:
            raise wrong_channel_type()
        message = self._c.message(channel, call.id("message_id"))
        name, minutes = self._settings(call)
        demand(self._c.world, channel, self._c.world.bot.id, Right.CREATE_PUBLIC_THREADS, Right.READ_MESSAGE_HISTORY)
        if message.flags & HAS_THREAD or message.id in self._c.world.channels:
            raise thread_exists()
        thread = self._c.deeds.open_thread(channel, name, self._c.world.bot, message=message, archive_minutes=minutes)
        return Reply(201, shapes.thread(self._c.world, thread))

    def open(self, call: Call) -> Reply:
        """Open a thread of its own; in a forum, a post with its first message."""
        world = self._c.world
        channel = self._c.channel(call)
        if channel.thread:
            raise wrong_channel_type()
        name, minutes = self._settings(call)
        if channel.type != FORUM:
            demand(world, channel, world.bot.id, Right.CREATE_PUBLIC_THREADS)
            if call.fields.get("type") != PUBLIC_THREAD:
                raise missing_permissions()
            thread = self._c.deeds.open_thread(channel, name, world.bot, archive_minutes=minutes)
            return Reply(201, shapes.thread(world, thread))
        rights = demand(world, channel, world.bot.id, Right.SEND_MESSAGES)
        body = call.fields.get("message")
        if not isinstance(body, dict):
            problems = Problems()
            problems.required(("message",))
            problems.settle()
            raise TypeError("a missing message was passed over")
        draft = self._c.drafts.new(call, body, channel, rights=rights)
        thread = self._c.deeds.open_thread(channel, name, world.bot, archive_minutes=minutes)
        for file in draft.files:
            file.channel_id = thread.id
        message = self._c.deeds.post(thread, as_author(world.bot), draft, message_id=thread.id)
        return Reply(201, shapes.thread(world, thread) | {"message": shapes.message(world, message)})

    @staticmethod
    def _settings(call: Call) -> tuple[str, int]:
        problems = Problems()
        name = check_thread_name(call.fields.get("name"), problems)
        minutes = check_archive_minutes(call.fields.get("auto_archive_duration"), problems)
        problems.settle()
        return name, minutes

    def change(self, call: Call, thread: Channel) -> Reply:
        """Rename, archive, lock, or reopen a thread."""
        world, part, body = self._c.world, thread.thread, call.fields
        if part is None:
            raise wrong_channel_type()
        rights = in_channel(world, thread, world.bot.id)
        manages = Right.MANAGE_THREADS in rights
        only_reopens = set(body) == {"archived"} and body["archived"] is False and not part.locked
        owns = part.owner_id == world.bot.id and "locked" not in body and not part.locked
        if not manages and not owns and not (only_reopens and Right.SEND_MESSAGES_IN_THREADS in rights):
            raise missing_permissions()
        if part.archived and body.get("archived", True) is not False:
            raise thread_archived()
        problems = Problems()
        changes: Json = {}
        if body.get("name") is not None:
            changes["name"] = check_thread_name(body["name"], problems)
        if body.get("auto_archive_duration") is not None:
            changes["auto_archive_minutes"] = check_archive_minutes(body["auto_archive_duration"], problems)
        for key in ("archived", "locked"):
            if body.get(key) is not None:
                changes[key] = bool(body[key])
        if body.get("rate_limit_per_user") is not None:
            changes["slow_mode"] = int(body["rate_limit_per_user"])
        problems.settle()
        self._c.deeds.change_thread(thread, **changes)
        return Reply(body=shapes.thread(world, thread))

    def active(self, call: Call) -> Reply:
        """A guild's threads that are not archived, newest first."""
        world = self._c.world
        guild = self._c.guild(call)
        found = [
            each
            for each in world.channels.values()
            if each.guild_id == guild.id
            and each.thread
            and not each.thread.archived
            and sees(world, each, world.bot.id)
        ]
        return Reply(body=self._listing(sorted(found, key=lambda each: -each.id)))

    def archived(self, call: Call) -> Reply:
        """A channel's archived threads, those archived last first."""
        channel = self._c.channel(call, Right.READ_MESSAGE_HISTORY)
        limit = call.count("limit", 50, 100)
        before = datetime.fromisoformat(call.query["before"]) if "before" in call.query else None
        found = [
            (each.thread.archive_changed_at, each)
            for each in self._c.world.threads_of(channel)
            if each.thread and each.thread.archived and (before is None or each.thread.archive_changed_at < before)
        ]
        found.sort(key=lambda pair: pair[0], reverse=True)
        page = [each for _, each in found[:limit]]
        return Reply(body=self._listing(page) | {"has_more": len(found) > limit})

    def _listing(self, threads: list[Channel]) -> Json:
        bot = self._c.world.bot.id
        return {
            "threads": [shapes.thread(self._c.world, each, with_own_member=False) for each in threads],
            "members": [
                shapes.thread_member(each, bot) for each in threads if each.thread and bot in each.thread.members
            ],
            "has_more": False,
        }

    # --- members ----------------------------------------------------------------------------------------------

    def _thread(self, call: Call) -> Channel:
        channel = self._c.channel(call)
        if channel.thread is None:
            raise wrong_channel_type()
        return channel

    def _open_thread(self, call: Call) -> Channel:
        thread = self._thread(call)
        if thread.thread and thread.thread.archived:
            raise thread_archived()
        return thread

    def members(self, call: Call) -> Reply:
        """Who is in a thread."""
        thread = self._thread(call)
        members = thread.thread.members if thread.thread else {}
        return Reply(body=[shapes.thread_member(thread, each) for each in members])

    def member(self, call: Call) -> Reply:
        """Somebody's membership."""
        thread = self._thread(call)
        user_id = self._c.world.bot.id if call.params["user_id"] == "@me" else call.id("user_id")
        if thread.thread is None or user_id not in thread.thread.members:
            raise unknown("Thread Member")
        return Reply(body=shapes.thread_member(thread, user_id))

    def join(self, call: Call) -> Reply:
        """The bot joins a thread."""
        self._c.deeds.join_thread(self._open_thread(call), self._c.world.bot.id)
        return DONE

    def leave(self, call: Call) -> Reply:
        """The bot leaves a thread."""
        self._c.deeds.leave_thread(self._open_thread(call), self._c.world.bot.id)
        return DONE

    def add(self, call: Call) -> Reply:
        """Add somebody to a thread."""
        thread = self._open_thread(call)
        if call.id("user_id") not in self._c.world.guild_of(thread).members:
            raise unknown("Member")
        self._c.deeds.join_thread(thread, call.id("user_id"))
        return DONE

    def remove(self, call: Call) -> Reply:
        """Remove somebody from a thread."""
        thread = self._open_thread(call)
        demand(self._c.world, thread, self._c.world.bot.id, Right.MANAGE_THREADS)
        self._c.deeds.leave_thread(thread, call.id("user_id"))
        return DONE
