"""Slack's message box: what a person types becomes a `rich_text` block, and the mrkdwn `text` that goes with it."""

from __future__ import annotations

import html
import re
import secrets
from itertools import groupby
from typing import Final

from adapters.sandbox.side import Json
from adapters.sandbox.slack.emoji import name_in
from adapters.sandbox.slack.inline import Reader
from adapters.sandbox.slack.world import World

FENCE: Final = re.compile(r"```\n?(.*?)\n?```", re.DOTALL)
BULLET: Final = re.compile(r"( *)(?:[-*•]|(\d+)\.) +(.*)")
SPACES_AN_INDENT: Final = 2
MARKS: Final = {"code": "`", "strike": "~", "italic": "_", "bold": "*"}


def compose(typed: str, world: World) -> tuple[str, list[Json]]:
    """The `text` and the `blocks` of a message that a person typed; no blocks where nothing was typed."""
    elements: list[Json] = []
    at = 0
    for fence in FENCE.finditer(typed):
        elements += _lines(typed[at : fence.start()].removesuffix("\n"), world)
        elements.append(
            {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": fence[1]}], "border": 0}
        )
        at = fence.end()
    elements += _lines(typed[at:].removeprefix("\n") if at else typed, world)
    if not elements:
        return "", []
    _end_sections(elements)
    return written(elements, world), [
        {"type": "rich_text", "block_id": secrets.token_urlsafe(4)[:5], "elements": elements}
    ]


def _lines(text: str, world: World) -> list[Json]:
    reader = Reader(world)
    elements: list[Json] = []
    if not text.strip():
        return elements
    for kind, group in groupby(text.split("\n"), key=_kind):
        lines = list(group)
        if kind == "quote":
            quoted = "\n".join(line[1:].removeprefix(" ") for line in lines)
            elements.append({"type": "rich_text_quote", "elements": reader.read(quoted) or _blank()})
        elif kind == "list":
            elements += _lists(lines, reader)
        else:
            inline = reader.read("\n".join(lines))
            if inline:
                elements.append({"type": "rich_text_section", "elements": inline})
    return elements


def _kind(line: str) -> str:
    if line.startswith(">"):
        return "quote"
    return "list" if BULLET.fullmatch(line) else "text"


def _lists(lines: list[str], reader: Reader) -> list[Json]:
    """A list for each run of items of one style and one depth, as Slack has them."""
    lists: list[Json] = []
    for line in lines:
        match = BULLET.fullmatch(line)
        if match is None:  # pragma: no cover - the caller has matched them
            continue
        style = "ordered" if match[2] else "bullet"
        indent = len(match[1]) // SPACES_AN_INDENT
        item = {"type": "rich_text_section", "elements": reader.read(match[3])}
        if lists and lists[-1]["style"] == style and lists[-1]["indent"] == indent:
            lists[-1]["elements"].append(item)
        else:
            lists.append({"type": "rich_text_list", "elements": [item], "style": style, "indent": indent, "border": 0})
    return lists


def _blank() -> list[Json]:
    return [{"type": "text", "text": " "}]


def _end_sections(elements: list[Json]) -> None:
    """A section that something follows ends in a line break."""
    for element in elements[:-1]:
        if element["type"] == "rich_text_section":
            element["elements"].append({"type": "text", "text": "\n"})


def written(elements: list[Json], world: World) -> str:
    """Rich text elements as mrkdwn."""
    return "".join(_written_block(element, world, last=element is elements[-1]) for element in elements)


def _written_block(element: Json, world: World, *, last: bool) -> str:
    end = "" if last else "\n"
    match element["type"]:
        case "rich_text_preformatted":
            return f"```{_inline(element['elements'], world)}```{end}"
        case "rich_text_quote":
            lines = _inline(element["elements"], world).split("\n")
            return "\n".join(f"&gt; {line}" for line in lines) + end
        case "rich_text_list":
            return "\n".join(_items(element, world)) + end
    return _inline(element["elements"], world)


def _items(element: Json, world: World) -> list[str]:
    margin = "    " * element.get("indent", 0)
    first = element.get("offset", 0) + 1
    ordered = element["style"] == "ordered"
    return [
        f"{margin}{f'{first + number}.' if ordered else '•'} {_inline(item['elements'], world)}"
        for number, item in enumerate(element["elements"])
    ]


def _inline(elements: list[Json], world: World) -> str:
    return "".join(_mark(element, _piece(element, world)) for element in elements)


def _mark(element: Json, piece: str) -> str:
    for style, mark in MARKS.items():
        if element.get("style", {}).get(style):
            piece = f"{mark}{piece}{mark}"
    return piece


def _piece(element: Json, world: World) -> str:
    match element["type"]:
        case "link":
            url = html.escape(element["url"], quote=False)
            label = element.get("text")
            return f"<{url}|{html.escape(label, quote=False)}>" if label else f"<{url}>"
        case "user":
            return f"<@{element['user_id']}>"
        case "channel":
            return f"<#{element['channel_id']}|{world.channels[element['channel_id']].name}>"
        case "broadcast":
            return f"<!{element['range']}>"
        case "emoji":
            return f":{name_in(element)}:"
    return html.escape(element.get("text", ""), quote=False)
