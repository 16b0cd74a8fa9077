from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.inbound import author_of, counts, edited, position_of, posted, removed
from adapters.slack.markup import Names
from bot.markup.tree import Document, Link, Mention, Paragraph, Quote, Text
from bot.model import (
    SLACK,
    Attachment,
    Author,
    ChannelRef,
    RemoteChannelId,
    RemoteMessageId,
    RemoteThreadId,
    RemoteUserId,
    ThreadRef,
    WorkspaceId,
)

Json = dict[str, Any]

ADA = Author(SLACK, WorkspaceId("T1"), RemoteUserId("U1"), "Ada")
THREAD = ThreadRef(ChannelRef(SLACK, WorkspaceId("T1"), RemoteChannelId("C1")), RemoteThreadId("1700000000.000100"))
REPLY: Json = {
    "type": "message",
    "channel": "C1",
    "user": "U1",
    "text": "hello <@U2>",
    "ts": "1700000001.000200",
    "thread_ts": "1700000000.000100",
}
FILE: Json = {
    "id": "F1",
    "name": "cat.png",
    "mimetype": "image/png",
    "size": 12,
    "url_private": "https://files.example/F1",
    "url_private_download": "https://files.example/F1/download",
    "permalink": "https://w.example/files/F1",
    "alt_txt": "a cat",
}


def rich(text: str) -> list[Json]:
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return [{"type": "rich_text", "elements": [section]}]


def changed(before: Json | None, after: Json, **more: Any) -> Json:  # noqa: ANN401 - a payload's fields
    event: Json = {
        "type": "message",
        "subtype": "message_changed",
        "channel": "C1",
        "hidden": True,
        "ts": "1700000009.000900",
        "message": {key: value for key, value in after.items() if key != "channel"},
    }
    return event | ({"previous_message": before} if before else {}) | more


def test_a_reply_is_a_comment() -> None:
    found = posted(REPLY, team="T1", author=ADA, names=Names(users={"U2": "Bob"}), permalink="https://w.example/p")
    assert found is not None
    assert found.thread == THREAD
    assert found.message == RemoteMessageId("1700000001.000200")
    assert found.position == 1_700_000_001_000_200
    assert found.at == datetime(2023, 11, 14, 22, 13, 21, 200, tzinfo=UTC)
    assert found.author == ADA
    assert found.body == Document((Paragraph((Text("hello "), Mention("user", "Bob"))),))
    assert (found.permalink, found.edited, found.answers, found.attachments) == ("https://w.example/p", 0, None, ())


def test_history_gives_its_channel_beside_the_message() -> None:
    message = {key: value for key, value in REPLY.items() if key != "channel"}
    found = posted(message, team="T1", author=ADA, channel="C1")
    assert found is not None
    assert found.thread == THREAD
    assert posted(message, team="T1", author=ADA) is None


def test_blocks_say_more_than_text() -> None:
    found = posted(REPLY | {"blocks": rich("a *b*")}, team="T1", author=ADA)
    assert found is not None
    assert found.body == Document((Paragraph((Text("a *b*"),)),))


def test_an_edited_reply_in_history_has_its_stamp() -> None:
    found = posted(REPLY | {"edited": {"user": "U1", "ts": "1700000002.000000"}}, team="T1", author=ADA)
    assert found is not None
    assert found.edited == 1_700_000_002_000_000


def test_a_message_that_was_passed_on_is_quoted() -> None:
    shared = {"is_share": True, "text": "news", "from_url": "https://w.example/p1"}
    preview = {"title": "a preview", "from_url": "https://x.example", "text": "of a link"}
    found = posted(REPLY | {"text": "", "attachments": [preview, shared]}, team="T1", author=ADA)
    assert found is not None
    link = Link("https://w.example/p1", (Text("https://w.example/p1"),))
    assert found.body == Document((Quote((Paragraph((Text("news"),)), Paragraph((link,)))),))


COUNT: list[tuple[str, Json, bool]] = [
    ("a reply", {}, True),
    ("a broadcast reply", {"subtype": "thread_broadcast"}, True),
    ("with files", {"subtype": "file_share"}, True),
    ("/me", {"subtype": "me_message"}, True),
    ("a bot's", {"subtype": "bot_message"}, False),
    ("a bot's in a user's clothes", {"bot_id": "B1"}, False),
    ("a hidden one", {"hidden": True}, False),
    ("Slackbot's", {"user": "USLACKBOT"}, False),
    ("a join", {"subtype": "channel_join"}, False),
    ("a tombstone", {"subtype": "tombstone"}, False),
    ("the root", {"ts": "1700000000.000100"}, False),
    ("a channel message", {"thread_ts": None}, False),
    ("nobody's", {"user": None}, False),
    ("without a time", {"ts": None}, False),
    ("message_replied with its subtype", {"subtype": "message_replied", "user": None, "message": REPLY}, False),
    ("message_replied without", {"user": None, "thread_ts": None, "hidden": True, "message": REPLY}, False),
]


@pytest.mark.parametrize(("more", "expected"), [case[1:] for case in COUNT], ids=[case[0] for case in COUNT])
def test_which_messages_count(more: Json, expected: bool) -> None:  # noqa: FBT001 - a table's column
    assert counts(REPLY | more) is expected
    assert (posted(REPLY | more, team="T1", author=ADA) is not None) is expected


FILES: list[tuple[str, Json, list[Attachment]]] = [
    (
        "an image",
        FILE,
        [
            Attachment(
                "cat.png",
                "image/png",
                12,
                "https://files.example/F1/download",
                "https://w.example/files/F1",
                "a cat",
            )
        ],
    ),
    ("a deleted one", {"id": "F1", "mode": "tombstone"}, []),
    ("one that the plan hides", {"id": "F1", "mode": "hidden_by_limit"}, []),
    (
        "a cloud drive's",
        {
            "title": "Plan",
            "is_external": True,
            "mode": "external",
            "external_url": "https://drive.example/1",
            "mimetype": "application/pdf",
            "url_private": "https://drive.example/1",
        },
        [Attachment("Plan", "application/pdf", 0, "", "https://drive.example/1")],
    ),
    (
        "one that only files.info knows",
        {"id": "F1", "file_access": "check_file_info"},
        [Attachment("file", "application/octet-stream", 0, "")],
    ),
]


@pytest.mark.parametrize(("file", "expected"), [case[1:] for case in FILES], ids=[case[0] for case in FILES])
def test_files_are_attachments(file: Json, expected: list[Attachment]) -> None:
    found = posted(REPLY | {"subtype": "file_share", "files": [file]}, team="T1", author=ADA)
    assert found is not None
    assert list(found.attachments) == expected


STAMP = {"user": "U1", "ts": "1700000005.000000"}
EDITS: list[tuple[str, Json, int | None]] = [
    ("text", changed(REPLY, REPLY | {"text": "b", "edited": STAMP}), 1_700_000_009_000_900),
    (
        "text, told at once: of the second of the edit, this one is the only one at that microsecond",
        changed(REPLY, REPLY | {"text": "b", "edited": STAMP}, ts="1700000005.010400"),
        1_700_000_005_010_400,
    ),
    (
        "text, in an event that is stamped only as one",
        changed(REPLY, REPLY | {"text": "b", "edited": STAMP}, ts=None, event_ts="1700000005.010400"),
        1_700_000_005_010_400,
    ),
    (
        "text, in an event that has no stamp of its own",
        changed(REPLY, REPLY | {"text": "b", "edited": STAMP}, ts=None),
        1_700_000_005_000_000,
    ),
    (
        "blocks alone",
        changed(REPLY | {"blocks": rich("a")}, REPLY | {"blocks": rich("b"), "edited": STAMP}),
        1_700_000_009_000_900,
    ),
    ("a preview of a link", changed(REPLY, REPLY | {"attachments": [{"from_url": "https://a.example"}]}), None),
    ("a reply's count", changed(REPLY, REPLY | {"reply_count": 2}), None),
    ("an old edit seen again", changed(REPLY | {"edited": STAMP}, REPLY | {"edited": STAMP}), None),
    (
        "a file taken away",
        changed(REPLY | {"files": [FILE]}, REPLY | {"files": [FILE | {"mode": "tombstone"}]}),
        1_700_000_009_000_900,
    ),
    ("without what was before", changed(None, REPLY | {"edited": STAMP}), 1_700_000_009_000_900),
    ("without any sign of an edit", changed(None, REPLY), None),
    ("a bot's", changed(REPLY, REPLY | {"bot_id": "B1", "text": "b", "edited": STAMP}), None),
    ("the root's", changed(REPLY, REPLY | {"ts": REPLY["thread_ts"], "text": "b", "edited": STAMP}), None),
    ("another event", REPLY, None),
]


@pytest.mark.parametrize(("event", "stamp"), [case[1:] for case in EDITS], ids=[case[0] for case in EDITS])
def test_which_changes_are_edits(event: Json, stamp: int | None) -> None:
    found = edited(event, team="T1")
    assert (found and found.edited) == stamp
    if found is not None:
        assert (found.thread, found.message) == (THREAD, REPLY["ts"])


ROOT: Json = REPLY | {"ts": REPLY["thread_ts"]}
DELETED: Json = {"type": "message", "subtype": "message_deleted", "channel": "C1", "hidden": True}
REMOVALS: list[tuple[str, Json, str | None]] = [
    ("a reply", DELETED | {"deleted_ts": REPLY["ts"], "previous_message": REPLY}, REPLY["ts"]),
    ("our own copy", DELETED | {"deleted_ts": REPLY["ts"], "previous_message": REPLY | {"bot_id": "B1"}}, REPLY["ts"]),
    ("without deleted_ts", DELETED | {"previous_message": REPLY}, REPLY["ts"]),
    ("a root that leaves a tombstone", changed(ROOT, ROOT | {"subtype": "tombstone"}), ROOT["ts"]),
    ("outside threads", DELETED | {"deleted_ts": "1.0", "previous_message": {"ts": "1.0"}}, None),
    ("without the message", DELETED | {"deleted_ts": "1.0"}, None),
    ("a change", changed(REPLY, REPLY), None),
    ("a message", REPLY, None),
]


@pytest.mark.parametrize(("event", "message"), [case[1:] for case in REMOVALS], ids=[case[0] for case in REMOVALS])
def test_removals(event: Json, message: str | None) -> None:
    found = removed(event, team="T1")
    assert (found and found.message) == message
    assert found is None or found.thread == THREAD


AUTHORS: list[tuple[Json, str, str | None]] = [
    ({"profile": {"display_name": "ada", "real_name": "Ada L"}, "name": "a"}, "ada", None),
    ({"profile": {"display_name": " ", "real_name": "Ada L"}, "name": "a"}, "Ada L", None),
    ({"profile": {}, "real_name": "Ada L", "name": "a"}, "Ada L", None),
    ({"name": "a"}, "a", None),
    ({}, "U1", None),
    ({"name": "a", "profile": {"image_192": "https://i.example/192", "image_72": "x"}}, "a", "https://i.example/192"),
    ({"name": "a", "profile": {"image_72": "https://i.example/72"}}, "a", "https://i.example/72"),
    ({"name": "a", "profile": {"image_192": "javascript:x"}}, "a", None),
]


@pytest.mark.parametrize(("user", "name", "avatar"), AUTHORS)
def test_authors(user: Json, name: str, avatar: str | None) -> None:
    assert author_of({"id": "U1"} | user, "T1") == Author(SLACK, WorkspaceId("T1"), RemoteUserId("U1"), name, avatar)


@pytest.mark.parametrize(
    ("ts", "position"),
    [
        ("1700000000.000100", 1_700_000_000_000_100),
        ("1700000000.1", 1_700_000_000_100_000),
        ("1700000000", 1_700_000_000_000_000),
        ("", 0),
        (None, 0),
        ("1.2.3", 0),
        ("-1.0", 0),
        ("1e9", 0),
    ],
)
def test_positions(ts: object, position: int) -> None:
    assert position_of(ts) == position


@given(st.integers(10**15, 3 * 10**15), st.integers(10**15, 3 * 10**15))
def test_positions_are_in_the_order_of_their_stamps(first: int, second: int) -> None:
    stamps = [f"{moment // 10**6}.{moment % 10**6:06}" for moment in (first, second)]
    assert [position_of(stamp) for stamp in stamps] == [first, second]
    assert (stamps[0] < stamps[1]) == (first < second)


@pytest.mark.parametrize(
    "name",
    ["MessagePayload", "MessageThreadBroadcastPayload", "MessageFileSharePayload", "MessageBotPayload"],
)
def test_samples_of_messages_have_the_shape_that_is_read(sample: Callable[[str], Json], name: str) -> None:
    event = sample(name)["event"]
    live = event | {"ts": "1700000001.000200", "thread_ts": "1700000000.000100", "channel": "C1", "hidden": False}
    person = live | ({"user": "U1", "bot_id": ""} if "Bot" not in name else {"bot_id": "B1"})
    found = posted(person, team="T1", author=ADA)
    assert (found is None) == (name == "MessageBotPayload")
    assert found is None or found.thread == THREAD
    if name == "MessageFileSharePayload":
        assert found is not None
        assert [file.size for file in found.attachments] == [123]


def test_samples_of_changes_have_the_shape_that_is_read(sample: Callable[[str], Json]) -> None:
    live = {"ts": "1700000001.000200", "thread_ts": "1700000000.000100", "user": "U1", "subtype": None}
    event = sample("MessageChangedPayload")["event"] | {"channel": "C1"}
    event["message"] |= live | {"text": "b", "edited": STAMP, "blocks": []}
    event["previous_message"] |= live | {"text": "a", "blocks": []}
    found = edited(event, team="T1")
    assert found is not None
    assert found.edited == max(position_of(STAMP["ts"]), position_of(event["ts"]))
    gone = sample("MessageDeletedPayload")["event"] | {"channel": "C1"}
    gone["previous_message"] |= live
    removal = removed(gone, team="T1")
    assert removal is not None
    assert removal.message == live["ts"]


def test_the_sample_of_a_user_has_the_shape_that_is_read(sample: Callable[[str], Json]) -> None:
    user = sample("users.info")["user"]
    author = author_of(user | {"real_name": "Ada"}, "T1")
    assert (author.user, author.name, author.avatar) == ("U00000000", "Ada", "https://www.example.com/")


def test_a_deletion_has_the_fields_that_slack_describes(events_api: Json) -> None:
    described = events_api["topics"]["message"]["subscribe"]["payload"]["properties"]["event"]
    stamps = {"event_ts": "1700000009.000900", "ts": "1700000009.000900"}
    event = DELETED | stamps | {"deleted_ts": REPLY["ts"], "previous_message": REPLY}
    # The description was made from one event, about a comment on a file: its nested message is another one than ours.
    fields = {name: field for name, field in described["properties"].items() if name != "previous_message"}
    jsonschema.validate(event, {"properties": fields, "required": described["required"]})
    assert event.keys() <= described["properties"].keys()
    assert removed(event, team="T1") is not None
