"""The article page as people meet it: every test in a real browser."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe

from tests.browser.article.conftest import Open
from tests.wire.web.conftest import Site

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(90)]

ARTICLE = "/a/1"
AA: dict[str, Any] = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
"""WCAG 2.2 AA: axe leaves the size of targets out unless it is asked."""
COLOURS = {"resultTypes": ["violations"], "runOnly": ["color-contrast", "link-in-text-block"]}
"""What may differ from one light to the other."""
LOOK = """({ away }) => {
    Object.defineProperty(document, "hidden", { get: () => away, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""
"""Puts the page into the background, or back."""
PAGES = ("/", ARTICLE, "/a/2", "/a/3", "/search?q=forum", "/search?q=zzz", "/embed/1")


async def test_axe_finds_nothing_in_either_light(visit: Open) -> None:
    page = await visit("/", color_scheme="light")
    for path in PAGES:
        await page.goto(path)
        await no_violations(page, path, AA)
        await page.emulate_media(color_scheme="dark")
        await no_violations(page, f"{path} in the dark", COLOURS)
        await page.emulate_media(color_scheme="light")


async def no_violations(page: Any, where: str, options: dict[str, Any]) -> None:  # noqa: ANN401 - playwright's
    found = await Axe().run(page, options=options)
    assert found.violations_count == 0, (where, found.generate_report())


async def test_no_page_is_wider_than_a_phone(visit: Open) -> None:
    page = await visit("/", width=360, has_touch=True, is_mobile=True)
    for path in PAGES:
        await page.goto(path)
        wide = await page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert wide == [360, 360], path


async def test_all_can_be_read_and_done_without_javascript(visit: Open) -> None:
    page = await visit("/", java_script_enabled=False)
    await page.get_by_role("link", name="Small Web Forums").click()
    assert "Discussion (6)" in await page.inner_text("main")
    await page.get_by_role("link", name="Newest").click()
    assert "Another beginning." in await page.inner_text("ol.comments > li:first-child")
    spoiler = page.get_by_text("the gardener", exact=True)
    assert not await spoiler.is_visible()
    await page.get_by_label("Show spoiler").check()
    assert await spoiler.is_visible()
    await page.get_by_role("searchbox").fill("book club")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/search?q=book+club")
    assert await page.locator("mark").all_inner_texts() == ["book", "club"]
    await page.locator("ol.hits a").first.click()
    assert page.url.endswith("#c-1")


async def test_the_keyboard_alone_reaches_everything(visit: Open) -> None:
    page = await visit(ARTICLE)
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.textContent") == "Skip to the content"
    await page.keyboard.press("Enter")
    assert await page.evaluate("document.activeElement.id") == "main"
    reached = set()
    for _ in range(60):
        await page.keyboard.press("Tab")
        told = await page.evaluate(
            """() => { const e = document.activeElement, s = getComputedStyle(e);
                return [e.innerText || e.getAttribute("aria-label") || e.tagName, s.outlineStyle] }"""
        )
        assert told[1] != "none", f"no focus to be seen on {told[0]!r}"
        reached.add(told[0].strip())
        if told[0] == "JSON feed":
            break
    assert {"#news on Discord", "#news on Slack", "Oldest", "Newest", "Best received", "JSON feed"} <= reached


async def test_right_to_left_texts_stand_on_their_own_side(visit: Open) -> None:
    page = await visit("/a/2")
    assert await page.locator("h1").evaluate("e => [getComputedStyle(e).direction, e.lang]") == ["rtl", "ar"]
    assert await page.locator(".tldr").evaluate("e => getComputedStyle(e).borderRightWidth") == "4px"
    await page.goto(ARTICLE)
    said = page.locator("#c-4 .body p")
    assert await said.evaluate("e => getComputedStyle(e).direction") == "rtl"
    name = page.get_by_text("Ada", exact=True).first
    assert await name.evaluate("e => getComputedStyle(e.closest('article')).direction") == "ltr"


async def test_two_thousand_comments_are_walked_through_on_a_phone(visit: Open) -> None:
    page = await visit("/a/4", width=360, has_touch=True, is_mobile=True)
    assert "Discussion (2000)" in await page.inner_text("#discussion")
    assert await page.locator("li.comment").count() == 100
    await page.get_by_role("link", name="Next").click()
    await page.get_by_text("Page 2 of 20").wait_for()
    await page.get_by_role("link", name="Newest").click()
    newest = page.get_by_text("Hello from number 1999.", exact=True)
    await newest.wait_for()
    await page.locator("li.comment", has=newest).locator("a.when").click()
    await page.wait_for_url("**comment=*")
    target = page.locator("li:target")
    assert await target.get_by_text("Hello from number 1999.", exact=True).is_visible()
    top = await target.evaluate("e => e.getBoundingClientRect().top")
    assert 0 <= top < 800
    assert await page.evaluate("document.documentElement.scrollWidth") == 360


async def test_new_comments_are_offered_not_forced(visit: Open, site: Site) -> None:
    page = await visit("/a/3")
    assert "Be the first to comment." in await page.inner_text("#discussion")
    await page.evaluate(LOOK, {"away": True})
    for message in ("901", "902", "903"):
        await site.life.say(3, message, f"Said later: {message}.")  # type: ignore[arg-type]
    await page.evaluate(LOOK, {"away": False})  # its stream is a new one, which tells what was missed
    offer = page.get_by_role("status").get_by_role("button", name="3 new comments")
    await offer.wait_for()
    assert "Be the first to comment." in await page.inner_text("#discussion")
    await offer.click()
    await page.get_by_text("Said later: 903.").wait_for()
    assert "Discussion (3)" in await page.inner_text("#discussion")
    assert await page.evaluate("document.activeElement.innerText.includes('Said later: 901.')")
    await site.life.say(3, "904", "And later still.")  # type: ignore[arg-type]
    await page.get_by_role("button", name="1 new comment").wait_for()


async def test_a_permalink_shows_which_comment_it_means(visit: Open) -> None:
    page = await visit(ARTICLE)
    await page.locator("#c-6 a.when").click()
    await page.wait_for_url("**comment=6#c-6")
    colours = await page.evaluate(
        "['c-6', 'c-1'].map(i => getComputedStyle(document.getElementById(i)).backgroundColor)"
    )
    assert colours[0] != colours[1]
