"""Comments as Slack shows them: arguments of chat.postMessage and chat.update, without `channel` and `thread_ts`.

What else is drawn (cards in `adapters.slack.cards`, the reader, forms) is named here too, for its callers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from adapters.slack.blockkit import MAX_ALT, MAX_URL, context, plain, tally_line
from adapters.slack.cards import card_payload, draft_blocks
from adapters.slack.forms import edit_comment_view, edit_draft_view, publish_text_view, view_values
from adapters.slack.ids import stamp_metadata, stamp_of
from adapters.slack.markup.spans import is_linkable
from adapters.slack.markup.writing import MAX_TEXT, escape, fallback, render, weight
from adapters.slack.reader import reader_view
from bot import texts
from bot.markup.cutting import cut, excerpt
from bot.markup.tree import Block, Document, Inline, Link, Paragraph, Quote, Styled, Text
from bot.model import SLACK
from bot.views import Answered, CopyView, FileView

__all__ = [
    "UploadedFile",
    "card_payload",
    "copy_payload",
    "draft_blocks",
    "edit_comment_view",
    "edit_draft_view",
    "edit_payload",
    "opener_payload",
    "publish_text_view",
    "reader_view",
    "stamp_metadata",
    "stamp_of",
    "view_values",
]

Json: TypeAlias = dict[str, Any]

MAX_NAME: Final = 80
ANSWERED_ROOM: Final = 300
FILE_NAME_ROOM: Final = 150
MAX_IMAGES: Final = 10
MAX_LINKS: Final = 20
# What may be drawn around a comment leaves it a third of a message, though every URL be as long as one can be.
ANSWERED_WEIGHT: Final = 3_500
LINKS_WEIGHT: Final = 3_300


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file that is on Slack already. `name` is that of the `FileView` which it carries: the two are matched by it.

    `is_image`: Slack can show it in an image block; else it is linked to.
    """

    id: str
    permalink: str
    name: str
    alt: str = ""
    is_image: bool = False


def copy_payload(copy: CopyView, *, files: Sequence[UploadedFile] = ()) -> Json:
    """A comment in its author's name; on Slack from Slack that is the name alone, from elsewhere it says where."""
    author = excerpt(str(copy.author), MAX_NAME)
    name = author if copy.platform == SLACK else _attributed(copy, author)
    payload = edit_payload(copy, files=files) | {"unfurl_links": False, "unfurl_media": False}
    if name:
        payload["username"] = name
    if copy.avatar and copy.avatar.startswith(("https://", "http://")) and len(copy.avatar) <= MAX_URL:
        payload["icon_url"] = copy.avatar
    return payload


def edit_payload(copy: CopyView, *, files: Sequence[UploadedFile] = ()) -> Json:
    """The comment's present state; always with blocks, as chat.update without them removes them.

    The copy's own list of files decides what is shown: those among `files` that it no longer has are left out, and
    those that are not among `files` become links to the original. Spoiler files are never shown, only linked to.
    """
    pictures, links = _files(copy, files)
    before = render(Document(_answered(copy.answers)), limit=ANSWERED_WEIGHT) if copy.answers else []
    after = render(Document(links), original=copy.original, limit=LINKS_WEIGHT)
    tallies = tally_line(copy.tallies)
    room = MAX_TEXT - weight(before) - weight(after) - weight(tallies)
    body = render(copy.body.document, original=copy.original, limit=room)
    blocks = [*before, *body, *pictures, *after]
    if not blocks:
        blocks = render(Document((Paragraph((_to_original(copy),)),)))
    blocks += tallies
    text = fallback(copy.body.document) or escape(", ".join(str(file.name) for file in copy.files)) or texts.ORIGINAL
    return {"text": text, "blocks": blocks}


def opener_payload() -> Json:
    """The first reply under a card: it opens the thread, and says what holds there."""
    blocks = [
        *render(Document((Paragraph((Text(texts.CIVILITY),)),))),
        context(texts.DISCUSS_HERE),
    ]
    text = f"{texts.CIVILITY} {texts.DISCUSS_HERE}"
    return {"text": text, "blocks": blocks, "unfurl_links": False, "unfurl_media": False}


def _attributed(copy: CopyView, author: str) -> str:
    """Where a comment comes from stays legible, however long its author's name is."""
    around = len(texts.attribution("", copy.platform))
    return texts.attribution(cut(author, MAX_NAME - around), copy.platform)


def _answered(answered: Answered) -> tuple[Block, ...]:
    name = Text(f"↩ {excerpt(str(answered.author), MAX_NAME)}")
    linked: Inline = Link(answered.url, (name,)) if answered.url and is_linkable(answered.url) else name
    words = excerpt(str(answered.excerpt), ANSWERED_ROOM)
    return (Quote((Paragraph((Styled("bold", (linked,)), *((Text(f": {words}"),) if words else ()))),)),)


def _files(copy: CopyView, uploaded: Sequence[UploadedFile]) -> tuple[list[Json], tuple[Block, ...]]:
    """Image blocks, and lines of links for the rest."""
    waiting = list(uploaded)
    pictures: list[Json] = []
    lines: list[Paragraph] = []
    for file in copy.files:
        carried = next((one for one in waiting if one.name == str(file.name)), None)
        if carried is not None:
            waiting.remove(carried)
        shows = carried is not None and carried.is_image and not file.spoiler and len(pictures) < MAX_IMAGES
        if carried is not None and shows:
            pictures.append(_picture(file, carried))
        else:
            lines.append(Paragraph(_file_line(file, copy.original, carried)))
    shown = lines if len(lines) <= MAX_LINKS else [*lines[: MAX_LINKS - 1], Paragraph((_to_original(copy),))]
    children = [child for number, line in enumerate(shown) for child in ((Text("\n"),) * bool(number) + line.children)]
    return pictures, (Paragraph(tuple(children)),) if children else ()


def _picture(file: FileView, carried: UploadedFile) -> Json:
    name = excerpt(str(file.name), FILE_NAME_ROOM) or texts.FILE
    return {
        "type": "image",
        "slack_file": {"id": carried.id},
        "alt_text": cut(str(file.alt).strip(), MAX_ALT) or name,
        "title": plain(name, FILE_NAME_ROOM),
    }


def _file_line(file: FileView, original: str | None, carried: UploadedFile | None) -> tuple[Inline, ...]:
    name = excerpt(str(file.name), FILE_NAME_ROOM) or texts.FILE
    alt = excerpt(str(file.alt), ANSWERED_ROOM)
    targets = (original, file.url) if file.spoiler else (carried.permalink if carried else None, original, file.url)
    url = next((target for target in targets if target and is_linkable(target)), None)
    shown: Inline = Link(url, (Text(name),)) if url else Text(name)
    remark = texts.SPOILER if file.spoiler else alt
    return (Text("📎 "), shown, *((Text(f" ({remark})"),) if remark else ()))


def _to_original(copy: CopyView) -> Inline:
    word = Text(texts.ORIGINAL)
    return Link(copy.original, (word,)) if copy.original and is_linkable(copy.original) else word
