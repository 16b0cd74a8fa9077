"""The neutral rich-text tree: what a person wrote, free of any platform's dialect.

Platforms parse their messages into a `Document` and draw a `Document` in their own way; nothing else in the core
knows that dialects exist. Every node is frozen, compares by value, and survives `to_json`/`from_json` unchanged.

A newline inside `Text` is a line break that the writer made. Text never carries escapes: `*` is an asterisk.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, TypeAdapter


@dataclass(frozen=True, slots=True)
class Text:
    """Characters as a reader sees them, line breaks included."""

    text: str
    kind: Literal["text"] = "text"


@dataclass(frozen=True, slots=True)
class Styled:
    """Inline content in one style. `underline` and `spoiler` exist on Discord alone."""

    style: Literal["bold", "italic", "strike", "underline", "spoiler"]
    children: tuple[Inline, ...]
    kind: Literal["styled"] = "styled"


@dataclass(frozen=True, slots=True)
class Code:
    """An inline code span; its text is verbatim and has no line break."""

    text: str
    kind: Literal["code"] = "code"


@dataclass(frozen=True, slots=True)
class Link:
    """A link to an absolute http, https or mailto URL. A bare URL is a link whose one child is that URL as text."""

    url: str
    children: tuple[Inline, ...]
    kind: Literal["link"] = "link"


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody or something that was named, by the name a reader sees, without its sign (`@`, `#`).

    A mention is only ever drawn as plain text: a copy pings nobody.
    """

    target: Literal["user", "role", "channel", "everyone", "command"]
    name: str
    kind: Literal["mention"] = "mention"


@dataclass(frozen=True, slots=True)
class Emoji:
    """A custom emoji, by its name without colons. Unicode emoji are plain `Text`."""

    name: str
    url: str | None = None
    kind: Literal["emoji"] = "emoji"


@dataclass(frozen=True, slots=True)
class Timestamp:
    """A moment, in whole seconds since 1970 UTC, that each reader sees in local time where the platform can do that.

    `style` is one of Discord's letters: t T d D f F R
    (https://docs.discord.com/developers/reference#message-formatting-timestamp-styles).
    """

    seconds: int
    style: Literal["t", "T", "d", "D", "f", "F", "R"] = "f"
    kind: Literal["timestamp"] = "timestamp"


Inline: TypeAlias = Annotated[Text | Styled | Code | Link | Mention | Emoji | Timestamp, Field(discriminator="kind")]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A run of inline content that stands on its own."""

    children: tuple[Inline, ...]
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the largest, 6 the smallest."""

    level: int
    children: tuple[Inline, ...]
    kind: Literal["heading"] = "heading"


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """Verbatim lines, without a closing line break; `language` is empty where the writer named none."""

    text: str
    language: str = ""
    kind: Literal["code_block"] = "code_block"


@dataclass(frozen=True, slots=True)
class Quote:
    """Blocks that quote somebody."""

    blocks: tuple[Block, ...]
    kind: Literal["quote"] = "quote"


@dataclass(frozen=True, slots=True)
class List:
    """Items of one or more blocks each; nested lists are blocks of an item. `start` counts for ordered lists alone."""

    items: tuple[tuple[Block, ...], ...]
    ordered: bool = False
    start: int = 1
    kind: Literal["list"] = "list"


Block: TypeAlias = Annotated[Paragraph | Heading | CodeBlock | Quote | List, Field(discriminator="kind")]


@dataclass(frozen=True, slots=True)
class Document:
    """A whole message or a section's text. An empty document has no blocks."""

    blocks: tuple[Block, ...] = ()


_JSON = TypeAdapter(Document)


def to_json(document: Document) -> str:
    """The document as JSON that `from_json` reads back to an equal document."""
    return _JSON.dump_json(document, exclude_defaults=False).decode()


def from_json(text: str) -> Document:
    """The document that `to_json` wrote; raises `ValueError` for anything else."""
    return _JSON.validate_json(text)


def plain_document(text: str) -> Document:
    """Plain text as a document: a paragraph for each run of lines between blank lines, nothing read as markup."""
    paragraphs = [lines.strip("\n") for lines in text.replace("\r\n", "\n").split("\n\n")]
    return Document(tuple(Paragraph((Text(lines),)) for lines in paragraphs if lines.strip()))
