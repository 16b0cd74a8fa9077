"""Scripts and markup in every field that people can fill: wherever it is shown it stays text."""

from __future__ import annotations

import json
from typing import Any

import pytest
from markdown_it import MarkdownIt

from adapters.web.exporting import as_page
from bot.page.exporting import as_json, as_markdown
from tests import valid_html
from tests.wire.web.conftest import Site
from tests.wire.web.hostile import BREAKOUT, SCRIPT, publish_hostile

ATOM = "{http://www.w3.org/2005/Atom}"
ADDRESSES = pytest.mark.parametrize("url", [SCRIPT, BREAKOUT], ids=["script", "breakout"])


def fragment(html: str) -> Any:  # noqa: ANN401 - an element
    """What a feed's reader makes of a piece of HTML."""
    tree = valid_html.parse(f"<!doctype html><title>x</title>{html}")
    valid_html.inert(tree)
    return tree


@ADDRESSES
async def test_no_page_runs_what_people_write(site: Site, url: str) -> None:
    number = await publish_hostile(site, url)
    attempt = "%3Cscript%3Ealert(1)%3C/script%3E%00%22%27"
    for path in (
        "/",
        f"/a/{number}",
        f"/embed/{number}",
        "/search?q=alert",
        f"/search?q={attempt}",
        f"/?sort={attempt}",
    ):
        text = await site.get(path)
        tree = valid_html.check(text)
        scripts = [str(script.get("src")) for script in tree.iter("script") if script.get("src")]
        assert all(script.startswith("/static/") for script in scripts), path
        valid_html.inert(tree, tuple(scripts))
        assert "{{7*7}}" in text or attempt in path, path
        for script in tree.iter("script"):
            if script.get("type"):
                article, discussion = json.loads(script.text or "")["@graph"]
                assert article["headline"] == discussion["headline"]
                leads = [article["url"], *(shown["url"] for shown in discussion["comment"])]
                assert all(lead.startswith(("http://127.0.0.1", "https://e.example/%22")) for lead in leads), leads
    page = valid_html.parse(await site.get(f"/a/{number}"))
    shown = valid_html.words(page)
    assert shown.count("<script>alert(1)</script>") > 20  # the title, the texts, names, files and the rest, as text
    faces = [str(image.get("src")) for image in page.iter("img") if str(image.get("src")).startswith("/avatar/")]
    assert faces
    for picture in faces:
        answer = await site.ask(picture)
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        valid_html.inert(valid_html.xml(answer.body.decode()))
    assert (await site.ask(f"/image/{number}")).status == 404


@ADDRESSES
async def test_no_feed_carries_what_people_write_as_markup(site: Site, url: str) -> None:
    number = await publish_hostile(site, url)
    path = (await site.ask(f"/a/{number}")).headers["Location"]
    for feed in ("/feed.atom", f"{path}/comments.atom"):
        tree = valid_html.xml(await site.get(feed))
        entries = list(tree.iter(f"{ATOM}entry"))
        assert entries
        assert all(link.get("href", "").startswith(site.address) for link in tree.iter(f"{ATOM}link"))
        for entry in entries:
            assert {str(child.tag).partition("}")[0] for child in entry.iter()} <= {
                "{http://www.w3.org/2005/Atom",
                "{http://purl.org/syndication/thread/1.0",
            }
            for content in entry.iter(f"{ATOM}content"):
                fragment(content.text or "")
    for feed in ("/feed.json", f"{path}/comments.json"):
        for item in json.loads(await site.get(feed))["items"]:
            assert item["url"].startswith(site.address)
            fragment(item.get("content_html", ""))
    for form in ("json", "xml"):
        text = await site.get(f"/oembed?url={site.address}{path}&format={form}")
        html = json.loads(text)["html"] if form == "json" else valid_html.xml(text).findtext("html")
        (frame,) = valid_html.parse(f"<!doctype html><title>x</title>{html}").iter("iframe")
        assert set(frame.attrib) == {"src", "width", "height", "title", "loading", "sandbox"}
        assert str(frame.get("src")).startswith(f"{site.address}/embed/")
        assert "<script>" in str(frame.get("title"))
    for other in ("/sitemap.xml", "/opensearch.xml"):
        assert "<script" not in await site.get(other)


@ADDRESSES
async def test_no_export_runs_what_people_write(site: Site, url: str) -> None:
    number = await publish_hostile(site, url)
    view = await site.web._reader.page(number, whole=True)  # noqa: SLF001 - the page has no other
    assert view is not None
    valid_html.inert(valid_html.check(as_page(view, site.life.clock.now()), alone=True))
    written = as_markdown(view)
    assert "alert(1)" in written
    assert "](javascript" not in written
    # CommonMark lets HTML through, so it is escaped in what we write.
    valid_html.inert(fragment(MarkdownIt("commonmark").render(written)))
    comments = as_json(view)["comments"]
    assert "<script>" in "".join(comment["text"] for comment in comments)  # JSON is data, not markup
    for comment in comments:
        valid_html.inert(fragment(MarkdownIt("commonmark").render(comment["markdown"])))
