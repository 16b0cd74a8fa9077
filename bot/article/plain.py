"""Articles from plain text and Markdown."""

from __future__ import annotations

from bot.errors import SourceError
from bot.markup.cutting import first_sentence
from bot.markup.markdown import from_markdown
from bot.markup.tree import Document
from bot.markup.view import plain
from bot.model import Article, Section


def read_text(text: str) -> Article:
    """The article in a text."""
    document = from_markdown(text)
    if not document.blocks:
        raise SourceError("There is no text to read: paste the article's title and its text.")
    title = plain(Document(document.blocks[:1]))
    body = Document(document.blocks[1:])
    return Article(title=title, tldr=first_sentence(plain(body)) or title, sections=(Section("", body),))
