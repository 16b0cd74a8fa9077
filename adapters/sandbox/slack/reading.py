"""Blocks as a person reads them: plain text, mentions by name, links by their label."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from adapters.sandbox.side import Json
from adapters.sandbox.slack.emoji import character_of, name_in
from adapters.sandbox.slack.inline import SHORTCODE, Reader
from adapters.sandbox.slack.world import World

NESTED: Final = "  "


def read_message(text: str, blocks: list[Json] | None, world: World) -> str:
    """What a message says: its blocks in order where it has some, else its text."""
    if blocks:
        return read_blocks(blocks, world)
    return read_mrkdwn(text, world)


def read_blocks(blocks: list[Json], world: World) -> str:
    """Blocks as lines; buttons and inputs are told apart from the text."""
    return "\n".join(piece for piece in (_block(block, world) for block in blocks) if piece)


def read_mrkdwn(text: str, world: World) -> str:
    """Mrkdwn without its marks."""
    lines = []
    for line in text.split("\n"):
        bare = line.removeprefix("&gt;").removeprefix(" ") if line.startswith("&gt;") else line
        lines.append(_inline(Reader(world, escaped=True).read(bare.replace("```", "")), world))
    return "\n".join(lines)


def _block(block: Json, world: World) -> str:  # noqa: PLR0911 - one case a kind of block
    match block["type"]:
        case "header":
            return _text_object(block["text"], world)
        case "section":
            texts = [block["text"]] if block.get("text") else []
            return "\n".join(_text_object(one, world) for one in [*texts, *(block.get("fields") or [])])
        case "context":
            shown = [one for one in block["elements"] if one["type"] != "image"]
            return " ".join(_text_object(one, world) for one in shown)
        case "image":
            return _text_object(block["title"], world) if block.get("title") else ""
        case "rich_text":
            return read_rich_text(block["elements"], world)
        case "markdown":
            return str(block["text"])
    return ""


def _text_object(text: Json, world: World) -> str:
    if text["type"] == "mrkdwn":
        return read_mrkdwn(text["text"], world)
    shown = str(text["text"])
    return SHORTCODE.sub(lambda match: character_of(match[1]) or match[0], shown) if text.get("emoji", True) else shown


def read_rich_text(elements: list[Json], world: World) -> str:
    """Rich text elements as lines."""
    lines: list[str] = []
    for element in elements:
        if element["type"] == "rich_text_list":
            lines += _items(element, world)
        else:
            lines.append(_inline(element["elements"], world).removesuffix("\n"))
    return "\n".join(lines)


def _items(element: Json, world: World) -> list[str]:
    margin = NESTED * element.get("indent", 0)
    first = element.get("offset", 0) + 1
    ordered = element["style"] == "ordered"
    return [
        f"{margin}{f'{first + number}.' if ordered else '•'} {_inline(item['elements'], world)}"
        for number, item in enumerate(element["elements"])
    ]


def _inline(elements: list[Json], world: World) -> str:
    return "".join(_element(element, world) for element in elements)


def _element(element: Json, world: World) -> str:  # noqa: PLR0911 - one case an element
    match element["type"]:
        case "text":
            return str(element["text"])
        case "link":
            return str(element.get("text") or element["url"])
        case "emoji":
            return character_of(name_in(element)) or f":{element['name']}:"
        case "user":
            user = world.users.get(element["user_id"])
            return f"@{user.display_name}" if user is not None else "@unknown"
        case "channel":
            channel = world.channels.get(element["channel_id"])
            return f"#{channel.name}" if channel is not None else "#unknown"
        case "broadcast":
            return f"@{element['range']}"
        case "date":
            moment = datetime.fromtimestamp(element["timestamp"], UTC)
            return str(element.get("fallback") or f"{moment:%Y-%m-%d %H:%M} UTC")
    return ""
