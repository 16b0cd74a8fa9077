"""The sizes that Discord holds a message, a name or a reason to, checked where a request comes in.

Sources: https://docs.discord.com/developers/resources/message#create-message and the pages of each resource.
"""

# ruff: noqa: PLR2004 - a size means what the field beside it means, and is said once
from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from adapters.sandbox.discord.errors import Problems
from adapters.sandbox.side import Json

CONTENT = 2000
THREAD_NAME = 100
WEBHOOK_NAME = 80
NONCE = 25
FILES = 10
FILE_BYTES = 10 * 1024 * 1024
DESCRIPTION = 1024
EMBEDS = 10
EMBED_TOTAL = 6000
ARCHIVE_MINUTES: Final = (60, 1440, 4320, 10080)
RESERVED_NAMES: Final = ("discord", "clyde")

_COMMAND_NAME = re.compile(r"^[-_'\w]{1,32}$")


_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "content": (str,),
    "embeds": (list,),
    "components": (list,),
    "attachments": (list,),
    "flags": (int,),
    "allowed_mentions": (dict,),
    "message_reference": (dict,),
    "nonce": (str, int),
    "username": (str,),
    "avatar_url": (str,),
    "thread_name": (str,),
}
_LISTED: Final = ("embeds", "components", "attachments")


def check_types(body: Json) -> None:
    """Raise 50035 where a message's body holds something else than what a field takes; null is taken everywhere."""
    problems = Problems()
    for name, kinds in _TYPES.items():
        value = body.get(name)
        if value is not None and (not isinstance(value, kinds) or isinstance(value, bool)):
            problems.add((name,), "MODEL_TYPE_CONVERT", "Could not interpret value.")
    for name in _LISTED:
        for index, each in enumerate(body.get(name) or () if isinstance(body.get(name), list) else ()):
            if not isinstance(each, dict):
                problems.add((name, index), "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
    problems.settle()


def check_content(content: object, problems: Problems) -> str:
    """A message's content, as it is kept: without space around it."""
    if content is None:
        return ""
    if not isinstance(content, str):
        problems.add(("content",), "STRING_TYPE_CONVERT", "Could not interpret value as string.")
        return ""
    if len(content) > CONTENT:
        problems.too_long(("content",), CONTENT)
    return content.strip()


def check_nonce(nonce: object, problems: Problems) -> str | int | None:
    """A nonce, if one was given."""
    if isinstance(nonce, str) and len(nonce) > NONCE:
        problems.too_long(("nonce",), NONCE)
        return None
    return nonce if isinstance(nonce, str | int) else None


def check_thread_name(name: object, problems: Problems) -> str:
    """A thread's name."""
    if not isinstance(name, str):
        problems.required(("name",))
        return ""
    name = name.strip()
    if not 1 <= len(name) <= THREAD_NAME:
        problems.length(("name",), 1, THREAD_NAME)
    return name


def check_archive_minutes(minutes: object, problems: Problems) -> int:
    """After how long without a message a thread is archived."""
    if minutes is None:
        return 4320
    if minutes not in ARCHIVE_MINUTES or not isinstance(minutes, int):
        problems.choice(("auto_archive_duration",), minutes, ARCHIVE_MINUTES)
        return 4320
    return minutes


def check_webhook_name(name: object, problems: Problems, field: str = "name") -> str:
    """A webhook's name, its own or the one that a message shows."""
    if not isinstance(name, str):
        problems.required((field,))
        return ""
    name = name.strip()
    if not 1 <= len(name) <= WEBHOOK_NAME:
        problems.length((field,), 1, WEBHOOK_NAME)
    for reserved in RESERVED_NAMES:
        if reserved in name.lower():
            problems.add((field,), "USERNAME_INVALID_CONTAINS", f'Username cannot contain "{reserved}"')
    return name


def check_url(url: object, problems: Problems, field: str) -> None:
    """Note where a URL is not one of the web, or too long."""
    if not isinstance(url, str) or not url.startswith(("http://", "https://")):
        problems.add((field,), "URL_TYPE_INVALID_URL", "Not a well formed URL.")
    elif len(url) > 2048:
        problems.too_long((field,), 2048)


def check_embeds(embeds: object, problems: Problems) -> list[Json]:
    """Embeds, as the API gives them back."""
    if not embeds:
        return []
    if not isinstance(embeds, list) or len(embeds) > EMBEDS:
        problems.length(("embeds",), 0, EMBEDS)
        return []
    total = 0
    done: list[Json] = []
    for index, embed in enumerate(embeds):
        at = ("embeds", index)
        sized: list[tuple[tuple[str, ...], int, str | None]] = [
            (("title",), 256, embed.get("title")),
            (("description",), 4096, embed.get("description")),
        ]
        sized.append((("footer", "text"), 2048, (embed.get("footer") or {}).get("text")))
        sized.append((("author", "name"), 256, (embed.get("author") or {}).get("name")))
        fields = embed.get("fields") or []
        if len(fields) > 25:
            problems.too_long((*at, "fields"), 25)
        for number, each in enumerate(fields):
            sized.append((("fields", str(number), "name"), 256, each.get("name")))
            sized.append((("fields", str(number), "value"), 1024, each.get("value")))
        for path, most, text in sized:
            total += len(text or "")
            if len(text or "") > most:
                problems.too_long((*at, *path), most)
        given: Json = {key: value for key, value in embed.items() if value is not None}
        given["fields"] = [{"inline": False} | each for each in fields]
        done.append(given | {"type": "rich"})
    if total > EMBED_TOTAL:
        problems.add(("embeds",), "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000")
    return done


def check_command(body: Mapping[str, object], problems: Problems, at: tuple[str | int, ...]) -> None:
    """Note where an application command breaks the rules for its name and description."""
    kind, name = body.get("type", 1), body.get("name")
    description = body.get("description") or ""
    if not isinstance(name, str) or not 1 <= len(name) <= 32:
        problems.length((*at, "name"), 1, 32)
    elif kind == 1 and (not _COMMAND_NAME.match(name) or name != name.lower()):
        problems.add((*at, "name"), "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
    if kind == 1 and (not isinstance(description, str) or not 1 <= len(description) <= 100):
        problems.length((*at, "description"), 1, 100)
    if kind != 1 and description:
        problems.add(
            (*at, "description"),
            "APPLICATION_COMMAND_DESCRIPTION_NOT_ALLOWED",
            "Context menu commands cannot have descriptions",
        )
    options = body.get("options") or []
    if isinstance(options, list):
        if len(options) > 25:
            problems.too_long((*at, "options"), 25)
        for index, option in enumerate(options):
            if option.get("type") not in {1, 2}:
                check_command({**option, "type": 1}, problems, (*at, "options", index))
