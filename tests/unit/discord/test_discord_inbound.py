from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.discord.inbound import author_of, edited, posted, posted_at, removed
from adapters.discord.markup import MentionNames
from bot.markup.tree import CodeBlock, Document, Inline, Link, List, Mention, Paragraph, Quote, Styled, Text
from bot.model import (
    DISCORD,
    Attachment,
    Author,
    ChannelRef,
    Edited,
    RemoteChannelId,
    RemoteMessageId,
    RemoteThreadId,
    RemoteUserId,
    Removed,
    ThreadRef,
    WorkspaceId,
)

Json = dict[str, Any]

GUILD = WorkspaceId("100")
THREAD = ThreadRef(ChannelRef(DISCORD, GUILD, RemoteChannelId("200")), RemoteThreadId("300"))
MESSAGE = RemoteMessageId("1100000000000000000")
PERMALINK = "https://discord.com/channels/100/300/1100000000000000000"
USER: Json = {
    "id": "80351110224678912", "username": "ada", "global_name": "Ada", "avatar": "a_1269", "discriminator": "0",
    "public_flags": 0, "flags": 0, "primary_guild": None,
}  # fmt: skip
PAYLOAD: Json = {
    "id": MESSAGE, "channel_id": "300", "type": 0, "content": "**Hi**", "author": USER, "mentions": [],
    "mention_roles": [], "mention_everyone": False, "attachments": [], "embeds": [], "components": [], "flags": 0,
    "timestamp": "2023-04-24T10:07:17.011000+00:00", "edited_timestamp": None, "pinned": False, "tts": False,
}  # fmt: skip
FILE: Json = {
    "id": "1", "filename": "cat.png", "size": 9, "url": "https://cdn.discordapp.com/attachments/1/1/cat.png?ex=1",
    "proxy_url": "https://media.discordapp.net/attachments/1/1/cat.png", "content_type": "image/png",
}  # fmt: skip


def paragraph(*children: Inline) -> Document:
    return Document((Paragraph(children),))


def message(**changes: object) -> Json:
    return {**PAYLOAD, **changes}


def body(**changes: object) -> Document:
    found = posted(message(**changes), THREAD)
    assert found is not None
    return found.body


def test_the_payload_is_of_discords_own_shape(check_schema: Callable[[str, Json], None]) -> None:
    check_schema("MessageResponse", message(attachments=[FILE]))


def test_a_message_becomes_an_event() -> None:
    found = posted(PAYLOAD, THREAD)
    assert found is not None
    assert found.thread == THREAD
    assert found.message == MESSAGE
    assert found.position == 1_100_000_000_000_000_000
    assert found.at == datetime(2023, 4, 24, 10, 7, 17, 11_000, UTC)
    assert found.author == Author(
        DISCORD, GUILD, RemoteUserId("80351110224678912"), "Ada",
        "https://cdn.discordapp.com/avatars/80351110224678912/a_1269.png",
    )  # fmt: skip
    assert found.body == paragraph(Styled("bold", (Text("Hi"),)))
    assert found.permalink == PERMALINK
    assert (found.attachments, found.answers, found.edited) == ((), None, 0)


def test_a_time_is_in_the_id() -> None:
    assert posted_at(RemoteMessageId("175928847299117063")) == datetime(2016, 4, 30, 11, 18, 25, 796_000, UTC)


@pytest.mark.parametrize(
    "changes",
    [
        {"author": {**USER, "bot": True}},
        {"author": {**USER, "system": True}},
        {"webhook_id": "5"},
        {"type": 21},
        {"type": 18},
        {"type": 20},
        {"type": 46},
        {"content": ""},
        {"content": " \n "},
    ],
)
def test_what_no_person_wrote_is_no_event(changes: Json) -> None:
    assert posted(message(**changes), THREAD) is None


def test_a_message_without_an_author_is_no_event() -> None:
    assert posted({key: value for key, value in PAYLOAD.items() if key != "author"}, THREAD) is None


# --- people -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("user", "member", "name", "avatar"),
    [
        ({}, {"nick": "Countess", "avatar": None}, "Countess", "avatars/80351110224678912/a_1269.png"),
        ({}, {"nick": None, "avatar": "b3"}, "Ada", "guilds/100/users/80351110224678912/avatars/b3.png"),
        ({"global_name": None}, None, "ada", "avatars/80351110224678912/a_1269.png"),
        ({"avatar": None}, None, "Ada", "embed/avatars/5.png"),
        ({"avatar": None, "discriminator": "1337"}, None, "Ada", "embed/avatars/2.png"),
    ],
)
def test_authors(user: Json, member: Json | None, name: str, avatar: str) -> None:
    found = author_of({**USER, **user}, member, GUILD)
    assert (found.name, found.avatar) == (name, f"https://cdn.discordapp.com/{avatar}")


def test_mentions_bear_the_names_that_people_see() -> None:
    bob = {**USER, "id": "7", "global_name": "Bob", "member": {"nick": "Bobby"}}
    names = MentionNames(users={"8": "Cleo"}, roles={"9": "mods"}, channels={"10": "news"})
    found = posted(
        message(content="<@7> <@!8> <@&9> <#10> <@80351110224678912>", mentions=[bob, USER]), THREAD, names=names
    )
    assert found is not None
    (children,) = (block.children for block in found.body.blocks if isinstance(block, Paragraph))
    assert [node for node in children if isinstance(node, Mention)] == [
        Mention("user", "Bobby"),
        Mention("user", "Cleo"),
        Mention("role", "mods"),
        Mention("channel", "news"),
        Mention("user", "Ada"),
    ]


# --- what messages hold -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reference", "answers"),
    [
        ({"type": 0, "message_id": "5", "channel_id": "300", "guild_id": "100"}, "5"),
        ({"message_id": "5", "channel_id": "300"}, "5"),
        ({"message_id": "5"}, "5"),
        ({"type": 0, "message_id": "5", "channel_id": "999"}, None),
        ({"type": 1, "message_id": "5", "channel_id": "300"}, None),
        ({"type": 0, "channel_id": "300"}, None),
    ],
)
def test_replies(reference: Json, answers: str | None) -> None:
    found = posted(message(type=19, message_reference=reference), THREAD)
    assert found is not None
    assert found.answers == answers


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, Attachment("cat.png", "image/png", 9, FILE["url"], PERMALINK)),
        ({"description": "A cat"}, Attachment("cat.png", "image/png", 9, FILE["url"], PERMALINK, alt="A cat")),
        ({"filename": "SPOILER_cat.png"}, Attachment("cat.png", "image/png", 9, FILE["url"], PERMALINK, spoiler=True)),
        ({"flags": 8}, Attachment("cat.png", "image/png", 9, FILE["url"], PERMALINK, spoiler=True)),
        ({"content_type": "text/plain; charset=utf-8"}, Attachment("cat.png", "text/plain", 9, FILE["url"], PERMALINK)),
        ({"content_type": None}, Attachment("cat.png", "application/octet-stream", 9, FILE["url"], PERMALINK)),
    ],
)
def test_attachments(change: Json, expected: Attachment) -> None:
    found = posted(message(content="", attachments=[{**FILE, **change}]), THREAD)
    assert found is not None
    assert found.body == Document()
    assert found.attachments == (expected,)


def test_a_voice_message_is_a_file() -> None:
    voice = {
        **FILE,
        "filename": "voice-message.ogg",
        "content_type": "audio/ogg",
        "duration_secs": 2.5,
        "waveform": "AA",
    }
    found = posted(message(content="", flags=1 << 13, attachments=[voice]), THREAD)
    assert found is not None
    assert [(file.name, file.media_type) for file in found.attachments] == [("voice-message.ogg", "audio/ogg")]


def test_a_forward_quotes_what_it_forwards() -> None:
    snapshot = {"message": {"content": "*news*\n```py\nx\n```", "attachments": [FILE], "type": 0}}
    found = posted(message(content="", message_reference={"type": 1}, message_snapshots=[snapshot]), THREAD)
    assert found is not None
    assert found.body == Document((
        Paragraph((Styled("italic", (Text("Forwarded"),)),)),
        Quote((Paragraph((Styled("italic", (Text("news"),)),)), CodeBlock("x", "py"))),
    ))  # fmt: skip
    assert [file.name for file in found.attachments] == ["cat.png"]


@pytest.mark.parametrize(
    ("format_type", "node"),
    [
        (1, Link("https://media.discordapp.net/stickers/5.png", (Text("Sticker: Wave"),))),
        (4, Link("https://media.discordapp.net/stickers/5.gif", (Text("Sticker: Wave"),))),
        (3, Styled("italic", (Text("Sticker: Wave"),))),
    ],
)
def test_stickers(format_type: int, node: Link | Styled) -> None:
    sticker = {"id": "5", "name": "Wave", "format_type": format_type}
    assert body(content="", sticker_items=[sticker]) == paragraph(node)


def test_polls() -> None:
    poll = {
        "question": {"text": "Tea?"},
        "answers": [
            {"answer_id": 1, "poll_media": {"text": "Yes", "emoji": {"id": None, "name": "🍵"}}},
            {"answer_id": 2, "poll_media": {"text": "*No*", "emoji": {"id": "5", "name": "coffee"}}},
            {"answer_id": 3, "poll_media": {"text": "Maybe"}},
        ],
    }
    assert body(content="", poll=poll) == Document((
        Paragraph((Styled("italic", (Text("Poll:"),)), Text(" Tea?"))),
        List(tuple((Paragraph((Text(text),)),) for text in ("🍵 Yes", ":coffee: *No*", "Maybe"))),
    ))  # fmt: skip


# --- edits and deletions ----------------------------------------------------------------------------------------

STAMP = "2023-04-24T09:05:00.000001+00:00"
MICROSECONDS = 1_682_327_100_000_001


def test_an_edit_has_its_stamp() -> None:
    assert edited(message(edited_timestamp=STAMP, content="new", attachments=[FILE]), THREAD) == Edited(
        THREAD, MESSAGE, paragraph(Text("new")), MICROSECONDS,
        (Attachment("cat.png", "image/png", 9, FILE["url"], PERMALINK),),
    )  # fmt: skip
    found = posted(message(edited_timestamp=STAMP), THREAD)
    assert found is not None
    assert found.edited == MICROSECONDS


@pytest.mark.parametrize(
    "payload",
    [
        message(),
        {"id": MESSAGE, "channel_id": "300", "embeds": [{"type": "link"}]},
        {"id": MESSAGE, "channel_id": "300", "edited_timestamp": STAMP},
        message(edited_timestamp=STAMP, webhook_id="5"),
        message(edited_timestamp=STAMP, author={**USER, "bot": True}),
        message(edited_timestamp=STAMP, type=18),
    ],
)
def test_other_updates_are_no_edits(payload: Json) -> None:
    assert edited(payload, THREAD) is None


def test_an_edit_may_leave_nothing() -> None:
    found = edited(message(edited_timestamp=STAMP, content=""), THREAD)
    assert found is not None
    assert found.body == Document()


def test_a_partial_edit_is_an_edit() -> None:
    found = edited({"id": MESSAGE, "channel_id": "300", "edited_timestamp": STAMP, "content": "new"}, THREAD)
    assert found is not None
    assert found.body == paragraph(Text("new"))


def test_a_deletion() -> None:
    assert removed({"id": MESSAGE, "channel_id": "300", "guild_id": "100"}, THREAD) == Removed(THREAD, MESSAGE)
