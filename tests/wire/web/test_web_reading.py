from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import aiohttp
import pytest
from sqlalchemy import event

from bot.article import read_text, sample
from bot.masking import BoardWords, Maskers
from bot.model import DISCORD, Attachment, Author, CommentId, DiscussionId, Image, RemoteUserId, WorkspaceId
from tests import valid_html
from tests.wire.web.conftest import COMMENTS_A_PAGE, Answer, Site, serving
from tests.wire.web.crowd import come


async def publish_sample(site: Site) -> DiscussionId:
    (board,) = await site.life.store.boards(site.life.community)
    return await site.life.put(read_text(sample()), board.id)


async def test_an_article_is_a_page_with_all_that_the_card_promises(site: Site) -> None:
    number = await publish_sample(site)
    answer = await site.ask(f"/a/{number}?order=best&x=%23")
    assert answer.status == 301
    path, _, asked = answer.headers["Location"].partition("?")
    assert path.startswith("/a/small-web-forums-are-coming-back")
    assert asked == "order=best&x=%23"
    assert (await site.ask(f"{path}/")).headers["Location"] == path
    text = valid_html.words(valid_html.check(await site.get(f"/a/{number}")))
    given = read_text(sample())
    assert given.title in text
    assert given.tldr in text
    for section in given.sections:
        assert section.heading in text
    assert "Discussion (0)" in text
    assert "Profanity is auto-masked. Be civil." in text
    assert "Be the first to comment." in text


async def test_comments_stand_under_what_they_answer_with_all_that_is_known_of_them(site: Site) -> None:
    life = site.life
    number = await life.publish("One")
    file = Attachment("fuck.png", "image/png", 1_500_000, "x", "https://chat.example/f", "a shitty chart")
    first = await life.say(number, "1", "What bullshit.", name="Ada the bastard", attachments=(file,))
    other = await life.say(number, "2", "A second thread.")
    reply = await life.say(number, "3", "I answer.", answers="1", name="Bob")
    await life.edit(other, "A second thread, edited.")
    await life.react(number, first, "👍", "x", "y")
    page = valid_html.check(await site.get(f"/a/{number}"))
    shown = page.findall(".//ol[@class='comments']/li")
    assert [item.get("id") for item in shown] == [f"c-{first}", f"c-{reply}", f"c-{other}"]
    texts = [valid_html.words(item) for item in shown]
    assert "Ada the *******" in texts[0]
    assert "What ********." in texts[0]
    assert "****.png" in texts[0]
    assert "1.5 MB" in texts[0]
    assert "👍 2" in texts[0]
    assert "In answer to Ada the ******* What ********." in texts[1]
    assert "edited" in texts[2]
    assert "Discussion (3)" in valid_html.words(page)
    (when, *_) = shown[0].iter("time")
    assert when.get("title") == "2 January 2026, 03:05 UTC"
    assert "https://chat.example/1" in [link.get("href") for link in shown[0].iter("a")]
    raw = await site.get(f"/a/{number}")
    assert not [word for word in ("bullshit", "bastard", "fuck", "shitty") if word in raw]


async def test_a_removed_comment_leaves_a_place_where_others_answer_it(site: Site) -> None:
    number = await site.life.publish("One")
    gone = await site.life.say(number, "1", "Regretted.")
    await site.life.say(number, "2", "I answer.", answers="1")
    await site.life.remove(gone)
    text = await site.get(f"/a/{number}")
    assert "Regretted." not in text
    words = valid_html.words(valid_html.check(text))
    assert "This comment was removed." in words
    assert "In answer to a comment that was removed" in words
    assert "Discussion (1)" in words


@pytest.mark.parametrize(("order", "shown"), [("oldest", [1, 2, 3]), ("newest", [3, 2, 1]), ("best", [2, 1, 3])])
async def test_comments_are_ordered_as_asked(site: Site, order: str, shown: list[int]) -> None:
    number = await site.life.publish("One")
    for message in ("1", "2", "3"):
        await site.life.say(number, message)
    await site.life.react(number, CommentId(2), "🎉", "a", "b")
    page = valid_html.parse(await site.get(f"/a/{number}?order={order}"))
    assert [item.get("id") for item in page.findall(".//ol[@class='comments']/li")] == [f"c-{id_}" for id_ in shown]


async def test_a_permalink_leads_to_the_page_that_its_comment_is_on(site: Site) -> None:
    number = await site.life.publish("One")
    last = [await site.life.say(number, str(message)) for message in range(1, 24)][-1]
    first = valid_html.check(await site.get(f"/a/{number}"))
    assert len(first.findall(".//ol[@class='comments']/li")) == COMMENTS_A_PAGE
    assert "Page 1 of 3" in valid_html.words(first)
    there = valid_html.check(await site.get(f"/a/{number}?comment={last}"))
    assert there.find(f".//li[@id='c-{last}']") is not None
    assert "Page 3 of 3" in valid_html.words(there)
    beyond = valid_html.words(valid_html.check(await site.get(f"/a/{number}?page=9")))
    assert "There are no comments on this page." in beyond


async def test_discussions_are_listed_and_found(site: Site) -> None:
    quiet = await site.life.publish("A quiet one", body="Nothing but moss.")
    busy = await site.life.publish("A busy one")
    await site.life.say(quiet, "1", "Moss & <b>lichen</b>, bullshit.")
    await site.life.say(busy, "2", "x")
    await site.life.say(busy, "3", "y")
    for address in ("/", "/?sort=busy", "/?page=7"):
        valid_html.check(await site.get(address, status=404 if "page" in address else 200))
    titles = [valid_html.words(item) for item in valid_html.parse(await site.get("/")).iter("h2")]
    assert titles == ["A busy one", "A quiet one"]
    found = valid_html.check(await site.get("/search?q=moss"))
    assert [valid_html.words(mark).lower() for mark in found.iter("mark")] == ["moss", "moss"]
    assert "Moss & <b>lichen</b>, ********." in valid_html.words(found)
    for link in [link for link in valid_html.links(found) if link.startswith("/a/")]:
        await site.get(link)
    for asked in ("", "?q=", "?q=zzz", "?q=%22%27%3Cscript%3E", "?q=" + "a" * 5000, "?q=%00%ff", "?page=x&q=moss"):
        valid_html.check(await site.get(f"/search{asked}"))


async def test_a_page_that_was_read_before_shows_what_changed_since(tmp_path: Path, blank: Path) -> None:
    maskers = Maskers()
    async with serving(tmp_path, blank, maskers=maskers) as site:
        await change_all(site, maskers)


async def change_all(site: Site, maskers: Maskers) -> None:
    life = site.life
    number = await life.publish("One")
    first = await life.say(number, "1", "Moss is green.")
    await life.say(number, "2", "So it is.", answers="1")
    before = await site.get(f"/a/{number}")
    assert before.count("Moss is green.") == 3  # it, what answers it, and the linked data
    await life.edit(first, "Lichen is grey.")
    await life.react(number, first, "🎉", "x")
    page = await site.get(f"/a/{number}")
    assert (page.count("Moss"), page.count("Lichen is grey."), page.count("🎉")) == (0, 3, 1)
    (board,) = await life.store.boards(life.community)
    await maskers.learn({board.id: BoardWords(words=("lichen",))})
    page = await site.get(f"/a/{number}")
    assert (page.count("Lichen"), page.count("****** is grey.")) == (0, 3)
    await life.remove(first)
    assert "is grey." not in await site.get(f"/a/{number}")


async def test_thousands_of_comments_are_read_page_by_page(tmp_path: Path, blank: Path) -> None:
    async with serving(tmp_path, blank, comments_a_page=100) as site:
        number = await site.life.publish("One")
        first = await come(site.life, number, 1_999)
        for page in (1, 11, 20):
            text = await site.get(f"/a/{number}?page={page}")
            assert f"Page {page} of 20" in text
            assert "Discussion (2000)" in text
            assert len(text) < 250_000
            shown = re.findall(r'<li id="c-(\d+)"', text)
            assert shown == [str(first + 100 * (page - 1) + count) for count in range(100)]
        assert "Hello from number 1999." in await site.get(f"/a/{number}?comment={first + 1_999}")


async def test_every_link_on_every_page_leads_somewhere(site: Site) -> None:
    number = await publish_sample(site)
    for message in range(1, 13):
        await site.life.say(number, str(message), answers=None if message % 3 else "1")
    seen: set[str] = set()
    waiting = ["/", "/search?q=forum", f"/embed/{number}"]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        async with site.session.get(path) as answer:
            assert answer.status == 200, path
            if answer.content_type != "text/html":
                continue
            tree = valid_html.check(await answer.text())
            here = {element.get("id") for element in tree.iter()}
            address = str(answer.url)
        for link in valid_html.links(tree):
            target = urlsplit(urljoin(address, link))
            if f"{target.scheme}://{target.netloc}" != site.address:
                continue
            if target.fragment and target.path == urlsplit(address).path and not target.query:
                assert target.fragment in here, (path, link)
            # One of each kind is enough of those that differ by comment alone.
            if "comment=" not in target.query or target.query.endswith("=1"):
                waiting.append(target.path + (f"?{target.query}" if target.query else ""))
    assert len(seen) > 10


async def test_pages_are_packed_kept_and_guarded(site: Site) -> None:
    number = await publish_sample(site)
    path = (await site.ask(f"/a/{number}")).headers["Location"]
    first = await site.ask(path, **{"Accept-Encoding": "gzip"})
    assert first.headers["Content-Encoding"] == "gzip"
    assert first.headers["Vary"] == "Accept-Encoding"
    again = await site.ask(path, **{"If-None-Match": first.headers["ETag"]})
    assert (again.status, again.body) == (304, b"")
    plain = await site.ask(path, **{"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    policy = first.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert first.headers["X-Content-Type-Options"] == "nosniff"
    embedded = await site.ask(f"/embed/{number}")
    assert "frame-ancestors *" in embedded.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in embedded.headers
    assert (await site.ask(path, "HEAD")).status == 200


async def test_every_answer_carries_its_guards(site: Site) -> None:
    number = await publish_sample(site)
    await site.life.say(
        number, "1", author=Author(DISCORD, WorkspaceId("W"), RemoteUserId("ada"), "Ada", "https://e.example/a")
    )
    path = (await site.ask(f"/a/{number}")).headers["Location"]
    page = await site.ask(path, **{"Accept-Encoding": "identity"})
    loaded = re.findall(r'"(/(?:static|avatar)/[^"]+)"', page.body.decode())
    assert len(loaded) > 3
    answers = [
        await site.ask(path, "HEAD"),
        await site.ask(path, **{"If-None-Match": page.headers["ETag"]}),
        await site.ask("/", "POST"),
        await site.ask(f"/a/{number}?order=best"),
    ]
    answers += [await site.ask(address) for address in loaded]
    answers += [
        await site.ask(address)
        for address in (
            *("/", "/search?q=forum", f"/embed/{number}", "/nope", "/feed.atom", "/feed.json", f"{path}/comments.atom"),
            *("/sitemap.xml", "/robots.txt", "/opensearch.xml", "/favicon.ico", "/healthz", "/readyz", "/metrics"),
            *(f"/oembed?url={site.address}{path}", "/oembed?format=yaml", f"{path}/comments.json"),
        )
    ]
    async with site.session.get(f"{path}/live") as stream:
        answers.append(Answer(stream.status, stream.headers, b""))
    for answer in answers:
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'"), answer
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Referrer-Policy" in answer.headers
    assert {answer.status for answer in answers} >= {200, 301, 304, 404, 405, 501}


async def test_what_the_browser_loads_is_small_and_kept_for_good(site: Site) -> None:
    page = valid_html.parse(await site.get("/"))
    loaded = [link for link in valid_html.links(page) if link.startswith("/static/")]
    sizes = 0
    for link in loaded:
        answer = await site.ask(link, **{"Accept-Encoding": "gzip"})
        assert "immutable" in answer.headers["Cache-Control"]
        sizes += len(answer.body)
    assert {link.rpartition(".")[2] for link in loaded} == {"css", "js", "svg"}
    assert sizes < 60_000
    assert (await site.ask("/static/../app.py")).status == 404
    assert (await site.ask("/static/page.css")).status == 404


@pytest.mark.parametrize(
    "path", ["/nope", "/a/nothing-here-99", "/a/words", "/embed/99", "/a/99/comments.atom", "/oembed"]
)
async def test_what_is_not_there_says_so_on_a_page_of_ours(site: Site, path: str) -> None:
    text = valid_html.words(valid_html.check(await site.get(path, status=404)))
    assert "There is no such page." in text


async def test_pages_are_read_and_nothing_else(site: Site) -> None:
    answer = await site.ask("/", "POST")
    assert answer.status == 405
    assert "GET" in answer.headers["Allow"]


async def test_a_board_kept_off_the_web_has_no_pages(site: Site) -> None:
    life = site.life
    number = await life.publish("Staff only", image=Image("https://example.org/i.png", "Staff"))
    await life.say(number, "1", "moss")
    (board,) = await life.store.boards(life.community)
    path = (await site.ask(f"/a/{number}")).headers["Location"]
    await life.store.show_on_web(board.id, on_web=False)
    named = [
        f"{start}{end}" for start in (f"/a/{number}", path) for end in ("", "/live", "/comments.json", "/comments.atom")
    ]
    named += [
        f"/embed/{number}",
        f"/image/{number}",
        f"/oembed?url={site.address}{path}",
        f"{path}?comment=1&order=best",
    ]
    for address in named:
        assert (await site.ask(address)).status == 404, address
    for path in ("/", "/search?q=moss", "/feed.atom", "/feed.json", "/sitemap.xml"):
        assert "Staff" not in await site.get(path), path


async def test_a_page_that_fails_says_nothing_of_how(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    number = await site.life.publish("One")

    def fail(*_: object) -> str:
        raise ValueError("the secret reason")

    monkeypatch.setattr(site.web._drawing.site.__class__, "article", fail)  # type: ignore[union-attr]  # noqa: SLF001
    text = await site.get(f"/a/{number}", status=500)
    assert "Something went wrong" in text
    assert "secret" not in text


async def test_a_closed_site_answers_no_more(site: Site) -> None:
    await site.web.close()
    with pytest.raises(aiohttp.ClientConnectorError):
        await site.ask("/")


async def test_neither_queries_nor_bytes_of_a_page_grow_with_comments(site: Site) -> None:
    number = await site.life.publish("One")
    engine = site.life.store._database.engine.sync_engine  # noqa: SLF001 - what goes to the database is seen nowhere else
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda _c, _cursor, statement, *_: asked.append(statement))
    article = (await site.ask(f"/a/{number}")).headers["Location"]
    others = (f"/embed/{number}", f"{article}/comments.atom", "/search?q=words", "/", "/feed.json")
    sizes: list[int] = []
    queries: defaultdict[str, set[int]] = defaultdict(set)
    for message in range(1, 4 * COMMENTS_A_PAGE + 1):
        await site.life.say(number, str(message), "The same words each time.", answers=str(message - 1) or None)
        if message % COMMENTS_A_PAGE == 0:
            for path in (article, *others):
                asked.clear()
                page = await site.get(path)
                queries[path].add(sum(one.lstrip().startswith("SELECT") for one in asked))
                sizes += [len(page)] * (path == article)
    assert {path: len(counts) for path, counts in queries.items()} == dict.fromkeys(queries, 1)
    assert max(max(counts) for counts in queries.values()) <= 12
    assert max(sizes[1:]) - min(sizes[1:]) < 200
