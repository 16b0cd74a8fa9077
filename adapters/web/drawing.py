"""The templates, and all that they may use."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from adapters.web import text as words
from adapters.web.assets import Assets
from adapters.web.richtext import rich, safe_url
from bot import texts
from bot.masking.masked import MaskedLine
from bot.page.views import SummaryView, WriterView

FOLDER: Final = Path(__file__).parent / "templates"
_TAG: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,4}")


@dataclass(frozen=True, slots=True)
class Site:
    """The site's name and where it is. `base` has no closing slash; `path` is its path part, mostly empty."""

    title: str
    base: str
    path: str

    def article(self, summary: SummaryView) -> str:
        """An article's path on this host."""
        return f"{self.path}/a/{quote(summary.slug)}"

    def absolute(self, path: str) -> str:
        """A path on this host as a whole address."""
        return self.base.removesuffix(self.path) + path


class Drawing:
    """Draws templates for one site. Every text that comes in is escaped, and cleaned of what no page may hold."""

    def __init__(self, site: Site, now: Callable[[], datetime]) -> None:
        self.site = site
        self.assets = Assets(site.path)
        self._environment = Environment(
            loader=FileSystemLoader(FOLDER),
            autoescape=True,
            undefined=StrictUndefined,
            finalize=_shown,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            auto_reload=False,
        )
        self._environment.filters |= {
            "rich": rich,
            "safe_url": safe_url,
            "ago": lambda moment: words.ago(moment, now()),
            "exact": words.exact,
            "date": words.date,
            "stamp": words.stamp,
            "size": words.size,
            "platform": texts.platform_label,
            "initials": lambda line: words.initials(str(line)),
            "data": data,
            "language": _language,
            "direction": lambda line: words.direction(str(line)),
        }
        self._environment.globals |= {"texts": texts, "site": site, "assets": self.assets, "picture": self.picture}

    def picture(self, writer: WriterView) -> str | None:
        """The path of a person's picture, None where they have none."""
        return None if writer.picture is None else f"{self.site.path}/avatar/{writer.picture}"

    def draw(self, template: str, **values: object) -> str:
        """The template with these values."""
        return self._environment.get_template(template).render(**values)


def data(value: object) -> Markup:
    """Linked data, as it may stand inside a script element: no `<` can end it."""
    written = json.dumps(words.cleaned(value), ensure_ascii=False, separators=(",", ":"))
    safe = written.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return Markup(safe.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))  # noqa: S704 - escaped as JSON


def _language(tag: str) -> str:
    """The tag, if it is one (RFC 5646, section 2.1, as far as its shape goes)."""
    return tag if _TAG.fullmatch(tag) else ""


def _shown(value: Any) -> Any:  # noqa: ANN401 - whatever a template writes
    if isinstance(value, Markup):
        return value
    if isinstance(value, MaskedLine):
        return words.clean(value.text)
    return words.clean(value) if isinstance(value, str) else value
