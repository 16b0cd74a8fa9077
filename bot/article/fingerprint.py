"""The keys by which two publications of the same article meet."""

from __future__ import annotations

import hashlib
import unicodedata
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

import regex

from bot.article.writing import body_text
from bot.model import Article

# Parameters that tell a site where a visitor came from; none of them chooses what is shown.
_TRACKING: Final = regex.compile(
    r"utm_\w+ | pk_\w+ | mtm_\w+ | matomo_\w+ | hsa_\w+ | fbclid | gclid | gclsrc | dclid | gbraid | wbraid | msclkid"
    r" | twclid | ttclid | li_fat_id | yclid | ysclid | igsh(?:id)? | mc_[ce]id | mkt_tok | _hs(?:enc|mi) | vero_id"
    r" | oly_(?:anon|enc)_id | rb_clickid | s_cid | cmpid | ncid | ref_(?:src|url) | wt_?mc\w* | ga_\w+ | _ga | _gl"
    r" | smid | sr_share | share(?:_?id)? | partner | source_?id | ito | xtor | at_\w+",
    regex.VERBOSE | regex.IGNORECASE,
)
_NOT_WORDS: Final = regex.compile(r"[^\p{L}\p{N}]+")
_FEW_WORDS: Final = 25
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


def fingerprints(article: Article) -> tuple[str, ...]:
    """Keys that two readings of one article share, at least one of them: its page's address, and its words.

    `url:…` stands first where the article has a canonical URL; `text:…` is always there. Compare for equality alone.
    """
    keys = [f"text:{_words_key(article)}"]
    if article.source.url:
        keys.insert(0, f"url:{normal_url(article.source.url)}")
    return tuple(keys)


def normal_url(url: str) -> str:
    """What stays of a URL once everything that does not choose a page is gone: scheme, `www.`, fragment, tracking."""
    parts = urlsplit(url.strip())
    host = (parts.hostname or "").rstrip(".").removeprefix("www.")
    port = parts.port if parts.port not in {None, _DEFAULT_PORTS.get(parts.scheme)} else None
    path = quote(unquote(parts.path), safe="/:@!$&'()*+,;=~-._").rstrip("/")
    query = urlencode(sorted(pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _tracks(pair[0])))
    return f"{host}{f':{port}' if port else ''}{path}{f'?{query}' if query else ''}"


def _tracks(parameter: str) -> bool:
    return _TRACKING.fullmatch(parameter) is not None


def _words_key(article: Article) -> str:
    words = _words(" ".join(f"{section.heading} {body_text(section.body)}" for section in article.sections))
    if words.count(" ") < _FEW_WORDS:
        # A text this short may be a site's notice that stands on many pages; the title tells them apart.
        words = f"{_words(article.title)} / {words}"
    return hashlib.sha256(words.encode()).hexdigest()


def _words(text: str) -> str:
    return _NOT_WORDS.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()
