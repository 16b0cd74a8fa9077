"""The whole article in a modal, for the reader who pressed Read."""

from __future__ import annotations

from typing import Any

from adapters.slack.ids import Callback, ReaderPage, pack_page
from bot.markup.cutting import cut
from bot.model import DiscussionId
from bot.views import ArticleView


def reader_view(article: ArticleView, *, discussion: DiscussionId, page: int = 0) -> dict[str, Any]:
    """A modal with one page of the article; its buttons carry the discussion and the page that they lead to."""
    return {
        "type": "modal",
        "callback_id": Callback.READER,
        "private_metadata": pack_page(ReaderPage(discussion, page)),
        "title": {"type": "plain_text", "text": cut(str(article.title), 24), "emoji": False},
        "blocks": [{"type": "section", "text": {"type": "plain_text", "text": cut(str(article.tldr), 3000)}}],
    }
