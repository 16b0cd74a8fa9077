"""What a page's head and its data tell of its article: title, source, TL;DR."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from bot.article import article_text, fingerprints, read_html
from bot.article.writing import body_text
from bot.model import Image
from tests.unit.article.pages import HEAD, URL, WORDS, article, headings, page


def test_the_head_of_a_page() -> None:
    found = read_html(page(article(f"<p>{WORDS}</p><p>{WORDS}</p>"), HEAD, "lang=en-GB"), url=URL)
    assert found.title == "The Great Title"
    assert found.tldr == "A meaningful description of what this page says about things."
    assert found.source.name == "Example News"
    assert found.source.title == "The Great Title"
    assert found.source.url == "https://www.news.example/2024/the-title/"
    assert found.authors == ("Ada Lovelace",)
    assert found.published_at == datetime(2024, 5, 1, 8, tzinfo=UTC)
    assert found.image == Image("https://www.news.example/img/lead.png", "A round table")
    assert found.language == "en-GB"
    assert headings(found) == [""]
    assert "Home" not in article_text(found)
    assert "©" not in article_text(found)


@pytest.mark.parametrize("kind", ["NewsArticle", "BlogPosting", ["Thing", "Article"]])
def test_a_shell_tells_its_article_in_json_ld(kind: object) -> None:
    data = {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "WebSite", "name": "Example News"},
            {
                "@type": kind,
                "headline": "The Great &amp; Good Title",
                "articleBody": f"{WORDS}\n\nA Heading\n\n{WORDS}\n{WORDS}",
                "author": [{"@type": "Person", "name": "Ada"}, {"name": "Bob"}],
                "datePublished": "2024-05-01",
                "publisher": {"name": "Example News"},
                "image": [{"url": "https://img.example/a.png"}],
                "inLanguage": "en_US",
            },
        ],
    }
    shell = f"<div id=root></div><script type='application/ld+json'>{json.dumps(data)}</script>"
    found = read_html(page(shell, "<title>Loading…</title>"), url=URL)
    assert found.title == "The Great & Good Title"
    assert headings(found) == ["", "A Heading"]
    assert body_text(found.sections[1].body) == f"{WORDS}\n\n{WORDS}"
    assert found.authors == ("Ada", "Bob")
    assert found.published_at == datetime(2024, 5, 1, tzinfo=UTC)
    assert found.source.name == "Example News"
    assert found.image == Image("https://img.example/a.png")
    assert found.language == "en-US"


def test_broken_json_ld_is_passed_over() -> None:
    scripts = "".join(
        f"<script type='application/ld+json'>{text}</script>"
        for text in ("{", "[" * 100_000, '{"@type":"Article","articleBody":5,"author":[null,7]}', "<!-- {} -->", "")
    )
    assert read_html(page(article(f"<p>{WORDS}</p>") + scripts)).title == "The Great Title"


@pytest.mark.parametrize(
    ("head", "heading", "title"),
    [
        ("<title>A Thing Happened | The Daily Thing</title>", "A Thing Happened", "A Thing Happened"),
        ("<title>The Daily Thing » A Thing Happened</title>", "A Thing Happened", "A Thing Happened"),
        ("<title>A Thing Happened - news.example</title>", "", "A Thing Happened"),
        ("<title>A Thing Happened — News</title>", "", "A Thing Happened"),
        ("<title>Rust 2.0 is out - what changes</title>", "", "Rust 2.0 is out - what changes"),
        ("<title>Mail | Inbox</title><meta property=og:site_name content='News'>", "", "Mail | Inbox"),
        ("<meta property=og:title content='Tom &amp; Jerry'>", "Else", "Tom & Jerry"),
        ("<title>Site</title>", "The Only Heading", "The Only Heading"),
        ("", "The Only Heading", "The Only Heading"),
    ],
)
def test_titles_without_the_site(head: str, heading: str, title: str) -> None:
    shown = f"<h1>{heading}</h1>" if heading else ""
    assert read_html(page(f"<article>{shown}<p>{WORDS}</p></article>", head), url=URL).title == title


@pytest.mark.parametrize(
    ("masthead", "title"),
    [
        ("Example Blog", "Only title | Example Blog"),
        ("EXAMPLE-BLOG", "Only title | Example Blog"),
        ("Example Blog", "Example Blog | Only title"),
        ("news.example", "Only title | Example Blog"),
        ("news.example", "news.example | Only title"),
    ],
)
def test_a_heading_with_the_sites_name_is_no_title(masthead: str, title: str) -> None:
    head = f"<title>{title}</title><meta property=og:site_name content='Example Blog'>"
    body = f"<header><h1>{masthead}</h1></header><article><p>{WORDS}</p></article>"
    assert read_html(page(body, head), url=URL).title == "Only title"
    told = f"<meta property=og:title content='{title}'>"
    assert read_html(page(body, head + told), url=URL).title == "Only title"


@pytest.mark.parametrize(
    "description",
    [
        "",
        "Short.",
        "The Great Title",
        "Please enable JavaScript to view this page properly, thank you.",
        "Subscribe to our newsletter to get all the latest news of the world.",
        "Welcome to the home of all the news that there is in the world.",
        "Example News",
        "A description of the page that the site's own machinery has cut at…",
        "A description of the page that the site's own machinery has cut [...]",
    ],
)
def test_boilerplate_is_no_tldr(description: str) -> None:
    head = f"<title>The Great Title</title><meta name=description content='{description}'>"
    found = read_html(page(article(f"<p>{WORDS}</p><p>{WORDS}</p>"), head))
    assert found.tldr == WORDS


def test_a_tldr_in_the_text_beats_the_description() -> None:
    found = read_html(page(article(f"<p><b>TL;DR:</b> It is short.</p><p>{WORDS}</p>"), HEAD), url=URL)
    assert found.tldr == "It is short."
    assert "It is short" not in body_text(found.sections[0].body)


def test_canonical_urls() -> None:
    def canonical(head: str) -> str | None:
        return read_html(page(article(f"<p>{WORDS}</p>"), f"<title>T</title>{head}"), url=URL).source.url

    assert canonical("") == URL
    assert canonical("<link rel=canonical href=/x>") == "https://www.news.example/x"
    assert canonical("<meta property=og:url content=https://news.example/y>") == "https://news.example/y"
    assert canonical("<meta property=og:url content=https://m.news.example/y>") == "https://m.news.example/y"
    assert canonical("<link rel=canonical href=/>") == URL
    assert canonical("<link rel=canonical href='javascript:x'>") == URL
    assert canonical("<link rel=canonical href='http://[::1'>") == URL


@pytest.mark.parametrize("host", ["other.example", "evilnews.example", "news.example.evil.example"])
def test_a_page_cannot_pass_for_another_sites(host: str) -> None:
    claims = f"<link rel=canonical href=https://{host}/y><meta property=og:site_name content='The Other Times'>"
    head = f"<title>T</title>{claims}"
    source = read_html(page(article(f"<p>{WORDS}</p>"), head), url=URL).source
    assert (source.name, source.url) == ("news.example", URL)


def test_an_uncut_description_is_preferred() -> None:
    whole = "A description of the page that says all that there is to say."
    head = f"<meta property=og:description content='{whole[:40]}…'><meta name=description content='{whole}'>"
    assert read_html(page(article(f"<p>{WORDS}</p>"), head), url=URL).tldr == whole


def test_the_same_page_meets_itself_at_every_address() -> None:
    def key(url: str) -> str:
        return fingerprints(read_html(page(article(f"<p>{WORDS}</p>")), url=url))[0]

    same = {
        key(url)
        for url in (
            "https://news.example/a",
            "http://www.news.example/a/",
            "https://NEWS.example:443/a?utm_source=x&fbclid=y",
            "https://news.example/a#top",
            "https://news.example/%61",
        )
    }
    assert len(same) == 1
    assert key("https://news.example/b") not in same
    assert key("https://news.example/a?id=2") not in same
    assert key("https://news.example:8443/a") not in same
    assert key("https://news.example/q?b=2&a=1") == key("https://news.example/q?a=1&b=2")
