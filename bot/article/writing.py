"""An article as plain text, in the shape that `read_text` reads."""

from __future__ import annotations

from bot import texts
from bot.markup.tree import Document
from bot.markup.view import plain
from bot.model import Article, Source


def article_text(article: Article) -> str:
    """The whole article: title, TL;DR, sections and source, a blank line between any two paragraphs."""
    parts = [article.title, f"{texts.TLDR}. {article.tldr}"]
    for section in article.sections:
        parts.extend(filter(None, (section.heading, body_text(section.body))))
    source = source_text(article.source)
    if source:
        parts.append(f"{texts.SOURCE}: {source}")
    return "\n\n".join(parts)


def body_text(document: Document) -> str:
    """A section's text, a blank line between any two blocks; formatting and the targets of links are left out."""
    return "\n\n".join(filter(None, (plain(Document((block,))) for block in document.blocks)))


def source_text(source: Source) -> str:
    """`name - title <url>`, as much of it as there is."""
    label = " - ".join(filter(None, (source.name, source.title)))
    if source.url is None:
        return label
    return f"{label} <{source.url}>" if label else source.url
