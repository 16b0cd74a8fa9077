"""Cutting, by example: the laws are in the neighbouring file."""

from __future__ import annotations

import pytest

from bot.markup.cutting import cut, cut_document, excerpt, first_sentence, length
from bot.markup.tree import (
    CodeBlock,
    Document,
    Heading,
    Link,
    List,
    Mention,
    Paragraph,
    Quote,
    Styled,
    Text,
)
from bot.markup.view import plain

FAMILY = "👨‍👩‍👧‍👦"
URL = "https://x.example/a/very/long/address"


@pytest.mark.parametrize(
    ("text", "size"),
    [("", 0), ("abc", 3), ("é", 1), ("e\u0301", 2), ("👍", 2), ("👍🏽", 4), (FAMILY, 11), ("\ud800", 1)],
)
def test_length_counts_utf16_code_units(text: str, size: int) -> None:
    assert length(text) == size


@pytest.mark.parametrize(
    ("text", "limit", "done"),
    [
        ("Short.", 6, "Short."),
        ("Hello there. My friend is nice.", 20, "Hello there. …"),
        ("Hello there. My friend is nice.", 13, "Hello there.…"),
        ("Hello there my friend", 14, "Hello there…"),
        ("Hello there my friend", 12, "Hello there…"),
        ("Hello there my friend", 11, "Hello…"),
        ("A extraordinarily long", 12, "A extraordi…"),
        ("Abcdefghijkl", 5, "Abcd…"),
        ("Abc", 1, "…"),
        ("Abc", 0, ""),
        ("Abc", -3, ""),
        (FAMILY * 3, 14, f"{FAMILY}…"),
        (FAMILY * 3, 11, "…"),
        ("👍🏽👍🏽", 7, "👍🏽…"),
        ("e\u0301e\u0301", 3, "e\u0301…"),
        ("🇩🇪🇫🇷", 7, "🇩🇪…"),
        ("a\r\nb", 3, "a…"),
        ("一二三。四五六七八", 7, "一二三。…"),
    ],
)
def test_cut(text: str, limit: int, done: str) -> None:
    assert cut(text, limit) == done


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("One. Two.", "One."),
        ("One", "One"),
        ("  One\n more.  Two.", "One more."),
        ("Is it? Yes.", "Is it?"),
        ("Dr. Smith met J. R. Tolkien, e.g. at 3.5 p.m. in Bath. Then he left.", None),
        ("Version 2.0 is out. Get it.", "Version 2.0 is out."),
        ("“Stop!” she said. He did.", "“Stop!” she said."),
        ("He said “stop.” Then he left.", "He said “stop.”"),
        ("第一句。第二句。", "第一句。"),
        ("Wait … what. Yes.", "Wait … what."),
        ("See example.org for more. Thanks.", "See example.org for more."),
        ("Она ушла. Он остался.", "Она ушла."),
        ("", ""),
    ],
)
def test_first_sentence(text: str, sentence: str | None) -> None:
    expected = "Dr. Smith met J. R. Tolkien, e.g. at 3.5 p.m. in Bath." if sentence is None else sentence
    assert first_sentence(text) == expected


def test_an_excerpt_is_one_line() -> None:
    assert excerpt("  One\n\ntwo\t three \u2028four", 30) == "One two three four"
    assert excerpt("One\ntwo three four", 10) == "One two…"


BOLD = Styled("bold", (Text("really rather long indeed"),))
RICH = Document((Paragraph((Text("This is "), BOLD, Text(" and ends."))), Paragraph((Text("Next."),))))


@pytest.mark.parametrize(
    ("limit", "children"),
    [
        (46, (Text("This is "), BOLD, Text(" and ends. …"))),
        (40, (Text("This is "), BOLD, Text(" and…"))),
        (36, (Text("This is "), BOLD, Text("…"))),
        (24, (Text("This is "), Styled("bold", (Text("really rather"),)), Text("…"))),
        (10, (Text("This is…"),)),
    ],
)
def test_a_cut_document_keeps_its_styles(limit: int, children: tuple[object, ...]) -> None:
    assert cut_document(RICH, limit) == Document((Paragraph(children),))  # type: ignore[arg-type]


def test_a_document_that_fits_is_left_alone() -> None:
    assert cut_document(RICH, length(plain(RICH))) is RICH
    assert cut_document(RICH, 0) == Document()


@pytest.mark.parametrize(
    ("node", "left"),
    [
        (Link(URL, (Text(URL),)), ()),
        (Mention("user", "A Rather Long Name Of Somebody"), ()),
        (Link(URL, (Text("a link with words"),)), (Link(URL, (Text("a link"),)),)),
    ],
)
def test_what_can_not_be_cut_in_two_is_left_out(node: Link | Mention, left: tuple[Link, ...]) -> None:
    done = cut_document(Document((Paragraph((Text("See "), node, Text(" for more words."))),)), 15)
    start: tuple[Text | Link, ...] = (Text("See "), *left, Text("…")) if left else (Text("See…"),)
    assert done == Document((Paragraph(start),))


def test_blocks_are_cut_inside() -> None:
    quoted = Document((Quote((Paragraph((Text("One two three four five"),)),)),))
    assert cut_document(quoted, 12) == Document((Quote((Paragraph((Text("One two…"),)),)),))
    items = tuple((Paragraph((Text(text),)),) for text in ("one", "two", "three"))
    assert cut_document(Document((List(items),)), 14) == Document(
        (List((items[0], (Paragraph((Text("two…"),)),))),),
    )
    code = Document((CodeBlock("first line\nsecond line\nthird line", "python"),))
    assert cut_document(code, 26) == Document(
        (CodeBlock("first line\nsecond line", "python"), Paragraph((Text("…"),))),
    )


def test_no_heading_is_left_without_its_text() -> None:
    document = Document(
        (Paragraph((Text("Words before."),)), Heading(2, (Text("A heading"),)), Paragraph((Text("after" * 20),)))
    )
    assert cut_document(document, 26) == Document((Paragraph((Text("Words before. …"),)),))
