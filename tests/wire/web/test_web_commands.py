"""What an operator does about the page on the command line."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from tests import valid_html
from tests.wire.web.conftest import Site


async def roundtable(site: Site, *arguments: str) -> str:
    """What the command prints; it may not fail."""
    url = site.life.store._database.engine.url.render_as_string()  # noqa: SLF001 - nothing else names it
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *arguments,
        env={**os.environ, "DATABASE_URL": url.replace("sqlite+aiosqlite", "sqlite")},
        cwd=Path(__file__).parents[3],
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, error = await process.communicate()
    assert process.returncode == 0, error.decode()
    return out.decode()


async def test_a_board_is_hidden_and_a_discussion_exported_while_the_bot_runs(site: Site, tmp_path: Path) -> None:
    number = await site.life.publish("One")
    for message in range(1, 13):
        await site.life.say(number, str(message), "Bullshit." if message == 1 else "Fine.")
    assert await roundtable(site, "web", "list") == "shown\tmain\n"
    assert await roundtable(site, "web", "hide", "main") == "The page does not show the board main.\n"
    assert (await site.ask(f"/a/{number}")).status == 404
    page = await roundtable(site, "discussions", "export", str(number), "--format", "html")
    folder = tmp_path / "kept"
    assert await roundtable(site, "discussions", "export", "--all", str(folder)) == f"1 written to {folder}.\n"
    assert (folder / f"{number}.md").read_text("utf-8").count("Fine.") == 11
    tree = valid_html.check(page, alone=True)
    assert len(tree.findall(".//ol[@class='comments']/li")) == 12
    assert "********." in page
    assert "bullshit" not in page.lower()
    loaded = [link for link in valid_html.links(tree) if not link.startswith(("#", "https://"))]
    assert loaded == []
    assert not list(tree.iter("img"))
