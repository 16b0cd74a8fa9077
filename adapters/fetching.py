"""The guarded HTTP client: fetches the pages behind links that people give, and nothing from the networks inside."""

from __future__ import annotations

import asyncio
import socket
import zlib
from collections.abc import AsyncIterator, Collection, Sequence
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any, Final

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from adapters.addresses import Network, may_dial, read_literal
from bot.errors import SourceError
from bot.ports import Fetched

_MEGABYTE: Final = 1024 * 1024
_CHUNK: Final = 64 * 1024
_HEADERS: Final = {
    "User-Agent": "Roundtable/0.1 (reads an article that a person published)",
    "Accept": "text/html, application/xhtml+xml, text/plain;q=0.9, text/markdown;q=0.9, */*;q=0.1",
    "Accept-Encoding": "gzip, deflate",
    "Accept-Language": "en, *;q=0.5",
}
TEXT_TYPES: Final = frozenset(
    {
        "text/html",
        "application/xhtml+xml",
        "text/plain",
        "text/markdown",
        "text/x-markdown",
        "text/xml",
        "application/xml",
        "",  # the server named none: the reader looks at the content
    }
)
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
# The ports that no browser opens, for what listens there is no web server (https://fetch.spec.whatwg.org/#port-blocking).
# fmt: off
_BAD_PORTS: Final = frozenset((
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104,
    109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515,
    526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049,
    3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
))
# fmt: on


class GuardedFetcher:
    """Fetches public pages alone (`bot.ports.Fetcher`).

    Each address is checked at the moment it is dialled, at every redirect; `allow` names networks that may be
    reached although they are private. Every fetch ends within `seconds`, after at most `redirects` redirects and
    `limit` decoded bytes; what is of none of these media `types` is refused. No proxy from the environment is used,
    no cookie kept, no credential sent.
    """

    def __init__(
        self,
        allow: Sequence[Network] = (),
        *,
        seconds: float = 10.0,
        limit: int = 5 * _MEGABYTE,
        redirects: int = 5,
        types: Collection[str] = TEXT_TYPES,
        resolver: AbstractResolver | None = None,
    ) -> None:
        self._allow = tuple(allow)
        self._seconds = seconds
        self._limit = limit
        self._redirects = redirects
        self._types = types
        self._resolver = resolver

    async def fetch(self, url: str) -> Fetched:
        """The page behind a URL; raises `SourceError` with one line that says what was wrong."""
        target = self._checked(url)
        try:
            async with asyncio.timeout(self._seconds), self._session() as session:
                return await self._follow(session, target)
        except TimeoutError:
            raise SourceError(f"{_host(target)} took too long: no page within {self._seconds:g} seconds.") from None

    def _session(self) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            resolver=_GuardedResolver(self._resolver or ThreadedResolver(), self._allow),
            use_dns_cache=False,
            socket_factory=self._socket,
            force_close=True,
        )
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers=_HEADERS,
            auto_decompress=False,
            trust_env=False,
            timeout=aiohttp.ClientTimeout(total=None),
        )

    def _socket(self, info: tuple[Any, ...]) -> socket.socket:
        """The last gate: aiohttp asks for a socket for exactly the address that it is about to dial."""
        family, kind, protocol, _name, address = info
        if not may_dial(ip_address(address[0]), self._allow):
            raise _NotPublic(address[0])
        return socket.socket(family=family, type=kind, proto=protocol)

    async def _follow(self, session: aiohttp.ClientSession, url: URL) -> Fetched:
        for _ in range(self._redirects + 1):
            try:
                async with session.get(url, allow_redirects=False) as response:
                    if response.status not in _REDIRECTS:
                        return await self._read(url, response)
                    location = response.headers.get("Location", "")
            except _NotPublic:
                raise _private(url) from None
            except (aiohttp.ClientError, OSError, ValueError) as error:
                raise _unreachable(url, error) from None
            if not location:
                raise SourceError(f"{_host(url)} sends us on without saying where to.")
            url = self._checked(location, url)
        raise SourceError(f"The link is redirected more than {self._redirects} times.")

    def _checked(self, text: str, base: URL | None = None) -> URL:
        """The URL, if it is one that may be asked for; numbers that spell an address are written as that address."""
        text = text.strip()
        if any(map(str.isspace, text)) or not text.isprintable():
            raise SourceError(_NO_LINK)
        try:
            url = URL(text)
            url = base.join(url) if base is not None else url
            host, port = url.raw_host, url.port
        except (ValueError, UnicodeError):
            raise SourceError(_NO_LINK) from None
        if url.scheme not in {"http", "https"} or not host:
            raise SourceError("Give a full link that starts with http:// or https://.")
        if url.raw_user is not None or url.raw_password is not None:
            raise SourceError("The link holds a user name or a password: give one without.")
        try:
            address = read_literal(host)
        except ValueError:
            raise SourceError(f"{host} is not an address.") from None
        if address is not None and not may_dial(address, self._allow):
            raise _private(url)
        if port in _BAD_PORTS:
            raise SourceError(f"Port {port} is not one that web pages are read from.")
        url = url.with_fragment(None)
        return url if address is None else url.with_host(str(address))

    async def _read(self, url: URL, response: aiohttp.ClientResponse) -> Fetched:
        if response.status != HTTPStatus.OK:
            raise SourceError(_refusal(url, response.status))
        media_type = response.content_type.lower() if "Content-Type" in response.headers else ""
        if media_type not in self._types:
            raise SourceError(_wrong_type(media_type))
        if (response.content_length or 0) > self._limit:
            raise self._too_large()
        content = bytearray()
        async for piece in _decoded(response, self._limit + 1):
            content += piece
            if len(content) > self._limit:
                raise self._too_large()
        if not content.strip():
            raise SourceError(f"{_host(url)} answered with an empty page.")
        return Fetched(str(url), bytes(content), media_type, response.charset)

    def _too_large(self) -> SourceError:
        return SourceError(f"The page is too large: {self._limit / _MEGABYTE:g} MB are read at most.")


class _NotPublic(OSError):
    """An address is not one to dial."""


class _GuardedResolver(AbstractResolver):
    """Resolves a name once, and hands on just the addresses that may be dialled: what is checked is what is dialled."""

    def __init__(self, inner: AbstractResolver, allow: Sequence[Network]) -> None:
        self._inner = inner
        self._allow = allow

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        good = [result for result in found if may_dial(ip_address(result["host"]), self._allow)]
        if found and not good:
            raise SourceError(_PRIVATE.format(host=host))
        return good

    async def close(self) -> None:
        await self._inner.close()


async def _decoded(response: aiohttp.ClientResponse, limit: int) -> AsyncIterator[bytes]:
    """The body in pieces, its content coding undone; no more than `limit` bytes are ever unpacked from one piece."""
    coding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if coding in {"", "identity"}:
        async for piece in response.content.iter_chunked(_CHUNK):
            yield piece
        return
    if coding not in {"gzip", "x-gzip", "deflate"}:
        raise SourceError(f"The page is packed in a way that was not asked for ({coding[:40]}).")
    unpacker = None
    try:
        async for piece in response.content.iter_chunked(_CHUNK):
            unpacker = unpacker or _unpacker(coding, piece)
            yield unpacker.decompress(piece, limit)
            if unpacker.unconsumed_tail:
                # It held more than the limit: the caller has seen enough to refuse it.
                return
    except zlib.error:
        raise SourceError("The page arrived damaged: it can't be unpacked.") from None


def _unpacker(coding: str, start: bytes) -> zlib._Decompress:
    if coding != "deflate":
        return zlib.decompressobj(zlib.MAX_WBITS | 16)
    # Some servers send bare deflate data, though RFC 9110, section 8.4.1.2, asks for the zlib wrapper.
    wrapped = start[:1] and start[0] & 0x0F == zlib.DEFLATED and int.from_bytes(start[:2], "big") % 31 == 0
    return zlib.decompressobj(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)


_NO_LINK: Final = "That is not a link that can be followed: give one that starts with http:// or https://."
_PRIVATE: Final = "{host} is not on the public internet, so it is not read."


def _private(url: URL) -> SourceError:
    return SourceError(_PRIVATE.format(host=_host(url)))


def _host(url: URL) -> str:
    return (url.host or "The site")[:100]


_FAILURES: Final[tuple[tuple[type[Exception], str], ...]] = (
    (aiohttp.ClientConnectorDNSError, "There is no site called {host}, or its name can't be looked up now."),
    (aiohttp.ClientSSLError, "{host} can't be reached safely: its certificate or its encryption is not valid."),
    (aiohttp.ClientConnectorError, "{host} can't be reached: nothing answers there."),
    (aiohttp.ClientPayloadError, "{host} broke off before the page was complete."),
    (aiohttp.ServerDisconnectedError, "{host} broke off before the page was complete."),
    (aiohttp.ClientResponseError, "{host} gives an answer that is no valid HTTP."),
    (aiohttp.InvalidURL, _NO_LINK),
)


def _unreachable(url: URL, error: Exception) -> SourceError:
    if _caused_by(error, _NotPublic):
        return _private(url)
    line = next((line for kind, line in _FAILURES if isinstance(error, kind)), "{host} can't be read now.")
    return SourceError(line.format(host=_host(url)))


def _caused_by(error: BaseException | None, kind: type[BaseException]) -> bool:
    while error is not None:
        if isinstance(error, kind) or isinstance(getattr(error, "os_error", None), kind):
            return True
        error = error.__cause__
    return False


def _refusal(url: URL, status: int) -> str:
    try:
        phrase = f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        phrase = str(status)
    match status:
        case 401 | 402 | 403 | 407 | 451:
            return f"{_host(url)} does not let us read that page ({phrase}): paste its text instead."
        case 404 | 410:
            return f"{_host(url)} has no such page ({phrase})."
        case _:
            return f"{_host(url)} does not give the page now ({phrase})."


def _wrong_type(media_type: str) -> str:
    if media_type == "application/pdf":
        return "The link leads to a PDF, which can't be read: give a web page, or paste the text."
    return f"The link leads to no article but to {media_type[:60]}: give a web page or a text."
