from __future__ import annotations

import re
import sys
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters.discord.markup import escape, fit, line_within, link_within, parse, render, render_within
from bot.markup.cutting import length
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
from tests.unit.discord.samples import UNHURRIED

SIGNS = "*_~|`<>[]()#@:-.!\\/\n 1ab\u2060\u200b…é😀■"
WORDS = (
    "@everyone", "@here", "<@1>", "<@!2>", "<@&3>", "<#4>", "</a:5>", "<:ab:6>", "<t:7:R>", "https://a.b/c_d__e*f",
    "http://x", "https://", "- ", "1. ", "# ", "-# ", "> ", ">>> ", "```", "``", "**", "__", "~~", "||", "\n\n", ":ab:",
    "word", "a@b.co", "¯\\_(ツ)_/¯", "[a](https://b.c)", "[1]", "(", ")", "<https://a.b>",
)  # fmt: skip
texts = st.one_of(
    st.lists(st.one_of(st.sampled_from(WORDS), st.text(SIGNS, max_size=4)), max_size=6).map("".join),
    st.text(max_size=8),
)
urls = st.sampled_from(
    (
        "https://a.b", "http://a.b/c_(d)?e=*f*__g~~h||i", "https://a.b/x,", "mailto:a@b.co", "mailto:no", "ftp://a.b",
        "", "https://a b/<c>`", "HTTPS://A.B/c)",
    )
)  # fmt: skip
styles = st.sampled_from(("bold", "italic", "strike", "underline", "spoiler"))
leaves: st.SearchStrategy[Inline] = st.one_of(
    st.builds(Text, texts),
    st.builds(Code, texts),
    st.builds(lambda url: Link(url, (Text(url),)), urls),
    st.builds(Mention, st.sampled_from(("user", "role", "channel", "everyone", "command")), texts),
    st.builds(
        Emoji, st.sampled_from(("ab", "a__b", "*")), st.sampled_from((None, "https://cdn.discordapp.com/emojis/1.gif"))
    ),
    st.builds(Timestamp, st.integers(-(10**13), 10**13), st.sampled_from("tTdDfFR")),
)  # fmt: skip
inlines: st.SearchStrategy[Inline] = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(Styled, styles, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Link, urls, st.lists(inner, max_size=3).map(tuple)),
    ),
    max_leaves=6,
)
runs = st.lists(inlines, max_size=4).map(tuple)
flat: st.SearchStrategy[Block] = st.one_of(
    st.builds(Paragraph, runs),
    st.builds(Heading, st.integers(1, 6), runs),
    st.builds(CodeBlock, texts, st.sampled_from(("", "py", "c++", "no way"))),
)
blocks: st.SearchStrategy[Block] = st.recursive(
    flat,
    lambda inner: st.one_of(
        st.builds(Quote, st.lists(inner, max_size=3).map(tuple)),
        st.builds(
            lambda items, ordered, start: List(tuple(items), ordered=ordered, start=start if ordered else 1),
            st.lists(st.lists(inner, max_size=3).map(tuple), max_size=3),
            st.booleans(),
            st.sampled_from((0, 1, 7, 999_999_999)),
        ),
    ),
    max_leaves=5,
)
documents = st.lists(blocks, max_size=3).map(lambda found: Document(tuple(found)))

LIVE = re.compile(r"@everyone|@here|<@[!&]?\d+>")


def mentions(nodes: object) -> bool:
    if isinstance(nodes, tuple):
        return any(map(mentions, nodes))
    if isinstance(nodes, Mention):
        return True
    return any(mentions(getattr(nodes, name)) for name in ("children", "blocks", "items") if getattr(nodes, name, None))


@settings(UNHURRIED, max_examples=200)
@given(documents)
@example(Document((Paragraph((Link("https://a.b", (Code("https://"),)),)),)))
@example(Document((Paragraph((Styled("underline", (Text("http://x~~"),)),)),)))
def test_what_is_written_reads_as_what_was_meant(document: Document) -> None:
    assert parse(render(document)) == fit(document)


@settings(UNHURRIED, max_examples=80)
@given(documents)
def test_fitting_twice_is_fitting_once(document: Document) -> None:
    assert fit(fit(document)) == fit(document)


@settings(UNHURRIED, max_examples=150)
@given(texts)
def test_plain_text_is_read_back_as_that_text(text: str) -> None:
    back = parse(escape(text))
    assert back == fit(Document((Paragraph((Text(text),)),)))
    assert not mentions(back.blocks)


@settings(UNHURRIED, max_examples=150)
@given(texts)
def test_what_people_write_survives_being_read_and_written(text: str) -> None:
    read = parse(text)
    assert parse(render(read)) == fit(read)


@settings(UNHURRIED, max_examples=100)
@given(documents)
def test_no_mention_is_live(document: Document) -> None:
    assert not mentions(parse(render(document)).blocks)


@settings(UNHURRIED, max_examples=100)
@given(texts)
def test_no_text_holds_what_discord_would_ping_for(text: str) -> None:
    # URLs stay as they are: `allowed_mentions` is what stops the pings in them.
    assert LIVE.search(re.sub(r"https?://\S+", "", escape(text))) is None


@settings(UNHURRIED, max_examples=80)
@given(documents, st.integers(0, 60))
def test_a_limit_holds_and_leaves_whole_markup(document: Document, limit: int) -> None:
    written = render_within(document, limit)
    assert length(written) <= limit
    read = parse(written)
    assert parse(render(read)) == read


@settings(UNHURRIED, max_examples=80)
@given(texts, urls, st.integers(0, 80))
def test_a_line_is_one_line_within_its_limit(text: str, url: str, limit: int) -> None:
    for written in (line_within(text, limit), link_within(text, url, limit), link_within(text, None, limit)):
        assert length(written) <= limit
        assert "\n" not in written


@pytest.mark.parametrize(
    "piece",
    [
        "*", "_", "**", "* ", "a*", "*a ", "**a ", "__", "_a", "~~", "||", "|| ", "`", "``` ", "```\n", "`a",
        "[", "[a](", "[a](https://b", "[[a](https://b.c)](https://d.e)", "<", "<@", "<http://a", "<:a:",
        "https://", "https://a(", "https://a)", "> ", "> \n", ">>> ", "- ", "- a\n", "  - a\n", "1. ", "# ",
        "\\", "\\*", "@everyone", "***a** ", "*_~~||", "||`", "\u2060", "](https://a)", "a\n\n",
    ],
)  # fmt: skip
def test_hostile_text_takes_steps_that_grow_with_its_length_alone(piece: str) -> None:
    small, large = (_steps((piece * size)[:size]) for size in (300, 1_200))
    # Four times the text: quadratic work would be sixteen times as much.
    assert large < small * 6 + 500


def _steps(text: str) -> int:
    """Lines of our own code that reading takes: a clock would tell of the machine's other work."""
    seen = 0

    def trace(frame: Any, event: str, _: object) -> Any:  # noqa: ANN401 - as sys.settrace has it
        nonlocal seen
        seen += event == "line" and "adapters/discord" in frame.f_code.co_filename
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        parse(text)
    finally:
        sys.settrace(before)
    return seen
