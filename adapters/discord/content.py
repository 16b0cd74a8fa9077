"""What a Discord message holds: its text with forwards, polls and stickers told in words, and its files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias

from adapters.discord.markup import MentionNames, parse
from bot import texts
from bot.markup.tree import Block, Document, Inline, Link, List, Paragraph, Quote, Styled, Text
from bot.model import Attachment

Json: TypeAlias = Mapping[str, Any]

_SPOILER_PREFIX: Final = "SPOILER_"
_SPOILER_FLAG: Final = 1 << 3
"""https://docs.discord.com/developers/resources/message#attachment-object-attachment-flags"""
_PICTURES: Final = {1: "png", 2: "png", 4: "gif"}
"""Sticker formats that are pictures; the third, Lottie, is an animation in JSON
(https://docs.discord.com/developers/resources/sticker#sticker-object-sticker-format-types)."""
_STICKERS: Final = "https://media.discordapp.net/stickers"


def body_of(message: Json, names: MentionNames) -> Document:
    """A message's text, then what it forwards, asks in a poll and shows as stickers."""
    blocks = list(parse(message.get("content") or "", mentions=names).blocks)
    for snapshot in _snapshots(message):
        blocks += _forwarded(snapshot, names)
    if message.get("poll"):
        blocks += _poll(message["poll"])
    blocks += [_sticker(sticker) for sticker in message.get("sticker_items") or ()]
    return Document(tuple(blocks))


def attachments_of(message: Json, permalink: str) -> tuple[Attachment, ...]:
    """A message's files, those of a message that it forwards included; a voice message is a file as any other.

    `permalink` is the message's: links to the files themselves expire after a day.
    """
    files = [*(message.get("attachments") or ())]
    for snapshot in _snapshots(message):
        files += snapshot.get("attachments") or ()
    return tuple(_attachment(file, permalink) for file in files)


def _attachment(file: Json, permalink: str) -> Attachment:
    name: str = file.get("filename") or texts.FILE
    is_spoiler = name.startswith(_SPOILER_PREFIX) or bool((file.get("flags") or 0) & _SPOILER_FLAG)
    return Attachment(
        name=name.removeprefix(_SPOILER_PREFIX) or texts.FILE,
        media_type=(file.get("content_type") or "application/octet-stream").partition(";")[0].strip(),
        size=file.get("size") or 0,
        source=file["url"],
        permalink=permalink,
        alt=file.get("description") or "",
        spoiler=is_spoiler,
    )


def _snapshots(message: Json) -> Iterator[Json]:
    for snapshot in message.get("message_snapshots") or ():
        yield snapshot.get("message") or {}


def _forwarded(snapshot: Json, names: MentionNames) -> Iterator[Block]:
    yield _italic(texts.FORWARDED)
    body = body_of(snapshot, names)
    if body.blocks:
        yield Quote(body.blocks)


def _poll(poll: Json) -> Iterator[Block]:
    question = (poll.get("question") or {}).get("text") or ""
    yield Paragraph((Styled("italic", (Text(f"{texts.POLL}:"),)), Text(f" {question}")))
    answers = tuple((Paragraph((Text(_answer(one.get("poll_media") or {})),)),) for one in poll.get("answers") or ())
    if answers:
        yield List(answers)


def _answer(media: Json) -> str:
    emoji = media.get("emoji") or {}
    # A custom emoji has an id; its name alone would read as a word of the answer.
    sign = f":{emoji['name']}:" if emoji.get("id") and emoji.get("name") else emoji.get("name") or ""
    return " ".join(filter(None, (sign, media.get("text") or "")))


def _sticker(sticker: Json) -> Block:
    label: Inline = Text(f"{texts.STICKER}: {sticker.get('name') or ''}".rstrip(": "))
    extension = _PICTURES.get(sticker.get("format_type") or 0)
    if extension is None:
        return Paragraph((Styled("italic", (label,)),))
    return Paragraph((Link(f"{_STICKERS}/{sticker['id']}.{extension}", (label,)),))


def _italic(text: str) -> Block:
    return Paragraph((Styled("italic", (Text(text),)),))
