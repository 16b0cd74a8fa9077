"""Articles from HTML pages."""

from __future__ import annotations

import json
import socket
from datetime import UTC, datetime

import pytest

from bot.article import article_text, fingerprints, read_bytes, read_html
from bot.article.writing import body_text
from bot.errors import SourceError
from bot.markup.tree import CodeBlock, Link, List, Quote, Styled
from bot.markup.view import plain
from bot.model import Article, Image

URL = "https://www.news.example/2024/the-title?utm_source=mail"
WORDS = (
    "This paragraph has enough words in it to be taken for the text of an article by whoever looks for one, "
    "and it ends as sentences do. A second sentence follows at once."
)
HEAD = """
<title>The Great Title | Example News</title>
<meta property="og:title" content="The Great Title - Example News">
<meta property="og:site_name" content="Example News">
<meta name="description" content="A meaningful description of what this page says about things.">
<link rel="canonical" href="/2024/the-title/">
<meta property="article:published_time" content="2024-05-01T10:00:00+02:00">
<meta name="author" content="By Ada Lovelace">
<meta property="og:image" content="/img/lead.png"><meta property="og:image:alt" content="A round table">
"""


def page(body: str, head: str = "<title>The Great Title</title>", attributes: str = "") -> bytes:
    return f"<!doctype html><html {attributes}><head>{head}</head><body>{body}</body></html>".encode()


def article(inner: str) -> str:
    shown = f"<main><article><h1>The Great Title</h1>{inner}</article></main>"
    return f"<nav><a href=/>Home</a></nav>{shown}<footer>© us</footer>"


def headings(found: Article) -> list[str]:
    return [section.heading for section in found.sections]


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("reading a page must not touch the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)


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


@pytest.mark.parametrize(
    ("head", "encoding", "charset"),
    [
        ("<meta charset=iso-8859-1>", "cp1252", None),
        ("<meta http-equiv=Content-Type content='text/html; charset=windows-1252'>", "cp1252", None),
        ("", "cp1252", None),
        ("", "cp1252", "ISO-8859-1"),
        ("<meta charset=utf-8>", "cp1252", "windows-1252"),
        ("", "utf-8", None),
        ("", "utf-8", "no-such-charset"),
        ("", "utf-8", "rot13"),
        ("", "utf-8-sig", "latin-1"),
        ("", "utf-16", None),
        ("<meta charset=utf-8>", "utf-16", "utf-8"),
        ("<meta charset=utf-16>", "utf-8", None),
        ("<?xml version='1.0' encoding='windows-1252'?>", "cp1252", None),
        ("<meta charset=gb2312>", "gb18030", None),
    ],
)
def test_charsets(head: str, encoding: str, charset: str | None) -> None:
    found = read_html(f"{head}<p>Grüße – {WORDS}</p>".encode(encoding), charset=charset)
    assert f"Grüße – {WORDS}" in article_text(found)


def test_a_few_broken_bytes_do_not_change_the_encoding() -> None:
    content = f"<p>Grüße über Grüße, überall Grüße, für jeden Übermütigen. {WORDS}</p>".encode()
    found = read_html(content.replace(b"jeden", b"je\xffden"))
    assert "Grüße über Grüße" in article_text(found)


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


@pytest.mark.parametrize(
    ("content", "given", "says"),
    [
        (b"", {}, "empty"),
        (b" \n ", {"media_type": "text/html"}, "empty"),
        (b"%PDF-1.7 ...", {}, "PDF"),
        (b"%PDF-1.7 ...", {"media_type": "text/html"}, "PDF"),
        (b"PK\x03\x04....", {"name": "a.docx"}, "office document"),
        (b"\x89PNG\r\n\x1a\n", {"name": "a.txt"}, "image"),
        (bytes(range(256)) * 20, {}, "no text"),
        (bytes(range(256)) * 20, {"name": "a.md"}, "no text"),
        (b"\x00\x01\x02\x03" * 50, {"media_type": "text/plain"}, "no text"),
        (b"<?xml version='1.0'?><rss><channel/></rss>", {}, "feed"),
        (b"a" * 6_000_000, {}, "5 MB"),
        (b"<html><body></body></html>", {}, "no article"),
        (b"<html><body><script>app()</script></body></html>", {"name": "a.html"}, "no article"),
    ],
)
def test_what_is_no_article_is_told_in_one_line(content: bytes, given: dict[str, str], says: str) -> None:
    with pytest.raises(SourceError) as caught:
        read_bytes(content, **given)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "is_html"),
    [
        ({"media_type": "text/html; charset=utf-8"}, True),
        ({"media_type": "TEXT/HTML"}, True),
        ({"media_type": "application/xhtml+xml"}, True),
        ({"name": "page.HTML"}, True),
        ({}, True),
        ({"name": "page.unknown"}, True),
        ({"media_type": "text/plain"}, False),
        ({"name": "notes.md"}, False),
    ],
)
def test_type_then_name_then_content_decide(given: dict[str, str], is_html: bool) -> None:  # noqa: FBT001 - a table
    content = f"<!doctype html><h1>The Title</h1>\n\n<p>{WORDS}</p><p>{WORDS}</p>".encode()
    found = read_bytes(content, **given)
    assert ("<p>" not in article_text(found)) is is_html


def test_a_text_from_an_address_has_that_address_as_its_source() -> None:
    found = read_bytes(f"# The Title\n\n{WORDS}".encode(), media_type="text/plain", url="https://x.example/a.md")
    assert found.title == "The Title"
    assert found.source.url == "https://x.example/a.md"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_text_files_in_other_encodings(encoding: str) -> None:
    found = read_bytes(f"Grüße\n\n{WORDS} Ä Ö Ü.".encode(encoding), name="a.txt")
    assert found.title == "Grüße"
    assert "Ä Ö Ü" in article_text(found)
