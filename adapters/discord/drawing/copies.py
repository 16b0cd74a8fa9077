"""Comments as a webhook's messages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import Final

from adapters.discord.drawing import components as draw
from adapters.discord.drawing.components import Json
from adapters.discord.drawing.names import username
from adapters.discord.drawing.tallies import tally_line
from adapters.discord.markup import for_components, line_within, link_within, render, render_within
from adapters.discord.uploads import Upload
from bot import texts
from bot.markup.cutting import cut, length
from bot.markup.view import plain
from bot.views import Answered, CopyView, FileView

CONTENT_LIMIT: Final = 2000
"""Schema `IncomingWebhookRequestPartial`, `content`; so are the next two."""
AVATAR_LIMIT: Final = 2048
MOST_FILES: Final = 10

_ANSWERED_AUTHOR: Final = 60
_ANSWERED: Final = 400
_FILE_NAME: Final = 120
_FILE_LINE: Final = 320
_FILES_ROOM: Final = 700
_SPOILER: Final = "SPOILER_"
_NOT_IN_NAMES: Final = frozenset('\\/:*?"<>|`')


def copy_payload(copy: CopyView) -> tuple[Json, tuple[Upload, ...]]:
    """The JSON of POST /webhooks/{webhook_id}/{webhook_token}, and the files that go with it.

    `attachments[n]` describes part `files[n]`, which is the n-th upload. Nobody is pinged, and links show no previews.
    A comment that is too long for a message is whole in a text file below its beginning, as Discord itself does it.
    """
    shown, whole = _shown(copy)
    carried = _carried(copy, MOST_FILES - len(whole))
    uploads = (*(Upload(_file_name(file), content, file.media_type) for file, content in carried), *whole)
    described = [str(file.alt) for file, _ in carried] + [texts.WHOLE_COMMENT] * len(whole)
    payload = {
        "username": username(str(copy.author), copy.platform),
        **shown,
        "attachments": [
            {"id": str(index), "filename": upload.name, "description": draw.alt_text(alt)}
            for index, (upload, alt) in enumerate(zip(uploads, described, strict=True))
        ],
    }
    avatar = for_components(copy.avatar, AVATAR_LIMIT)
    return payload | ({"avatar_url": avatar} if avatar else {}), uploads


def edit_payload(copy: CopyView, attached: Sequence[Json]) -> tuple[Json, tuple[Upload, ...]]:
    """The JSON of PATCH /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}, and a file to go with it.

    `attached` are the message's attachments by now; they matter where the comment has files. Files that were carried
    stay, unless the comment has none any more: then they are taken off.
    """
    shown, whole = _shown(copy)
    kept = [{"id": one["id"]} for one in attached if one.get("description") != texts.WHOLE_COMMENT]
    told = [{"id": "0", "filename": file.name, "description": texts.WHOLE_COMMENT} for file in whole]
    return shown | {"attachments": (kept[: MOST_FILES - len(whole)] if copy.files else []) + told}, whole


def _shown(copy: CopyView) -> tuple[Json, tuple[Upload, ...]]:
    """What a message says, and the whole comment as a file where that is cut."""
    content, is_cut = _content(copy, MOST_FILES)
    whole: tuple[Upload, ...] = ()
    if is_cut:
        content, _ = _content(copy, MOST_FILES - 1)
        whole = (Upload(texts.WHOLE_COMMENT_FILE, plain(copy.body.document).encode(), "text/plain"),)
    return {"content": content, "allowed_mentions": draw.nobody(), "flags": draw.SUPPRESS_EMBEDS}, whole


def _content(copy: CopyView, most_files: int) -> tuple[str, bool]:
    above = _answered(copy.answers) if copy.answers else ""
    below = "\n".join(filter(None, (*_links(copy, most_files), tally_line(copy.tallies))))
    room = CONTENT_LIMIT - sum(length(part) + 1 for part in (above, below) if part)
    body = render(copy.body.document)
    is_cut = length(body) > room
    if is_cut:
        more = f"\n-# {link_within(texts.ORIGINAL, copy.original, _FILE_LINE)}" if copy.original else ""
        body = render_within(copy.body.document, room - length(more)) + more
    content = "\n".join(filter(None, (above, body, below)))
    if not content and not _carried(copy, most_files):
        content = link_within(texts.ORIGINAL, copy.original, _FILE_LINE)
    return content, is_cut


def _answered(answers: Answered) -> str:
    """Whom the comment answers: a small line with the name and the first words, which lead to them."""
    author = line_within(str(answers.author), _ANSWERED_AUTHOR) or texts.SOMEONE
    words = link_within(str(answers.excerpt), answers.url, _ANSWERED) if str(answers.excerpt).strip() else ""
    return f"-# ↪ **{author}**{': ' + words if words else ''}"


def _carried(copy: CopyView, most: int) -> list[tuple[FileView, bytes]]:
    return [(file, file.content) for file in copy.files if file.content is not None][:most]


def _links(copy: CopyView, most_files: int) -> Iterator[str]:
    """A line for each file that is not carried, as far as there is room; the rest are behind the original."""
    carried = [file for file, _ in _carried(copy, most_files)]
    left = [file for file in copy.files if not any(file is one for one in carried)]
    room = _FILES_ROOM
    for index, file in enumerate(left):
        name = texts.SPOILER if file.spoiler else cut(str(file.name), _FILE_NAME)
        line = f"📎 {link_within(name or texts.FILE, copy.original or file.url, _FILE_LINE)}"
        room -= length(line) + 1
        if room < 0:
            yield f"📎 +{len(left) - index}"
            return
        yield line


def _file_name(file: FileView) -> str:
    """A name that Discord leaves as it is: no path, no sign that some system forbids, at most 120 characters."""
    shown = "".join("_" if sign in _NOT_IN_NAMES or not sign.isprintable() else sign for sign in str(file.name))
    path = PurePath(shown.strip(". ") or texts.FILE)
    suffix = cut(path.suffix, 20)
    name = cut(path.stem, _FILE_NAME - length(suffix)) + suffix
    return f"{_SPOILER}{name}" if file.spoiler else name
