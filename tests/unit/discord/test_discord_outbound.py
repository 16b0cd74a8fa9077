"""How cards, their threads and their previews are drawn on Discord."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord import ids, outbound
from bot import texts
from bot.markup.cutting import length
from bot.model import DiscussionId, DiscussionState, DraftId
from bot.views import (
    Card,
    CardLine,
    DraftView,
    FileView,
    ImageView,
    SourceView,
)
from tests.unit.discord.samples import (
    CARD,
    COPY,
    UNHURRIED,
    Check,
    CheckRequest,
    Json,
    cards,
    line,
    shown,
    words,
    words_of,
)


def test_a_card_says_what_it_should(check_message: Check) -> None:
    payload = outbound.card_payload(CARD)
    check_message(payload)
    assert words_of(payload).split("\n") == [
        "Small *models* grow up",
        "TL;DR They got better. And cheaper.",
        "• Prices: They fell by half.",
        "• It began in May.",
        "Source: example.org - Models",
        "Discussion (0)",
        texts.CIVILITY,
        texts.FIRST_COMMENT,
    ]
    assert shown(payload, "label") == [texts.READ, texts.SOURCE]
    assert shown(payload, "custom_id") == [ids.pack(ids.ReaderPage(DiscussionId(7)))]
    assert shown(payload, "description") == ["A graph"]
    assert shown(payload, "url") == ["https://example.org/lead.png", "https://example.org/models"]
    assert "[example.org - Models](https://example.org/models)" in "".join(shown(payload))


@pytest.mark.parametrize(
    ("change", "said", "unsaid"),
    [
        ({"comments": 3}, "Discussion (3)", texts.FIRST_COMMENT),
        ({"state": DiscussionState.LOCKED}, texts.LOCKED, texts.FIRST_COMMENT),
        ({"state": DiscussionState.CLOSED, "comments": 2}, texts.CLOSED, texts.LOCKED),
        ({"source": None}, "Discussion (0)", texts.SOURCE),
        ({"lines": ()}, "Discussion (0)", "•"),
    ],
)
def test_a_card_follows_its_discussion(change: Json, said: str, unsaid: str, check_message: Check) -> None:
    payload = outbound.card_payload(replace(CARD, **change))
    check_message(payload)
    assert said in words_of(payload)
    assert unsaid not in words_of(payload)


def test_a_card_links_to_the_page_that_there_is(check_message: Check) -> None:
    payload = outbound.card_payload(replace(CARD, page="https://rt.example.org/7"))
    check_message(payload)
    assert shown(payload, "label") == [texts.READ, texts.SOURCE, texts.WEB_PAGE]


def test_urls_that_discord_would_refuse_are_left_out(check_message: Check) -> None:
    long = "https://example.org/" + "x" * 600
    payload = outbound.card_payload(
        replace(CARD, source=SourceView(line("site"), long), image=ImageView("data:image/png;base64,x", line("a")))
    )
    check_message(payload)
    assert shown(payload, "url") == []
    assert "Source: site" in words_of(payload)


def test_a_huge_article_has_a_card(check_message: Check) -> None:
    huge = replace(
        CARD,
        title=line("A very long title " * 23),
        tldr=line("A sentence of some length, which goes on. " * 200),
        lines=tuple(CardLine(line(f"Heading {n} " * 10), line("Words and more words. " * 40)) for n in range(80)),
    )
    payload = outbound.card_payload(huge)
    check_message(payload)
    said = words_of(payload)
    kept = said.count("• Heading")
    assert kept >= 8
    assert f"• Heading {kept - 1} " in said
    assert texts.more_sections(80 - kept) in said
    assert texts.CIVILITY in said


@settings(UNHURRIED, max_examples=30)
@given(card=cards)
def test_no_card_is_refused_for_its_size(card: Card, check_message: Check, check: CheckRequest) -> None:
    check_message(outbound.card_payload(card))
    check("post", "/channels/{channel_id}/threads", outbound.forum_post(card))
    assert 1 <= length(outbound.thread_name(card.title)) <= 100


def test_a_card_is_redrawn_with_the_body_that_posted_it(check: CheckRequest) -> None:
    check("patch", "/channels/{channel_id}/messages/{message_id}", outbound.card_payload(CARD))


def test_a_forum_post_is_a_card_with_a_name(check: CheckRequest) -> None:
    post = outbound.forum_post(CARD)
    check("post", "/channels/{channel_id}/threads", post)
    assert post["name"] == "Small *models* grow up"
    assert post["message"] == outbound.card_payload(CARD)


@pytest.mark.parametrize(
    ("title", "name"), [("A\n title ", "A title"), ("", texts.ARTICLE), ("word " * 50, ("word " * 19 + "word…"))]
)
def test_thread_names(title: str, name: str) -> None:
    assert outbound.thread_name(line(title)) == name


def test_the_opener_is_civil(check: CheckRequest) -> None:
    payload = outbound.opener_payload()
    check("post", "/channels/{channel_id}/messages", payload)
    assert texts.CIVILITY in payload["content"]
    assert payload["allowed_mentions"] == {"parse": []}


def test_half_of_a_character_is_dropped_where_a_body_could_not_be_sent() -> None:
    broken = line("a\ud83db")
    card = replace(
        CARD, title=broken, tldr=broken, lines=(CardLine(broken, broken),), image=ImageView("https://a.b", broken)
    )
    copy = replace(COPY, author=broken, files=(FileView(broken, broken, "a/b", 1, b"x", None),))
    for payload in (outbound.forum_post(card), outbound.copy_payload(copy)[0]):
        json.dumps(payload, ensure_ascii=False).encode()


def test_a_preview_shows_the_card_and_asks(check_message: Check, check_schema: Callable[[str, Json], None]) -> None:
    card = replace(CARD, discussion=None)
    payload = outbound.draft_payload(
        DraftView(DraftId(3), card, "t", "s", "main", ("#news on Discord", "#news on Slack"))
    )
    check_message(payload)
    check_schema("IncomingWebhookInteractionRequest", payload)
    assert payload["flags"] & 64
    assert shown(payload, "label") == [texts.SOURCE, texts.PUBLISH, texts.EDIT, texts.CANCEL]
    assert [ids.unpack(one) for one in shown(payload, "custom_id")] == [
        ids.DraftButton("publish", DraftId(3)),
        ids.DraftButton("edit", DraftId(3)),
        ids.DraftButton("cancel", DraftId(3)),
    ]
    assert "#news on Discord, #news on Slack" in words_of(payload)


@settings(UNHURRIED, max_examples=15)
@given(card=cards, board=words, channels=st.lists(words, max_size=8).map(tuple))
def test_no_preview_is_refused_for_its_size(
    card: Card, board: str, channels: tuple[str, ...], check_message: Check
) -> None:
    check_message(
        outbound.draft_payload(DraftView(DraftId(3), replace(card, discussion=None), "", "", board, channels))
    )
