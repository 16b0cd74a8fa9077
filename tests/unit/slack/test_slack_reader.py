"""The reader on Slack, page by page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.ids import ReaderPage, unpack_page
from adapters.slack.markup.writing import MAX_TEXT, weight
from adapters.slack.outbound import (
    reader_view,
)
from bot.markup.tree import Paragraph, Text, plain_document
from bot.masking.masked import MaskedLine
from bot.model import DiscussionId
from bot.views import (
    ArticleView,
    SectionView,
    SourceView,
)
from tests.builders import MASKER
from tests.unit.slack.samples import (
    CheckView,
    law,
    line,
    lines_of_text,
    long_texts,
    of_type,
    words,
)


def article(sections: int, paragraphs: int, title: str = "A title") -> ArticleView:
    text = "\n\n".join(f"Paragraph {number}. " + "Some words follow. " * 20 for number in range(paragraphs))
    return ArticleView(
        line(title),
        line("In short."),
        tuple(SectionView(line(f"Part {number}"), MASKER.document(plain_document(text))) for number in range(sections)),
        SourceView(line("site.example"), "https://site.example/a"),
    )


def test_a_short_article_is_one_page(check_view: CheckView) -> None:
    view = reader_view(article(1, 1), discussion=DiscussionId(7))
    check_view(view)
    assert not of_type(view["blocks"], "actions")
    shown = list(words(view["blocks"]))
    assert shown[:4] == ["A title", "TL;DR", " In short.\n\n", "Part 0"]
    assert shown[-2:] == ["Source: ", "site.example"]
    assert unpack_page(view["private_metadata"]) == ReaderPage(DiscussionId(7), 0)


def test_all_pages_together_are_the_article(check_view: CheckView) -> None:
    whole = article(8, 12, "A title " * 60)
    seen, page = "", 0
    while True:
        view = reader_view(whole, discussion=DiscussionId(7), page=page)
        check_view(view)
        body = [block for block in view["blocks"] if block["type"] not in ("context", "actions")]
        assert weight(body) <= 12_000
        seen += "".join(words(body))
        buttons = [button for row in of_type(view["blocks"], "actions") for button in row["elements"]]
        following = [button for button in buttons if button["action_id"] == "roundtable_next_page"]
        assert len(buttons) == (page > 0) + bool(following)
        if not following:
            break
        page += 1
        assert unpack_page(following[0]["value"]) == ReaderPage(DiscussionId(7), page)
    assert page > 2
    expected = str(whole.title) + "".join(
        str(section.heading) + "".join(words_of(section)) for section in whole.sections
    )
    squeezed = "".join(seen.split()).replace("TL;DRInshort.", "").replace("Source:site.example", "")
    assert squeezed == "".join(expected.split())


def words_of(section: SectionView) -> Iterator[str]:
    for block in section.body.document.blocks:
        if isinstance(block, Paragraph):
            yield from (child.text for child in block.children if isinstance(child, Text))


@pytest.mark.parametrize("page", [-1, 99])
def test_a_page_that_is_not_there_is_the_nearest(page: int) -> None:
    view = reader_view(article(6, 12), discussion=DiscussionId(7), page=page)
    shown = unpack_page(view["private_metadata"])
    assert shown is not None
    assert (shown.page == 0) is (page < 0)
    assert ("Next" in list(words(view["blocks"]))) is (page < 0)


def test_a_heading_is_not_left_alone_at_a_page_s_end() -> None:
    whole = article(40, 1)
    for page in range(2):
        blocks = reader_view(whole, discussion=DiscussionId(7), page=page)["blocks"]
        last = [block for block in blocks if block["type"] == "rich_text"][-1]
        assert not list(words(last))[-1].startswith("Part")


@law
@given(st.lists(st.tuples(lines_of_text, long_texts), max_size=8), lines_of_text, st.integers(0, 12))
def test_no_page_is_too_large(
    check_view: CheckView, sections: list[tuple[MaskedLine, str]], title: MaskedLine, page: int
) -> None:
    parts = tuple(SectionView(heading, MASKER.document(plain_document(text))) for heading, text in sections)
    whole = ArticleView(title, title, parts, None)
    view = reader_view(whole, discussion=DiscussionId(7), page=page)
    check_view(view)
    assert weight(view["blocks"]) <= MAX_TEXT
