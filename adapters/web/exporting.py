"""One discussion as one file, drawn from the page's own templates: it needs no server and no other file."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from markupsafe import Markup

from adapters.web.drawing import Drawing, Site
from adapters.web.richtext import safe_url
from bot.page.views import CommentView, PageView, RepliedView, WriterView

_STYLE: Final = "page.css"


def as_page(view: PageView, now: datetime) -> str:
    """The page; times in it are as of now. Pictures are drawn, for whoever reads it may be without a network."""
    drawing = Drawing(Site("Roundtable", "", ""), lambda: now)
    source = view.article.source
    return drawing.draw(
        "export.html",
        view=view,
        canonical=None if source is None else safe_url(source.url),
        image=None,
        style=Markup(drawing.assets.text(_STYLE)),  # noqa: S704 - a file of ours
        picture=_no_picture,
        permalink=_permalink,
        elsewhere=_permalink_of_answered,
    )


def _no_picture(_writer: WriterView) -> None:
    return None


def _permalink(view: CommentView) -> str:
    return f"#c-{view.id}"


def _permalink_of_answered(view: RepliedView) -> str:
    return f"#c-{view.comment}"
