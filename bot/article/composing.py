"""A document and what is known of it, composed into an article."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from typing import Final

import regex

from bot.article.known import Known, is_cut, read_date
from bot.article.parts import (
    Blocks,
    sections_of,
    site_of,
    take_source,
    take_title,
    take_tldr,
    text_of,
    without_furniture,
)
from bot.errors import SourceError
from bot.markup.cutting import cut
from bot.markup.normal import normalise
from bot.markup.sentences import sentence_ends
from bot.markup.tree import CodeBlock, Document, Heading, Paragraph
from bot.model import Article, Section, Source

_BYLINE: Final = regex.compile(r"(?:by|von|par|por|di|door)\s+(\p{Lu}[^.!?\d]{1,80})", regex.IGNORECASE)
_NAMES_APART: Final = regex.compile(r"\s*(?:,|;|&|\band\b|\bund\b|\bet\b|\by\b)\s*")
_BOILERPLATE: Final = regex.compile(
    r"""
      \b(?: javascript | cookies? | log[ ]?in | sign[ ]?(?:in|up) | subscribe | newsletter | all[ ]rights[ ]reserved
          | privacy[ ]policy | terms[ ]of[ ](?:use|service) | breaking[ ]news | latest[ ]news | click[ ]here
          | read[ ]more | official[ ](?:site|website|page) | free[ ]trial | download[ ]the[ ]app )\b
    | ^(?:welcome[ ]to | home | a[ ]blog | my[ ]blog | just[ ]another | the[ ]blog[ ]of | posts[ ](?:by|from) )\b
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
_DESCRIPTION_LEAST: Final = 40
_OWN_WORDS_MOST: Final = 2_000
"""A text without full stops has endless sentences; a TL;DR of its own words ends here at the latest."""


def compose(document: Document, known: Known, *, is_page: bool = False) -> Article:
    """The article in a document. What is known beats what is found; a TL;DR in the text beats all.

    On a page whose address is known, a `Source:` line is a part of the text: the source is that page. Raises
    `SourceError` where nothing but a title is left to read.
    """
    blocks = without_furniture(normalise(document).blocks)
    source = known.source
    if not (is_page and source.url):
        written, blocks = take_source(blocks)
        source = Source(written.name or source.name, written.title or source.title, written.url or source.url)
    if source.url and not source.name:
        source = Source(site_of(source.url), source.title, source.url)
    title, blocks = _title(blocks, known)
    tldr, blocks = take_tldr(blocks)
    authors, published_at, blocks = _byline(blocks)
    sections = sections_of(blocks)
    tldr = tldr or _description(known, title) or _first_two_sentences(sections)
    if not tldr or (len(blocks) == 1 and tldr == title):
        raise SourceError("There is only a title: the article needs some text too.")
    return Article(
        title=title or cut(tldr, 120),
        tldr=tldr,
        sections=sections,
        source=source,
        image=known.image,
        authors=known.authors or authors,
        published_at=known.published_at or published_at,
        language=known.language,
    )


def _title(blocks: Blocks, known: Known) -> tuple[str, Blocks]:
    if not known.title:
        return take_title(blocks)
    # A page's heading repeats its title near the top; what stands there again is not the article's text.
    for index, block in enumerate(blocks[:3]):
        if isinstance(block, Heading | Paragraph) and _same(text_of(block), known.title):
            return known.title, blocks[:index] + blocks[index + 1 :]
    return known.title, blocks


def _same(one: str, other: str) -> bool:
    return regex.sub(r"\W+", "", one).casefold() == regex.sub(r"\W+", "", other).casefold()


def _byline(blocks: Blocks) -> tuple[tuple[str, ...], datetime | None, Blocks]:
    """Who wrote the article and when, where one or two lines under the title say that and nothing else."""
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    while blocks and isinstance(blocks[0], Paragraph):
        line = text_of(blocks[0])
        names = _BYLINE.fullmatch(line)
        if names is not None and not authors:
            authors = tuple(filter(None, _NAMES_APART.split(names[1])))
        elif published_at is None and (moment := read_date(line)) is not None:
            published_at = moment
        else:
            break
        blocks = blocks[1:]
    return authors, published_at, blocks


def _description(known: Known, title: str) -> str:
    """What the site says of the page, where that says something of the article."""
    text = " ".join(known.description.split())
    if is_cut(text) or len(text) < _DESCRIPTION_LEAST or _BOILERPLATE.search(text) or _same(text, title):
        return ""
    if _same(text, known.source.name) or " " not in text:
        return ""
    return text


def _first_two_sentences(sections: Sequence[Section]) -> str:
    prose = [block for section in sections for block in section.body.blocks if isinstance(block, Paragraph)]
    anything = [block for section in sections for block in section.body.blocks if not isinstance(block, CodeBlock)]
    text = " ".join(text_of(block) for block in islice(prose or anything, 2))
    ends = list(islice(sentence_ends(text), 2))
    return cut(text[: ends[1]] if len(ends) > 1 else text, _OWN_WORDS_MOST)
