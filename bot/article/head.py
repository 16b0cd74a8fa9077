"""What a page says of its article in its head: title, site, address, authors, date, image, language."""

from __future__ import annotations

from datetime import datetime
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import regex
from lxml.html import HtmlElement

from bot.article.known import Known, is_cut, read_date
from bot.article.linked_data import names_of, text_of, url_of
from bot.article.parts import site_of
from bot.markup.markdown import is_linkable
from bot.model import Image, Source

_GAP: Final = regex.compile(r"\s+(?:[-–—|·•»«:/]|::|\|\|)\s+|\s*[|»]\s*")
_LANGUAGE: Final = regex.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_BY: Final = regex.compile(r"^(?:by|von|par|por|di)\s+", regex.IGNORECASE)
_LONGEST_NAME: Final = 100
_LONGEST_TITLE: Final = 1_000


def read_head(root: HtmlElement, data: dict[str, Any], url: str | None) -> Known:
    """What is known of the page at `url`; `data` is its JSON-LD. Of what a page says twice the surer one counts."""
    meta = _metas(root)
    claim = _claimed_address(root, meta, data, url)
    # Only a page's own site is believed: any page could claim to be another's, and take its name and its discussion.
    is_own = claim is None or url is None or _same_site(claim, url)
    address = claim if claim and is_own else url
    site = _first(meta, "og:site_name", "application-name") or text_of(data.get("publisher")) if is_own else ""
    title = _title(root, meta, data, site, address)
    return Known(
        title=title,
        description=_description(meta, data),
        source=Source(name=site or (site_of(address) if address else ""), title=title, url=address),
        image=_image(root, meta, data, address or url),
        authors=_authors(root, meta, data),
        published_at=_date(root, meta, data),
        language=_language(root, meta, data),
    )


def _metas(root: HtmlElement) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for element in root.iter("meta"):
        content = " ".join(element.get("content", "").split())
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            if content and (name := element.get(attribute)):
                found.setdefault(name.strip().lower(), []).append(content)
    return found


def _first(meta: dict[str, list[str]], *names: str) -> str:
    return next((meta[name][0] for name in names if name in meta), "")


def _text(element: HtmlElement) -> str:
    return " ".join("".join(islice(element.itertext(), 1_000)).split())


def _title(root: HtmlElement, meta: dict[str, list[str]], data: dict[str, Any], site: str, address: str | None) -> str:
    sites = _squeezed_sites({site, site_of(address) if address else ""})
    # A heading that names the site is its masthead, which says nothing of the article.
    headings = [text for element in root.iter("h1") if (text := _text(element)) and _squeeze(text) not in sites]
    heading = headings[0] if headings else ""
    written = next((text for element in root.iter("title") if (text := _text(element))), "")
    headline = text_of(data.get("headline"))
    title = _first(meta, "og:title", "twitter:title") or headline
    title = (title or (heading if len(headings) == 1 else "") or written or heading)[:_LONGEST_TITLE]
    return _without_site(title, sites, {_squeeze(known) for known in (*headings, headline) if known} - sites)


def _squeezed_sites(names: set[str]) -> set[str]:
    return {squeezed for name in names for squeezed in (_squeeze(name), _squeeze(name.rsplit(".", 1)[0])) if squeezed}


def _without_site(title: str, sites: set[str], known: set[str]) -> str:
    """The title without the site's name before or after it; `sites` and `known` are squeezed.

    A part goes if it is the site's name or its host's, or if what is left is just what a heading of the page says.
    """
    gaps = list(_GAP.finditer(title))
    for gap in reversed(gaps):
        before, after = title[: gap.start()].strip(), title[gap.end() :].strip()
        if before and (_squeeze(after) in sites or _squeeze(before) in known):
            return _without_site(before, sites, known)
    for gap in gaps:
        before, after = title[: gap.start()].strip(), title[gap.end() :].strip()
        if after and (_squeeze(before) in sites or _squeeze(after) in known):
            return after
    return title


def _squeeze(text: str) -> str:
    return regex.sub(r"\W+", "", text).casefold()


def _description(meta: dict[str, list[str]], data: dict[str, Any]) -> str:
    """What the page says of itself, first where it was not cut short."""
    claims = [_first(meta, name) for name in ("og:description", "description", "twitter:description")]
    told = [claim for claim in (*claims, text_of(data.get("description"))) if claim]
    return next((claim for claim in told if not is_cut(claim)), told[0] if told else "")


def _claimed_address(
    root: HtmlElement, meta: dict[str, list[str]], data: dict[str, Any], url: str | None
) -> str | None:
    """The canonical URL that the page claims, wherever it leads; None where it claims none that can be right."""
    links = [
        element.get("href", "").strip()
        for element in root.iter("link")
        if "canonical" in element.get("rel", "").lower().split()
    ]
    claims = [*links, _first(meta, "og:url"), url_of(data.get("mainEntityOfPage")), url_of(data.get("url"))]
    for claim in filter(None, claims):
        absolute = _absolute(claim, url)
        # A canonical URL that leads to the site's front page is a mistake that many sites make.
        if absolute and not (url and urlsplit(absolute).path in {"", "/"} and urlsplit(url).path not in {"", "/"}):
            return absolute
    return None


def _same_site(one: str, other: str) -> bool:
    """Whether two URLs are of one host, or of a host and one below it."""
    hosts = sorted((site_of(one), site_of(other)), key=len)
    return hosts[0] == hosts[1] or (bool(hosts[0]) and hosts[1].endswith(f".{hosts[0]}"))


def _absolute(link: str, base: str | None) -> str | None:
    try:
        joined = urljoin(base, link) if base else link
    except ValueError:
        return None
    return joined if is_linkable(joined) and not joined.startswith("mailto:") else None


def _image(root: HtmlElement, meta: dict[str, list[str]], data: dict[str, Any], base: str | None) -> Image | None:
    claims = [_first(meta, "og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src")]
    claims.append(url_of(data.get("image")))
    url = next((absolute for claim in claims if claim and (absolute := _absolute(claim, base))), None)
    if url is None:
        return _first_image(root, base)
    alt = _first(meta, "og:image:alt", "twitter:image:alt")
    if not alt:
        shown = (element for element in root.iter("img") if _absolute(element.get("src", ""), base) == url)
        alt = next((text for element in shown if (text := " ".join(element.get("alt", "").split()))), "")
    return Image(url, alt)


def _first_image(root: HtmlElement, base: str | None) -> Image | None:
    """The first image of the page's article, if it has one, and the image is more than an ornament."""
    for article in [*root.iter("article"), *root.iter("main")]:
        for element in article.iter("img"):
            url = _absolute(element.get("src", ""), base)
            alt = " ".join(element.get("alt", "").split())
            small = any(value.isdigit() and int(value) < _SMALL for value in _sizes(element))
            if url and not small and (alt or next(element.iterancestors("figure"), None) is not None):
                return Image(url, alt)
    return None


_SMALL: Final = 200
"""Pixels; icons, avatars and counters are smaller."""


def _sizes(element: HtmlElement) -> tuple[str, ...]:
    return tuple(element.get(side, "").removesuffix("px") for side in ("width", "height"))


def _authors(root: HtmlElement, meta: dict[str, list[str]], data: dict[str, Any]) -> tuple[str, ...]:
    named = names_of(data.get("author"))
    for name in ("author", "article:author", "parsely-author", "dc.creator", "dcterms.creator", "citation_author"):
        named = named or tuple(meta.get(name, ()))
    if not named:
        marked = [
            element
            for element in root.iter("a", "span", "div", "p", "address")
            if "author" in element.get("rel", "").split() or element.get("itemprop") == "author"
        ]
        named = tuple(_text(element) for element in marked[:3])
    cleaned = (_BY.sub("", name).strip(" ,") for name in named)
    return tuple(dict.fromkeys(name for name in cleaned if name and len(name) <= _LONGEST_NAME and "://" not in name))


def _date(root: HtmlElement, meta: dict[str, list[str]], data: dict[str, Any]) -> datetime | None:
    claims = [text_of(data.get("datePublished"))]
    claims += [
        _first(meta, name)
        for name in ("article:published_time", "datepublished", "date", "pubdate", "parsely-pub-date", "dc.date",
                     "dc.date.issued", "dcterms.created", "citation_publication_date", "publish-date", "sailthru.date")
    ]  # fmt: skip
    claims += [element.get("datetime", "") for element in root.iter("time")][:1]
    return next((moment for claim in claims if claim and (moment := _moment(claim))), None)


def _moment(text: str) -> datetime | None:
    moment = read_date(text.replace("/", "-"))
    if moment is not None:
        return moment
    try:
        return read_date(parsedate_to_datetime(text).isoformat())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _language(root: HtmlElement, meta: dict[str, list[str]], data: dict[str, Any]) -> str:
    claims = [root.get("lang", ""), root.get("{http://www.w3.org/XML/1998/namespace}lang", "")]
    claims += [_first(meta, "content-language", "og:locale", "language"), text_of(data.get("inLanguage"))]
    return next((claim.strip().replace("_", "-") for claim in claims if _LANGUAGE.fullmatch(claim.strip())), "")
