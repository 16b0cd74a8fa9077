"""What an operator does about the page on the command line."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from typer.testing import CliRunner

from bot.cli import app
from tests import valid_html
from tests.wire.web.conftest import Site


async def roundtable(site: Site, *arguments: str) -> str:
    """What the command prints; it may not fail. In this process, for one of its own takes seconds to start."""
    url = site.life.store._database.engine.url.render_as_string()  # noqa: SLF001 - nothing else names it
    settings = {"DATABASE_URL": url.replace("sqlite+aiosqlite", "sqlite")}
    told = await asyncio.to_thread(CliRunner().invoke, app, arguments, env=settings, catch_exceptions=False)
    assert told.exit_code == 0, told.output
    return told.output


async def test_a_board_is_hidden_and_a_discussion_exported_while_the_bot_runs(site: Site, tmp_path: Path) -> None:
    number = await site.life.publish("One")
    for message in range(1, 13):
        await site.life.say(number, str(message), "Bullshit." if message == 1 else "Fine.")
    assert await roundtable(site, "web", "list") == "shown\tmain\n"
    assert await roundtable(site, "web", "hide", "main") == "The page does not show the board main.\n"
    assert (await site.ask(f"/a/{number}")).status == 404
    page = await roundtable(site, "export", str(number), "--format", "html")
    folder = tmp_path / "kept"
    assert await roundtable(site, "discussions", "export", "--all", str(folder)) == f"1 written to {folder}.\n"
    assert (folder / f"{number}.md").read_text("utf-8").count("Fine.") == 11
    told = json.loads(await roundtable(site, "export", str(number), "--format", "json"))
    assert [comment["text"] for comment in told["comments"]] == ["********.", *["Fine."] * 11]
    tree = valid_html.check(page, alone=True)
    assert len(tree.findall(".//ol[@class='comments']/li")) == 12
    assert "********." in page
    assert "bullshit" not in page.lower()
    loaded = [link for link in valid_html.links(tree) if not link.startswith(("#", "https://"))]
    assert loaded == []
    assert not list(tree.iter("img"))
