from __future__ import annotations

import pytest

from adapters.web.richtext import rich, safe_url
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
from tests import valid_html
from tests.builders import MASKER


def html(*blocks: Block, heading: int | None = None) -> str:
    drawn = str(rich(MASKER.document(Document(blocks)), heading))
    valid_html.parse(f"<!doctype html><title>x</title><div>{drawn}</div>")
    return drawn


def line(*nodes: Inline) -> str:
    return html(Paragraph(nodes)).removeprefix('<p dir="auto">').removesuffix("</p>")


@pytest.mark.parametrize(
    ("node", "drawn"),
    [
        (Text("a < b & c\nd"), "a &lt; b &amp; c<br>\nd"),
        (Styled("bold", (Text("x"),)), "<strong>x</strong>"),
        (Styled("italic", (Styled("strike", (Text("x"),)),)), "<em><s>x</s></em>"),
        (Styled("underline", (Text("x"),)), "<u>x</u>"),
        (Code("<b>"), '<code dir="ltr">&lt;b&gt;</code>'),
        (Mention("user", "Ada <3"), '<span class="mention">@<bdi>Ada &lt;3</bdi></span>'),
        (Mention("channel", "news"), '<span class="mention">#<bdi>news</bdi></span>'),
        (Emoji("party"), '<span class="emoji">:party:</span>'),
        (Timestamp(0), '<time datetime="1970-01-01T00:00:00Z">1 January 1970, 00:00 UTC</time>'),
        (Timestamp(10**15), "1000000000000000"),
        (
            Link("https://e.example/?a=1&b=2", (Text("x"),)),
            '<a href="https://e.example/?a=1&amp;b=2" rel="nofollow ugc noopener">x</a>',
        ),
        (Link("javascript:alert(1)", (Text("x"),)), "x"),
        (
            Link("https://e.example/", (Link("https://f.example/", (Styled("spoiler", (Text("x"),)),)),)),
            '<a href="https://e.example/" rel="nofollow ugc noopener">x</a>',
        ),
    ],
)
def test_each_kind_of_node_is_drawn(node: Inline, drawn: str) -> None:
    assert line(node) == drawn


def test_a_spoiler_is_hidden_until_it_is_asked_for() -> None:
    drawn = line(Styled("spoiler", (Text("the end"),)))
    assert '<input type="checkbox" aria-label="Show spoiler">' in drawn


def test_headings_fit_into_the_page_they_stand_on() -> None:
    heading = Heading(1, (Text("x"),))
    assert html(heading) == '<p dir="auto"><strong>x</strong></p>'
    assert html(heading, heading=3) == '<h3 dir="auto">x</h3>'
    assert html(Heading(6, (Text("x"),)), heading=3) == '<h6 dir="auto">x</h6>'


def test_blocks_nest() -> None:
    inner = List(((Paragraph((Text("one"),)),), (Paragraph((Text("two"),)), CodeBlock("\nx"))), ordered=True, start=3)
    drawn = html(Quote((inner,)))
    assert drawn.startswith('<blockquote><ol dir="auto" start="3"><li>one</li><li><p dir="auto">two</p>')
    assert "<code>\nx</code>" in drawn


def test_what_is_nested_too_deep_is_drawn_as_plain_text() -> None:
    block: Block = Paragraph((Text("deep"),))
    for _ in range(40):
        block = Quote((List(((block,),)),))
    drawn = html(block)
    assert "deep" in drawn
    assert drawn.count("<blockquote>") < 20


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://e.example/", True),
        ("HTTP://e.example", True),
        ("mailto:a@e.example", True),
        ("javascript:alert(1)", False),
        (" javascript:alert(1)", False),
        ("java\nscript:alert(1)", False),
        ("data:text/html,x", False),
        ("//e.example/", False),
        ("/a", False),
        ("https:", False),
        ("http://[", False),
        ("", False),
        (None, False),
    ],
)
def test_links_lead_to_pages_and_mailboxes_alone(url: str | None, safe: bool) -> None:  # noqa: FBT001 - a column
    assert (safe_url(url) is not None) is safe


@pytest.mark.parametrize(
    ("url", "fit"),
    [
        (
            'https://e.example/a b|c"<>[]{}^`\\%zz%41?q=[ ]&é#a#b',
            "https://e.example/a%20b%7Cc%22%3C%3E%5B%5D%7B%7D%5E%60%5C%25zz%41?q=%5B%20%5D&é#a%23b",
        ),
        ("https://bücher.example/ü?a=b+c%20d", "https://bücher.example/ü?a=b+c%20d"),
        ("https://[2001:db8::1]:8080/", "https://[2001:db8::1]:8080/"),
        ("mailto:a b@e.example?subject=x", "mailto:a%20b@e.example?subject=x"),
        ("https://e.example/\x00\u202e", "https://e.example/\u202e"),
        ('https://e ex.example/"><b>', None),
        ("https://<b>.example/", None),
        ("https://user@/", None),
    ],
)
def test_what_no_url_may_hold_is_escaped_in_it(url: str, fit: str | None) -> None:
    assert safe_url(url) == fit
