"""A card, a comment, and any card, for the tests of how Slack's messages are drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import Phase, settings
from hypothesis import strategies as st

from bot.markup.tree import plain_document
from bot.masking.masked import MaskedLine
from bot.model import DISCORD, DiscussionId, DiscussionState
from bot.views import (
    Card,
    CardLine,
    CopyView,
    ImageView,
    SourceView,
    Tally,
)
from tests.builders import MASKER

Json = dict[str, Any]
CheckBlocks = Callable[[list[Json]], None]
CheckView = Callable[[Json], None]

# Without the shrinking phase: it takes minutes on texts of this size, and the sizes tell enough.
law = settings(max_examples=20, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])


def line(text: str) -> MaskedLine:
    return MASKER.line(text)


CARD = Card(
    discussion=DiscussionId(7),
    title=line("A <title> & more"),
    tldr=line("Short *indeed*."),
    lines=(CardLine(line(""), line("It begins.")), CardLine(line("Part one"), line("It goes on."))),
    source=SourceView(line("site.example - A *title*"), "https://site.example/a"),
    image=ImageView("https://site.example/i.png", line("a picture")),
)
COPY = CopyView(
    author=line("Ada"),
    platform=DISCORD,
    avatar="https://d.example/a.png",
    body=MASKER.document(plain_document("hello <!here> & *all*")),
    answers=None,
    files=(),
    original="https://d.example/m",
)


def words(value: object) -> Iterator[str]:
    """All that a reader sees, in order."""
    if isinstance(value, dict):
        if value.get("type") == "image":
            yield value["alt_text"]
        for key in ("title", "text", "elements"):
            inner = value.get(key)
            if isinstance(inner, str):
                yield inner
            else:
                yield from words(inner)
    elif isinstance(value, list):
        for one in value:
            yield from words(one)


def of_type(blocks: list[Json], kind: str) -> list[Json]:
    return [block for block in blocks if block["type"] == kind]


def links(value: object) -> list[tuple[str, str]]:
    if isinstance(value, dict):
        own = [(value["url"], value.get("text", ""))] if value.get("type") == "link" else []
        return own + [link for inner in value.values() for link in links(inner)]
    return [link for inner in value for link in links(inner)] if isinstance(value, list) else []


long_texts = st.one_of(
    st.text(max_size=30),
    st.builds(
        lambda unit, times: unit * times, st.sampled_from(["a", "é ", "👍🏽", "&<>", "word. "]), st.integers(0, 5_000)
    ),
)
lines_of_text = long_texts.map(MASKER.line)
any_urls = st.one_of(st.none(), st.sampled_from(["https://a.example", "ftp://x", "https://a.example/" + "x" * 2_980]))
cards = st.builds(
    Card,
    st.one_of(st.none(), st.integers(0, 10**12).map(DiscussionId)),
    lines_of_text,
    lines_of_text,
    st.lists(st.builds(CardLine, lines_of_text, lines_of_text), max_size=90).map(tuple),
    st.one_of(st.none(), st.builds(SourceView, lines_of_text, any_urls)),
    st.one_of(st.none(), st.builds(ImageView, any_urls.filter(bool), lines_of_text)),
    st.integers(0, 10**6),
    st.sampled_from(DiscussionState),
    any_urls,
    tallies=st.lists(st.builds(Tally, st.text(max_size=30), st.integers(0, 10**6)), max_size=30).map(tuple),
)
