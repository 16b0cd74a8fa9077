"""Articles from plain text and Markdown, in the shapes that people paste."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.article import article_text, fingerprints, read_text, sample
from bot.article.writing import body_text
from bot.errors import SourceError
from bot.markup.tree import CodeBlock, List, Paragraph, Text
from bot.model import Article, Source

SHARED = Path(__file__).parents[4] / "shared" / "articles" / "deepseek-v4.txt"
LONG = (
    "This is a long line of prose, which goes on and on without any end in sight, and is surely longer than the "
    "hundred and forty characters that nobody wraps at. It has two sentences."
)
WRAPPED = (
    "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod\n"
    "tempor incididunt ut labore et dolore magna aliqua. Ut enim ad minim\n"
    "veniam, quis nostrud exercitation ullamco laboris nisi ut aliquip ex ea\n"
    "commodo consequat."
)
FOOTER = "Discussion (0)\n\nProfanity is auto-masked. Be civil.\n  1. Be the first to comment."


def headings(article: Article) -> list[str]:
    return [section.heading for section in article.sections]


@pytest.mark.skipif(not SHARED.exists(), reason="the user's article is not on this machine")
def test_the_users_article_reads_as_it_was_meant() -> None:
    article = read_text(SHARED.read_text("utf-8"))
    assert article.title.startswith("DeepSeek V4 Approaches AI Frontier, Raises Questions")
    assert article.tldr.startswith("DeepSeek V4 represents a significant step forward")
    assert article.tldr.endswith("and the future direction of AI development.")
    assert headings(article) == [
        "",
        "The Open-Source Advancement Perspective",
        "The Proprietary System Concern Perspective",
        "Broader Implications for AI Development",
    ]
    assert [len(section.body.blocks) for section in article.sections] == [2, 3, 4, 2]
    assert article.source == Source("simonwillison.net", "DeepSeek V4 Analysis", None)
    text = article_text(article)
    assert "Discussion (" not in text
    assert "Be civil" not in text
    assert "Be the first" not in text


def test_the_sample_has_every_part() -> None:
    article = read_text(sample())
    assert len(headings(article)) == 4
    assert headings(article)[0] == ""
    assert all(headings(article)[1:])
    assert len(article.sections[0].body.blocks) == 2
    assert article.source.name == "roundtable.example"
    assert article.source.title
    assert article.tldr.startswith("Hobby groups")
    assert "Discussion" not in article_text(article)


def test_an_article_survives_its_own_text() -> None:
    article = read_text(sample())
    assert read_text(article_text(article)) == article


def test_paragraphs_without_blank_lines_between_them() -> None:
    article = read_text(
        f"The Title\nTL;DR. Short words. More words.\n{LONG}\nA Heading Here\n{LONG}\n{LONG}\n"
        "Source: x.org - Its Title\nDiscussion (12)\nProfanity is auto-masked. Be civil.\n1. Ada: hello"
    )
    assert article.title == "The Title"
    assert article.tldr == "Short words. More words."
    assert headings(article) == ["", "A Heading Here"]
    assert [len(section.body.blocks) for section in article.sections] == [1, 2]
    assert article.source == Source("x.org", "Its Title")


@pytest.mark.parametrize(
    "text",
    [
        f"The Title\n\n{WRAPPED}\n\nA heading\n\n{WRAPPED}\n\n{WRAPPED}",
        f"The Title\n{WRAPPED}\n\nA heading\n{WRAPPED}\n\n{WRAPPED}",
        f"The Title\r\n\r\n{WRAPPED}\r\n\r\nA heading\r\n\r\n{WRAPPED}\r\n\r\n{WRAPPED}",
        f"\ufeffThe Title\n=========\n\n{WRAPPED}\n\nA heading\n---------\n\n{WRAPPED}\n\n{WRAPPED}",
        f"    The Title\n\n    {WRAPPED}\n\nA heading\n\n{WRAPPED}\n\n    {WRAPPED}",
    ],
)
def test_wrapped_lines_are_one_paragraph(text: str) -> None:
    article = read_text(text)
    assert article.title == "The Title"
    assert headings(article) == ["", "A heading"]
    prose = WRAPPED.replace("\n", " ")
    assert [body_text(section.body) for section in article.sections] == [prose, f"{prose}\n\n{prose}"]
    assert article.tldr == prose


def test_line_breaks_that_were_meant_stay() -> None:
    article = read_text("A Poem\n\nRoses are red\nViolets are blue\n\nSugar is sweet\nAnd so are you")
    assert article.title == "A Poem"
    assert [body_text(section.body) for section in article.sections] == [
        "Roses are red\nViolets are blue\n\nSugar is sweet\nAnd so are you"
    ]


def test_markdown() -> None:
    article = read_text(
        f"# The *Title*\n\n**TL;DR:** It is `short`.\n\n{LONG}\n\n## One\n\n{LONG}\n\n- a\n- b\n\n"
        f"#### Deep\n\n{LONG}\n\n### Two\n\n```python\nx = 1\n\ny = 2\n```\n\nSource: [Its Title](https://www.x.example/a)"
    )
    assert article.title == "The Title"
    assert article.tldr == "It is short."
    assert headings(article) == ["", "One", "Two"]
    assert [type(block).__name__ for block in article.sections[1].body.blocks] == [
        "Paragraph",
        "List",
        "Heading",
        "Paragraph",
    ]
    assert article.sections[2].body.blocks == (CodeBlock("x = 1\n\ny = 2", "python"),)
    assert article.source == Source("x.example", "Its Title", "https://www.x.example/a")


def test_lists_with_typographic_bullets() -> None:
    article = read_text(f"The Title\n\n{LONG}\n\nThe points\n\n• one\n• two\n\n{LONG}")
    assert headings(article) == ["", "The points"]
    found = article.sections[1].body.blocks[0]
    assert found == List(((Paragraph((Text("one"),)),), (Paragraph((Text("two"),)),)))


def test_front_matter() -> None:
    article = read_text(
        '---\ntitle: "A: title"\nauthor: Ada, Bob\ndate: 2024-05-06\nlang: de\nurl: https://x.example/p\n'
        f"description: What it says about the whole thing, in one line.\n---\n\n# A: title\n\n{LONG}\n"
    )
    assert article.title == "A: title"
    assert article.authors == ("Ada", "Bob")
    assert article.published_at == datetime(2024, 5, 6, tzinfo=UTC)
    assert article.language == "de"
    assert article.source == Source("x.example", "", "https://x.example/p")
    assert article.tldr == "What it says about the whole thing, in one line."
    assert len(article.sections) == 1


def test_a_byline_and_a_date_are_no_headings() -> None:
    article = read_text(f"The Title\n\nBy Ada Lovelace and Bob Brown\n\nMay 6, 2024\n\n{LONG}\n\nWhat now?\n\n{LONG}")
    assert article.authors == ("Ada Lovelace", "Bob Brown")
    assert article.published_at == datetime(2024, 5, 6, tzinfo=UTC)
    assert headings(article) == ["", "What now?"]


@pytest.mark.parametrize(
    ("mark", "tldr"),
    [
        ("TL;DR. It is short.", "It is short."),
        ("tl;dr it is short.", "it is short."),
        ("TLDR: It is short.", "It is short."),
        ("TL;DR – It is short.", "It is short."),
        ("TL;DR\n\nIt is short.", "It is short."),
        ("**TL;DR** It is short.", "It is short."),
        ("## TL;DR\n\n- It is short.\n- And sweet.", "It is short; And sweet"),
    ],
)
def test_the_articles_own_tldr(mark: str, tldr: str) -> None:
    above = read_text(f"# The Title\n\n{mark}\n\n## More\n\n{LONG}")
    assert above.tldr == tldr
    below = read_text(f"# The Title\n\n{LONG}\n\n{mark}")
    assert below.tldr == tldr
    assert "short" not in body_text(below.sections[0].body)


def test_a_tldr_is_never_invented() -> None:
    article = read_text(f"The Title\n\nOne e.g. sentence by Dr. Who. Two sentences! Three of them.\n\n{LONG}")
    assert article.tldr == "One e.g. sentence by Dr. Who. Two sentences!"


@pytest.mark.parametrize(
    ("line", "source"),
    [
        ("Source: site.example - A Title", Source("site.example", "A Title")),
        ("source: Site – A - Title", Source("Site", "A - Title")),
        ("Source: Just A Name", Source("Just A Name")),
        ("Source: https://www.x.example/a?b=c", Source("x.example", "", "https://www.x.example/a?b=c")),
        ("Source: x - T (https://x.example/a)", Source("x", "T", "https://x.example/a")),
        ("Source: x - T <https://x.example/a>", Source("x", "T", "https://x.example/a")),
        ("Source: [x - T](https://x.example/a)", Source("x", "T", "https://x.example/a")),
        ("*Source: [A Title](https://x.example/a)*", Source("x.example", "A Title", "https://x.example/a")),
        ("Source: X Example (https://x.example/a)", Source("X Example", "", "https://x.example/a")),
    ],
)
def test_source_lines(line: str, source: Source) -> None:
    for end in ("", f"\n\n{FOOTER}"):
        article = read_text(f"The Title\n\n{LONG}\n\n{line}{end}")
        assert article.source == source
        assert len(article.sections) == 1
        assert body_text(article.sections[0].body) == LONG


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (f"{LONG}\n\nA heading\n\n{LONG}", ["A heading"]),
        (f"{LONG}\n\nA short sentence.\n\n{LONG}", []),
        (f"{LONG}\n\nThis introduces:\n\n- a list\n\n{LONG}", []),
        (f"{LONG}\n\nApples\n\nPears\n\n{LONG}", ["Pears"]),
        (f"{LONG}\n\n“Quoted speech”\n\n{LONG}", []),
        (f"{LONG}\n\nThe last line", []),
        (f"A heading at once\n\n{LONG}", ["A heading at once"]),
        (f"{LONG}\n\n标题\n\n{LONG}", ["标题"]),
    ],
)
def test_unmarked_headings(lines: str, found: list[str]) -> None:
    assert headings(read_text(f"The Title\n\n{LONG}\n\n{lines}")) == ["", *found]


def test_a_discussion_that_is_no_footer_stays() -> None:
    article = read_text(f"# The Title\n\n{LONG}\n\n## Discussion (2)\n\n{LONG}\n\n## End\n\n{LONG}")
    assert headings(article) == ["", "Discussion (2)", "End"]


@pytest.mark.parametrize("size", [50, 400])
def test_a_title_may_be_long(size: int) -> None:
    title = ("word " * size)[:size].strip()
    assert read_text(f"{title}\n\n{LONG}").title == title


def test_prose_without_a_title_gets_its_first_words_and_keeps_them() -> None:
    article = read_text(f"{LONG}\n\n{LONG}")
    assert article.title.startswith("This is a long line of prose")
    assert len(article.title) <= 120
    assert body_text(article.sections[0].body) == f"{LONG}\n\n{LONG}"


@pytest.mark.parametrize(
    "text", ["", " \n\t\n", "\ufeff", "Just a title", "# Just a title", "Source: x - y", "\x00\x01"]
)
def test_nothing_to_read_is_told_in_one_line(text: str) -> None:
    with pytest.raises(SourceError) as caught:
        read_text(text)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["x" * 500_000, "a\n\n" * 100_000])
def test_too_much_is_told(text: str) -> None:
    with pytest.raises(SourceError, match="too long"):
        read_text(text)


@pytest.mark.parametrize(
    "piece", ["[", "*a ", "`a``b", "http://", "> ", "_a_b", "~~a~~", "![", "<a ", "\\", "- ", "tl "]
)
def test_hostile_texts_are_read_in_bounded_time(piece: str) -> None:
    article = read_text(f"The Title\n\nWords first. {piece * (100_000 // len(piece))}")
    assert article.title == "The Title"


def test_the_same_words_meet_whatever_their_dress() -> None:
    plain = read_text(f"The Title\n\n{LONG}\n\nA heading\n\n{LONG}")
    dressed = read_text(f"# Another title\n\n{LONG.upper()}\n\n## A *heading*\n\n{LONG}\n\nSource: x - y")
    other = read_text(f"The Title\n\n{LONG}\n\nA heading\n\n{LONG} More.")
    assert fingerprints(plain) == fingerprints(dressed)
    assert not set(fingerprints(plain)) & set(fingerprints(other))


def test_short_texts_meet_only_under_the_same_title() -> None:
    one = read_text("One title\n\nPlease enable something. Then come back.")
    other = read_text("Another title\n\nPlease enable something. Then come back.")
    assert not set(fingerprints(one)) & set(fingerprints(other))
