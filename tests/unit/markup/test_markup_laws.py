"""Laws of cutting, of normal forms and of Markdown, on documents and texts of every kind."""

from __future__ import annotations

import regex
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from bot.markup.cutting import ELLIPSIS, cut, cut_document, excerpt, first_sentence, length
from bot.markup.markdown import from_markdown, to_markdown
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
    from_json,
    to_json,
)
from bot.markup.view import plain

TRICKY = [
    "1. one",
    "- x",
    "# h",
    "===",
    "---",
    "https://a.example/b",
    "&amp;",
    "x &copy; y",
    "```",
    "    code",
    "a  \nb",
    "**",
    "![",
    "a_b_c",
    "\\",
    "One. Two. Three.",
    "👩‍👩‍👧‍👦👍🏽",
]
TEXTS = st.text(
    st.sampled_from("ab1 \n*_`~[]()<>#+-=.!&;:\\/|\"'\t\u00a0é漢👍\u0301\u200d") | st.characters(), max_size=14
) | st.sampled_from(TRICKY)
URLS = st.sampled_from(
    [
        "https://a.example/",
        "http://b.example/x_(y)?a=1&copy;=2",
        "mailto:a@b.example",
        "https://c.example/*a*_b_",
        "https://d.example/a|b\\c",
    ]
)


def inline_nodes(styles: list[str], extra: list[SearchStrategy[Inline]]) -> SearchStrategy[Inline]:
    leaves: list[SearchStrategy[Inline]] = [
        TEXTS.map(Text),
        TEXTS.map(lambda text: Code(text.replace("\n", " "))),
        URLS.map(lambda url: Link(url, (Text(url),))),
        *extra,
    ]
    return st.recursive(
        st.one_of(leaves),
        lambda inner: (
            st.builds(Styled, st.sampled_from(styles), st.lists(inner, max_size=4).map(tuple))
            | st.builds(Link, URLS, st.lists(inner, max_size=3).map(tuple))
        ),
        max_leaves=8,
    )


def documents(styles: list[str], extra: list[SearchStrategy[Inline]]) -> SearchStrategy[Document]:
    line = st.lists(inline_nodes(styles, extra), max_size=5).map(tuple)
    leaves: SearchStrategy[Block] = st.one_of(
        line.map(Paragraph),
        st.builds(Heading, st.integers(1, 6), line),
        st.builds(CodeBlock, TEXTS, st.sampled_from(["", "python", "c++"])),
    )
    blocks = st.recursive(
        leaves,
        lambda inner: (
            st.lists(inner, max_size=3).map(lambda some: Quote(tuple(some)))
            | st.builds(
                List,
                st.lists(st.lists(inner, max_size=3).map(tuple), max_size=3).map(tuple),
                ordered=st.booleans(),
                start=st.integers(0, 12),
            )
        ),
        max_leaves=6,
    )
    return st.lists(blocks, max_size=4).map(lambda some: Document(tuple(some)))


MARKDOWN_DOCUMENTS = documents(["bold", "italic", "strike"], [])
ANY_DOCUMENTS = documents(
    ["bold", "italic", "strike", "underline", "spoiler"],
    [st.just(Mention("user", "Ada")), st.just(Emoji("party")), st.just(Timestamp(1_700_000_000))],
)


@settings(max_examples=120, deadline=None)
@given(MARKDOWN_DOCUMENTS)
def test_markdown_reads_back_what_it_wrote(document: Document) -> None:
    expected = normalise(document)
    assert from_markdown(to_markdown(document)) == expected


@settings(max_examples=80, deadline=None)
@given(st.lists(TEXTS | st.sampled_from(["\n\n", "> ", "- ", "1. ", "**", "_", "[a](", ")", "<b>"]), max_size=12))
def test_every_text_reads_as_a_document_in_normal_form(pieces: list[str]) -> None:
    document = from_markdown("".join(pieces))
    assert normalise(document) == document
    assert from_markdown(to_markdown(document)) == document


@settings(max_examples=40, deadline=None)
@given(ANY_DOCUMENTS)
def test_normal_form_is_reached_in_one_step_and_survives_json(document: Document) -> None:
    once = normalise(document)
    assert normalise(once) == once
    assert from_json(to_json(once)) == once


@settings(max_examples=40, deadline=None)
@given(ANY_DOCUMENTS)
def test_to_markdown_keeps_what_a_reader_sees(document: Document) -> None:
    def seen(one: Document) -> str:
        return regex.sub(r"\s+", "", plain(one))

    assert seen(from_markdown(to_markdown(document))) == seen(normalise(document))


@settings(max_examples=80, deadline=None)
@given(st.lists(TEXTS, max_size=12).map("".join), st.integers(-1, 60))
def test_a_cut_text_is_a_whole_beginning_within_its_limit(text: str, limit: int) -> None:
    done = cut(text, limit)
    if length(text) <= limit:
        assert done == text
        return
    assert length(done) <= max(limit, 0)
    if limit < 1:
        assert done == ""
        return
    assert done.endswith(ELLIPSIS)
    kept = done.removesuffix(ELLIPSIS).rstrip(" ")
    assert text.startswith(kept)
    edges = {0, *(found.end() for found in regex.finditer(r"\X", text))}
    trailing = len(text[len(kept) :]) - len(text[len(kept) :].lstrip())
    assert any(len(kept) + more in edges for more in range(trailing + 1))


@settings(max_examples=80, deadline=None)
@given(ANY_DOCUMENTS, st.integers(-1, 80))
def test_a_cut_document_is_within_its_limit_and_still_a_document(document: Document, limit: int) -> None:
    done = cut_document(document, limit)
    if length(plain(document)) <= limit:
        assert done == document
        return
    assert length(plain(done)) <= max(limit, 0)
    assert from_json(to_json(normalise(done))) == normalise(done)
    if limit >= 1:
        assert plain(done).endswith(ELLIPSIS)


@settings(max_examples=40, deadline=None)
@given(st.lists(TEXTS, max_size=12).map(" ".join), st.integers(0, 60))
def test_excerpts_and_first_sentences_are_one_line(text: str, limit: int) -> None:
    assert len(excerpt(text, limit).splitlines()) <= 1
    assert length(excerpt(text, limit)) <= limit
    assert len(first_sentence(text).splitlines()) <= 1
