"""Message components: checking what the bot sends, filling in what Discord adds, and reading them as a person does.

Rules: https://docs.discord.com/developers/components/reference
"""

# ruff: noqa: PLR2004 - a size means what the field beside it means, and is said once
from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from adapters.sandbox.discord.errors import Problems
from adapters.sandbox.side import Json

ROW, BUTTON, STRING_SELECT, TEXT_INPUT = 1, 2, 3, 4
SELECTS: Final = {3, 5, 6, 7, 8}
SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER, LABEL, UPLOAD = 9, 10, 11, 12, 13, 14, 17, 18, 19
TOP_LEVEL: Final = {ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR, CONTAINER}
LINK_STYLE = 5
MOST_COMPONENTS, MOST_TEXT = 40, 4000

Path = tuple[str | int, ...]
Media = Callable[[str], Json | None]
"""What a media URL becomes, or None where an `attachment://` names no file of the message."""


def walk(components: Sequence[Json]) -> Iterator[Json]:
    """Every component, parents before children, in the order in which they are read."""
    for each in components:
        yield each
        yield from walk(each.get("components") or [])
        for key in ("accessory", "component"):
            if isinstance(each.get(key), dict):
                yield from walk([each[key]])


def texts(components: Sequence[Json]) -> Iterator[str]:
    """What a person reads: texts, and the descriptions of media, in order. Buttons are not text."""
    for each in walk(components):
        match each.get("type"):
            case 10:
                yield each["content"]
            case 11:
                yield each.get("description") or ""
            case 12:
                yield from (item.get("description") or "" for item in each["items"])
            case 13:
                yield each.get("name") or ""


def actions(components: Sequence[Json]) -> list[Json]:
    """What a person can press, as `{"id","label"}`; a link button's id is its URL."""
    found: list[Json] = []
    for each in walk(components):
        if each.get("type") == BUTTON:
            label = each.get("label") or (each.get("emoji") or {}).get("name") or ""
            found.append({"id": each.get("custom_id") or each.get("url") or "", "label": label})
        elif each.get("type") in SELECTS:
            found.append({"id": each["custom_id"], "label": each.get("placeholder") or each["custom_id"]})
    return found


def bounds(control: Json) -> tuple[int, int]:
    """How few and how many values a menu or an upload takes."""
    least, most = control.get("min_values"), control.get("max_values")
    return 1 if least is None else least, 1 if most is None else most


def has_interactive(components: Sequence[Json]) -> bool:
    """Whether any of them needs an application to answer."""
    return any(each.get("custom_id") for each in walk(components))


class ComponentCheck:
    """Checks one message's components and answers them as the API gives them back.

    `version_2` tells whether the message has the flag for Components V2; without it, rows of controls alone are taken.
    """

    def __init__(self, problems: Problems, media: Media, *, version_2: bool) -> None:
        self._problems = problems
        self._media = media
        self._version_2 = version_2
        self._ids: set[int] = set()
        self._custom_ids: set[str] = set()
        self._count = 0
        self._text = 0
        self._readers: dict[int, Callable[[Json, Path], Json]] = {
            ROW: self._row,
            BUTTON: self._button,
            SECTION: self._section,
            TEXT: self._content,
            THUMBNAIL: self._picture,
            GALLERY: self._gallery,
            FILE: self._file,
            SEPARATOR: self._separator,
            CONTAINER: self._container,
        }

    def check(self, components: Sequence[Json]) -> list[Json]:
        """The components, normalised; what is wrong is noted in the problems."""
        at: Path = ("components",)
        if not self._version_2 and len(components) > 5:
            self._problems.length(at, 0, 5)
        allowed = TOP_LEVEL if self._version_2 else {ROW}
        done = self._children(components, at, allowed)
        if self._count > MOST_COMPONENTS:
            self._problems.add(
                at, "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", "The total number of components is over 40."
            )
        if self._text > MOST_TEXT:
            self._problems.add(at, "COMPONENT_MAX_TEXT_EXCEEDED", "The total displayable text is over 4000 characters.")
        return done

    def _children(self, given: object, at: Path, allowed: set[int]) -> list[Json]:
        done: list[Json] = []
        if not isinstance(given, list | tuple):
            self._problems.add(at, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
            return done
        for index, each in enumerate(given):
            path = (*at, index)
            if not isinstance(each, dict):
                self._problems.add(path, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
            elif each.get("type") not in allowed:
                self._problems.choice((*path, "type"), each.get("type"), sorted(allowed))
            else:
                done.append(self._one(each, path))
        return done

    def _one(self, each: Json, at: Path) -> Json:
        self._count += 1
        shape: Json = {"type": each["type"], "id": self._identify(each, at)}
        read = self._select if each["type"] in SELECTS else self._readers[each["type"]]
        return shape | read(each, at)

    def _identify(self, each: Json, at: Path) -> int:
        given = each.get("id") or 0
        if given in self._ids:
            self._problems.add((*at, "id"), "COMPONENT_ID_DUPLICATED", "Component id cannot be duplicated")
        if not given:
            given = len(self._ids) + 1
            while given in self._ids:
                given += 1
        self._ids.add(given)
        return int(given)

    def _bounded(self, each: Json, key: str, at: Path, least: int, most: int) -> list[Json]:
        inner = each.get(key)
        if not isinstance(inner, list) or not least <= len(inner) <= most:
            self._problems.length((*at, key), least, most)
            return []
        return inner

    def _row(self, each: Json, at: Path) -> Json:
        inner = self._bounded(each, "components", at, 1, 5)
        if len(inner) > 1 and any(one.get("type") in SELECTS for one in inner):
            self._problems.add(
                (*at, "components"),
                "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
                "The specified component exceeds the maximum width",
            )
        return {"components": self._children(inner, (*at, "components"), {BUTTON} | SELECTS)}

    def _name(self, each: Json, at: Path) -> str:
        name = each.get("custom_id") or ""
        if not 1 <= len(name) <= 100:
            self._problems.length((*at, "custom_id"), 1, 100)
        elif name in self._custom_ids:
            self._problems.add(
                (*at, "custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated"
            )
        self._custom_ids.add(name)
        return str(name)

    def _button(self, each: Json, at: Path) -> Json:
        style = each.get("style")
        shape: Json = {"style": style}
        label, emoji = each.get("label"), each.get("emoji")
        if len(label or "") > 80:
            self._problems.too_long((*at, "label"), 80)
        if not label and not emoji:
            self._problems.add(at, "BUTTON_COMPONENT_INVALID_LABEL_EMOJI", "A button must have a label or an emoji")
        if label:
            shape["label"] = label
        if emoji:
            shape["emoji"] = {"name": emoji.get("name") or ""} | ({"id": str(emoji["id"])} if emoji.get("id") else {})
        if each.get("disabled"):
            shape["disabled"] = True
        if style == LINK_STYLE:
            shape["url"] = self._link(each, at)
        elif style in {1, 2, 3, 4}:
            shape["custom_id"] = self._name(each, at)
        else:
            self._problems.choice((*at, "style"), style, range(1, 6))
        return shape

    def _link(self, each: Json, at: Path) -> str:
        url = each.get("url") or ""
        if not url.startswith(("http://", "https://", "discord://")):
            self._problems.add((*at, "url"), "URL_TYPE_INVALID_URL", "Not a well formed URL.")
        elif len(url) > 512:
            self._problems.too_long((*at, "url"), 512)
        if each.get("custom_id"):
            message = "A custom id and url cannot both be specified"
            self._problems.add((*at, "custom_id"), "BUTTON_COMPONENT_CUSTOM_ID_WITH_URL", message)
        return str(url)

    def _select(self, each: Json, at: Path) -> Json:
        least, most = bounds(each)
        shape: Json = {"custom_id": self._name(each, at), "min_values": least, "max_values": most}
        if each.get("placeholder"):
            shape["placeholder"] = each["placeholder"]
            if len(each["placeholder"]) > 150:
                self._problems.too_long((*at, "placeholder"), 150)
        if each.get("disabled"):
            shape["disabled"] = True
        if each["type"] == STRING_SELECT:
            options = self._bounded(each, "options", at, 1, 25)
            for index, option in enumerate(options):
                for key in ("label", "value"):
                    if not 1 <= len(option.get(key) or "") <= 100:
                        self._problems.length((*at, "options", index, key), 1, 100)
            shape["options"] = [
                {key: value for key, value in option.items() if value is not None} for option in options
            ]
        return shape

    def _section(self, each: Json, at: Path) -> Json:
        inner = self._bounded(each, "components", at, 1, 3)
        accessory = self._children([each.get("accessory")], (*at, "accessory"), {BUTTON, THUMBNAIL})
        return {
            "components": self._children(inner, (*at, "components"), {TEXT}),
            "accessory": accessory[0] if accessory else None,
        }

    def _gallery(self, each: Json, at: Path) -> Json:
        items = self._bounded(each, "items", at, 1, 10)
        return {"items": [self._picture(item, (*at, "items", index)) for index, item in enumerate(items)]}

    def _separator(self, each: Json, at: Path) -> Json:
        if each.get("spacing") not in {None, 1, 2}:
            self._problems.choice((*at, "spacing"), each["spacing"], (1, 2))
        divider = each.get("divider")
        return {"spacing": each.get("spacing") or 1, "divider": divider is None or bool(divider)}

    def _container(self, each: Json, at: Path) -> Json:
        inner = self._bounded(each, "components", at, 1, MOST_COMPONENTS)
        return {
            "accent_color": each.get("accent_color"),
            "spoiler": bool(each.get("spoiler")),
            "components": self._children(inner, (*at, "components"), TOP_LEVEL - {CONTAINER}),
        }

    def _content(self, each: Json, at: Path) -> Json:
        content = each.get("content")
        if not isinstance(content, str) or not 1 <= len(content) <= MOST_TEXT or not content.strip():
            self._problems.length((*at, "content"), 1, MOST_TEXT)
            return {"content": ""}
        self._text += len(content)
        return {"content": content}

    def _picture(self, each: Json, at: Path) -> Json:
        description = each.get("description")
        if description is not None and not 1 <= len(description) <= 1024:
            self._problems.length((*at, "description"), 1, 1024)
        return {
            "media": self._unfurl(each.get("media"), (*at, "media")),
            "description": description,
            "spoiler": bool(each.get("spoiler")),
        }

    def _file(self, each: Json, at: Path) -> Json:
        media = self._unfurl(each.get("file"), (*at, "file"), attached=True)
        return {
            "file": media,
            "name": media.pop("name", None),
            "size": media.pop("size", None),
            "spoiler": bool(each.get("spoiler")),
        }

    def _unfurl(self, given: object, at: Path, *, attached: bool = False) -> Json:
        url = given.get("url") if isinstance(given, dict) else None
        path = (*at, "url")
        if not isinstance(url, str) or not url:
            self._problems.required(path)
            return {}
        schemes = ("attachment://",) if attached else ("attachment://", "http://", "https://")
        if not url.startswith(schemes):
            self._problems.add(path, "URL_TYPE_INVALID_SCHEME", f"Scheme must be one of {schemes}")
        elif len(url) > 2048:
            self._problems.too_long(path, 2048)
        else:
            media = self._media(url)
            if media is not None:
                return media if attached else {key: media[key] for key in media if key not in {"name", "size"}}
            self._problems.add(
                path, "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND", "The referenced attachment was not found"
            )
        return {}
