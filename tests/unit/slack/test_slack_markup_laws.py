"""What holds for every document: nothing is markup by accident, nothing is too large, what is drawn reads back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from adapters.slack.markup import fallback, parse_blocks, parse_mrkdwn, render
from adapters.slack.markup.spans import STYLES, Leaf, Span, flatten, paragraphs
from adapters.slack.markup.writing import MAX_TEXT, weight
from bot.markup.cutting import length
from bot.markup.normal import normalise
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
from bot.markup.view import plain

# Without the shrinking phase: it takes minutes on trees of this size, and a failure's first tree is small enough.
law = settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
Check = Callable[[list[dict[str, Any]]], None]

words = st.text(alphabet="ab *_~`<>&|:@#!\\é👍\n", min_size=1, max_size=12)
urls = st.sampled_from(["https://a.example/x?y=1&z=2", "http://b.example", "mailto:ada@c.example"])
moments = st.builds(Timestamp, st.integers(0, 4_000_000_000), st.sampled_from("tTdDfFR"))
slack_styles = st.frozensets(st.sampled_from(STYLES[:4]))


@st.composite
def slack_paragraphs(draw: st.DrawFn) -> tuple[Paragraph, ...]:
    leaves: st.SearchStrategy[Leaf] = st.one_of(words.map(Text), words.map(Code), moments)
    spans = draw(st.lists(st.builds(Span, leaves, slack_styles, st.one_of(st.none(), urls)), max_size=5))
    return tuple(block for block in normalise(Document(paragraphs(spans))).blocks if isinstance(block, Paragraph))


verbatim = st.text(alphabet="ab<>&`* \n", min_size=1).filter(lambda text: not text.endswith("\n")).map(CodeBlock)


def without_neighbours(blocks: list[Block]) -> tuple[Block, ...]:
    """Nested lists of which the second may be the first's continuation read as one: no blank line can part them."""
    kept: list[Block] = []
    for block in blocks:
        last = kept[-1] if kept else None
        if not (isinstance(last, List) and isinstance(block, List) and last.ordered == block.ordered):
            kept.append(block)
    return tuple(kept)


def lists(depth: int) -> st.SearchStrategy[Block]:
    nested = st.lists(lists(depth - 1), max_size=2) if depth > 1 else st.just([])
    item = st.tuples(slack_paragraphs(), nested).map(lambda pair: (*pair[0], *without_neighbours(pair[1])))
    ordered = st.tuples(st.booleans(), st.integers(1, 30))
    return st.builds(
        lambda items, kind: List(tuple(items), ordered=kind[0], start=kind[1] if kind[0] else 1),
        st.lists(item, min_size=1, max_size=3),
        ordered,
    ).filter(lambda block: any(block.items))


def runs(depth: int) -> st.SearchStrategy[list[Block]]:
    parts = st.one_of(
        slack_paragraphs(), verbatim.map(lambda block: (block,)), lists(depth).map(lambda block: (block,))
    )
    return st.lists(parts, max_size=4).map(lambda groups: [block for group in groups for block in group])


quotes = runs(2).filter(bool).map(tuple).map(Quote)
slack_documents = (
    st.lists(st.one_of(runs(3), quotes.map(lambda quote: [quote])), max_size=3)
    .map(lambda groups: tuple(block for group in groups for block in group))
    .map(Document)
)

inlines: st.SearchStrategy[Inline] = st.recursive(
    st.one_of(
        words.map(Text),
        words.map(Code),
        st.builds(Mention, st.sampled_from(["user", "role", "channel", "everyone", "command"]), words),
        st.builds(Emoji, words),
        st.builds(Timestamp, st.integers(-(10**9), 10**10)),
    ),
    lambda inner: st.one_of(
        st.builds(Styled, st.sampled_from(STYLES), st.lists(inner, max_size=3).map(tuple)),
        st.builds(Link, st.one_of(urls, words), st.lists(inner, max_size=3).map(tuple)),
    ),
    max_leaves=6,
)
any_children = st.lists(inlines, max_size=4).map(tuple)
any_blocks: st.SearchStrategy[Block] = st.recursive(
    st.one_of(
        st.builds(Paragraph, any_children),
        st.builds(Heading, st.integers(1, 6), any_children),
        st.builds(CodeBlock, words, words),
    ),
    lambda inner: st.one_of(
        st.builds(Quote, st.lists(inner, max_size=3).map(tuple)),
        st.builds(List, st.lists(st.lists(inner, max_size=3).map(tuple), max_size=3).map(tuple), st.booleans()),
    ),
    max_leaves=8,
)
any_documents = st.lists(any_blocks, max_size=4).map(tuple).map(Document)


@law
@given(slack_documents)
def test_what_slack_can_hold_reads_back_as_it_was(document: Document) -> None:
    assert parse_blocks(render(document)) == document


@law
@given(any_documents)
def test_reading_what_was_drawn_changes_nothing_more(document: Document) -> None:
    once = parse_blocks(render(document))
    assert parse_blocks(render(once)) == once


@law
@given(any_documents)
def test_a_drawn_document_is_one_that_slack_knows(check_blocks: Check, document: Document) -> None:
    check_blocks(render(document))


@law
@given(st.text(alphabet="*_~`<>&|:@!ab \n", max_size=80))
def test_characters_are_never_markup(text: str) -> None:
    drawn = render(Document((Paragraph((Text(text),)),)))
    elements = [part for block in drawn for section in block["elements"] for part in section["elements"]]
    assert all(set(part) == {"type", "text"} and part["type"] == "text" for part in elements)
    assert "".join(part["text"] for part in elements).split() == text.split()


@law
@given(st.text(alphabet="<>&@!|ab*", max_size=60))
def test_the_fallback_has_no_live_character(text: str) -> None:
    escaped = fallback(Document((Paragraph((Text(text),)),)))
    assert "<" not in escaped
    assert ">" not in escaped
    assert escaped.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "").count("&") == 0


@settings(law, max_examples=8)
@given(any_documents, st.integers(1, 1_500), st.booleans())
def test_no_document_is_too_large(document: Document, times: int, linked: bool) -> None:  # noqa: FBT001 - a law's variable
    large = Document(document.blocks * times)
    original = "https://d.example/m" if linked else None
    drawn = render(large, original=original)
    assert weight(drawn) <= MAX_TEXT
    assert length(fallback(large)) <= 4_000


@law
@given(st.text(max_size=200), st.text(alphabet="*_~`<>&;|:@!#^ab1\n ", max_size=200))
def test_mrkdwn_reads_anything(text: str, marks: str) -> None:
    for source in (text, marks):
        document = parse_mrkdwn(source)
        assert normalise(document) == document


@law
@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.text()),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(
                st.sampled_from(["elements", "text", "style", "url", "name", "indent", "timestamp"]), inner
            ),
        ),
    ),
    st.sampled_from(["rich_text", "section", "table", "header", "image", "context"]),
)
def test_blocks_of_any_shape_are_read(value: object, kind: str) -> None:
    parse_blocks([{"type": kind, "elements": [{"type": "rich_text_section", "elements": value}], "text": value}])
    parse_blocks([{"type": kind, "elements": value, "text": {"type": "mrkdwn", "text": value}, "rows": value}])


@law
@given(slack_documents)
def test_styles_survive_span_by_span(document: Document) -> None:
    def letters(found: Document) -> list[tuple[str, frozenset[str], str | None]]:
        children = (child for block in found.blocks if isinstance(block, Paragraph) for child in block.children)
        return [
            (letter, span.styles, span.url)
            for span in flatten(children)
            if isinstance(span.leaf, Text | Code)
            for letter in span.leaf.text
        ]

    assert letters(parse_blocks(render(document))) == letters(document)


@pytest.mark.parametrize("unit", ["*a ", "_a *b ", "<", "`", ":a", "*_~", "<@", "```", "&gt;\n", "<!date^1^", "&amp;"])
def test_mrkdwn_takes_time_in_proportion_to_its_length(unit: str) -> None:
    calls = [_steps(unit, size) for size in (300, 600)]
    assert calls[1] < calls[0] * 2.5 + 200


def _steps(unit: str, size: int) -> int:
    """Lines of our own code that reading takes: a clock would tell of the machine's other work."""
    import sys  # noqa: PLC0415 - used by this count alone

    seen = 0

    def trace(frame: Any, event: str, _: object) -> Any:  # noqa: ANN401 - as sys.settrace has it
        nonlocal seen
        seen += event == "line" and "adapters/slack" in frame.f_code.co_filename
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        document = parse_mrkdwn(unit * size)
    finally:
        sys.settrace(before)
    assert plain(document) is not None
    return seen
