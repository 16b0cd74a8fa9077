"""How cards and their previews are drawn on Slack."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from adapters.slack.ids import ReaderPage, unpack_draft, unpack_page
from adapters.slack.markup.writing import MAX_TEXT, weight
from adapters.slack.outbound import (
    card_payload,
    copy_payload,
    draft_blocks,
)
from bot.markup.cutting import length
from bot.model import DiscussionId, DiscussionState, DraftId
from bot.views import (
    Card,
    CardLine,
    DraftView,
    ImageView,
    SourceView,
)
from tests.unit.slack.samples import (
    CARD,
    COPY,
    CheckBlocks,
    cards,
    law,
    line,
    of_type,
    words,
)


def test_a_card_holds_what_a_card_holds(check_blocks: CheckBlocks) -> None:
    payload = card_payload(CARD)
    check_blocks(payload["blocks"])
    shown = list(words(payload["blocks"]))
    assert shown == [
        "A <title> & more",
        "a picture",
        "TL;DR",
        " Short *indeed*.",
        "It begins.",
        "Part one",
        ": It goes on.",
        "Source: ",
        "site.example - A *title*",
        "Discussion (0)",
        "Profanity is auto-masked. Be civil.",
        "Be the first to comment.",
        "Read",
        "Source",
    ]
    assert payload["text"] == "A &lt;title&gt; &amp; more\nShort *indeed*."
    assert (payload["unfurl_links"], payload["unfurl_media"]) == (False, False)


def test_people_s_words_are_never_mrkdwn() -> None:
    assert "mrkdwn" not in str(card_payload(CARD))
    assert "mrkdwn" not in str(copy_payload(COPY))


@pytest.mark.parametrize(
    ("comments", "state", "expected"),
    [
        (0, DiscussionState.OPEN, ["Be the first to comment."]),
        (3, DiscussionState.OPEN, []),
        (0, DiscussionState.LOCKED, ["Locked: no new comments for now."]),
        (3, DiscussionState.LOCKED, ["Locked: no new comments for now."]),
        (3, DiscussionState.CLOSED, ["Closed."]),
    ],
)
def test_a_card_ends_in_its_state(comments: int, state: DiscussionState, expected: list[str]) -> None:
    blocks = card_payload(replace(CARD, comments=comments, state=state))["blocks"]
    assert f"Discussion ({comments})" in words(blocks)
    footer = list(words(of_type(blocks, "context")))
    assert footer == ["Profanity is auto-masked. Be civil.", *expected]


def test_buttons_lead_to_the_article_its_source_and_its_page() -> None:
    buttons = card_payload(replace(CARD, page="https://p.example/7"))["blocks"][-1]["elements"]
    assert unpack_page(buttons[0]["value"]) == ReaderPage(DiscussionId(7), 0)
    assert [button.get("url") for button in buttons] == [None, "https://site.example/a", "https://p.example/7"]
    assert len({button["action_id"] for button in buttons}) == 3


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://a.example/i.png", True),
        ("http://a.example/i.png", False),
        ("data:image/png;base64,x", False),
        ("https://a.example/" + "x" * 3_000, False),
    ],
)
def test_only_images_that_slack_can_show_are_shown(url: str, shown: bool) -> None:  # noqa: FBT001 - a table's column
    card = replace(CARD, image=ImageView(url, line("alt")))
    assert bool(of_type(card_payload(card)["blocks"], "image")) is shown
    assert not of_type(card_payload(card, image=False)["blocks"], "image")


def test_a_huge_article_has_a_card_that_slack_takes(check_blocks: CheckBlocks) -> None:
    lines = tuple(CardLine(line(f"Section {number}"), line("A rather long sentence. " * 32)) for number in range(80))
    payload = card_payload(replace(CARD, title=line("word " * 80), tldr=line("Much. " * 10_000), lines=lines))
    check_blocks(payload["blocks"])
    shown = " ".join(words(payload["blocks"]))
    assert "Section 0" in shown
    assert "Section 24" in shown
    assert "… and 55 more sections" in shown
    assert payload["blocks"][0]["text"]["text"].endswith("word…")


def test_long_addresses_leave_a_full_card_within_its_size(check_blocks: CheckBlocks) -> None:
    url = "https://a.example/" + "x" * 2_980
    lines = tuple(CardLine(line(f"Section {number}"), line("A rather long sentence. " * 32)) for number in range(25))
    full = replace(CARD, tldr=line("Much. " * 500), lines=lines, source=SourceView(line("A site"), url), page=url)
    blocks = card_payload(full)["blocks"]
    check_blocks(blocks)
    assert weight(blocks) <= MAX_TEXT
    assert "A site" in words(blocks)


@law
@given(cards)
def test_no_card_is_too_large(check_blocks: CheckBlocks, card: Card) -> None:
    payload = card_payload(card)
    check_blocks(payload["blocks"])
    assert weight(payload["blocks"]) <= MAX_TEXT
    assert length(payload["text"]) <= 4_000
    draft = DraftView(DraftId(1), card, str(card.title), str(card.tldr), "main", ("#news on Slack",) * 200)
    check_blocks(draft_blocks(draft))


def test_a_preview_can_be_published_edited_or_cancelled(check_blocks: CheckBlocks) -> None:
    draft = DraftView(DraftId(5), replace(CARD, discussion=None), "t", "s", "main", ("#news on Slack", "#a on Discord"))
    blocks = draft_blocks(draft)
    check_blocks(blocks)
    shown = list(words(blocks))
    assert "Only you see this. Publish posts it on main: #news on Slack, #a on Discord" in shown
    assert shown[-3:] == ["Publish", "Edit", "Cancel"]
    assert "Read" not in shown
    assert {unpack_draft(button["value"]) for button in blocks[-1]["elements"]} == {DraftId(5)}
    assert not of_type(blocks, "image")


def test_a_preview_without_channels_offers_no_publishing() -> None:
    shown = list(words(draft_blocks(DraftView(DraftId(5), CARD, "t", "s", "main", ()))))
    assert "Publish" not in shown
    assert shown[-2:] == ["Edit", "Cancel"]
