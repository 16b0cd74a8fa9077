from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.sandbox.slack.blocks import block_faults
from adapters.sandbox.slack.composer import compose
from adapters.sandbox.slack.reading import read_message
from adapters.sandbox.slack.timers import Timers
from adapters.sandbox.slack.world import World, new_world

Json = dict[str, Any]
KEN = "U0KEN000000"


@pytest.fixture(scope="module")
def world() -> World:
    return new_world(Timers())


def text(content: str, **style: bool) -> Json:
    return {"type": "text", "text": content, **({"style": style} if style else {})}


@pytest.mark.parametrize(
    ("typed", "written", "inline"),
    [
        ("plain", "plain", [text("plain")]),
        ("a < b & c", "a &lt; b &amp; c", [text("a < b & c")]),
        ("so *bold* it is", "so *bold* it is", [text("so "), text("bold", bold=True), text(" it is")]),
        ("_a *b*_", "_a _*_b_*", [text("a ", italic=True), text("b", bold=True, italic=True)]),
        ("~gone~", "~gone~", [text("gone", strike=True)]),
        ("`a *b*`", "`a *b*`", [text("a *b*", code=True)]),
        ("snake_case_name 2*3*4", "snake_case_name 2*3*4", [text("snake_case_name 2*3*4")]),
        ("a * b * c", "a * b * c", [text("a * b * c")]),
        ("f*** off ***", "f*** off ***", [text("f*** off ***")]),
        (
            "see https://example.org/a_b?c=1&d=2.",
            "see <https://example.org/a_b?c=1&amp;d=2>.",
            [text("see "), {"type": "link", "url": "https://example.org/a_b?c=1&d=2"}, text(".")],
        ),
        (
            "on example.org/x today",
            "on <http://example.org/x|example.org/x> today",
            [text("on "), {"type": "link", "url": "http://example.org/x", "text": "example.org/x"}, text(" today")],
        ),
        (
            "<https://example.org|here>",
            "<https://example.org|here>",
            [{"type": "link", "url": "https://example.org", "text": "here"}],
        ),
        ("mail ken@example.org", "mail ken@example.org", [text("mail ken@example.org")]),
        ("@Ken, hi", f"<@{KEN}>, hi", [{"type": "user", "user_id": KEN}, text(", hi")]),
        ("@kenneth", "@kenneth", [text("@kenneth")]),
        ("@here!", "<!here>!", [{"type": "broadcast", "range": "here"}, text("!")]),
        (
            "in #news",
            "in <#C0000000001|news>",
            [text("in "), {"type": "channel", "channel_id": "C0000000001"}],
        ),
        (":tada:", ":tada:", [{"type": "emoji", "name": "tada", "unicode": "1f389"}]),
        ("👍", ":+1:", [{"type": "emoji", "name": "+1", "unicode": "1f44d"}]),
        ("👍🏽", ":+1::skin-tone-4:", [{"type": "emoji", "name": "+1", "unicode": "1f44d-1f3fd", "skin_tone": 4}]),
        (":not-an-emoji:", ":not-an-emoji:", [text(":not-an-emoji:")]),
    ],
)
def test_what_is_typed_in_a_line(world: World, typed: str, written: str, inline: list[Json]) -> None:
    mrkdwn, blocks = compose(typed, world)
    assert blocks[0]["elements"] == [{"type": "rich_text_section", "elements": inline}]
    assert mrkdwn == written


def test_lists_quotes_and_code_are_elements_of_their_own(world: World) -> None:
    typed = "Look:\n- one\n- two\n  - deeper\n1. first\n> said\n> so\n```\nx = 1 < 2\n```\nend"
    written, blocks = compose(typed, world)
    kinds = [
        (element["type"].removeprefix("rich_text_"), element.get("style"), element.get("indent"))
        for element in blocks[0]["elements"]
    ]
    assert kinds == [
        ("section", None, None),
        ("list", "bullet", 0),
        ("list", "bullet", 1),
        ("list", "ordered", 0),
        ("quote", None, None),
        ("preformatted", None, None),
        ("section", None, None),
    ]
    assert blocks[0]["elements"][0]["elements"] == [text("Look:"), text("\n")]
    assert written == ("Look:\n• one\n• two\n    • deeper\n1. first\n&gt; said\n&gt; so\n```x = 1 &lt; 2```\nend")
    assert read_message(written, blocks, world) == (
        "Look:\n• one\n• two\n  • deeper\n1. first\nsaid\nso\nx = 1 < 2\nend"
    )


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=60))
def test_whatever_is_typed_makes_blocks_that_slack_takes(typed: str) -> None:
    world = new_world(Timers())
    _, blocks = compose(typed, world)
    assert block_faults(blocks, "message", world) == []


@given(st.text(alphabet="abc ,.?!", max_size=40))
def test_plain_words_are_read_as_they_were_typed(typed: str) -> None:
    world = new_world(Timers())
    written, blocks = compose(typed, world)
    assert read_message(written, blocks or None, world).strip() == typed.strip()


@pytest.mark.parametrize(
    ("mrkdwn", "read"),
    [
        ("*bold* &lt;b&gt; _it_", "bold <b> it"),
        ("<https://example.org|Here> and <https://example.org>", "Here and https://example.org"),
        (f"<@{KEN}> in <#C0000000001|news> <!here>", "@Ken in #news @here"),
        ("&gt; quoted\nafter", "quoted\nafter"),
        (":tada: `code`", "🎉 code"),
        ("f*** that", "f*** that"),
    ],
)
def test_mrkdwn_is_read_without_its_marks(world: World, mrkdwn: str, read: str) -> None:
    assert read_message(mrkdwn, None, world) == read


def test_blocks_are_read_in_order_without_their_buttons(world: World) -> None:
    button = {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "Press"}}
    blocks: list[Json] = [
        {"type": "header", "text": {"type": "plain_text", "text": "Title :tada:"}},
        {"type": "section", "text": {"type": "mrkdwn", "text": "*Body*"}, "accessory": button},
        {"type": "divider"},
        {"type": "image", "image_url": "https://example.org/a.png", "alt_text": "alt"},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "Source: <https://example.org|site>"}]},
        {"type": "actions", "elements": [button]},
        {"type": "markdown", "text": "done"},
    ]
    assert read_message("fallback", blocks, world) == "Title 🎉\nBody\nSource: site\ndone"
