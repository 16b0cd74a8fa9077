"""Every kind of page before the Nu Html Checker, the one behind validator.w3.org, which runs offline.

It is a Java program that `make validator` installs where npm may. Where it is not there `tests/valid_html.py` still
looks at each page, and this test is skipped and says so.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path

import pytest

from adapters.sandbox.page import FOLDER as DEMO
from adapters.web.exporting import as_page
from tests.wire.web.conftest import Site
from tests.wire.web.hostile import BREAKOUT, publish_hostile

ROOT = Path(__file__).parents[3]
CHECKER = Path(os.environ.get("VNU") or ROOT / ".venv/vnu/node_modules/vnu-jar/build/dist/vnu.jar")
JAVA = shutil.which("java")


@pytest.mark.skipif(JAVA is None or not CHECKER.exists(), reason="NO HTML CHECKER: run make validator (it needs Java)")
async def test_every_kind_of_page_is_valid_html(site: Site, tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    life = site.life

    def keep(name: str, text: str) -> None:
        (folder / f"{name}.html").write_text(text, "utf-8")

    keep("nothing-yet", await site.get("/"))
    long = await life.publish("One")
    for message in range(1, 25):
        await life.say(long, str(message), answers=None if message % 3 else "1")
    await life.publish("مرحبا بالعالم", "نص عربي.", tldr="ملخص قصير.", language="ar")
    hostile = await publish_hostile(site, BREAKOUT)
    paths = ["/", "/?sort=busy", f"/a/{long}", f"/a/{long}?order=best&page=2", f"/a/{long}?page=99", "/a/2", "/embed/2"]
    paths += [f"/a/{hostile}", f"/embed/{hostile}", "/search", "/search?q=hello", "/search?q=zzz", "/search?q=alert"]
    for number, path in enumerate(paths):
        keep(f"{number:02}", await site.get(path))
    keep("missing", await site.get("/nope", status=404))
    view = await site.web._reader.page(hostile, whole=True)  # noqa: SLF001 - the page has no other
    assert view is not None
    keep("export", as_page(view, life.clock.now()))
    keep("demo", (DEMO / "index.html").read_text("utf-8"))

    checking = await asyncio.create_subprocess_exec(
        *(str(JAVA), "-jar", str(CHECKER), "--errors-only", "--format", "gnu", "--stdout", str(folder)),
        stdout=asyncio.subprocess.PIPE,
    )
    complaints, _ = await checking.communicate()
    assert complaints.decode() == ""
    assert checking.returncode == 0
