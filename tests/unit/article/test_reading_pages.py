"""Articles from HTML pages."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from bot.article import article_text, read_html
from bot.article.writing import body_text
from bot.errors import SourceError
from bot.markup.tree import CodeBlock, Link, List, Quote, Styled
from bot.markup.view import plain
from bot.model import Image
from tests.unit.article.pages import URL, WORDS, article, headings, page


def test_headings_become_sections_and_formatting_stays() -> None:
    found = read_html(
        page(
            article(
                f"<p>{WORDS} See <a href='/rel'>this <b>page</b></a>.</p><h2>One</h2><p>{WORDS}</p>"
                f"<ul><li>first</li><li>second<ol><li>inner</li></ol></li></ul><h3>One and a half</h3><p>{WORDS}</p>"
                f"<h2>Two</h2><blockquote><p>{WORDS}</p></blockquote>"
                f"<pre><code>x = 1\n    y = 2</code></pre><p>{WORDS}</p>"
            )
        ),
        url=URL,
    )
    assert headings(found) == ["", "One", "One and a half", "Two"]
    intro = found.sections[0].body.blocks[0]
    links = [node for node in getattr(intro, "children", ()) if isinstance(node, Link)]
    assert [link.url for link in links] == ["https://www.news.example/rel"]
    assert any(isinstance(node, Styled) and node.style == "bold" for node in links[0].children)
    listed = [block for block in found.sections[1].body.blocks if isinstance(block, List)]
    assert plain(type(found.sections[1].body)((listed[0],))) == "• first\n• second\n1. inner"
    assert any(isinstance(block, Quote) for block in found.sections[3].body.blocks)
    assert CodeBlock("x = 1\n    y = 2") in found.sections[3].body.blocks


@pytest.mark.parametrize(
    "hidden",
    [
        "<p hidden>{}</p>",
        "<p hidden=hidden>{}</p>",
        "<p hidden=until-found>{}</p>",
        "<div style='color:red; display : none'><p>{}</p></div>",
        "<p style='visibility:hidden'>{}</p>",
        "<p style='display/**/:none'>{}</p>",
        "<p style='color:red;/* a; b */display: /* c\n */ none'>{}</p>",
        "<p style='/**/visibility:/**/hidden/*'>{}</p>",
        "<p style='color:red; font-size : 0'>{}</p>",
        "<div style='font-size:0.0px!important'><p>{}</p></div>",
        "<section aria-hidden='true'><p>{}</p></section>",
        "<template><p>{}</p></template>",
        "<noscript><p>{}</p></noscript>",
        "<script>{}</script>",
        "<style>p::after {{ content: '{}' }}</style>",
        "<!-- <p>{}</p> -->",
        "<dialog><p>{}</p></dialog>",
        "<p class='note gone'>{}</p>",
        "<p id=away>{}</p>",
        "<p class=never>{}</p>",
        "<span class='sr-only'>{}</span>",
        "<select><option>{}</option></select>",
    ],
)
def test_hidden_nodes_never_leak(hidden: str) -> None:
    secret = "Hidden words that nobody on the page can see, in a sentence long enough to look like text."
    rules = ".gone, #away { visibility: hidden } .never { display: none } @media print { p { display:none } }"
    head = f"<title>The Great Title</title><style>{rules}</style>"
    inner = f"<p>{WORDS}</p>{hidden.format(secret)} and a tail<p>{WORDS}</p>"
    found = read_html(page(article(inner), head), url=URL)
    assert "Hidden words" not in article_text(found)
    assert article_text(found).count("A second sentence follows") >= 2
    # Where hidden text is all that there is, there is no article.
    with pytest.raises(SourceError):
        read_html(page(f"<h1>The Great Title</h1>{hidden.format(secret)}", head), url=URL)


def test_a_short_page_keeps_its_paragraphs_apart() -> None:
    inner = "<figure><img src=/a.jpg alt='A cat' width=800></figure><p>One short thing.</p><p>Another short thing.</p>"
    found = read_html(page(article(inner + "<table><tr><td>a<td>b<tr><td>1<td>2</table>")), url=URL)
    assert body_text(found.sections[0].body) == "One short thing.\n\nAnother short thing.\n\na | b\n1 | 2"
    assert found.image == Image("https://www.news.example/a.jpg", "A cat")


@pytest.mark.parametrize("sign", ["¶", "#", " # "])
def test_a_headings_link_to_itself_is_no_part_of_it(sign: str) -> None:
    link = f"<a class=headerlink href='#here'>{sign}</a>"
    inner = f"<p>{WORDS}</p><h2>One{link}</h2><p>{WORDS}</p><h2>C#</h2><p>{WORDS} {link}</p>"
    found = read_html(page(f"<article><h1>The Title {link}</h1>{inner}</article>", ""), url=URL)
    assert found.title == "The Title"
    assert headings(found) == ["", "One", "C#"]
    assert sign.strip() in body_text(found.sections[2].body)


@pytest.mark.parametrize("item", ["<a href='/{0}'>Story number {0}</a>", "<b><a href='/{0}'>Story {0}</a></b> · "])
def test_a_list_of_links_is_no_article(item: str) -> None:
    items = "".join(f"<li>{item.format(number)}</li>" for number in range(30))
    with pytest.raises(SourceError, match="no article"):
        read_html(page(f"<h1>The Great Title</h1><ul>{items}</ul><h2>More</h2><ul>{items}</ul>"), url=URL)
    assert "Story" in article_text(read_html(page(article(f"<p>{WORDS}</p><ul>{items}</ul>")), url=URL))
    told = json.dumps({"@type": "Article", "headline": "The Great Title", "articleBody": WORDS})
    script = f"<script type='application/ld+json'>{told}</script>"
    assert article_text(read_html(page(f"<ul>{items}</ul>{script}"), url=URL)).count("A second sentence") == 2


def test_paragraphs_parted_by_line_breaks_alone() -> None:
    found = read_html(page(f"<div>{WORDS}<br><br>{WORDS}<br>Still the second.<br> <br/>The third one here.</div>"))
    assert body_text(found.sections[0].body) == f"{WORDS}\n\n{WORDS}\nStill the second.\n\nThe third one here."


def test_what_stands_around_an_article_stays_out() -> None:
    around = "<div id=comments><h2>3 comments</h2><p>A great post, which I really liked a lot, thank you!</p></div>"
    when = "<time datetime='2024-05-06T01:02:03Z'>May 6</time>"
    meta = f"<div class=entry-meta>Posted on {when} by <a rel=author>Ada</a></div>"
    found = read_html(page(article(f"{meta}<p>{WORDS}</p><p>{WORDS}</p><h2>Empty end</h2>") + around), url=URL)
    assert headings(found) == [""]
    assert body_text(found.sections[0].body) == f"{WORDS}\n\n{WORDS}"
    assert found.authors == ("Ada",)
    assert found.published_at == datetime(2024, 5, 6, 1, 2, 3, tzinfo=UTC)


def test_a_body_that_waits_for_its_script_is_still_read() -> None:
    body = f"<body style='display:none'><p>{WORDS}</p></body>"
    assert "A second sentence" in article_text(read_html(f"<html hidden>{body}</html>".encode()))


def test_what_opens_details_is_no_heading() -> None:
    details = f"<details><summary>Show the numbers</summary><p>{WORDS}</p></details>"
    for inner, expected in ((details, [""]), (f"{details}<h2>One</h2><p>{WORDS}</p>", ["", "One"])):
        found = read_html(page(article(f"{inner}<p>{WORDS}</p>")), url=URL)
        assert headings(found) == expected
        assert "▸ Show the numbers" in article_text(found)


def test_text_without_a_size_hides_no_child_that_has_one() -> None:
    inner = f"<div style='font-size:0'><p style='font-size:16px'>{WORDS}</p></div><p>{WORDS}</p>"
    assert article_text(read_html(page(article(inner)), url=URL)).count("A second sentence") >= 2


@pytest.mark.parametrize("depth", [300, 3_000])
def test_a_page_that_is_nested_too_deeply_says_so(depth: int) -> None:
    with pytest.raises(SourceError, match="nested too deeply"):
        read_html(page("<div>" * depth + f"<p>{WORDS}</p>" + "</div>" * depth), url=URL)


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 180_000 + "text",
        "<p>" + "<b>" * 300_000 + "text " * 100,
        "<ul><li>" * 100_000 + "text",
        "<ul>" + "<ul><li><a href=x>b</a>" * 30_000,
        "<table><tr><td>" * 60_000 + "text",
        "<p " + " ".join(f"a{number}=1" for number in range(100_000)) + ">" + WORDS,
        "<p " + " ".join(f"a{number}='>'" for number in range(100_000)) + ">" + WORDS,
        "<p>" + "a<br>" * 200_000,
        "<title>" + "a | " * 100_000 + f"</title><p>{WORDS}",
        "<!--" * 200_000,
        "<" * 500_000,
        "".join(chr(number % 0x250) for number in range(300_000)),
        f"<p style='{'/* ' * 300_000}'>{WORDS}",
        "<style>" + "/* " * 300_000 + f"</style><p>{WORDS}",
        "<style>" + "@media{" * 30_000 + f"</style><p>{WORDS}",
        "<p title='" + "x" * 500_000,
        "\0" * 1000 + f"<p>{WORDS}",
    ],
    ids=range(17),
)
def test_pathological_pages_end_with_an_answer(html: str) -> None:
    try:
        found = read_html(html.encode("utf-8", "replace"), url=URL)
    except SourceError:
        return
    assert found.title
    assert found.tldr
