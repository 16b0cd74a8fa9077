"""`roundtable read` and `roundtable card`: what an article looks like before anybody publishes it."""

from __future__ import annotations

import asyncio
import json
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from bot.model import Article

Source = Annotated[str, typer.Argument(help="A URL, a file (text, Markdown, HTML), or - for standard input.")]


class Target(StrEnum):
    """The platforms whose payloads can be shown."""

    DISCORD = "discord"
    SLACK = "slack"


def read(
    source: Source,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON: title, tldr, sections, source, text.")] = False,
) -> None:
    """Show an article as text."""
    from bot.article import article_text

    article = article_from(source)
    _write(_json(_described(article)) if as_json else article_text(article))


def card(
    source: Source,
    platform: Annotated[Target | None, typer.Option(help="Show the exact payload for this platform.")] = None,
) -> None:
    """Show an article's card as text, or as the payload that a platform gets."""
    from bot.article.card import card_text, draw_card
    from bot.masking import Masker

    drawn = draw_card(article_from(source), Masker(), discussion=None)
    match platform:
        case None:
            _write(card_text(drawn))
        case Target.DISCORD:
            from adapters.discord import outbound as discord

            _write(_json(discord.card_payload(drawn)))
        case Target.SLACK:
            from adapters.slack import outbound as slack

            _write(_json(slack.card_payload(drawn)))


def article_from(source: str) -> Article:
    """The article that SOURCE leads to; raises `SourceError` with one line where there is none."""
    from bot.article import read_bytes
    from bot.cli.sources import given
    from bot.commands import GivenFile, GivenUrl

    match given(source):
        case GivenUrl(url):
            return asyncio.run(_fetched(url))
        case GivenFile(name, media_type, content):
            return read_bytes(content, media_type=media_type, name=name)
        case other:  # pragma: no cover - SOURCE names a link or a file
            raise TypeError(other)


async def _fetched(url: str) -> Article:
    from adapters.fetching import GuardedFetcher
    from bot.article import read_bytes
    from bot.config import load

    page = await GuardedFetcher(load().fetch_allow).fetch(url)
    return read_bytes(page.content, media_type=page.media_type, url=page.url, charset=page.charset)


def _described(article: Article) -> dict[str, Any]:
    from bot.article import article_text
    from bot.article.writing import body_text

    return {
        "title": article.title,
        "tldr": article.tldr,
        "sections": [{"heading": section.heading, "text": body_text(section.body)} for section in article.sections],
        "source": {"name": article.source.name, "title": article.source.title, "url": article.source.url},
        "text": article_text(article),
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _write(text: str) -> None:
    # Articles hold every script there is; a terminal set to less must not stop them.
    sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n")
    sys.stdout.buffer.flush()
