from __future__ import annotations

from typing import Any

import pytest

from adapters.slack.markup import Mentioned, Names, fallback, mentioned, parse_blocks, render
from bot.markup.tree import (
    Block,
    Code,
    CodeBlock,
    Document,
    Emoji,
    Heading,
    Inline,
    Link,
    List,
    Mention,
    Paragraph,
    Quote,
    Styled,
    Text,
    Timestamp,
)

Json = dict[str, Any]
NAMES = Names(users={"U1": "Ada"}, channels={"C1": "news"}, usergroups={"S1": "editors"})


def text(value: str, **style: bool) -> Json:
    return {"type": "text", "text": value} | ({"style": style} if style else {})


def section(*elements: Json) -> Json:
    return {"type": "rich_text_section", "elements": list(elements)}


def rows(*items: str, indent: int = 0, style: str = "bullet", **more: int) -> Json:
    sections = [section(text(item)) for item in items]
    return {"type": "rich_text_list", "style": style, "indent": indent, "elements": sections} | more


def rich(*elements: Json) -> list[Json]:
    return [{"type": "rich_text", "elements": list(elements)}]


def paragraph(value: str) -> Paragraph:
    return Paragraph((Text(value),))


def points(*items: str | tuple[Block, ...], ordered: bool = False, start: int = 1) -> List:
    return List(
        tuple((paragraph(item),) if isinstance(item, str) else item for item in items), ordered=ordered, start=start
    )


ELEMENTS: list[tuple[Json, list[Inline]]] = [
    (text("a *b*"), [Text("a *b*")]),
    (text("a", bold=True), [Styled("bold", (Text("a"),))]),
    (text("a", italic=True, strike=True), [Styled("italic", (Styled("strike", (Text("a"),)),))]),
    (text("a", underline=True), [Styled("underline", (Text("a"),))]),
    (text("a", code=True), [Code("a")]),
    (text("a", code=True, bold=True), [Styled("bold", (Code("a"),))]),
    ({"type": "link", "url": "https://a.example"}, [Link("https://a.example", (Text("https://a.example"),))]),
    ({"type": "link", "url": "https://a.example", "text": "a"}, [Link("https://a.example", (Text("a"),))]),
    ({"type": "link", "url": "slack://x", "text": "a"}, [Text("a")]),
    ({"type": "user", "user_id": "U1"}, [Mention("user", "Ada")]),
    ({"type": "user", "user_id": "U9"}, [Mention("user", "U9")]),
    ({"type": "usergroup", "usergroup_id": "S1"}, [Mention("role", "editors")]),
    ({"type": "channel", "channel_id": "C1"}, [Mention("channel", "news")]),
    ({"type": "broadcast", "range": "here"}, [Mention("everyone", "here")]),
    ({"type": "emoji", "name": "wave", "unicode": "1f44b"}, [Text("👋")]),
    ({"type": "emoji", "name": "wave", "unicode": "1f44b-1f3fd", "skin_tone": 4}, [Text("👋🏽")]),
    ({"type": "emoji", "name": "heart", "unicode": "2764"}, [Text("❤️")]),
    ({"type": "emoji", "name": "wave", "skin_tone": 2}, [Text("👋🏻")]),
    ({"type": "emoji", "name": "ours"}, [Emoji("ours")]),
    ({"type": "emoji", "name": "tada", "unicode": "zz"}, [Text("🎉")]),
    ({"type": "date", "timestamp": 60, "format": "{date_long_full} {time}", "fallback": "x"}, [Timestamp(60, "f")]),
    ({"type": "date", "timestamp": 10**15, "format": "{time}", "fallback": "x"}, [Text("x")]),
    (
        {"type": "date", "timestamp": 60, "format": "{ago}", "url": "https://a.example"},
        [Link("https://a.example", (Timestamp(60, "R"),))],
    ),
    ({"type": "color", "value": "#ff0000"}, [Text("#ff0000")]),
    ({"type": "novelty", "text": "shown"}, [Text("shown")]),
]


@pytest.mark.parametrize(("element", "expected"), ELEMENTS, ids=[str(case[0]) for case in ELEMENTS])
def test_elements(element: Json, expected: list[Inline]) -> None:
    assert parse_blocks(rich(section(element)), names=NAMES) == Document((Paragraph(tuple(expected)),))


BLOCKS: list[tuple[str, list[Json], list[Block]]] = [
    ("none", [], []),
    ("blank", rich(section(text("\n"))), []),
    ("paragraphs", rich(section(text("a\nb\n\nc"))), [paragraph("a\nb"), paragraph("c")]),
    (
        "a blank line between styles",
        rich(section(text("a\n", bold=True), text("\nb"))),
        [Paragraph((Styled("bold", (Text("a"),)),)), paragraph("b")],
    ),
    ("sections that follow each other", rich(section(text("a")), section(text("b"))), [paragraph("a\nb")]),
    ("list", rich(section(text("a\n")), rows("b", "c")), [paragraph("a"), points("b", "c")]),
    (
        "nested lists",
        rich(rows("a", "b"), rows("c", indent=1), rows("d", indent=2), rows("e")),
        [points("a", (paragraph("b"), points((paragraph("c"), points("d")))), "e")],
    ),
    (
        "numbers that go on",
        rich(rows("a", style="ordered"), rows("b", indent=1), rows("c", style="ordered", offset=1)),
        [points((paragraph("a"), points("b")), "c", ordered=True)],
    ),
    (
        "numbers that begin anew",
        rich(rows("a", style="ordered"), rows("b", style="ordered")),
        [points("a", ordered=True), points("b", ordered=True)],
    ),
    ("numbers from 5", rich(rows("a", style="ordered", offset=4)), [points("a", ordered=True, start=5)]),
    ("two kinds", rich(rows("a"), rows("b", style="ordered")), [points("a"), points("b", ordered=True)]),
    ("an indent without a parent", rich(rows("a", indent=3), rows("b")), [points("a"), points("b")]),
    (
        "a quote with a list and code",
        rich(
            {"type": "rich_text_quote", "elements": [text("a")]},
            rows("b", border=1),
            {"type": "rich_text_preformatted", "elements": [text("c")], "border": 1},
            section(text("d")),
        ),
        [Quote((paragraph("a"), points("b"), CodeBlock("c"))), paragraph("d")],
    ),
    (
        "code with a link",
        rich(
            {"type": "rich_text_preformatted", "elements": [text("a "), {"type": "link", "url": "https://b.example"}]}
        ),
        [CodeBlock("a https://b.example")],
    ),
    ("header", [{"type": "header", "text": {"type": "plain_text", "text": "a"}}], [Heading(1, (Text("a"),))]),
    (
        "section",
        [
            {
                "type": "section",
                "text": {"type": "mrkdwn", "text": "*a*"},
                "fields": [{"type": "plain_text", "text": "*b*"}],
            }
        ],
        [Paragraph((Styled("bold", (Text("a"),)),)), paragraph("*b*")],
    ),
    ("context", [{"type": "context", "elements": [{"type": "mrkdwn", "text": "a &amp; b"}]}], [paragraph("a & b")]),
    (
        "image",
        [{"type": "image", "image_url": "https://a.example/i.png", "alt_text": "a cat"}],
        [Paragraph((Link("https://a.example/i.png", (Text("a cat"),)),))],
    ),
    (
        "table",
        [
            {
                "type": "table",
                "rows": [
                    [
                        {"type": "raw_text", "text": "a"},
                        {"type": "rich_text", "elements": [section(text("b", bold=True))]},
                    ],
                ],
            }
        ],
        [Paragraph((Text("a | "), Styled("bold", (Text("b"),))))],
    ),
    (
        "empty points between quotes",
        rich(
            {"type": "rich_text_quote", "elements": [text("a")]},
            rows(" ", border=1),
            {"type": "rich_text_quote", "elements": [text("b")]},
        ),
        [Quote((paragraph("a"), paragraph("b")))],
    ),
    (
        "quotes that a blank line parts",
        rich(
            {"type": "rich_text_quote", "elements": [text("a")]},
            section(text("\n")),
            {"type": "rich_text_quote", "elements": [text("b")]},
        ),
        [Quote((paragraph("a"),)), Quote((paragraph("b"),))],
    ),
    ("lists that a blank line parts", rich(rows("a"), section(text("\n")), rows("b")), [points("a"), points("b")]),
    (
        "an empty point above a list",
        rich(rows("\n"), rows("a", indent=1)),
        [points((points("a"),))],
    ),
    ("what says nothing", [{"type": "divider"}, {"type": "actions", "elements": []}, {"type": "novelty"}], []),
]


@pytest.mark.parametrize(("blocks", "expected"), [case[1:] for case in BLOCKS], ids=[case[0] for case in BLOCKS])
def test_blocks(blocks: list[Json], expected: list[Block]) -> None:
    assert parse_blocks(blocks, names=NAMES) == Document(tuple(expected))


def drawn(*blocks: Block, original: str | None = None) -> list[Json]:
    made = render(Document(blocks), original=original)
    elements: list[Json] = made[0]["elements"] if made else []
    return elements


def test_headings_are_bold_lines_above_what_they_head() -> None:
    assert drawn(Heading(2, (Text("A"),)), paragraph("b")) == [section(text("A", bold=True), text("\nb"))]


def test_mentions_and_custom_emoji_are_plain_text() -> None:
    children = (Mention("user", "Ada"), Text(" "), Mention("everyone", "here"), Text(" "), Emoji("ours"))
    assert drawn(Paragraph(children)) == [section(text("@Ada @here :ours:"))]


@pytest.mark.parametrize(
    ("original", "shown"),
    [
        (None, text("spoiler", italic=True)),
        ("https://d.example/m", {"type": "link", "url": "https://d.example/m", "text": "spoiler"}),
    ],
)
def test_a_spoiler_stays_hidden(original: str | None, shown: Json) -> None:
    hidden = Styled("spoiler", (Text("the butler"),))
    nested = List(((Quote((Paragraph((Styled("bold", (hidden,)),)),)),),))
    assert drawn(Paragraph((Text("It was "), hidden)), original=original) == [section(text("It was "), shown)]
    for document in (Document((Paragraph((hidden,)),)), Document((nested,))):
        assert "butler" not in str(render(document, original=original))
        assert "butler" not in fallback(document)


def test_timestamps_are_dates_with_a_fallback() -> None:
    date = {"type": "date", "timestamp": 0, "format": "{ago}", "fallback": "1970-01-01 00:00 UTC"}
    assert drawn(Paragraph((Timestamp(0, "R"),))) == [section(date)]


def test_what_a_list_cannot_hold_stands_between_its_parts() -> None:
    item = (paragraph("a"), CodeBlock("x"))
    assert drawn(List((item, (paragraph("b"),)), ordered=True)) == [
        rows("a", style="ordered"),
        {"type": "rich_text_preformatted", "elements": [text("x")]},
        rows("b", style="ordered", offset=1),
    ]


def test_lists_are_nested_as_deep_as_slack_goes() -> None:
    block: Block = points("leaf")
    for _ in range(12):
        block = List(((paragraph("x"), block),))
    assert max(row["indent"] for row in drawn(block)) == 8


def test_a_cut_document_leads_to_its_original() -> None:
    elements = drawn(*(paragraph("Some words. " * 50) for _ in range(60)), original="https://d.example/m")
    assert elements[-1]["elements"][-1] == {"type": "link", "url": "https://d.example/m", "text": "original message"}


def test_links_that_slack_would_refuse_are_their_text() -> None:
    assert drawn(Paragraph((Link("https://a.example/" + "x" * 3_000, (Text("long"),)),))) == [section(text("long"))]


def test_who_is_mentioned() -> None:
    blocks = rich(
        section({"type": "user", "user_id": "U1"}), rows("a"), section({"type": "channel", "channel_id": "C1"})
    )
    assert mentioned({"blocks": blocks, "text": "<@U2> <!subteam^S1|x> <#C2|>"}) == Mentioned(
        frozenset({"U1", "U2"}), frozenset({"C1", "C2"}), frozenset({"S1"})
    )
    assert mentioned({}) == Mentioned()
