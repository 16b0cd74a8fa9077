"""Interactions as they are read from payloads, and the plain words that answer them."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.discord.declared import COMMANDS, outdated
from adapters.discord.interactions import read, words
from adapters.discord.reactions import emoji_of

Json = dict[str, Any]


def asked(**more: Any) -> Json:  # noqa: ANN401 - JSON
    return {
        "type": 2,
        "guild_id": "1",
        "channel": {"id": "5", "type": 0},
        "member": {"user": {"id": "9", "username": "ada"}, "nick": "Ada", "permissions": "0"},
        "data": {"type": 1, "name": "publish"},
    } | more


@pytest.mark.parametrize(
    ("permissions", "is_admin"),
    [("0", False), (str(1 << 5), True), (str(1 << 3), True), (str(1 << 13), False), (str((1 << 5) | (1 << 40)), True)],
)
def test_managers_and_administrators_are_admins(permissions: str, is_admin: bool) -> None:  # noqa: FBT001 - a table's
    member = asked()["member"] | {"permissions": permissions}
    found = read(asked(member=member))
    assert found is not None
    assert found.person.is_admin is is_admin
    assert found.person.author.name == "Ada"


def test_a_command_with_a_subcommand_and_its_options() -> None:
    options = [{"type": 1, "name": "join", "options": [{"type": 3, "name": "board", "value": "science"}]}]
    found = read(asked(data={"type": 1, "name": "board", "options": options}))
    assert found is not None
    assert (found.kind, found.name, dict(found.options)) == ("command", "board join", {"board": "science"})


def test_in_a_thread_the_channel_is_the_one_it_hangs_in() -> None:
    found = read(asked(channel={"id": "7", "type": 11, "parent_id": "5"}))
    assert found is not None
    assert found.channel.channel == "5"
    assert found.thread is not None
    assert (found.thread.thread, found.thread.channel) == ("7", found.channel)


@pytest.mark.parametrize("key", ["component", "components"])
def test_a_forms_texts_stand_in_labels_or_rows(key: str) -> None:
    field = {"type": 4, "custom_id": "title", "value": "A quiet engine"}
    components = [{"type": 18, key: field if key == "component" else [field]}]
    found = read(asked(type=5, data={"custom_id": "rt:draft:3", "components": components}))
    assert found is not None
    assert (found.kind, found.name, dict(found.fields)) == ("form", "rt:draft:3", {"title": "A quiet engine"})


@pytest.mark.parametrize(("flags", "is_private"), [(1 << 15, False), ((1 << 15) | (1 << 6), True)])
def test_a_button_knows_whether_its_message_is_private(flags: int, is_private: bool) -> None:  # noqa: FBT001 - a table's
    found = read(asked(type=3, data={"custom_id": "rt:read:7:0", "component_type": 2}, message={"flags": flags}))
    assert found is not None
    assert (found.kind, found.on_private) == ("button", is_private)


@pytest.mark.parametrize(
    "payload",
    [
        {"type": 2, "user": {"id": "9"}, "data": {"type": 1, "name": "publish"}},
        asked(type=4),
        asked(data={"type": 2, "name": "a user command"}),
    ],
)
def test_what_was_never_offered_is_nothing(payload: Json) -> None:
    assert read(payload) is None


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("#news on Slack: https://example.org/a_b_c", "#news on Slack: https://example.org/a_b_c"),
        ("# not a heading", r"\# not a heading"),
        ("A *quiet* engine\n#second", "A \\*quiet\\* engine\n#second"),
    ],
)
def test_answers_are_plain_text_with_links(text: str, shown: str) -> None:
    assert words(text)["components"][0]["content"] == shown


def test_an_answer_is_never_too_long() -> None:
    long = words("\n".join(["_" * 300] * 50))["components"][0]["content"]
    assert 3000 < len(long) <= 4000


def registered() -> list[Json]:
    """Discord's list, with what Discord adds to it."""
    told = []
    for command in COMMANDS:
        permissions = command.get("default_member_permissions")
        added = {"id": "1", "version": "2", "nsfw": False, "name_localizations": None, "description": ""}
        told.append(added | command | {"default_member_permissions": None if permissions is None else str(permissions)})
    return told


def test_the_list_of_commands_is_up_to_date_as_discord_tells_it_back() -> None:
    assert not outdated(list(reversed(registered())))


@pytest.mark.parametrize("index", range(len(COMMANDS)))
def test_a_command_that_changed_puts_the_list_out_of_date(index: int) -> None:
    less, other = registered(), registered()
    del less[index]
    other[index]["default_member_permissions"] = "8"
    assert outdated(less)
    assert outdated(other)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"id": None, "name": "👍"}, "👍"),
        ({"id": None, "name": "👍🏽"}, "👍"),
        ({"id": None, "name": "❤"}, "❤️"),
        ({"id": None, "name": "❤️"}, "❤️"),
        ({"id": None, "name": "✌🏿"}, "✌️"),
        ({"id": "5", "name": "engine"}, ":engine:"),
        ({"id": None, "name": "👩‍👩‍👧"}, "👩‍👩‍👧"),
    ],
)
def test_an_emoji_is_one_whatever_its_tone_or_spelling(told: Json, expected: str) -> None:
    assert emoji_of(told) == expected
