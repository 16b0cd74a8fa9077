"""A card, a comment, and any of either, for the tests of how Discord's messages are drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from adapters.discord.markup import parse
from bot.markup.tree import (
    Document,
    Paragraph,
    Styled,
    Text,
    plain_document,
)
from bot.markup.view import plain
from bot.model import DISCORD, SLACK, DiscussionId, DiscussionState
from bot.views import (
    Answered,
    Card,
    CardLine,
    CopyView,
    FileView,
    ImageView,
    SourceView,
)
from tests.builders import MASKER

Json = dict[str, Any]
Check = Callable[[Json], None]
CheckRequest = Callable[[str, str, Json], None]

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

line = MASKER.line
WEBHOOK = "/webhooks/{webhook_id}/{webhook_token}"

CARD = Card(
    discussion=DiscussionId(7),
    title=line("Small *models* grow up"),
    tldr=line("They got better. And cheaper."),
    lines=(CardLine(line("Prices"), line("They fell by half.")), CardLine(line(""), line("It began in May."))),
    source=SourceView(line("example.org - Models"), "https://example.org/models"),
    image=ImageView("https://example.org/lead.png", line("A graph")),
)
COPY = CopyView(
    author=line("Ada"),
    platform=SLACK,
    avatar="https://avatars.example.org/ada.png",
    body=MASKER.document(Document((Paragraph((Styled("bold", (Text("Well"),)), Text(" said @everyone"))),))),
    answers=None,
    files=(),
    original="https://slack.example.org/p1",
)
words = st.text("a *_`~|<>[]()#@:\n.-é😀\u200d漢", max_size=40) | st.sampled_from(
    [
        "",
        " ",
        "https://a.b/" + "c" * 600,
        "word " * 300,
        "x" * 5000,
        "*" * 3000,
        "👩‍👩‍👧‍👦" * 400,
        "[a](https://b.c) " * 200,
        "discord",
    ]
)
lines = words.map(line)
urls = st.sampled_from(
    [
        None,
        "https://a.b/c",
        "https://a.b/" + "d" * 700,
        "https://a.b/" + "e" * 3000,
        "ftp://a.b",
        "https://münchen.de/ä b",
        "https://",
        "javascript:x",
    ]
)
sources = st.none() | st.builds(SourceView, lines, urls)
cards = st.builds(
    Card,
    st.none() | st.integers(0, 2**62).map(DiscussionId),
    lines,
    lines,
    st.lists(st.builds(CardLine, lines, lines), max_size=30).map(tuple),
    sources,
    st.none() | st.builds(ImageView, urls.map(lambda url: url or "x"), lines),
    st.integers(0, 10**6),
    st.sampled_from(DiscussionState),
    urls,
)
files = st.builds(
    FileView,
    lines,
    lines,
    st.sampled_from(["image/png", "application/octet-stream"]),
    st.integers(0, 10**9),
    st.none() | st.just(b"content"),
    urls,
    st.booleans(),
)
documents = words.map(plain_document) | words.map(parse)
copies = st.builds(
    CopyView,
    lines,
    st.sampled_from([DISCORD, SLACK]),
    urls,
    documents.map(MASKER.document),
    st.none() | st.builds(Answered, lines, lines, urls),
    st.lists(files, max_size=14).map(tuple),
    urls,
    st.booleans(),
)


def shown(payload: object, key: str = "content") -> list[str]:
    if isinstance(payload, dict):
        here = [payload[key]] if isinstance(payload.get(key), str) else []
        return here + [text for value in payload.values() for text in shown(value, key)]
    return [text for value in payload for text in shown(value, key)] if isinstance(payload, list) else []


def words_of(payload: Json) -> str:
    return "\n".join(plain(parse(text)) for text in shown(payload))
