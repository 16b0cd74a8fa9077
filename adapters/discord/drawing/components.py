"""Discord's Components V2, and the sizes that it refuses to exceed.

Limits are those of Discord's OpenAPI description (https://github.com/discord/discord-api-spec, schemas
`TextDisplayComponentForMessageRequest`, `ButtonComponentForMessageRequest`, `MediaGalleryItemRequest`,
`UnfurledMediaRequest`) and, for what counts over a whole message, of
https://docs.discord.com/developers/components/reference: 40 components, and 4,000 characters over all text displays.
Lengths are counted in UTF-16 code units, the stricter reading.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal, TypeAlias

from adapters.discord import ids
from adapters.discord.markup import cleaned
from bot.markup.cutting import cut

Json: TypeAlias = dict[str, Any]

TEXT_LIMIT: Final = 4000
"""Characters over all text displays of a message."""
LABEL_LIMIT: Final = 80
LINK_LIMIT: Final = 512
"""A link button's URL."""
MEDIA_LIMIT: Final = 2048
"""A picture's URL."""
ALT_LIMIT: Final = 1024

SUPPRESS_EMBEDS: Final = 1 << 2
EPHEMERAL: Final = 1 << 6
SUPPRESS_NOTIFICATIONS: Final = 1 << 12
COMPONENTS_V2: Final = 1 << 15
"""https://docs.discord.com/developers/resources/message#message-object-message-flags"""

ACCENT: Final = 0x2F6F73

_ACTION_ROW, _BUTTON, _TEXT_DISPLAY, _MEDIA_GALLERY, _SEPARATOR, _CONTAINER = 1, 2, 10, 12, 14, 17
_STYLES: Final = {"primary": 1, "secondary": 2, "success": 3, "danger": 4}
_LINK: Final = 5

ButtonStyle: TypeAlias = Literal["primary", "secondary", "success", "danger"]


def nobody() -> Json:
    """The `allowed_mentions` under which a message pings no one."""
    return {"parse": []}


def message(*components: Json, flags: int = 0) -> Json:
    """A message's body made of components, which pings nobody."""
    return {"flags": COMPONENTS_V2 | flags, "components": list(components), "allowed_mentions": nobody()}


def container(components: Sequence[Json]) -> Json:
    """A framed group."""
    return {"type": _CONTAINER, "accent_color": ACCENT, "components": list(components)}


def text(content: str) -> Json:
    """Markup; never empty."""
    return {"type": _TEXT_DISPLAY, "content": content}


def picture(url: str, alt: str) -> Json:
    """One picture in its full width."""
    item: Json = {"media": {"url": url}}
    if description := alt_text(alt):
        item["description"] = description
    return {"type": _MEDIA_GALLERY, "items": [item]}


def alt_text(alt: str) -> str:
    """What a picture or file shows, as its description."""
    return cut(cleaned(alt).strip(), ALT_LIMIT)


def line() -> Json:
    """A dividing line."""
    return {"type": _SEPARATOR, "divider": True, "spacing": 1}


def row(*buttons: Json) -> Json:
    """A row of one to five buttons."""
    return {"type": _ACTION_ROW, "components": list(buttons)}


def button(what: ids.CustomId, label: str, style: ButtonStyle = "secondary", *, disabled: bool = False) -> Json:
    """A button that asks us for something."""
    drawn: Json = {"type": _BUTTON, "style": _STYLES[style], "label": cut(label, LABEL_LIMIT)}
    return drawn | {"custom_id": ids.pack(what)} | ({"disabled": True} if disabled else {})


def link_button(url: str, label: str) -> Json:
    """A button that opens a URL, which `markup.for_components` has made fit."""
    return {"type": _BUTTON, "style": _LINK, "label": cut(label, LABEL_LIMIT), "url": url}
