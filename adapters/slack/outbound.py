"""Comments as Slack shows them: arguments of chat.postMessage and chat.update, without `channel` and `thread_ts`.

What is drawn: cards (`adapters.slack.cards`), the reader and forms are re-exported here for their callers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from adapters.slack.cards import card_payload, draft_blocks
from adapters.slack.forms import edit_comment_view, edit_draft_view, publish_text_view, view_values
from adapters.slack.ids import stamp_metadata, stamp_of
from adapters.slack.markup import fallback, render
from adapters.slack.reader import reader_view
from bot import texts
from bot.markup.cutting import cut
from bot.model import SLACK
from bot.views import CopyView

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


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file that is on Slack already. `name` is that of the `FileView` which it carries: the two are matched by it."""

    id: str
    permalink: str
    name: str
    alt: str = ""
    is_image: bool = False


def copy_payload(copy: CopyView, *, files: Sequence[UploadedFile] = ()) -> dict[str, Any]:
    """A comment in its author's name."""
    author = str(copy.author)
    name = author if copy.platform == SLACK else texts.attribution(author, copy.platform)
    payload = edit_payload(copy, files=files) | {
        "username": cut(name, 80),
        "unfurl_links": False,
        "unfurl_media": False,
    }
    return payload | ({"icon_url": copy.avatar} if copy.avatar else {})


def edit_payload(copy: CopyView, *, files: Sequence[UploadedFile] = ()) -> dict[str, Any]:
    """The comment's present state; always with blocks, as chat.update without them removes them."""
    del files
    return {"text": fallback(copy.body.document), "blocks": render(copy.body.document, original=copy.original)}


def opener_payload() -> dict[str, Any]:
    """The first reply under a card, which opens its thread."""
    text = f"{texts.DISCUSS_HERE} {texts.CIVILITY}"
    blocks = [{"type": "context", "elements": [{"type": "plain_text", "text": text, "emoji": False}]}]
    return {"text": text, "blocks": blocks, "unfurl_links": False, "unfurl_media": False}
