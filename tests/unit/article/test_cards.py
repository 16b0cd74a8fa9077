"""Cards and pages to read, drawn from articles."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.article import read_text, sample
from bot.article.card import card_text, draw_article, draw_card
from bot.markup.tree import CodeBlock, Document, List, Paragraph, Quote, Text
from bot.model import Article, DiscussionId, DiscussionState, Image, Section, Source
from tests.builders import MASKER


def article(*sections: Section, tldr: str = "In short.", source: Source | None = None) -> Article:
    return Article("A Title", tldr, sections, source or Source())


def paragraph(text: str) -> Paragraph:
    return Paragraph((Text(text),))


def test_a_card_has_a_line_for_each_section() -> None:
    card = draw_card(read_text(sample()), MASKER, discussion=DiscussionId(7), page="https://x.example/7")
    assert [(str(line.heading), str(line.text)) for line in card.lines] == [
        ("", "Ten years ago the web forum looked finished."),
        ("The Case for a Place of One's Own", "Those who return speak first about memory."),
        ("The Case Against Going Back", "Critics answer that the work has not become any lighter."),
        ("Looking for a Middle Way", "Between the two camps, many groups try to have both."),
    ]
    assert card.discussion == DiscussionId(7)
    assert card.page == "https://x.example/7"
    assert card.image is None


def test_an_introduction_that_the_tldr_quotes_has_no_line() -> None:
    body = Document((paragraph("One. Two. Three."),))
    drawn = draw_card(article(Section("", body), tldr="One. Two."), MASKER, discussion=None)
    assert drawn.lines == ()


@pytest.mark.parametrize(
    ("blocks", "text"),
    [
        ((CodeBlock("x = 1"), paragraph("Words. More.")), "Words."),
        ((Quote((paragraph("Said so. Yes."),)),), "Said so."),
        ((List(((paragraph("one"),), (paragraph("two"),))),), "one"),
        ((CodeBlock("x = 1"),), "x = 1"),
        ((), ""),
    ],
)
def test_a_line_takes_the_first_sentence_that_there_is(blocks: tuple[Paragraph, ...], text: str) -> None:
    drawn = draw_card(article(Section("Heading", Document(blocks))), MASKER, discussion=None)
    assert str(drawn.lines[0].text) == text


@pytest.mark.parametrize(
    ("source", "label"),
    [
        (Source("Site", "Title", "https://x.example/a"), "Site - Title"),
        (Source("Site"), "Site"),
        (Source("", "Title"), "Title"),
        (Source("", "", "https://www.x.example/a"), "x.example"),
    ],
)
def test_source_labels(source: Source, label: str) -> None:
    view = draw_card(article(source=source), MASKER, discussion=None).source
    assert view is not None
    assert str(view.label) == label
    assert view.url == source.url


def test_without_a_source_there_is_no_source_line() -> None:
    assert draw_card(article(), MASKER, discussion=None).source is None


def test_an_image_without_words_is_named_by_the_title() -> None:
    found = replace(article(), image=Image("https://x.example/i.png"))
    drawn = draw_card(found, MASKER, discussion=None).image
    assert drawn is not None
    assert str(drawn.alt) == "A Title"


def test_everything_is_masked() -> None:
    bad = "shit"
    found = Article(
        f"Title {bad}",
        f"Short {bad}.",
        (Section(f"Heading {bad}", Document((paragraph(f"Body {bad}."),))),),
        Source(f"Site {bad}", f"Page {bad}"),
        Image("https://x.example/i.png", f"Alt {bad}"),
    )
    card = draw_card(found, MASKER, discussion=None)
    view = draw_article(found, MASKER)
    assert bad not in card_text(card)
    assert bad not in f"{card}{view}"
    assert bad not in repr(view.sections[0].body.document)


def test_a_whole_article_to_read() -> None:
    found = read_text(sample())
    view = draw_article(found, MASKER)
    assert str(view.title) == found.title
    assert [str(section.heading) for section in view.sections] == [section.heading for section in found.sections]
    assert [section.body.document for section in view.sections] == [section.body for section in found.sections]


def test_the_card_as_text() -> None:
    found = article(
        Section("", Document((paragraph("An introduction. And more."),))),
        Section("Heading", Document((paragraph("First. Second."),))),
        source=Source("Site", "Page", "https://x.example/a"),
    )
    assert card_text(draw_card(found, MASKER, discussion=None)) == (
        "A Title\n\nTL;DR. In short.\n\nAn introduction.\n\nHeading: First.\n\nSource: Site - Page <https://x.example/a>"
        "\n\nDiscussion (0)\n\nProfanity is auto-masked. Be civil.\n\nBe the first to comment."
    )


@pytest.mark.parametrize(
    ("comments", "state", "end"),
    [
        (3, DiscussionState.OPEN, "Discussion (3)\n\nProfanity is auto-masked. Be civil."),
        (3, DiscussionState.LOCKED, "Discussion (3)\n\nLocked: no new comments for now.\n\n"),
        (0, DiscussionState.CLOSED, "Discussion (0)\n\nClosed.\n\nProfanity is auto-masked. Be civil."),
    ],
)
def test_the_end_of_a_card_tells_the_discussions_state(comments: int, state: DiscussionState, end: str) -> None:
    text = card_text(draw_card(article(), MASKER, discussion=None, comments=comments, state=state))
    assert end in text
    assert "Be the first" not in text
