"""The demo's page as a visitor uses it: writing, publishing, breaking things."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.async_playwright import Axe

from bot.cli.demo.reading import SIDES, Json, card, thread

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from playwright.async_api import Locator, Page

    from bot.cli.demo.stage import Stage

    Publish = Callable[..., Awaitable[Json]]

pytestmark = pytest.mark.asyncio(loop_scope="session")

AFTER_START = 90_000
"""Milliseconds for a process to start and catch up, also on a busy machine."""
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2
CROSSING = """
[...document.querySelectorAll(".list")].filter((list) => list.scrollWidth > list.clientWidth)
  .map((list) => list.ariaLabel)
"""
"""Lists of messages in which something is wider than the list."""
AA = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
"""WCAG 2.2 AA: axe leaves the size of targets out unless it is asked."""
MARKUP = "<img src=x onerror='window.hacked = true'><script>window.hacked = true</script>"


def pane(page: Page, side: str) -> Locator:
    return page.locator(f"#pane-{side}")


def message(page: Page, side: str, words: str) -> Locator:
    return pane(page, side).locator(".thread article", has_text=words).first


async def write(page: Page, side: str, words: str) -> None:
    box = pane(page, side).locator(".thread textarea")
    await box.fill(words)
    await box.press("Enter")


async def test_what_is_written_on_one_side_is_read_on_the_other(page: Page, stage: Stage, publish: Publish) -> None:
    await publish()
    await write(page, "discord", "This **bullshit** has to stop")
    copy = message(page, "slack", "******** has to stop")
    await copy.wait_for()
    assert await copy.locator("strong").inner_text() == "********"
    await pane(page, "slack").get_by_label("Speak on Slack as").last.select_option("Ken")
    await write(page, "slack", "It _will_")
    answer = message(page, "discord", "It will")
    await answer.wait_for()
    assert await answer.locator(".author").inner_text() == "Ken · Slack"
    assert await answer.locator("em").inner_text() == "will"
    state = await stage.state()
    assert any(said["author"] == "Ken" for said in thread(state, "slack"))


async def test_a_comment_is_answered_edited_reacted_to_and_deleted(page: Page, publish: Publish) -> None:
    await publish()
    await write(page, "discord", "Apples")
    await message(page, "slack", "Apples").wait_for()
    first = message(page, "discord", "Apples")
    await first.hover()
    await first.get_by_role("button", name="Add a reaction").click()
    await page.get_by_role("menuitem", name="🎉").click()
    await first.locator(".reaction[aria-pressed=true]", has_text="🎉").wait_for()
    await first.hover()
    await first.get_by_role("button", name="Reply").click()
    await write(page, "discord", "Pears")
    await message(page, "slack", "↩ Ada").wait_for()
    box = pane(page, "discord").locator(".thread textarea")
    await box.press("ArrowUp")
    assert await box.input_value() == "Pears"
    await write(page, "discord", "Plums")
    await message(page, "slack", "Plums").locator(".edited").wait_for()
    plums = pane(page, "discord").locator(".thread article").last
    await plums.hover()
    await plums.get_by_role("button", name="More").click()
    await page.get_by_role("menuitem", name="Delete").click()
    await message(page, "slack", "Plums").wait_for(state="detached")


async def preview_of(page: Page, side: str, title: str) -> Locator:
    """The private preview, seen by whom it is for; it takes the thread's place, which lies over the channel."""
    preview = pane(page, side).locator("article.private", has_text=title).last
    await preview.get_by_role("button", name="Publish", exact=True).wait_for()
    return preview


async def stands_on_both_sides(page: Page, stage: Stage, title: str) -> None:
    for each in SIDES:
        await message(page, each, title).wait_for()
        shown = card(await stage.state(), each)
        assert shown is not None
        assert shown["text"].startswith(title)


async def test_a_link_is_published_after_a_look_at_its_preview(page: Page, stage: Stage, publish: Publish) -> None:
    await publish()
    discord = pane(page, "discord")
    await discord.get_by_role("button", name="Back to the channel").click()
    await discord.get_by_role("button", name="/publish").click()
    await page.get_by_role("menuitem", name="With a link").click()
    await page.keyboard.press("Enter")
    preview = await preview_of(page, "discord", "The Bakery That Bakes to Order Overnight")
    assert "The Corner Post" in await preview.inner_text()
    assert await pane(page, "slack").get_by_text("The Bakery").count() == 0
    await preview.get_by_role("button", name="Edit").click()
    form = page.get_by_role("dialog")
    await form.get_by_label("Title").fill("Bread to Order")
    await form.locator(".submit").click()
    preview = await preview_of(page, "discord", "Bread to Order")
    await preview.get_by_role("button", name="Publish", exact=True).click()
    await stands_on_both_sides(page, stage, "Bread to Order")
    # The page opens the thread of what is new, and must have done so before somebody reads on in the channel.
    await page.locator("#pane-discord .thread article", has_text="Bread to Order").first.wait_for(state="attached")
    await message(page, "discord", "Bread to Order").get_by_role("button", name="Read").click()
    # The article is read in the channel, which the thread lay over.
    await discord.locator(".channel article.private", has_text="Three bakeries in neighbouring towns").wait_for()


async def test_a_form_is_submitted_and_its_preview_published(page: Page, stage: Stage, publish: Publish) -> None:
    await publish()
    slack = pane(page, "slack")
    await slack.get_by_role("button", name="Back to the channel").click()
    box = slack.locator(".channel textarea")
    await box.fill("/publish")
    await box.press("Enter")
    form = page.get_by_role("dialog")
    await form.get_by_label("The article's text").fill("By a form\n\nTL;DR. Typed.\n\nWords of it.")
    await form.locator(".submit").click()
    preview = await preview_of(page, "slack", "By a form")
    await preview.get_by_role("button", name="Publish", exact=True).click()
    await stands_on_both_sides(page, stage, "By a form")


async def test_nothing_is_lost_when_the_bot_is_killed(page: Page, stage: Stage, publish: Publish) -> None:
    await publish()
    await page.get_by_role("button", name="Kill the bot").click()
    again = page.get_by_role("button", name="Start the bot again")
    await again.wait_for()
    for side in SIDES:
        await write(page, side, f"Said on {side} meanwhile")
    await message(page, "discord", "Said on discord").wait_for()
    await page.get_by_text("The bot is dead.").wait_for()
    assert await message(page, "discord", "Said on slack").count() == 0
    await again.click()
    await message(page, "discord", "Said on slack").wait_for(timeout=AFTER_START)
    await message(page, "slack", "Said on discord").wait_for()
    await page.get_by_text("In step:").wait_for()
    assert len(thread(await stage.state(), "slack")) == 3  # the bot's own line begins the thread


async def test_what_visitors_type_stays_text(page: Page, stage: Stage, publish: Publish) -> None:
    await publish(f"{MARKUP} title\n\nTL;DR. {MARKUP}\n\n## {MARKUP}\n\nText.", f"{MARKUP}.txt")
    links = "[a](javascript:window.hacked=1) <javascript:window.hacked=1>"
    for side in SIDES:
        await write(page, side, f"{side} {MARKUP} {links}")
    await message(page, "slack", "discord <img").wait_for()
    await message(page, "discord", "slack <img").wait_for()
    assert await page.evaluate("window.hacked") is None
    assert await page.locator("img[src=x], .pane script, a[href^='javascript']").count() == 0
    policy = (await page.request.get(stage.page)).headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


async def test_nothing_stands_in_the_way_of_assistive_tools(page: Page, publish: Publish) -> None:
    await page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    await publish()
    await write(page, "discord", "**Bold**, `code`, and a https://example.org/ link")
    await message(page, "slack", "Bold").wait_for()
    await no_violations(page)
    await page.emulate_media(color_scheme="light")
    await page.set_viewport_size({"width": 360, "height": 860})
    await page.get_by_role("tab", name="Slack").click()
    await pane(page, "slack").get_by_role("button", name="Back to the channel").click()
    await no_violations(page)
    await pane(page, "slack").get_by_role("button", name="/publish").click()
    await page.get_by_role("menuitem", name="With a text").click()
    await page.get_by_role("dialog").wait_for()
    await no_violations(page)


async def no_violations(page: Page) -> None:
    found = (await Axe().run(page, options=AA)).response["violations"]
    assert [(each["id"], each["nodes"][0]["target"]) for each in found] == []


async def test_the_page_fits_every_width_and_greets_a_first_visit(page: Page, publish: Publish) -> None:
    await page.get_by_role("link", name="Article page").wait_for()  # the bar is at its fullest
    await publish(f"Long words\n\nTL;DR. {LONG}\n\n## {LONG}\n\nText.", f"{LONG}.txt")
    await write(page, "slack", f"{LONG}\n```\n{LONG} {LONG}\n```\nhttps://example.org/{LONG}")
    await message(page, "discord", LONG).wait_for()
    for width in (2560, 800, 360, 320):
        await page.set_viewport_size({"width": width, "height": 780})
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        assert await page.evaluate(CROSSING) == []
        both = await pane(page, "slack").is_visible()
        assert both == (width > 760)
    await page.get_by_role("tab", name="Slack").click()
    assert await pane(page, "slack").is_visible()
    assert not await pane(page, "discord").is_visible()
    await page.get_by_role("button", name="What is this?").click()
    await page.get_by_role("button", name="Play the tour").click()
    await page.locator("#caption", has_text="replies in the thread on Discord").wait_for()
    await page.get_by_role("button", name="Skip").click()
    await page.get_by_text("Skipped.").wait_for()
