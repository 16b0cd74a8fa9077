"""Linked data about an article and its discussion (https://schema.org/DiscussionForumPosting)."""

from __future__ import annotations

from typing import Any

from adapters.web.drawing import Site
from adapters.web.richtext import safe_url
from adapters.web.text import stamp
from bot.markup.view import plain, without_spoilers
from bot.page.views import CommentView, PageView

_MOST_COMMENTS = 20
_HIDDEN = "[spoiler]"


def article_data(view: PageView, site: Site, image: str | None) -> dict[str, Any]:
    """The article, and the discussion that is about it, with the first comments on the page."""
    address = site.absolute(site.article(view.summary))
    source = None if view.article.source is None else safe_url(view.article.source.url)
    article = _filled(
        {
            "@type": "Article",
            "@id": f"{address}#article",
            "headline": view.article.title.text,
            "description": view.article.tldr.text,
            "url": source or address,
            "image": None if image is None else site.absolute(image),
            "datePublished": None if view.published_at is None else stamp(view.published_at),
            "inLanguage": view.summary.language or None,
            "author": [{"@type": "Person", "name": author.text} for author in view.authors],
        }
    )
    discussion = _filled(
        {
            "@type": "DiscussionForumPosting",
            "@id": f"{address}#discussion",
            "headline": view.article.title.text,
            "text": view.article.tldr.text,
            "url": address,
            "datePublished": stamp(view.summary.created_at),
            "dateModified": stamp(view.summary.active_at),
            "author": {"@type": "Organization", "name": site.title, "url": f"{site.base}/"},
            "sharedContent": {"@id": f"{address}#article"},
            "commentCount": view.summary.comments,
            "interactionStatistic": {
                "@type": "InteractionCounter",
                "interactionType": "https://schema.org/CommentAction",
                "userInteractionCount": view.summary.comments,
            },
            "comment": [_comment(shown, address) for shown in view.comments[:_MOST_COMMENTS] if shown.writer],
        }
    )
    return {"@context": "https://schema.org", "@graph": [article, discussion]}


def _comment(view: CommentView, address: str) -> dict[str, Any]:
    return _filled(
        {
            "@type": "Comment",
            "url": f"{address}?comment={view.id}#c-{view.id}",
            "text": "" if view.body is None else plain(without_spoilers(view.body.document, _HIDDEN)),
            "datePublished": stamp(view.created_at),
            "dateModified": None if view.edited_at is None else stamp(view.edited_at),
            "author": None if view.writer is None else {"@type": "Person", "name": view.writer.name.text},
        }
    )


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, [])}
