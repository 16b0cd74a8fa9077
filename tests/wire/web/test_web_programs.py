"""What other programs read: feeds, crawlers' files, oEmbed, health, metrics, and pictures."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from adapters.web import WebPage
from bot.errors import SettingsError
from bot.happenings import Commented, Copied, Limited
from bot.model import DISCORD, SLACK, Author, Image, RemoteUserId, WorkspaceId
from tests import valid_html
from tests.wire.web.conftest import Site, serving

ATOM = "{http://www.w3.org/2005/Atom}"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


def ada(avatar: str) -> Author:
    return Author(DISCORD, WorkspaceId("W"), RemoteUserId("ada"), "Ada", avatar)


async def test_articles_and_comments_have_feeds(site: Site) -> None:
    number = await site.life.publish("One & only")
    await site.life.say(number, "1", "First bullshit.")
    await site.life.say(number, "2", "An <answer>.", answers="1")
    path = (await site.ask(f"/a/{number}")).headers["Location"]

    articles = valid_html.xml(await site.get("/feed.atom"))
    assert [entry.findtext(f"{ATOM}title") for entry in articles.iter(f"{ATOM}entry")] == ["One & only"]
    comments = valid_html.xml(await site.get(f"{path}/comments.atom"))
    entries = list(comments.iter(f"{ATOM}entry"))
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == ["Ada · Discord"] * 2
    assert entries[0].findtext(f"{ATOM}content") == '<p dir="auto">An &lt;answer&gt;.</p>'
    assert entries[1].findtext(f"{ATOM}content") == '<p dir="auto">First ********.</p>'
    for feed in (articles, comments):
        ids = [element.text for element in feed.iter(f"{ATOM}id")]
        assert len(set(ids)) == len(ids)
        assert feed.findtext(f"{ATOM}updated")
    assert all([await site.ask(str(entry.findtext(f"{ATOM}id"))) for entry in entries])

    told = json.loads(await site.get("/feed.json"))
    assert told["version"] == "https://jsonfeed.org/version/1.1"
    assert [item["title"] for item in told["items"]] == ["One & only"]
    told = json.loads(await site.get(f"{path}/comments.json"))
    assert [item["content_html"] for item in told["items"]] == [
        '<p dir="auto">An &lt;answer&gt;.</p>',
        '<p dir="auto">First ********.</p>',
    ]


async def test_an_empty_site_has_empty_feeds(site: Site) -> None:
    assert valid_html.xml(await site.get("/feed.atom")).findall(f"{ATOM}entry") == []
    assert json.loads(await site.get("/feed.json"))["items"] == []
    valid_html.xml(await site.get("/sitemap.xml"))
    assert "Nothing is published yet." in valid_html.words(valid_html.check(await site.get("/")))


async def test_crawlers_and_browsers_learn_their_way(site: Site) -> None:
    number = await site.life.publish("One")
    path = (await site.ask(f"/a/{number}")).headers["Location"]
    assert f"Sitemap: {site.address}/sitemap.xml" in await site.get("/robots.txt")
    assert f"<loc>{site.address}{path}</loc>" in await site.get("/sitemap.xml")
    assert f"{site.address}/search?q={{searchTerms}}" in await site.get("/opensearch.xml")


async def test_a_page_tells_machines_what_it_is(site: Site) -> None:
    number = await site.life.publish("One", image=Image("https://example.org/i.png", "A picture"))
    await site.life.say(number, "1", "</script><b>hello")
    page = valid_html.check(await site.get(f"/a/{number}"))
    (linked,) = [script for script in page.iter("script") if script.get("type") == "application/ld+json"]
    article, discussion = json.loads(linked.text or "")["@graph"]
    assert (article["@type"], article["headline"]) == ("Article", "One")
    assert (discussion["@type"], discussion["commentCount"]) == ("DiscussionForumPosting", 1)
    assert discussion["comment"][0]["text"] == "</script><b>hello"
    metas = {meta.get("property"): meta.get("content") for meta in page.iter("meta")}
    assert metas["og:title"] == "One"
    assert metas["og:image"] == f"{site.address}/image/{number}"
    (canonical,) = [link.get("href") for link in page.iter("link") if link.get("rel") == "canonical"]
    assert canonical == "https://example.org/a"


async def test_another_site_can_embed_a_discussion(site: Site) -> None:
    number = await site.life.publish("One")
    await site.life.say(number, "1", "Moss.")
    path = (await site.ask(f"/a/{number}")).headers["Location"]
    address = quote(f"{site.address}{path}", safe="")
    told = json.loads(await site.get(f"/oembed?url={address}&maxwidth=400"))
    assert (told["type"], told["version"], told["width"]) == ("rich", "1.0", 400)
    frame = valid_html.parse(f"<!doctype html><title>x</title>{told['html']}").find(".//iframe")
    assert frame is not None
    embedded = valid_html.words(valid_html.check(await site.get(str(frame.get("src")).removeprefix(site.address))))
    assert "Moss." in embedded
    assert valid_html.xml(await site.get(f"/oembed?url={address}&format=xml")).findtext("type") == "rich"
    assert (await site.ask(f"/oembed?url={address}&format=yaml")).status == 501
    for foreign in ("https://elsewhere.example/a/x-1", "x", "http://[", f"{site.address}/nope"):
        assert (await site.ask(f"/oembed?url={quote(foreign, safe='')}")).status == 404


async def test_people_have_their_pictures_through_us_alone(site: Site) -> None:
    site.gallery.pictures["https://cdn.example/ada.png"] = PNG
    site.gallery.pictures["https://cdn.example/page.png"] = b"<svg onload=alert(1)>"
    number = await site.life.publish("One")
    await site.life.say(number, "1", author=ada("https://cdn.example/ada.png"))
    page = valid_html.check(await site.get(f"/a/{number}"))
    (picture,) = [str(image.get("src")) for image in page.iter("img") if "face" in str(image.get("class"))]
    answers = [await site.ask(picture) for _ in range(3)]
    assert {answer.body for answer in answers} == {PNG}
    assert answers[0].headers["Content-Type"] == "image/png"
    assert "sandbox" in answers[0].headers["Content-Security-Policy"]
    assert site.gallery.asked == ["https://cdn.example/ada.png"]

    for address in ("https://cdn.example/page.png", "https://cdn.example/gone.png"):
        await site.life.say(number, address[-8], author=ada(address), position=9)
        page = valid_html.check(await site.get(f"/a/{number}"))
        changed = next(str(image.get("src")) for image in page.iter("img") if "face" in str(image.get("class")))
        assert changed != picture
        drawn, _again = [await site.ask(changed) for _ in range(2)]
        assert drawn.headers["Content-Type"].startswith("image/svg+xml")
        assert b">A</text>" in drawn.body
        assert site.gallery.asked.count(address) == 1
    assert (await site.ask(picture)).status == 404
    assert (await site.ask("/avatar/99-00000000")).status == 404
    assert (await site.ask(f"/image/{number}")).status == 404


def spoil(file: str) -> None:
    """Put something in a database's place that is none."""
    Path(file).unlink()
    Path(file).mkdir()


async def test_health_tells_whether_the_process_is_fit_to_work(site: Site) -> None:
    assert json.loads(await site.get("/healthz")) == {"alive": True}
    site.connections |= {DISCORD: True, SLACK: False}
    told = json.loads(await site.get("/readyz", status=503))
    assert told == {"ready": False, "database": True, "discord": True, "slack": False}
    site.connections[SLACK] = True
    assert json.loads(await site.get("/readyz"))["ready"] is True
    await site.life.store.close()
    await asyncio.to_thread(spoil, str(site.life.store._database.engine.url.database))  # noqa: SLF001 - nothing else names it
    assert json.loads(await site.get("/readyz", status=503))["database"] is False
    assert (await site.ask("/")).status == 503
    await site.get("/healthz")


async def test_metrics_count_what_happens_and_what_waits(site: Site) -> None:
    number = await site.life.publish("One")
    await site.life.say(number, "1")
    for happening in (
        Commented(DISCORD, masked=True),
        Commented(SLACK, masked=False, new=False),
        Copied(DISCORD, SLACK, 0.3),
        Limited(SLACK),
    ):
        site.metrics(happening)
    site.life.clock.turn(seconds=30)
    lines = (await site.get("/metrics")).splitlines()
    for line in (
        'roundtable_comments_total{platform="discord"} 1.0',
        'roundtable_edits_total{platform="slack"} 1.0',
        'roundtable_masks_total{platform="discord"} 1.0',
        'roundtable_copies_total{platform="slack"} 1.0',
        'roundtable_rate_limits_total{platform="slack"} 1.0',
        'roundtable_delivery_seconds_bucket{le="0.5",origin="discord",platform="slack"} 1.0',
        "roundtable_live_readers 0.0",
    ):
        assert line in lines, line
    rows = [line for line in lines if line.startswith('roundtable_outbox_rows{platform="slack"')]
    assert rows
    assert any(float(line.split()[-1]) >= 30 for line in lines if line.startswith("roundtable_outbox_age_seconds{"))


@pytest.mark.parametrize(
    ("settings", "start"),
    [({"url": "https://talk.example/board/"}, "https://talk.example/board"), ({}, "http://127.0.0.1:")],
)
async def test_links_from_elsewhere_lead_to_the_public_address(
    tmp_path: Path, blank: Path, settings: dict[str, Any], start: str
) -> None:
    async with serving(tmp_path, blank, title="The Club", **settings) as site:
        number = await site.life.publish("One")
        assert str(site.web.public).startswith(start)
        assert f"<loc>{start}" in await site.get("/sitemap.xml")
        page = await site.get("/")
        assert "The Club" in page
        prefix = "/board" if "url" in settings else ""
        links = [link for link in valid_html.links(valid_html.check(page)) if link.startswith("/")]
        assert all(link.startswith(f"{prefix}/") for link in links)
        assert (await site.ask(f"/a/{number}")).headers["Location"].startswith(f"{prefix}/a/one-")


async def test_a_port_that_is_taken_is_the_operators_to_mend(site: Site) -> None:
    taken = int(site.address.rpartition(":")[2])
    other = WebPage(
        reader=site.web._reader,  # noqa: SLF001
        library=site.life.store,
        clock=site.life.clock,
        pictures=site.gallery,
        metrics=site.metrics,
        connections=dict,
        port=taken,
    )
    with pytest.raises(SettingsError, match=f"WEB_PORT: 127.0.0.1:{taken} can't be listened on"):
        await other.start()
    await other.close()
