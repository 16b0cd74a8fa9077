"""Takes out of a page what its readers don't see."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import regex
from lxml.html import HtmlElement

_UNSEEN_TAGS: Final = frozenset(
    {"script", "style", "template", "noscript", "iframe", "object", "embed", "svg", "canvas", "select", "datalist"}
)
_UNSEEN_STYLE: Final = regex.compile(
    r"(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse))\b", regex.I
)
_FONT_SIZE: Final = regex.compile(r"(?:^|[;\s])font-size\s*:\s*([^;!]*)", regex.I)
_NOTHING: Final = regex.compile(r"0*(?:\.0*)?(?:[a-z]+|%)?", regex.I)
_UNSEEN_CLASSES: Final = frozenset(
    {"sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text", "screen-reader-only", "a11y-hidden"}
)
_COMMENT: Final = regex.compile(r"/\*.*?(?:\*/|\Z)", regex.DOTALL)
"""One that isn't closed goes on to the end, as in browsers; without that a search would take quadratic time."""
_RULE: Final = regex.compile(r"([^{}]+)\{([^{}]*)\}")
_GROUP: Final = regex.compile(r"@[^{}]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
_SIMPLE_SELECTOR: Final = regex.compile(r"([.#])([\w-]+)")
_MOST_CSS: Final = 200_000


def drop_hidden(root: HtmlElement) -> None:
    """Remove scripts, templates and every element that is hidden by an attribute, a style or a plain style rule.

    `html`, `head` and `body` stay whatever they say: pages hide them until a script has run.
    """
    classes, ids = _hidden_by_rules(root)
    unseen = [element for element in root.iter() if _is_unseen(element, classes, ids)]
    for element in unseen:
        if element.getparent() is not None:
            element.drop_tree()


def _is_unseen(element: HtmlElement, classes: frozenset[str], ids: frozenset[str]) -> bool:
    tag = element.tag
    if not isinstance(tag, str) or tag in _UNSEEN_TAGS:
        return True
    if tag in {"html", "head", "body", "meta", "link", "title"}:
        return False
    attributes = element.attrib
    if not attributes:
        return tag == "dialog"
    return (
        "hidden" in attributes
        or attributes.get("aria-hidden", "").strip().lower() == "true"
        or (tag == "dialog" and "open" not in attributes)
        or ("style" in attributes and _UNSEEN_STYLE.search(_COMMENT.sub("", attributes["style"])) is not None)
        or _is_shrunk(element)
        or attributes.get("id") in ids
        or not classes.isdisjoint(attributes.get("class", "").split())
    )


def _is_shrunk(element: HtmlElement) -> bool:
    """Whether its text has no size. One that sizes its children anew only takes the gaps out between them."""
    return _font_size(element) == 0 and not any(_font_size(inner) for inner in element.iterdescendants())


def _font_size(element: HtmlElement) -> int | None:
    """0 where its own style makes its text nothing, 1 where it gives it a size, None where it says nothing of it."""
    found = _FONT_SIZE.search(_COMMENT.sub("", element.get("style") or ""))
    size = found[1].strip() if found else ""
    return None if not size else 0 if "0" in size and _NOTHING.fullmatch(size) else 1


def _hidden_by_rules(root: HtmlElement) -> tuple[frozenset[str], frozenset[str]]:
    """Classes and ids that a rule for them alone hides, whatever the medium."""
    classes, ids = set(_UNSEEN_CLASSES), set[str]()
    for selector, name in _hiding_selectors(root):
        (classes if selector == "." else ids).add(name)
    return frozenset(classes), frozenset(ids)


def _hiding_selectors(root: HtmlElement) -> Iterator[tuple[str, str]]:
    for sheet in root.iter("style"):
        css = (sheet.text or "")[:_MOST_CSS]
        if sheet.get("media", "all").strip().lower() not in {"all", "screen", ""}:
            continue
        for selectors, body in _RULE.findall(_GROUP.sub("", _COMMENT.sub("", css))):
            if _UNSEEN_STYLE.search(body):
                for selector in selectors.split(","):
                    if simple := _SIMPLE_SELECTOR.fullmatch(selector.strip()):
                        yield simple[1], simple[2]
