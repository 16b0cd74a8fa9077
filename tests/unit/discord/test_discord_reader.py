"""The reader on Discord, page by page."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord import ids, outbound
from adapters.discord.markup import parse
from bot import texts
from bot.markup.cutting import length
from bot.markup.tree import (
    Block,
    CodeBlock,
    Document,
    Heading,
    Link,
    List,
    Paragraph,
    Quote,
    Styled,
    Text,
    plain_document,
)
from bot.markup.view import plain
from bot.masking.masked import MaskedLine
from bot.model import DiscussionId
from bot.views import (
    ArticleView,
    SectionView,
    SourceView,
)
from tests.builders import MASKER
from tests.unit.discord.samples import (
    UNHURRIED,
    Check,
    documents,
    line,
    lines,
    shown,
    sources,
    words_of,
)


def article(*blocks: Block) -> ArticleView:
    return ArticleView(
        line("Title"),
        line("Summary."),
        (SectionView(line(""), MASKER.document(Document(tuple(blocks)))),),
        SourceView(line("example.org"), "https://example.org"),
    )


def test_a_short_article_is_one_page(check_message: Check) -> None:
    (page,) = outbound.reader_pages(article(Paragraph((Text("All of it."),))), DiscussionId(1))
    check_message(page)
    assert words_of(page).split("\n") == ["Title", "TL;DR Summary.", "All of it.", "Source: example.org"]
    assert shown(page, "custom_id") == []
    assert page["flags"] & 64


def test_a_long_article_has_pages_that_lead_to_one_another(check_message: Check) -> None:
    sections = tuple(
        SectionView(line(f"Section {n}"), MASKER.document(plain_document(f"Paragraph {n}. " * 60))) for n in range(30)
    )
    pages = outbound.reader_pages(ArticleView(line("T"), line("S."), sections, None), DiscussionId(4))
    assert len(pages) > 5
    for number, page in enumerate(pages):
        check_message(page)
        assert texts.page_of(number + 1, len(pages)) in words_of(page)
        turns = [ids.unpack(one) for one in shown(page, "custom_id")]
        around = {at for at in (0, number - 1, number + 1, len(pages) - 1) if 0 <= at < len(pages) and at != number}
        assert turns == [ids.ReaderPage(DiscussionId(4), at) for at in sorted(around)]
        body = shown(page)[1]
        assert not body.rstrip().rsplit("\n", 1)[-1].startswith("#")
    everything = " ".join(words_of(page) for page in pages)
    assert all(everything.count(f"Paragraph {n}.") == 60 for n in range(30))
    assert all(f"Section {n}\n" in everything for n in range(30))


def test_few_pages_have_no_ways_to_the_first_and_the_last() -> None:
    pages = outbound.reader_pages(article(Paragraph((Text("Words of a text. " * 800),))), DiscussionId(4))
    assert 3 <= len(pages) <= 5
    labels = [shown(page, "label") for page in pages]
    assert labels[0] == [f"{texts.NEXT} ▶"]
    assert labels[1] == [f"◀ {texts.PREVIOUS}", f"{texts.NEXT} ▶"]


def test_pages_are_filled() -> None:
    paragraphs = [Paragraph((Text(f"A sentence of paragraph {n}, with *signs*. " * 30),)) for n in range(60)]
    pages = outbound.reader_pages(article(*paragraphs), DiscussionId(4))
    assert all(3_700 < length("".join(shown(page))) <= 4_000 for page in pages[:-1])
    said = " ".join(words_of(page) for page in pages)
    assert all(said.count(f"A sentence of paragraph {n}, with *signs*.") == 30 for n in range(60))


@pytest.mark.parametrize(
    "block",
    [
        Paragraph((Styled("bold", (Text("bold words " * 700),)),)),
        Paragraph((Link("https://a.b/c", (Text("linked words " * 300),)),)),
        Paragraph((Text("x" * 9000),)),
        Paragraph((Text("word\n" * 2500),)),
        CodeBlock("line of code\n" * 900, "py"),
        CodeBlock("y" * 9000),
        Quote((Paragraph((Text("quoted words " * 900),)),)),
        Quote((Paragraph((Text("q\n" * 3000),)),)),
        List(tuple((Paragraph((Text(f"item {n} " * 9),)),) for n in range(300)), ordered=True),
        List(((Paragraph((Text("one huge item " * 900),)),),)),
        Heading(2, (Text("heading " * 900),)),
        Paragraph((Text("*" * 6000),)),
    ],
)  # fmt: skip
def test_blocks_larger_than_a_page_are_parted(block: Block, check_message: Check) -> None:
    pages = outbound.reader_pages(article(block), DiscussionId(1))
    assert len(pages) > 1
    for page in pages:
        check_message(page)
    bodies = "".join(plain(parse(shown(page)[1])) for page in pages).removeprefix("TL;DR Summary.")
    assert "".join(bodies.split()) == "".join(plain(Document((block,))).split())


def test_a_list_goes_on_counting_on_the_next_page() -> None:
    pages = outbound.reader_pages(
        article(List(tuple((Paragraph((Text(f"item {n} " * 9),)),) for n in range(1, 100)), ordered=True)),
        DiscussionId(1),
    )
    said = " ".join(words_of(page) for page in pages)
    assert all(f"{n}. item {n} " in said for n in range(1, 100))


@settings(UNHURRIED, max_examples=25)
@given(title=lines, tldr=lines, sections=st.lists(st.tuples(lines, documents), max_size=4), source=sources)
def test_no_page_is_refused_for_its_size(
    title: MaskedLine,
    tldr: MaskedLine,
    sections: list[tuple[MaskedLine, Document]],
    source: SourceView | None,
    check_message: Check,
) -> None:
    views = tuple(SectionView(heading, MASKER.document(body)) for heading, body in sections)
    pages = outbound.reader_pages(ArticleView(title, tldr, views, source), DiscussionId(2**62))
    assert pages
    for page in pages:
        check_message(page)
