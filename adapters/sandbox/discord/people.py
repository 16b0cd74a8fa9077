"""The people of the local Discord: what they write, edit, delete and react with, within their own rights."""

from __future__ import annotations

import emoji as emoji_names

from adapters.sandbox.discord.deeds import REPLY_TYPE, Deeds, Draft, as_author
from adapters.sandbox.discord.drafts import Drafts
from adapters.sandbox.discord.errors import ApiError
from adapters.sandbox.discord.http import Upload
from adapters.sandbox.discord.limits import CONTENT, FILE_BYTES, FILES
from adapters.sandbox.discord.mentions import mentioned
from adapters.sandbox.discord.permissions import Right, demand, in_channel, to_write
from adapters.sandbox.discord.rest.messages import refuse_closed
from adapters.sandbox.discord.world import FORUM, Channel, Message, User, World
from adapters.sandbox.side import Refusal, SaidFile


class People:
    """Acts for people. Everything raises `Refusal` where a person could not do it in Discord's own client."""

    def __init__(self, world: World, deeds: Deeds, drafts: Drafts) -> None:
        self._world = world
        self._deeds = deeds
        self._drafts = drafts

    # --- finding ----------------------------------------------------------------------------------------------

    def user(self, named: str) -> User:
        """A person by id or name."""
        for user in self._world.users.values():
            if not user.bot and named in {str(user.id), user.name, user.username}:
                return user
        raise Refusal(f"nobody here is called {named!r}")

    def channel(self, named: str) -> Channel:
        """A channel or thread by id or name; of several with one name the first."""
        if named.isdecimal() and int(named) in self._world.channels:
            return self._world.channels[int(named)]
        for channel in sorted(self._world.channels.values(), key=lambda each: each.thread is not None):
            if channel.name == named.removeprefix("#"):
                return channel
        raise Refusal(f"there is no channel {named!r}")

    def message(self, channel: str, message: str) -> Message:
        """A message in a channel or in one of its threads."""
        place = self.channel(channel)
        found = self._world.messages.get(int(message)) if message.isdecimal() else None
        if found is None:
            raise Refusal(f"there is no message {message!r}")
        at = self._world.channels[found.channel_id]
        if place.id not in {at.id, at.parent_id}:
            raise Refusal(f"message {message} is not in {channel!r}")
        return found

    # --- doing ------------------------------------------------------------------------------------------------

    def say(
        self,
        channel: str,
        user: str,
        text: str,
        *,
        thread: str | None = None,
        reply_to: str | None = None,
        files: tuple[SaidFile, ...] = (),
    ) -> str:
        """A person writes; answers the message's id."""
        place, person = self._place(channel, thread), self.user(user)
        rights = self._rights(place, person, to_write(place))
        try:
            refuse_closed(place, manages=Right.MANAGE_THREADS in rights)
        except ApiError as error:
            raise Refusal(str(error.body["message"])) from None
        if place.type == FORUM:
            raise Refusal("a forum takes posts, not messages: name the post as the thread")
        draft = self._written(place, text, rights)
        if not draft.content and not files:
            raise Refusal("a message needs a text or a file")
        if len(files) > FILES or any(len(each.content) > FILE_BYTES for each in files):
            raise Refusal(f"a message takes {FILES} files of 10 MiB each at most")
        if files and Right.ATTACH_FILES not in rights:
            raise Refusal(f"{person.name} may not attach files in #{place.name}")
        for each in files:
            name = each.name if not each.spoiler else "SPOILER_" + each.name.removeprefix("SPOILER_")
            upload = Upload(name, each.content, each.media_type)
            draft.files.append(self._drafts.keep(place, upload, name=name, description=each.alt))
        if reply_to is not None:
            self._answer(draft, place, reply_to)
        return str(self._deeds.post(place, as_author(person), draft).id)

    def _place(self, channel: str, thread: str | None) -> Channel:
        place = self.channel(channel)
        if thread is None:
            return place
        found = self._world.channels.get(int(thread)) if thread.isdecimal() else None
        if found is None or found.thread is None or place.id not in {found.id, found.thread.parent_id}:
            raise Refusal(f"no thread hangs under message {thread!r} in #{place.name}")
        return found

    def _rights(self, place: Channel, person: User, *needed: Right) -> Right:
        try:
            return demand(self._world, place, person.id, *needed)
        except ApiError as error:
            raise Refusal(f"{person.name} can't do that in #{place.name}: {error.body['message']}") from None

    def _written(self, place: Channel, text: str, rights: Right) -> Draft:
        if len(text) > CONTENT:
            raise Refusal(f"a message takes {CONTENT} characters at most, this one has {len(text)}")
        text = text.strip()
        reached = mentioned(
            self._world, self._world.guild_of(place), text, None, may_reach_all=Right.MENTION_EVERYONE in rights
        )
        return Draft(
            content=text,
            mentions=list(reached.users),
            mention_roles=list(reached.roles),
            mention_everyone=reached.everyone,
        )

    def _answer(self, draft: Draft, place: Channel, reply_to: str) -> None:
        target = place.messages.get(int(reply_to)) if reply_to.isdecimal() else None
        if target is None:
            raise Refusal(f"there is no message {reply_to!r} to reply to in #{place.name}")
        draft.type = REPLY_TYPE
        draft.reference = {
            "type": 0,
            "channel_id": str(place.id),
            "message_id": str(target.id),
            "guild_id": str(place.guild_id),
        }
        if target.author.user:
            draft.mentions = list(dict.fromkeys([*draft.mentions, target.author.id]))

    def edit(self, channel: str, message: str, text: str, user: str | None = None) -> None:
        """Authors edit their own messages."""
        found = self.message(channel, message)
        person = self._author(found) if user is None else self.user(user)
        if found.author.id != person.id:
            raise Refusal(f"only its author edits a message, and that is not {person.name}")
        place = self._world.channels[found.channel_id]
        if place.thread and place.thread.archived:
            raise Refusal("the thread is archived")
        draft = self._written(place, text, in_channel(self._world, place, person.id))
        if not draft.content and not found.files:
            raise Refusal("a message needs a text or a file")
        self._deeds.edit(
            found,
            content=draft.content,
            mentions=draft.mentions,
            mention_roles=draft.mention_roles,
            mention_everyone=draft.mention_everyone,
        )

    def delete(self, channel: str, message: str, user: str | None = None) -> None:
        """Authors delete their own messages; those who manage messages anyone's."""
        found = self.message(channel, message)
        if found.is_private:
            self._deeds.remove(found)
            return
        place = self._world.channels[found.channel_id]
        person = self._author(found) if user is None else self.user(user)
        if found.author.id != person.id:
            self._rights(place, person, Right.MANAGE_MESSAGES)
        self._deeds.remove(found)

    @staticmethod
    def _author(message: Message) -> User:
        if message.author.user is None or message.author.user.bot:
            raise Refusal("a person has to be named: the message is not a person's")
        return message.author.user

    def react(self, channel: str, message: str, emoji: str, user: str) -> None:
        """A person adds a reaction."""
        found, person = self.message(channel, message), self.user(user)
        place = self._world.channels[found.channel_id]
        self._rights(place, person, Right.ADD_REACTIONS, Right.READ_MESSAGE_HISTORY)
        if place.thread and place.thread.archived:
            raise Refusal("the thread is archived")
        self._deeds.react(found, *self._emoji(place, emoji), person)

    def unreact(self, channel: str, message: str, emoji: str, user: str) -> None:
        """A person takes a reaction back."""
        found, person = self.message(channel, message), self.user(user)
        self._deeds.unreact(found, *self._emoji(self._world.channels[found.channel_id], emoji), person)

    def _emoji(self, place: Channel, given: str) -> tuple[str, int | None]:
        bare = given.strip("<>").removeprefix("a:").strip(":").split(":")[0]
        for emoji in self._world.guild_of(place).emojis.values():
            if bare in {emoji.name, str(emoji.id)}:
                return emoji.name, emoji.id
        if emoji_names.is_emoji(given) or emoji_names.is_emoji(given + "\ufe0f"):
            return given, None
        named = emoji_names.emojize(f":{bare}:", language="alias")
        if emoji_names.is_emoji(named):
            return named, None
        raise Refusal(f"there is no emoji {given!r}")

    # --- threads ----------------------------------------------------------------------------------------------

    def open_thread(self, channel: str, message: str, name: str, user: str) -> str:
        """A person opens a thread under a message; answers its id."""
        found, person = self.message(channel, message), self.user(user)
        place = self._world.channels[found.channel_id]
        self._rights(place, person, Right.CREATE_PUBLIC_THREADS)
        if found.id in self._world.channels:
            raise Refusal("the message has a thread already")
        return str(self._deeds.open_thread(place, name, person, message=found).id)
