"""What a person types, or an app writes as mrkdwn, within a line: styles, links, mentions and emoji as rich text."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Final

from adapters.sandbox.side import Json
from adapters.sandbox.slack.emoji import character_of, element_of, name_of, name_of_character
from adapters.sandbox.slack.world import World

MARKS: Final = {"*": "bold", "_": "italic", "~": "strike"}
CLOSING: Final = {mark: re.compile(rf"(?<!\s)\{mark}(?![^\W_]|\{mark})") for mark in ("*", "_", "~")}
CODE: Final = re.compile(r"`([^`\n]+)`")
CONTROL: Final = re.compile(r"<([@#!]?)([^<>|\s][^<>|\n]*)(?:\|([^<>\n]*))?>")
URL: Final = re.compile(r"https?://[^\s<>|`]+", re.IGNORECASE)
DOMAIN: Final = re.compile(r"(?:[a-z0-9-]+\.)+(?:com|org|net|io|dev)\b(?:/[^\s<>|`]*)?", re.IGNORECASE)
SHORTCODE: Final = re.compile(r":([a-z0-9_+'-]+(?:::skin-tone-[2-6])?):", re.IGNORECASE)
BROADCAST: Final = re.compile(r"@(here|channel|everyone)\b")
CHANNEL: Final = re.compile(r"#([a-z0-9_-]+)")
AFTER_URL: Final = ".,;:!?'\")]*_~"


@dataclass(slots=True)
class Reader:
    """Reads a line into rich text elements. `escaped` text is mrkdwn, in which `&lt;` is a `<`."""

    world: World
    escaped: bool = False

    def read(self, text: str, style: frozenset[str] = frozenset()) -> list[Json]:
        """The elements of `text`, all of them in `style`."""
        found: list[Json] = []
        plain: list[str] = []
        at = 0
        while at < len(text):
            elements, after = self._special(text, at, style)
            if after == at:
                plain.append(text[at])
                at += 1
                continue
            self._flush(plain, found, style)
            found += elements
            at = after
        self._flush(plain, found, style)
        return found

    def _flush(self, plain: list[str], found: list[Json], style: frozenset[str]) -> None:
        if plain:
            text = "".join(plain)
            found.append(_styled({"type": "text", "text": html.unescape(text) if self.escaped else text}, style))
            plain.clear()

    def _special(self, text: str, at: int, style: frozenset[str]) -> tuple[list[Json], int]:
        """What stands at `at` beyond a plain character, and where it ends; `at` itself where there is nothing."""
        character = text[at]
        if character == "`" and (match := CODE.match(text, at)):
            inner = html.unescape(match[1]) if self.escaped else match[1]
            return [_styled({"type": "text", "text": inner}, style | {"code"})], match.end()
        if character in MARKS and MARKS[character] not in style and (end := _closing(text, at)):
            return self.read(text[at + 1 : end], style | {MARKS[character]}), end + 1
        if character == "<" and (match := CONTROL.match(text, at)) and (element := self._control(match)):
            return [_styled(element, style)], match.end()
        if element_and_end := self._named(text, at):
            element, end = element_and_end
            return [_styled(element, style)], end
        return [], at

    def _control(self, match: re.Match[str]) -> Json | None:
        """`<https://…|label>`, `<@U…>`, `<#C…>`, `<!here>`."""
        sign, body, label = match[1], match[2], match[3]
        if sign == "@":
            return {"type": "user", "user_id": body} if body in self.world.users else None
        if sign == "#":
            return {"type": "channel", "channel_id": body} if body in self.world.channels else None
        if sign == "!":
            return {"type": "broadcast", "range": body} if body in {"here", "channel", "everyone"} else None
        if not re.match(r"(https?|mailto):", body):
            return None
        url = html.unescape(body)
        return {"type": "link", "url": url, "text": html.unescape(label)} if label else {"type": "link", "url": url}

    def _named(self, text: str, at: int) -> tuple[Json, int] | None:
        """A bare address, a mention by name, or an emoji."""
        at_word = at == 0 or not text[at - 1].isalnum()
        if at_word and (match := URL.match(text, at)):
            url = match[0].rstrip(AFTER_URL)
            return {"type": "link", "url": html.unescape(url) if self.escaped else url}, at + len(url)
        if (
            at_word
            and not self.escaped
            and (at == 0 or text[at - 1] not in "@./")
            and (match := DOMAIN.match(text, at))
        ):
            shown = match[0].rstrip(AFTER_URL)
            return {"type": "link", "url": f"http://{shown}", "text": shown}, at + len(shown)
        if text[at] == ":" and (match := SHORTCODE.match(text, at)):
            name = name_of(match[1])
            if name is not None:
                return element_of(name), match.end()
        if text[at] in "@#" and at_word and not self.escaped:
            return self._mention(text, at)
        return _pictograph(text, at)

    def _mention(self, text: str, at: int) -> tuple[Json, int] | None:
        if match := BROADCAST.match(text, at):
            return {"type": "broadcast", "range": match[1]}, match.end()
        if text[at] == "#":
            match = CHANNEL.match(text, at)
            channel = self.world.found_channel(match[1]) if match else None
            return ({"type": "channel", "channel_id": channel.id}, match.end()) if match and channel else None
        names = [(name, user.id) for user in self.world.users.values() for name in (user.display_name, user.name)]
        for name, user_id in sorted(names, key=lambda pair: -len(pair[0])):
            end = at + 1 + len(name)
            if text[at + 1 : end].lower() == name.lower() and not text[end : end + 1].isalnum():
                return {"type": "user", "user_id": user_id}, end
        return None


def _closing(text: str, at: int) -> int | None:
    """Where the style that a mark at `at` may open ends: marks hug their words and stand outside of others."""
    mark = text[at]
    if at + 1 >= len(text) or text[at + 1].isspace() or text[at + 1] == mark:
        return None
    if at > 0 and (text[at - 1].isalnum() or text[at - 1] == mark):
        return None
    line_end = text.find("\n", at)
    match = CLOSING[mark].search(text, at + 2, line_end if line_end != -1 else len(text))
    return match.start() if match else None


def _pictograph(text: str, at: int) -> tuple[Json, int] | None:
    """An emoji that was typed as a character; the longest one that stands here."""
    if ord(text[at]) < 0xA9:  # noqa: PLR2004 - the first character that can be an emoji, keycaps aside
        return None
    for length in range(min(10, len(text) - at), 0, -1):
        piece = text[at : at + length]
        if (name := name_of_character(piece)) is not None and character_of(name) is not None:
            return element_of(name), at + length
    return None


def _styled(element: Json, style: frozenset[str]) -> Json:
    return {**element, "style": dict.fromkeys(sorted(style), True)} if style else element
