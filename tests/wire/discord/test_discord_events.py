"""What people do in threads, as it reaches the core: in order, none lost, none that is not theirs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from discord.backoff import ExponentialBackoff

from adapters.discord.gateway import DiscordPlatform
from adapters.sandbox.discord import DiscordSide
from adapters.sandbox.side import SaidFile
from bot.errors import Refused
from bot.markup.view import plain
from bot.model import Attachment, ChannelInfo, Edited, Posted, RemoteMessageId, Removed, ThreadRef
from bot.ports import Stamp
from tests.wire.discord.conftest import Ask, CopyOf, Fail, Say, Start, Until
from tests.wire.recording import RecordingIntake
from tests.wire.standing import others, posted


class Breakable:
    """A way to the sandbox's gateway that can be broken."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.url = ""
        self.is_broken = False
        self.refused = 0

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if self.is_broken:
                self.refused += 1
                return
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._port)
            await asyncio.gather(_copy(reader, far_writer), _copy(far_reader, writer))
        finally:
            writer.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


@pytest.fixture
async def breakable(side: DiscordSide) -> AsyncIterator[Breakable]:
    way = Breakable(urlsplit(side.settings()["DISCORD_GATEWAY_URL"]).port or 0)
    server = await asyncio.start_server(way.carry, "127.0.0.1", 0)
    way.url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/gateway"
    yield way
    server.close()


def texts(intake: RecordingIntake) -> list[str]:
    return [plain(event.body) for event in intake.received if isinstance(event, Posted)]


async def test_a_reply_arrives_as_its_author_wrote_it(
    say: Say, intake: RecordingIntake, until: Until, thread: ThreadRef
) -> None:
    first = await say("It hums indeed.")
    second = await say("Does it?", user="Linus", reply_to=first)
    await until(lambda: len(intake.received) == 2)
    one, other = intake.received
    assert isinstance(one, Posted)
    assert isinstance(other, Posted)
    assert (one.thread, one.message, one.author.name, plain(one.body)) == (thread, first, "Grace", "It hums indeed.")
    assert (other.message, other.answers) == (second, first)
    assert other.position > one.position


async def test_many_replies_arrive_in_order(say: Say, intake: RecordingIntake, until: Until) -> None:
    for number in range(40):
        await say(f"reply {number}")
    await until(lambda: len(intake.received) == 40)
    assert texts(intake) == [f"reply {number}" for number in range(40)]


async def test_edits_and_deletions_follow(
    say: Say, intake: RecordingIntake, until: Until, side: DiscordSide, thread: ThreadRef
) -> None:
    message = await say("It hums.")
    await side.edit(channel=thread.thread, message=message, text="It sings.")
    await side.delete(channel=thread.thread, message=message)
    await until(lambda: len(intake.received) == 3)
    _, edited, removed = intake.received
    assert isinstance(edited, Edited)
    assert (edited.message, plain(edited.body)) == (message, "It sings.")
    assert removed == Removed(thread, edited.message)


async def test_many_deletions_at_once_are_as_many_events(
    say: Say, intake: RecordingIntake, until: Until, thread: ThreadRef, ask: Ask
) -> None:
    said = [await say(f"reply {number}") for number in range(3)]
    await ask("POST", f"/channels/{thread.thread}/messages/bulk-delete", {"messages": said[:2]})
    await until(lambda: len(intake.received) == 5)
    assert {event.message for event in intake.received if isinstance(event, Removed)} == set(said[:2])


async def test_what_stands_outside_of_threads_is_passed_over(
    say: Say, intake: RecordingIntake, until: Until, side: DiscordSide, channel: ChannelInfo
) -> None:
    await side.say(channel=channel.ref.channel, user="Grace", text="not a comment")
    await say("a comment")
    await until(lambda: intake.received)
    assert texts(intake) == ["a comment"]


async def test_the_bots_own_posts_are_no_comments(
    platform: DiscordPlatform, thread: ThreadRef, copy_of: CopyOf, say: Say, intake: RecordingIntake, until: Until
) -> None:
    await platform.send_copy(thread, copy_of("from elsewhere"), Stamp("s"))
    await say("from here")
    await until(lambda: intake.received)
    assert texts(intake) == ["from here"]


async def test_an_event_that_could_not_be_kept_asks_for_a_catch_up(
    say: Say, intake: RecordingIntake, until: Until
) -> None:
    await until(lambda: len(intake.connections) == 1)
    intake.refusals = 1
    await say("refused")
    await say("taken")
    await until(lambda: texts(intake) == ["taken"])
    await until(lambda: len(intake.connections) == 2)


async def test_a_resumed_session_brings_what_was_said_meanwhile(
    say: Say, intake: RecordingIntake, until: Until, side: DiscordSide
) -> None:
    await say("before")
    await until(lambda: texts(intake) == ["before"])
    await side.disconnect(resumable=True)
    await say("meanwhile")
    await until(lambda: texts(intake) == ["before", "meanwhile"])
    await say("after")
    await until(lambda: texts(intake) == ["before", "meanwhile", "after"])
    assert len(intake.connections) == 1


async def test_a_refused_resume_asks_for_a_catch_up(
    say: Say, intake: RecordingIntake, until: Until, side: DiscordSide
) -> None:
    await until(lambda: len(intake.connections) == 1)
    await side.disconnect(resumable=False)
    await say("meanwhile")
    await until(lambda: len(intake.connections) == 2)
    await say("after")
    await until(lambda: "after" in texts(intake))


async def test_a_half_open_socket_is_noticed_and_costs_nothing(
    start: Start, side: DiscordSide, until: Until, thread: ThreadRef
) -> None:
    """Nothing comes through it and nothing closes it: the silence gives it away, and the session is resumed."""
    other = RecordingIntake()
    await start(intake=other, silence=1.0)
    await until(lambda: other.connections)
    side.freeze()
    await side.say(channel=thread.thread, user="Grace", text="unheard")
    await until(lambda: texts(other) == ["unheard"])
    assert len(other.connections) == 1


async def test_being_let_in_again_asks_for_a_catch_up(
    side: DiscordSide, intake: RecordingIntake, until: Until, platform: DiscordPlatform
) -> None:
    await until(lambda: len(intake.connections) == 1)
    side.kick_bot()
    side.invite_bot()
    await until(lambda: len(intake.connections) == 2)
    side.deny("news")
    side.allow("news")
    await until(lambda: len(intake.connections) == 3)
    assert platform.connected


async def test_the_bot_is_back_soon_after_a_long_outage(
    start: Start,
    side: DiscordSide,
    intake: RecordingIntake,
    until: Until,
    monkeypatch: pytest.MonkeyPatch,
    breakable: Breakable,
) -> None:
    monkeypatch.setattr(ExponentialBackoff, "delay", lambda _: 900.0)  # as after many tries
    await start(gateway_url=breakable.url, away=0.4)
    await until(lambda: len(intake.connections) == 1)
    breakable.is_broken = True
    await side.disconnect(resumable=True)
    await until(lambda: breakable.refused >= 2)
    breakable.is_broken = False
    await until(lambda: len(intake.connections) == 2)


async def test_a_gap_in_the_sequence_asks_for_a_catch_up(
    say: Say, intake: RecordingIntake, until: Until, fail: Fail
) -> None:
    await until(lambda: len(intake.connections) == 1)
    fail("event:MESSAGE_CREATE", "drop")
    await say("lost on the way")
    await say("heard")
    await until(lambda: texts(intake) == ["heard"])
    await until(lambda: len(intake.connections) == 2)


async def test_a_thread_that_was_asleep_at_the_start_is_known(
    start: Start, say: Say, intake: RecordingIntake, until: Until, side: DiscordSide, thread: ThreadRef
) -> None:
    side.archive_thread(thread.thread)
    await start()
    intake.received.clear()
    await say("woken up")
    await until(lambda: len(intake.received) == 2)
    assert {event.thread for event in intake.received} == {thread}


async def test_an_event_whose_thread_cant_be_asked_for_is_left_to_catch_up(
    start: Start, say: Say, until: Until, side: DiscordSide, thread: ThreadRef, fail: Fail
) -> None:
    said = [await say(f"reply {number}") for number in range(2)]
    side.archive_thread(thread.thread)
    other = RecordingIntake()
    await start(intake=other)
    await until(lambda: other.connections)
    fail(r"GET /channels/\d+$", "500")
    await side.delete(channel=thread.thread, message=said[0], user="Ada")
    await until(lambda: len(other.connections) == 2)
    assert other.received == []
    await side.delete(channel=thread.thread, message=said[1], user="Ada")
    await until(lambda: other.received)
    assert other.received == [Removed(thread, RemoteMessageId(said[1]))]


async def test_history_is_read_whole_and_oldest_first(
    platform: DiscordPlatform, say: Say, thread: ThreadRef, side: DiscordSide, copy_of: CopyOf
) -> None:
    for number in range(130):
        await say(f"reply {number}", user="Linus" if number % 2 else "Grace")
    copies = [await platform.send_copy(thread, copy_of("a copy"), Stamp(stamp)) for stamp in ("s", "t")]
    side.archive_thread(thread.thread)
    read = await posted(platform, thread)
    assert [plain(one.body) for one in read] == [f"reply {number}" for number in range(130)]
    assert {one.author.name for one in read} == {"Linus", "Grace"}
    beside = await others(platform, thread)
    assert beside >= {one.message for one in copies}
    assert not beside & {one.message for one in read}
    await platform.delete(thread, copies[0].message)
    assert beside - await others(platform, thread) == {copies[0].message}


async def test_live_and_later_tell_the_same(
    platform: DiscordPlatform, say: Say, thread: ThreadRef, intake: RecordingIntake, until: Until
) -> None:
    await say("in <#1> and **bold**")
    await until(lambda: intake.received)
    assert await posted(platform, thread) == intake.received
    assert [await platform.look(thread, intake.received[0].message)] == intake.received


@pytest.fixture
async def attachment(say: Say, intake: RecordingIntake, until: Until) -> Attachment:
    await say("look", files=(SaidFile("engine.txt", b"it hums", "text/plain"),))
    await until(lambda: intake.received)
    event = intake.received[-1]
    assert isinstance(event, Posted)
    return event.attachments[0]


async def test_a_file_is_downloaded(platform: DiscordPlatform, attachment: Attachment) -> None:
    assert await platform.download(attachment, limit=100) == b"it hums"


async def test_a_file_whose_address_has_expired_is_found_through_its_message(
    platform: DiscordPlatform, attachment: Attachment
) -> None:
    expired = replace(attachment, source=attachment.source.partition("?")[0])
    assert await platform.download(expired, limit=100) == b"it hums"


async def test_a_file_that_is_too_large_is_refused(platform: DiscordPlatform, attachment: Attachment) -> None:
    with pytest.raises(Refused, match="larger than 3"):
        await platform.download(attachment, limit=3)
    with pytest.raises(Refused, match="larger than 3"):
        await platform.download(replace(attachment, size=0), limit=3)


async def test_a_file_whose_message_is_gone_is_refused(
    platform: DiscordPlatform, attachment: Attachment, side: DiscordSide, thread: ThreadRef, intake: RecordingIntake
) -> None:
    await side.delete(channel=thread.thread, message=intake.received[-1].message)
    with pytest.raises(Refused, match="10008"):
        await platform.download(attachment, limit=100)
