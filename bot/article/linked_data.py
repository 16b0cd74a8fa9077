"""What a page says of its article in JSON-LD (https://schema.org/Article)."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from typing import Any, Final

import regex
from lxml.html import HtmlElement

Json = dict[str, Any]

_WRAPPERS: Final = regex.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?://\s*\]\]>|\]\]>|-->)\s*;?\s*$")
_KINDS: Final = regex.compile(r"\w*(?:Article|Posting|Report|Review)")
_MOST_NODES: Final = 10_000


def article_data(root: HtmlElement) -> Json:
    """The properties of the article that a page describes, the richest of them; empty where it describes none."""
    found: list[Json] = []
    for script in root.iter("script"):
        if script.get("type", "").split(";")[0].strip().lower() != "application/ld+json":
            continue
        try:
            data = json.loads(_WRAPPERS.sub("", script.text or ""), strict=False)
        except (ValueError, RecursionError):
            continue
        found.extend(node for node in _nodes(data) if _is_article(node))
    return max(found, key=lambda node: (len(text_of(node.get("articleBody"))), len(node)), default={})


def text_of(value: object) -> str:
    """A property's text: a string, the first string of a list, or the name of a thing."""
    match value:
        case str():
            return html.unescape(value).strip()
        case [first, *_]:
            return text_of(first)
        case {"@value": inner} | {"name": inner}:
            return text_of(inner)
        case _:
            return ""


def names_of(value: object) -> tuple[str, ...]:
    """The names of one person or of several."""
    people = value if isinstance(value, list) else [value]
    return tuple(name for person in people if (name := text_of(person)))


def url_of(value: object) -> str:
    """The URL of a page or an image, given as text, as an object, or as a list of either."""
    match value:
        case str():
            return value.strip()
        case [first, *_]:
            return url_of(first)
        case {"url": inner} | {"contentUrl": inner} | {"@id": inner}:
            return url_of(inner)
        case _:
            return ""


def _nodes(data: object) -> Iterator[Json]:
    """Every object in a document, wherever it is nested; no more than a page can honestly have."""
    waiting = [data]
    for _ in range(_MOST_NODES):
        if not waiting:
            return
        value = waiting.pop()
        if isinstance(value, dict):
            yield value
            waiting.extend(inner for inner in value.values() if isinstance(inner, dict | list))
        elif isinstance(value, list):
            waiting.extend(inner for inner in value if isinstance(inner, dict | list))


def _is_article(node: Json) -> bool:
    kinds = node.get("@type")
    return any(
        isinstance(kind, str) and _KINDS.fullmatch(kind) for kind in (kinds if isinstance(kinds, list) else [kinds])
    )
