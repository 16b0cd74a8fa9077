from __future__ import annotations

from typing import Any

import pytest

from adapters.sandbox.slack.blocks import block_faults, view_faults, with_ids
from adapters.sandbox.slack.timers import Timers
from adapters.sandbox.slack.world import World, new_world

Json = dict[str, Any]


@pytest.fixture(scope="module")
def world() -> World:
    return new_world(Timers())


def plain(length: int) -> Json:
    return {"type": "plain_text", "text": "x" * length}


def mrkdwn(length: int) -> Json:
    return {"type": "mrkdwn", "text": "x" * length}


def button(length: int = 4, **more: object) -> Json:
    return {"type": "button", "action_id": "go", "text": plain(length), **more}


def rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": list(elements)}


def section(*inline: Json) -> Json:
    return {"type": "rich_text_section", "elements": list(inline)}


WORD: Json = {"type": "text", "text": "word"}


@pytest.mark.parametrize(
    "block",
    [
        {"type": "header", "text": plain(150)},
        {"type": "section", "text": mrkdwn(3000)},
        {"type": "section", "fields": [mrkdwn(2000)] * 10},
        {"type": "context", "elements": [mrkdwn(5)] * 10},
        {"type": "actions", "elements": [button(75, action_id=f"a{number}") for number in range(25)]},
        {"type": "image", "image_url": "https://example.org/a.png", "alt_text": "a", "title": plain(2000)},
        {"type": "divider", "block_id": "x" * 255},
        rich(section(WORD, {"type": "emoji", "name": "tada"}, {"type": "user", "user_id": "U1"})),
        rich({"type": "rich_text_list", "style": "bullet", "indent": 1, "elements": [section(WORD)]}),
        rich({"type": "rich_text_preformatted", "elements": [WORD], "border": 0}),
        rich({"type": "rich_text_quote", "elements": [{"type": "link", "url": "https://example.org", "text": "x"}]}),
        rich(section({"type": "date", "timestamp": 1, "format": "{date}", "fallback": "then"})),
    ],
)
def test_blocks_at_their_limits_are_taken(world: World, block: Json) -> None:
    assert block_faults([block], "message", world) == []


@pytest.mark.parametrize(
    ("block", "line"),
    [
        ({"type": "header", "text": plain(151)}, "must be less than 151 characters [json-pointer:/blocks/0/text/text]"),
        ({"type": "header", "text": mrkdwn(3)}, "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]"),
        ({"type": "section", "text": mrkdwn(3001)}, "must be less than 3001 characters"),
        ({"type": "section"}, "must provide either text or fields"),
        ({"type": "section", "text": mrkdwn(0)}, "must be more than 0 characters"),
        ({"type": "context", "elements": [mrkdwn(5)] * 11}, "no more than 10 items allowed"),
        ({"type": "actions", "elements": [button(action_id=f"a{n}") for n in range(26)]}, "no more than 25 items"),
        ({"type": "actions", "elements": [button(), button()]}, "action_id already exists: go"),
        ({"type": "actions", "elements": [button(76)]}, "must be less than 76 characters"),
        ({"type": "actions", "elements": [button(action_id="x" * 256)]}, "must be less than 256 characters"),
        ({"type": "actions", "elements": [button(style="loud")]}, "must be one of: primary, danger"),
        ({"type": "image", "image_url": "https://example.org/a.png"}, "missing required field: alt_text"),
        ({"type": "image", "alt_text": "a"}, "must provide either image_url or slack_file"),
        ({"type": "image", "alt_text": "a", "slack_file": {"id": "F1"}}, "invalid slack file"),
        ({"type": "divider", "text": "x"}, "invalid additional property: text"),
        ({"type": "carousel"}, "unsupported type: carousel"),
        ({}, "missing required field: type"),
        ("text", "missing required field: type"),
        (rich(), "no fewer than 1 items allowed"),
        (rich(WORD), "unsupported type: text"),
        (rich(section({"type": "text", "text": ""})), "must be more than 0 characters"),
        (rich(section({"type": "text", "text": "x", "style": {"loud": True}})), "invalid additional property: loud"),
        (rich(section({"type": "link", "text": "x"})), "missing required field: url"),
        (rich({"type": "rich_text_list", "style": "square", "elements": [section(WORD)]}), "must be one of: bullet"),
        (rich({"type": "rich_text_list", "style": "bullet", "elements": [WORD]}), "unsupported type: text"),
        (
            rich({"type": "rich_text_list", "style": "bullet", "indent": 9, "elements": [section(WORD)]}),
            "must be between",
        ),
        (
            rich({"type": "rich_text_preformatted", "elements": [{"type": "emoji", "name": "tada"}]}),
            "unsupported type: emoji",
        ),
    ],
)
def test_wrong_blocks_are_told_in_slacks_words(world: World, block: Json, line: str) -> None:
    assert any(found.startswith(line) for found in block_faults([block], "message", world))


def test_a_message_takes_50_blocks_and_each_id_once(world: World) -> None:
    divider = {"type": "divider"}
    assert block_faults([divider] * 50, "message", world) == []
    assert block_faults([divider] * 51, "message", world) == ["no more than 50 items allowed [json-pointer:/blocks]"]
    twice = [{**divider, "block_id": "same"}] * 2
    assert block_faults(twice, "message", world) == ["block_id already exists: same [json-pointer:/blocks]"]


def modal(**fields: object) -> Json:
    return {"type": "modal", "title": plain(5), "blocks": [], **fields}


def field(element: Json) -> Json:
    return {"type": "input", "label": plain(5), "element": {"action_id": "a", **element}}


@pytest.mark.parametrize(
    ("view", "line"),
    [
        (modal(), None),
        (modal(title=plain(24), private_metadata="x" * 3000, blocks=[{"type": "divider"}] * 100), None),
        (modal(submit=plain(4), blocks=[field({"type": "plain_text_input", "max_length": 3000})]), None),
        (modal(submit=plain(4), blocks=[field({"type": "file_input", "max_files": 10})]), None),
        (modal(title=plain(25)), "must be less than 25 characters [json-pointer:/view/title/text]"),
        (modal(private_metadata="x" * 3001), "must be less than 3001 characters"),
        (modal(blocks=[{"type": "divider"}] * 101), "no more than 100 items allowed"),
        (modal(submit=plain(4), blocks=[field({"type": "plain_text_input", "max_length": 3001})]), "must be between"),
        (modal(blocks=[field({"type": "plain_text_input"})]), "missing required field: submit"),
        (modal(colour="red"), "invalid additional property: colour"),
        ({"type": "home", "blocks": []}, "must be a modal"),
        ({"type": "modal", "blocks": []}, "missing required field: title"),
    ],
)
def test_views(world: World, view: Json, line: str | None) -> None:
    faults = view_faults(view, "modal", world)
    if line is None:
        assert faults == []
    else:
        assert faults[0].startswith(line)


def test_a_file_field_is_for_modals_alone(world: World) -> None:
    block = field({"type": "file_input"})
    assert block_faults([block], "message", world) == [
        "unsupported type: file_input [json-pointer:/blocks/0/element/type]"
    ]


def test_ids_are_filled_in_where_there_are_none() -> None:
    given: list[Json] = [
        {"type": "actions", "elements": [{"type": "button", "text": plain(3)}]},
        {"type": "divider", "block_id": "d"},
    ]
    filled = with_ids(given)
    assert filled[0]["block_id"]
    assert filled[0]["elements"][0]["action_id"]
    assert filled[1]["block_id"] == "d"
    assert "block_id" not in given[0]
