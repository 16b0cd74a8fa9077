from __future__ import annotations

import pytest

from bot.markup.tree import (
    Code,
    CodeBlock,
    Document,
    Emoji,
    Inline,
    Link,
    List,
    Mention,
    Paragraph,
    Quote,
    Styled,
    Text,
    Timestamp,
    from_json,
    plain_document,
    to_json,
)
from bot.markup.view import plain, renamed, rewrite, view, without_spoilers

RICH = Document(
    (
        Paragraph((Text("A "), Styled("bold", (Text("b"), Code("c"))), Link("https://e.org", (Text("label"),)))),
        Quote((Paragraph((Mention("user", "Ada"), Text(" said "), Emoji("wave"))),)),
        List(((Paragraph((Text("one"),)),), (Paragraph((Text("two"),)),)), ordered=True, start=3),
        CodeBlock("x = 1", "python"),
        Paragraph((Link("https://e.org", (Text("https://e.org"),)), Timestamp(0))),
    )
)


def test_a_document_survives_json() -> None:
    assert from_json(to_json(RICH)) == RICH


def test_a_document_as_a_reader_reads_it() -> None:
    assert plain(RICH) == ("A bclabel\n@Ada said :wave:\n3. one\n4. two\nx = 1\nhttps://e.org1970-01-01 00:00 UTC")


def test_runs_cover_the_text_without_a_gap() -> None:
    seen = view(RICH)
    assert seen.text == plain(RICH)
    assert seen.runs[0].start == 0
    assert seen.runs[-1].end == len(seen.text)
    assert all(left.end == right.start for left, right in zip(seen.runs, seen.runs[1:], strict=False))


def test_rewriting_changes_the_text_runs_alone() -> None:
    seen = view(RICH)
    texts = [seen.text[run.start : run.end] for run in seen.runs if run.kind == "text"]
    assert texts == ["A ", "b", "label", " said ", "one", "two"]
    assert rewrite(RICH, texts) == RICH
    assert plain(rewrite(RICH, [text.upper() for text in texts])).startswith("A BcLABEL\n@Ada SAID :wave:\n3. ONE")


@pytest.mark.parametrize("texts", [[], ["too", "few"], ["x"] * 7])
def test_rewriting_asks_for_as_many_texts_as_there_are(texts: list[str]) -> None:
    with pytest.raises(ValueError, match="text runs"):
        rewrite(RICH, texts)


def test_an_empty_text_is_a_run_too() -> None:
    empty = Document((Paragraph((Text(""), Text("x"))),))
    assert rewrite(empty, ["", "y"]) == Document((Paragraph((Text(""), Text("y"))),))


@pytest.mark.parametrize("seconds", [10**18, -(10**18), 253402300800])
def test_a_moment_that_no_calendar_holds_is_shown_as_its_number(seconds: int) -> None:
    assert plain(Document((Paragraph((Timestamp(seconds),)),))) == str(seconds)


def spoiler(*children: Inline) -> Styled:
    return Styled("spoiler", children)


def test_spoilers_are_hidden_wherever_they_stand() -> None:
    document = Document(
        (
            Paragraph((Text("He "), Styled("bold", (spoiler(Text("dies")),)))),
            Quote((List(((Paragraph((spoiler(Code("x")),)),),)),)),
        )
    )
    assert plain(without_spoilers(document, "[spoiler]")) == "He [spoiler]\n• [spoiler]"
    assert without_spoilers(RICH, "[spoiler]") == RICH


def test_those_who_are_mentioned_can_go_by_other_names() -> None:
    document = Document(
        (
            Paragraph((Styled("bold", (Mention("user", "Ada"),)), Emoji("wave", "https://e.org/wave"))),
            List(((Quote((Paragraph((Mention("channel", "news"), Code("Ada"))),)),),)),
        )
    )
    assert plain(renamed(document, str.upper)) == "@ADA:WAVE:\n• #NEWSAda"
    assert renamed(RICH, str) == RICH


def test_plain_text_is_not_read_as_markup() -> None:
    assert plain(plain_document("*a*\nb\n\n\n# c\r\n")) == "*a*\nb\n# c"
