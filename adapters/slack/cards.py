"""Cards and previews as Block Kit.

A card shows the beginnings of an article: Read leads to the rest. Its texts are cut here, fairly, so that Slack never
refuses it for its size.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

from adapters.slack.blockkit import (
    MAX_ALT,
    MAX_HEADER,
    actions,
    button,
    context,
    header,
    link_button,
    tally_line,
)
from adapters.slack.ids import Action, ReaderPage, pack_draft, pack_page
from adapters.slack.markup.spans import is_linkable
from adapters.slack.markup.writing import escape, render
from bot import texts
from bot.markup.cutting import cut, excerpt, length
from bot.markup.tree import Block, Document, Link, List, Paragraph, Styled, Text
from bot.model import DiscussionState
from bot.views import Card, CardLine, DraftView, ImageView, SourceView

Json: TypeAlias = dict[str, Any]

TLDR_ROOM: Final = 1_500
LINES_ROOM: Final = 3_000
LINE_MOST: Final = 400
LINE_FLOOR: Final = 120
"""What each shown section may have at least: with less, the last ones are counted instead of shown."""
LABEL_ROOM: Final = 300
LONGEST_OPENED: Final = 1_500
"""An address that is longer has no button, so that two of them leave the card within Slack's size."""


def card_payload(card: Card, *, image: bool = True) -> Json:
    """Arguments of chat.postMessage and chat.update, without `channel` and `metadata`.

    Slack fetches a card's image while it posts, and refuses the whole message where it can't: call again with
    `image=False` then.
    """
    return {
        "text": escape(f"{cut(str(card.title), MAX_HEADER)}\n{cut(str(card.tldr), TLDR_ROOM)}".strip()),
        "blocks": _card_blocks(card, image=image),
        "unfurl_links": False,
        "unfurl_media": False,
    }


def draft_blocks(draft: DraftView) -> list[Json]:
    """The private preview: the card, where it would go, and Publish, Edit and Cancel.

    Without the image: an image that Slack can't fetch would take the whole preview with it.
    """
    value = pack_draft(draft.draft)
    publish = button(Action.PUBLISH, texts.PUBLISH, value, style="primary")
    return [
        *_card_blocks(draft.card, image=False),
        {"type": "divider"},
        context(texts.destination(draft.board, draft.channels)),
        *actions(
            *([publish] if draft.channels else []),
            button(Action.EDIT, texts.EDIT, value),
            button(Action.CANCEL, texts.CANCEL, value),
        ),
    ]


def _card_blocks(card: Card, *, image: bool) -> list[Json]:
    discussion = Paragraph((Styled("bold", (Text(texts.discussion(card.comments)),)),))
    return [
        *header(str(card.title)),
        *(_image(card.image) if image and card.image else []),
        *render(Document((*_tldr(card), *_lines(card.lines), *_source(card.source)))),
        {"type": "divider"},
        *render(Document((discussion,))),
        *tally_line(card.tallies),
        context(*_footer(card)),
        *actions(*_buttons(card)),
    ]


def _tldr(card: Card) -> list[Block]:
    text = cut(str(card.tldr).strip(), TLDR_ROOM)
    return [Paragraph((Styled("bold", (Text(texts.TLDR),)), Text(f" {text}")))] if text else []


def _lines(lines: Sequence[CardLine]) -> list[Block]:
    """A point for each section, as many as have room, and how many more there are."""
    shown = lines[: LINES_ROOM // LINE_FLOOR]
    wants = [min(length(str(line.heading)) + length(str(line.text)), LINE_MOST) for line in shown]
    points = [_point(line, room) for line, room in zip(shown, shares(wants, LINES_ROOM), strict=True)]
    items = tuple((Paragraph(point),) for point in points if point)
    blocks: list[Block] = [List(items)] if items else []
    if len(lines) > len(shown):
        blocks.append(Paragraph((Styled("italic", (Text(texts.more_sections(len(lines) - len(shown))),)),)))
    return blocks


def _point(line: CardLine, room: int) -> tuple[Styled | Text, ...]:
    heading, text = excerpt(str(line.heading), max(room // 2, room - length(str(line.text)))), str(line.text)
    text = excerpt(text, room - length(heading))
    bold = (Styled("bold", (Text(heading),)),) if heading else ()
    return (*bold, *((Text(f"{': ' if bold else ''}{text}"),) if text else ()))


def shares(wants: Sequence[int], room: int) -> list[int]:
    """How much each gets of a room that may be too small: the short ones all they want, the long ones equal parts."""
    given = [0] * len(wants)
    left = room
    for rank, index in enumerate(sorted(range(len(wants)), key=lambda index: wants[index])):
        given[index] = min(wants[index], left // (len(wants) - rank))
        left -= given[index]
    return given


def _source(source: SourceView | None) -> list[Block]:
    if source is None:
        return []
    label = Text(excerpt(str(source.label), LABEL_ROOM) or source.url or "")
    shown = Link(source.url, (label,)) if source.url and is_linkable(source.url) else label
    return [Paragraph((Text(f"{texts.SOURCE}: "), shown))] if label.text else []


def _image(image: ImageView) -> list[Json]:
    if not image.url.startswith("https://") or not is_linkable(image.url):
        return []
    alt = cut(str(image.alt), MAX_ALT) or texts.ARTICLE
    return [{"type": "image", "image_url": image.url, "alt_text": alt}]


def _footer(card: Card) -> list[str]:
    match card.state:
        case DiscussionState.LOCKED:
            return [texts.CIVILITY, texts.LOCKED]
        case DiscussionState.CLOSED:
            return [texts.CIVILITY, texts.CLOSED]
        case DiscussionState.OPEN:
            return [texts.CIVILITY, texts.FIRST_COMMENT] if card.comments == 0 else [texts.CIVILITY]


def _buttons(card: Card) -> list[Json]:
    buttons = []
    if card.discussion is not None:
        buttons.append(button(Action.READ, texts.READ, pack_page(ReaderPage(card.discussion))))
    if card.source and card.source.url and _opens(card.source.url):
        buttons.append(link_button(Action.LINK_SOURCE, texts.SOURCE, card.source.url))
    if card.page and _opens(card.page):
        buttons.append(link_button(Action.LINK_PAGE, texts.WEB_PAGE, card.page))
    return buttons


def _opens(url: str) -> bool:
    return url.startswith(("https://", "http://")) and is_linkable(url) and len(url) <= LONGEST_OPENED
