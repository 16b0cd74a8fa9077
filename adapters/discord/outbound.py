"""What Roundtable shows on Discord: cards, previews, the reader, comments and thread names, as bodies of requests."""

from __future__ import annotations

from adapters.discord.drawing.cards import card_payload, draft_payload, forum_post, opener_payload, thread_name
from adapters.discord.drawing.copies import copy_payload, edit_payload
from adapters.discord.drawing.reader import reader_pages
from adapters.discord.uploads import Upload

__all__ = [
    "Upload",
    "card_payload",
    "copy_payload",
    "draft_payload",
    "edit_payload",
    "forum_post",
    "opener_payload",
    "reader_pages",
    "thread_name",
]
