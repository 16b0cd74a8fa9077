"""`/publish` and `/board`, as people use them on both sides."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from urllib.parse import quote

import pytest
import pytest_asyncio
from aiohttp import web

from tests.wire.whole.conftest import inspected
from tests.wire.whole.town import SIDES, Json, Town, card, channel_of, people

pytestmark = pytest.mark.asyncio(loop_scope="module")

ADMINS = {"discord": "Ada", "slack": "Mary"}
PAGE = """<!doctype html><html lang="en"><head><title>{title} - The Site</title>
<meta property="og:title" content="{title}"><meta property="og:site_name" content="The Site">
<meta name="description" content="A description that says what the page is about, in one sentence."></head>
<body><article><h1>{title}</h1><p>The first paragraph of {title} says something at some length, so that it is read as
text and not as furniture of the page, which is shorter as a rule.</p><h2>A part</h2><p>The part has a paragraph of its
own, which is long enough as well, and it ends in a full stop as sentences do.</p></article></body></html>"""


def article(title: str) -> str:
    return f"""{title}

TL;DR. What {title} says in one sentence.

The introduction of {title}, which is a paragraph.

A Heading

The section under the heading of {title}. It has some sentences, and words enough to tell the whole text from any
other that might be published here on one of these many days.

Source: example.org - {title}
"""


class Site:
    """A web site on loopback, which the town may fetch from."""

    url = ""

    async def page(self, request: web.Request) -> web.Response:
        return web.Response(text=PAGE.format(title=request.match_info["title"]), content_type="text/html")

    async def pdf(self, _: web.Request) -> web.Response:
        return web.Response(body=b"%PDF-1.7 and so on", content_type="application/pdf")

    async def empty(self, _: web.Request) -> web.Response:
        return web.Response(text="<html><body></body></html>", content_type="text/html")

    async def large(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/html"})
        await response.prepare(request)
        with suppress(ConnectionError):
            for _ in range(50):
                await response.write(b"x" * 1_000_000)
        return response


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site() -> AsyncIterator[Site]:
    site, app = Site(), web.Application()
    app.router.add_get("/page/{title}", site.page)
    app.router.add_get("/pdf", site.pdf)
    app.router.add_get("/empty", site.empty)
    app.router.add_get("/large", site.large)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    site.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield site
    await runner.cleanup()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def press(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """A town whose bot may fetch from loopback."""
    async with inspected(Town(tmp_path_factory.mktemp("press"), {"fetch_allow": "127.0.0.0/8"})) as town:
        await town.start_bot()
        yield town


async def given(town: Town, site: Site, side: str, way: str, title: str) -> list[Json]:
    """What the admin sees who gives an article in one of the ways."""
    admin = ADMINS[side]
    if way == "url":
        return await town.command(side, admin, "/publish", url=f"{site.url}/page/{quote(title)}")
    file = [{"name": "article.md", "text": article(title), "type": "text/markdown"}]
    if way == "file" and side == "discord":
        return await town.command(side, admin, "/publish", file=file)
    (form,) = await town.command(side, admin, "/publish")
    kinds = [field["id"] for field in form["fields"]]
    values = {kinds[-1]: file} if way == "file" else {kinds[0]: article(title)}
    return await town.submit(side, admin, form["modal"], values)


@pytest.mark.parametrize("way", ["url", "text", "file"])
@pytest.mark.parametrize("side", SIDES)
async def test_a_preview_is_private_and_can_be_edited_and_published(
    press: Town, site: Site, side: str, way: str
) -> None:
    title = f"{way.capitalize()} on {side.capitalize()}"
    admin = ADMINS[side]
    before = await press.state()
    (preview,) = await given(press, site, side, way, title)
    assert title in preview["text"]
    assert "Only you see this. Publish posts it on main: #news on Discord, #news on Slack" in preview["text"]
    assert "Profanity is auto-masked. Be civil." in preview["text"]
    labels = [action["label"] for action in preview["actions"]]
    assert [label for label in labels if label != "Source"] == ["Publish", "Edit", "Cancel"]
    after = await press.state()
    assert [channel_of(before, each)["messages"] for each in SIDES] == [
        channel_of(after, each)["messages"] for each in SIDES
    ]
    assert [private["id"] for private in after[side]["private"]].count(preview["id"]) == 1

    (form,) = await press.click(side, admin, preview["id"], "Edit")
    assert form["fields"][0]["value"] == title
    values = dict(zip((field["id"] for field in form["fields"]), (f"{title}, edited", "A new TL;DR."), strict=True))
    changed = await press.submit(side, admin, form["modal"], values)
    assert len(changed) == 1
    assert f"{title}, edited" in changed[0]["text"]
    assert "A new TL;DR." in changed[0]["text"]
    private = (await press.state())[side]["private"]
    assert sum(title in each["text"] for each in private) == 1

    (answer,) = await press.click(side, admin, changed[0]["id"], "Publish")
    assert answer["text"].startswith(f"Published: {title}, edited\n")
    assert "#news on Discord" in answer["text"]
    assert "#news on Slack" in answer["text"]
    assert str(answer["raw"]).count("http") >= 2
    assert answer["actions"] == []
    state = await press.state()
    for each in SIDES:
        assert f"{title}, edited" in card(state, each)["text"]
        assert "A new TL;DR." in card(state, each)["text"]
        assert card(state, each)["thread"] is not None

    (again,) = await given(press, site, side, way, title)
    assert again["text"].startswith("Already published: ")
    assert "#news on Slack" in again["text"]


@pytest.mark.parametrize("side", SIDES)
async def test_a_cancelled_preview_posts_nothing(press: Town, site: Site, side: str) -> None:
    before = len(channel_of(await press.state(), side)["messages"])
    (preview,) = await given(press, site, side, "url", f"Cancelled on {side}")
    (answer,) = await press.click(side, ADMINS[side], preview["id"], "Cancel")
    assert answer["text"] == "Cancelled. Nothing was posted."
    assert answer["actions"] == []
    state = await press.state()
    assert len(channel_of(state, side)["messages"]) == before
    assert not any(f"Cancelled on {side}" in private["text"] for private in state[side]["private"])


async def test_members_are_not_offered_the_commands_on_discord(press: Town) -> None:
    for command in ("/publish", "/board list"):
        body = {"platform": "discord", "channel": "news", "user": "Grace", "command": command}
        assert "is not offered to Grace" in await press.refusal("command", **body)


@pytest.mark.parametrize("command", ["/publish", "/publish https://example.org", "/board join", "/board leave"])
async def test_members_are_refused_on_slack(press: Town, command: str) -> None:
    (answer,) = await press.command("slack", "Ken", command)
    assert "admin" in answer["text"]
    assert len(answer["text"].splitlines()) == 1


BAD = {
    "http://127.0.0.1:{free}/": "127.0.0.1 can't be reached",
    "http://no-such-host.invalid/": "no-such-host.invalid",
    "http://10.0.0.1/": "10.0.0.1 is not on the public internet",
    "http://0xa.1/": "0xa.1 is not on the public internet",
    "http://169.254.169.254/latest": "is not on the public internet",
    "ftp://example.org/x": "Give a full link that starts with http:// or https://.",
    "example.org": "Give a full link that starts with http:// or https://.",
    "not a url": "link",
    "{site}/pdf": "PDF",
    "{site}/empty": "no article's text",
    "{site}/large": "5 MB",
    "{site}/none": "404",
}


@pytest.mark.parametrize("side", SIDES)
async def test_bad_links_are_answered_by_one_private_line(
    press: Town, site: Site, side: str, unused_tcp_port: int
) -> None:
    wrong = {}
    for link, expected in BAD.items():
        url = link.format(site=site.url, free=unused_tcp_port)
        replies = await press.command(side, ADMINS[side], "/publish", url=url)
        lines = [line for reply in replies for line in reply["text"].splitlines()]
        if len(lines) != 1 or expected not in lines[0] or replies[0]["actions"]:
            wrong[url] = lines
    assert wrong == {}


@pytest.mark.parametrize("side", SIDES)
async def test_a_form_with_nothing_in_it_is_answered(press: Town, side: str) -> None:
    (form,) = await press.command(side, ADMINS[side], "/publish")
    (answer,) = await press.submit(side, ADMINS[side], form["modal"], {})
    assert "There was no text." in str(answer)


@pytest.mark.parametrize("side", SIDES)
async def test_channels_join_and_leave_boards(press: Town, side: str) -> None:
    admin, label = ADMINS[side], f"#lounge on {side.capitalize()}"
    await press.control("channel", platform=side, name="lounge")

    async def board(verb: str, name: str = "") -> str:
        named = {"board": name} if name and side == "discord" else {}
        command = f"/board {verb}" if side == "discord" else f"/board {verb} {name}".strip()
        (answer,) = await press.command(side, admin, command, at="lounge", **named)
        assert answer["by"] == "bot"
        return str(answer["text"])

    assert await board("join", "side") == f"{label} is now on the board side."
    assert await board("join", "side") == f"{label} is already on the board side."
    assert f"side: {label}" in await board("list")
    assert "main: #news on Discord, #news on Slack" in await board("list")
    options: Json = {"board": "side"} if side == "discord" else {}
    command = "/publish" if side == "discord" else "/publish board:side"
    (form,) = await press.command(side, admin, command, at="lounge", **options)
    text = form["fields"][0]["id"]
    (preview,) = await press.submit(side, admin, form["modal"], {text: article(f"Side {side}")})
    assert f"Publish posts it on side: {label}" in preview["text"]
    (answer,) = await press.click(side, admin, preview["id"], "Publish", channel="lounge")
    assert label in answer["text"]
    assert f"Side {side}" in card(await press.state(), side, "lounge")["text"]
    assert await board("leave", "side") == "This channel left the board side. Discussions that are there stay."
    assert "not on that board" in await board("leave", "side")
    assert "no board" in await board("leave")
    (answer,) = await press.command(
        side,
        admin,
        f"{command} x y z" if side == "slack" else "/publish",
        **({"url": "https://example.org", "board": "nowhere"} if side == "discord" else {}),
    )
    assert len(answer["text"].splitlines()) == 1
    # So that the next side starts from the same place.
    assert people(await press.state(), side)[0] == admin
