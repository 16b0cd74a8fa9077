"""The guarded client against a real HTTP server on loopback, which is allowed here as an intranet would be."""

from __future__ import annotations

import asyncio
import gzip
import os
import socket
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from ipaddress import IPv4Network

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from adapters.fetching import GuardedFetcher
from bot.errors import SourceError

HERE = IPv4Network("127.0.0.1/32")
HTML = "<html><body><p>Grüße</p></body></html>"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Site:
    """A web server, and what it was asked."""

    url: str
    port: int
    handlers: dict[str, Handler]
    asked: list[web.Request] = field(default_factory=list)

    def at(self, path: str, handler: Handler) -> str:
        self.handlers[path] = handler
        return self.url + path


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async def answer(request: web.Request) -> web.StreamResponse:
        found.asked.append(request)
        return await found.handlers[request.path](request)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    found = Site(f"http://127.0.0.1:{port}", port, {})
    yield found
    await runner.cleanup()


def page(body: bytes | str = HTML, status: int = 200, **headers: str) -> Handler:
    async def handler(_request: web.Request) -> web.StreamResponse:
        content = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named.setdefault("Content-Type", "text/html; charset=utf-8")
        return web.Response(body=content, status=status, headers=named)

    return handler


def moved(to: str, status: int = 302, **headers: str) -> Handler:
    async def handler(_request: web.Request) -> web.StreamResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(status=status, headers={"Location": to, **named})

    return handler


def streamed(pieces: Callable[[], AsyncIterator[bytes]], **headers: str) -> Handler:
    async def handler(request: web.Request) -> web.StreamResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        response = web.StreamResponse(headers={"Content-Type": "text/html", **named})
        await response.prepare(request)
        async for piece in pieces():
            await response.write(piece)
        return response

    return handler


def fetcher(
    *, seconds: float = 5.0, limit: int = 5 * 1024 * 1024, resolver: AbstractResolver | None = None
) -> GuardedFetcher:
    return GuardedFetcher((HERE,), seconds=seconds, limit=limit, resolver=resolver)


async def refusal(url: str, client: GuardedFetcher | None = None) -> str:
    with pytest.raises(SourceError) as caught:
        await (client or fetcher()).fetch(url)
    line = str(caught.value)
    assert "\n" not in line
    return line


async def test_a_page_comes_with_its_type_charset_and_final_address(site: Site) -> None:
    site.at("/b", page(HTML.encode("latin-1"), Content_Type="text/html; charset=ISO-8859-1"))
    got = await fetcher().fetch(site.at("/a", moved("/b#part")))
    assert got.url == f"{site.url}/b"
    assert got.media_type == "text/html"
    assert got.charset == "ISO-8859-1"
    assert got.content.decode(got.charset) == HTML


async def test_five_redirects_are_followed_and_a_sixth_is_not(site: Site) -> None:
    for step in range(6):
        site.at(f"/{step}", moved(f"/{step + 1}", status=(301, 302, 303, 307, 308, 302)[step]))
    site.at("/6", page())
    assert (await fetcher().fetch(f"{site.url}/1")).url == f"{site.url}/6"
    assert "more than 5 times" in await refusal(f"{site.url}/0")


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("http://127.0.0.2:{port}/", "not on the public internet"),
        ("http://2130706434:{port}/", "not on the public internet"),
        ("http://[::1]:{port}/", "not on the public internet"),
        ("http://169.254.169.254/latest/meta-data/", "not on the public internet"),
        ("//10.0.0.1/", "not on the public internet"),
        ("file:///etc/passwd", "http:// or https://"),
        ("http://user:secret@127.0.0.1:{port}/", "user name or a password"),
        ("http://127.0.0.1:22/", "Port 22"),
        ("", "without saying where"),
    ],
)
async def test_every_redirect_is_checked_like_the_first_link(site: Site, target: str, says: str) -> None:
    url = site.at("/", moved(target.format(port=site.port)))
    line = await refusal(url)
    assert says in line
    assert "secret" not in line
    assert len(site.asked) == 1


async def test_loopback_is_refused_where_it_is_not_allowed(site: Site) -> None:
    site.at("/", page())
    for host in ("127.0.0.1", "localhost", "127.1", "0x7f000001", "[::ffff:127.0.0.1]"):
        assert "not on the public internet" in await refusal(f"http://{host}:{site.port}/", GuardedFetcher())
    assert not site.asked


async def test_an_odd_spelling_of_an_allowed_address_is_dialled_as_that_address(site: Site) -> None:
    site.at("/", page())
    got = await fetcher().fetch(f"http://2130706433:{site.port}/")
    assert got.url == f"{site.url}/"


class Names(AbstractResolver):
    """A name server that answers as it was told, and counts."""

    def __init__(self, *answers: tuple[str, ...]) -> None:
        self.answers = list(answers)
        self.asked = 0

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        del family
        answer = self.answers[min(self.asked, len(self.answers) - 1)]
        self.asked += 1
        return [
            ResolveResult(hostname=host, host=address, port=port, family=socket.AF_INET, proto=0, flags=0)
            for address in answer
        ]

    async def close(self) -> None:
        pass


async def test_a_name_that_leads_inside_is_refused_before_anything_is_dialled(site: Site) -> None:
    site.at("/", page())
    names = Names(("127.0.0.3",))
    assert "not on the public internet" in await refusal(f"http://a.example:{site.port}/", fetcher(resolver=names))
    assert not site.asked


async def test_only_the_good_addresses_of_a_name_are_dialled(site: Site) -> None:
    site.at("/", page())
    got = await fetcher(resolver=Names(("127.0.0.2", "127.0.0.1"))).fetch(f"http://a.example:{site.port}/")
    assert got.content.decode() == HTML
    assert site.asked[0].host == f"a.example:{site.port}"


async def test_a_name_is_looked_up_once_for_each_connection_so_that_what_was_checked_is_dialled(site: Site) -> None:
    site.at("/", moved("/next"))
    site.at("/next", page())
    names = Names(("127.0.0.1",), ("127.0.0.2",))
    # The second answer leads elsewhere, and is checked anew: a server can't change its mind between check and dial.
    assert "not on the public internet" in await refusal(f"http://a.example:{site.port}/", fetcher(resolver=names))
    assert names.asked == 2
    assert [request.path for request in site.asked] == ["/"]


def test_the_last_gate_sees_the_very_address_that_is_dialled() -> None:
    info = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.9", 80))
    with pytest.raises(OSError, match=r"127\.0\.0\.9"):
        fetcher()._socket(info)  # noqa: SLF001 - nothing reaches it while the gates before it hold


@pytest.mark.parametrize(
    ("coding", "pack"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", lambda content: zlib.compress(content, wbits=-15)),
        ("identity", bytes),
    ],
)
async def test_packed_pages_are_unpacked(site: Site, coding: str, pack: Callable[[bytes], bytes]) -> None:
    body = HTML.encode() * 5000
    got = await fetcher().fetch(site.at("/", page(pack(body), Content_Encoding=coding)))
    assert got.content == body


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
async def test_a_bomb_is_cut(site: Site, coding: str) -> None:
    body = b"a" * 60_000_000
    bomb = gzip.compress(body) if coding == "gzip" else zlib.compress(body)
    assert "5 MB" in await refusal(site.at("/", page(bomb, Content_Encoding=coding)))


async def test_codings_that_were_not_asked_for_are_refused(site: Site) -> None:
    body = gzip.compress(gzip.compress(HTML.encode()))
    assert "gzip, gzip" in await refusal(site.at("/", page(body, Content_Encoding="gzip, gzip")))
    assert "(br)" in await refusal(site.at("/br", page(b"x", Content_Encoding="br")))
    assert "damaged" in await refusal(site.at("/bad", page(b"no gzip at all", Content_Encoding="gzip")))


async def test_an_endless_page_is_cut_at_the_limit(site: Site) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        while True:
            yield b"word " * 20_000

    assert "too large" in await refusal(site.at("/", streamed(pieces)))


async def test_a_page_that_says_it_is_large_is_not_even_read(site: Site) -> None:
    body = b"a" * 3000
    assert "too large" in await refusal(site.at("/", page(body)), fetcher(limit=2000))


async def test_a_drip_is_cut_after_the_time_for_everything(site: Site) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        while True:
            yield b"a"
            await asyncio.sleep(0.02)

    assert "within 0.3 seconds" in await refusal(site.at("/", streamed(pieces)), fetcher(seconds=0.3))


async def test_the_time_covers_all_redirects_together(site: Site) -> None:
    asked: list[str] = []

    async def slow(request: web.Request) -> web.StreamResponse:
        asked.append(request.path)
        await asyncio.sleep(0.25)
        onward = {"/": "/one", "/one": "/two"}.get(request.path)
        if onward is None:
            return web.Response(text="Some text.", content_type="text/plain")
        return web.Response(status=302, headers={"Location": onward})

    for path in ("/", "/one", "/two"):
        site.at(path, slow)
    assert "too long" in await refusal(f"{site.url}/", fetcher(seconds=0.6))
    # No hop of these is too slow by itself: each has less than half of the time, and one at least was answered in it.
    assert asked[:2] == ["/", "/one"]
    got = await fetcher(seconds=60).fetch(f"{site.url}/")
    assert got.content == b"Some text."


@pytest.mark.parametrize("media_type", ["text/html", "text/plain", "application/xhtml+xml", "text/markdown"])
async def test_text_is_taken(site: Site, media_type: str) -> None:
    got = await fetcher().fetch(site.at("/", page("Some text.", Content_Type=media_type)))
    assert got.media_type == media_type


@pytest.mark.parametrize(
    ("media_type", "says"),
    [
        ("application/pdf", "PDF"),
        ("image/png", "image/png"),
        ("application/octet-stream", "application/octet-stream"),
        ("application/zip", "application/zip"),
        ("text/css", "text/css"),
    ],
)
async def test_other_types_are_refused(site: Site, media_type: str, says: str) -> None:
    assert says in await refusal(site.at("/", page("x", Content_Type=media_type)))


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (404, "no such page (404 Not Found)"),
        (403, "paste its text"),
        (500, "500"),
        (429, "429"),
        (204, "204"),
        (599, "599"),
    ],
)
async def test_a_status_other_than_ok_is_told(site: Site, status: int, says: str) -> None:
    assert says in await refusal(site.at("/", page("x", status=status)))


async def test_an_empty_page_is_told(site: Site) -> None:
    assert "empty" in await refusal(site.at("/", page(" \n ")))


async def test_no_cookie_is_kept_and_no_secret_sent(site: Site) -> None:
    site.at("/", moved("/next", Set_Cookie="id=1"))
    site.at("/next", page())
    await fetcher().fetch(f"{site.url}/")
    for request in site.asked:
        assert not {"Cookie", "Authorization", "Referer"} & set(request.headers)


async def test_proxies_of_the_environment_are_not_used(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setitem(os.environ, name, "http://127.0.0.1:9")
    assert (await fetcher().fetch(site.at("/", page()))).content.decode() == HTML


async def test_nobody_there(unused_tcp_port: int) -> None:
    assert "nothing answers" in await refusal(f"http://127.0.0.1:{unused_tcp_port}/")


async def test_a_page_without_a_valid_certificate_is_not_read(site: Site) -> None:
    assert "encryption" in await refusal(site.url.replace("http://", "https://"))


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (b"this is not http\r\n\r\n", "no valid HTTP"),
        (b"", "broke off"),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100\r\n\r\nhalf", "broke off"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n", "no valid HTTP"),
    ],
)
async def test_servers_that_break_the_protocol_are_told(answer: bytes, says: str) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        assert says in await refusal(f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize(
    "url",
    ["", "example.org/article", "ftp://example.org/", "http://", "http://[::1", "http://exa mple.org/", "http://a\nb/"],
)
async def test_what_is_no_link_is_told(url: str) -> None:
    assert await refusal(url)
