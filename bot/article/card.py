"""An article as its card and as pages to read: masked, whole, and still free of any platform's layout."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from bot import texts
from bot.markup.cutting import first_sentence
from bot.markup.tree import Block, CodeBlock, Document, Heading, List, Paragraph, Quote
from bot.markup.view import plain
from bot.masking import Masker
from bot.model import Article, DiscussionId, DiscussionState, Source
from bot.views import ArticleView, Card, CardLine, ImageView, SectionView, SourceView, Tally

_STATES: Final = {DiscussionState.LOCKED: texts.LOCKED, DiscussionState.CLOSED: texts.CLOSED}


def draw_card(
    article: Article,
    masker: Masker,
    *,
    discussion: DiscussionId | None,
    comments: int = 0,
    state: DiscussionState = DiscussionState.OPEN,
    page: str | None = None,
    tallies: tuple[Tally, ...] = (),
) -> Card:
    """The article's card: one line from each section, that is its heading and its first sentence.

    The introduction has a line only where its first sentence isn't in the TL;DR already. `page` is the article's web
    page, where there is one. Nothing is cut here.
    """
    lines: list[CardLine] = []
    for section in article.sections:
        sentence = _opening(section.body.blocks)
        if not section.heading and (not sentence or sentence in article.tldr):
            continue
        lines.append(CardLine(masker.line(section.heading), masker.line(sentence)))
    return Card(
        discussion=discussion,
        title=masker.line(article.title),
        tldr=masker.line(article.tldr),
        lines=tuple(lines),
        source=_source_view(article.source, masker),
        image=_image_view(article, masker),
        comments=comments,
        state=state,
        page=page,
        tallies=tallies,
    )


def draw_article(article: Article, masker: Masker) -> ArticleView:
    """The whole article, for a reader."""
    return ArticleView(
        title=masker.line(article.title),
        tldr=masker.line(article.tldr),
        sections=tuple(
            SectionView(masker.line(section.heading), masker.document(section.body)) for section in article.sections
        ),
        source=_source_view(article.source, masker),
    )


def card_text(card: Card) -> str:
    """The card as plain text, a paragraph for each of its parts, without a closing line break."""
    parts = [str(card.title), f"{texts.TLDR}. {card.tldr}"]
    parts.extend(": ".join(filter(None, (str(line.heading), str(line.text)))) for line in card.lines)
    if card.source is not None:
        parts.append(f"{texts.SOURCE}: {_with_url(card.source)}")
    footer = [texts.discussion(card.comments)]
    if card.state in _STATES:
        footer.append(_STATES[card.state])
    footer.append(texts.CIVILITY)
    if not card.comments and card.state is DiscussionState.OPEN:
        footer.append(texts.FIRST_COMMENT)
    return "\n\n".join((*parts, *footer))


def _with_url(source: SourceView) -> str:
    label = str(source.label)
    return f"{label} <{source.url}>" if source.url and source.url != label else label


def _opening(blocks: tuple[Block, ...]) -> str:
    """The first sentence of the first paragraph, else of whatever comes first."""
    for block in blocks:
        if isinstance(block, Paragraph) and (sentence := first_sentence(plain(Document((block,))))):
            return sentence
    for block in blocks:
        match block:
            case Quote():
                found = _opening(block.blocks)
            case List():
                found = next(filter(None, (_opening(item) for item in block.items)), "")
            case Heading() | CodeBlock():
                found = first_sentence(plain(Document((block,))))
            case _:
                found = ""
        if found:
            return found
    return ""


def _source_view(source: Source, masker: Masker) -> SourceView | None:
    host = (urlsplit(source.url).hostname or "").removeprefix("www.") if source.url else ""
    label = " - ".join(filter(None, (source.name, source.title))) or host
    return SourceView(masker.line(label), source.url) if label else None


def _image_view(article: Article, masker: Masker) -> ImageView | None:
    if article.image is None:
        return None
    return ImageView(article.image.url, masker.line(article.image.alt or article.title))
