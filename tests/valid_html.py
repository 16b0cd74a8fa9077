"""An offline validator: what the HTML standard's parser complains of, and what no parser looks at."""

from __future__ import annotations

from collections import Counter
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import html5lib
from html5lib.constants import E

_REFERS = ("aria-labelledby", "aria-describedby", "aria-controls", "for")


def parse(text: str) -> ET.Element:
    """The page as a tree without namespaces; raises what is wrong with its markup."""
    parser = html5lib.HTMLParser(strict=False, namespaceHTMLElements=False)
    tree: ET.Element = parser.parse(text)
    complaints = [f"{place}: {E[code] % values}" for place, code, values in parser.errors]
    assert not complaints, complaints
    return tree


def xml(text: str) -> ET.Element:
    """A feed's or a sitemap's tree; raises what keeps it from being well-formed."""
    return ET.fromstring(text)  # noqa: S314 - we wrote it


def check(text: str, *, alone: bool = False) -> ET.Element:
    """The page as a tree, once it holds all that a page must. `alone`: its style is in it."""
    tree = parse(text)
    wrong: list[str] = []
    ids = Counter(element.get("id") for element in tree.iter() if element.get("id") is not None)
    wrong += [f"id {name} is there {count} times" for name, count in ids.items() if count > 1]
    for element in tree.iter():
        name = str(element.tag)
        for attribute in _REFERS:
            for target in element.get(attribute, "").split():
                if target not in ids:
                    wrong.append(f"{name} {attribute} refers to {target}, which is not there")
        if name == "img" and element.get("alt") is None:
            wrong.append("an img without alt")
        if name == "a" and not element.get("href"):
            wrong.append("an a that leads nowhere")
        if (
            name in ({"script"} if alone else {"script", "style"})
            and element.get("src") is None
            and element.get("type") != "application/ld+json"
        ):
            wrong.append(f"a {name} inside the page")
        wrong += [f"{name} has {attribute}" for attribute in element.attrib if attribute.startswith("on")]
        wrong += [f"{name} has a style of its own"] * ("style" in element.attrib)
        if name in {"ol", "ul"}:
            wrong += [f"a {child.tag} in a {name}" for child in element if child.tag not in {"li", "script"}]
        if name == "p":
            wrong += [
                f"a {inner.tag} in a p" for inner in element.iter() if inner.tag in {"div", "ul", "ol", "section"}
            ]
    heads = tree.findall(".//title")
    wrong += [] if len(heads) == 1 and (heads[0].text or "").strip() else ["no title"]
    assert not wrong, wrong
    return tree


def words(element: ET.Element) -> str:
    """All text in an element, white space folded."""
    return " ".join("".join(element.itertext()).split())


def links(tree: ET.Element) -> list[str]:
    """Every address in a page."""
    named = [("a", "href"), ("link", "href"), ("img", "src"), ("script", "src"), ("form", "action")]
    found = [element.get(attribute) for tag, attribute in named for element in tree.iter(tag)]
    return [address for address in found if address]


def inert(tree: ET.Element, ours: tuple[str, ...] = ()) -> None:
    """Raise what in a page could run, load or lead to more than a page; scripts may be `ours` alone, by address."""
    wrong: list[str] = []
    for element in tree.iter():
        name = str(element.tag)
        if name in {"iframe", "object", "embed", "math", "foreignObject"}:
            wrong.append(f"a {name}")
        if name == "script" and element.get("type") != "application/ld+json" and element.get("src") not in ours:
            wrong.append(f"a script: {element.attrib} {element.text}")
        wrong += [f"{name} has {attribute}" for attribute in element.attrib if attribute.startswith("on")]
        for attribute in ("href", "src", "action", "data", "formaction", "{http://www.w3.org/1999/xlink}href"):
            address = element.get(attribute)
            if address is not None and urlsplit(address.strip()).scheme.lower() not in {"", "http", "https", "mailto"}:
                wrong.append(f"{name} leads to {address}")
        if name == "img" and element.get("src") == "x":
            wrong.append("an img that a text brought along")
    assert not wrong, wrong
