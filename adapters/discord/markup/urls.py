"""URLs in the form in which Discord takes them."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, urlsplit

_WEB: Final = re.compile(r"\Ahttps?://", re.IGNORECASE)
_UNSAFE: Final = re.compile(r"""[\s\x00-\x20\x7f-\x9f<>"\\^`{|}\u2060\ud800-\udfff]""")
_RFC3986: Final = ":/?#[]@!$&'()*+,;=%-._~"


def is_web(url: str) -> bool:
    """Whether it begins as an http or https URL."""
    return _WEB.match(url) is not None


def tidy(url: str) -> str:
    """The URL without a character that ends it early or can't stand in one; a person reads it as before."""
    encoded = _UNSAFE.sub(lambda found: quote(found[0], safe="", errors="replace"), url.strip())
    return _WEB.sub(lambda found: found[0].lower(), encoded)


def for_components(url: str | None, limit: int) -> str | None:
    """The URL in ASCII, for buttons, pictures and avatars; None where it is no web URL or longer than `limit`."""
    if url is None or not is_web(url.strip()):
        return None
    try:
        parts = urlsplit(tidy(url))
        host = parts.netloc if parts.netloc.isascii() else parts.netloc.encode("idna").decode("ascii")
    except (ValueError, UnicodeError):
        return None
    if not parts.hostname:
        return None
    encoded = quote(parts._replace(netloc=host).geturl(), safe=_RFC3986)
    return encoded if len(encoded) <= limit else None
