"""Cards, previews of cards, and the threads that open under them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from adapters.discord import ids
from adapters.discord.drawing import components as draw
from adapters.discord.drawing.components import Json
from adapters.discord.drawing.tallies import tally_line
from adapters.discord.markup import cleaned, for_components, line_within, link_within
from bot import texts
from bot.markup.cutting import excerpt, length
from bot.masking.masked import MaskedLine
from bot.model import DiscussionId, DiscussionState
from bot.views import Card, CardLine, DraftView, SourceView

_THREAD_NAME: Final = 100
"""Schema `CreateTextThreadWithMessageRequest`, `name`; the same holds for forum posts."""
_WEEK: Final = 7 * 24 * 60
"""Minutes until a quiet thread is archived: the longest of schema `ThreadAutoArchiveDuration`."""

_TITLE: Final = 300
_TLDR: Final = 1200
_SOURCE: Final = 900
_DESTINATION: Final = 500
_MOST_LINES: Final = 20
_LINE_LENGTHS: Final = (300, 220, 160, 120)
"""How long the lines of sections may be, tried in turn until all of them fit."""
_HEADING: Final = 100

_STATES: Final = {DiscussionState.LOCKED: f"🔒 {texts.LOCKED}", DiscussionState.CLOSED: f"🔒 {texts.CLOSED}"}


def card_payload(card: Card) -> Json:
    """The exact body of POST /channels/{channel_id}/messages, and of the PATCH that redraws the card.

    Never refused for its size: parts are cut to their shares of 4,000 characters, sections that there is no room for
    are counted in a last line, and a URL that Discord would not take is left out.
    """
    return draw.message(_card(card, draw.TEXT_LIMIT))


def forum_post(card: Card) -> Json:
    """The exact body of POST /channels/{channel_id}/threads in a forum, where a card is a post of its own."""
    return {"name": thread_name(card.title), "auto_archive_duration": _WEEK, "message": card_payload(card)}


def draft_payload(draft: DraftView) -> Json:
    """A private preview (an interaction's message): the card as it would be, where it would go, and what to do."""
    where = f"-# {line_within(texts.destination(draft.board, draft.channels), _DESTINATION)}"
    buttons = (
        draw.button(ids.DraftButton("publish", draft.draft), texts.PUBLISH, "success", disabled=not draft.channels),
        draw.button(ids.DraftButton("edit", draft.draft), texts.EDIT),
        draw.button(ids.DraftButton("cancel", draft.draft), texts.CANCEL),
    )
    return draw.message(
        _card(draft.card, draw.TEXT_LIMIT - length(where)), draw.text(where), draw.row(*buttons), flags=draw.EPHEMERAL
    )


def thread_name(title: MaskedLine) -> str:
    """A thread's name, 1 to 100 characters; Discord reads no markup there."""
    return excerpt(cleaned(str(title)), _THREAD_NAME) or texts.ARTICLE


def opener_payload() -> Json:
    """The body of the first message in a thread; it notifies nobody."""
    return {
        "content": f"{texts.CIVILITY}\n-# {texts.DISCUSS_HERE}",
        "allowed_mentions": draw.nobody(),
        "flags": draw.SUPPRESS_EMBEDS | draw.SUPPRESS_NOTIFICATIONS,
    }


def _card(card: Card, room: int) -> Json:
    title = f"## {line_within(str(card.title), _TITLE) or texts.ARTICLE}"
    tldr = f"**{texts.TLDR}** {line_within(str(card.tldr), _TLDR)}".rstrip()
    source = _source(card.source)
    footer = "\n".join(_footer(card))
    room -= sum(map(length, (title, tldr, source, footer)))
    lines = _lines(card.lines, room)
    image = for_components(card.image.url, draw.MEDIA_LIMIT) if card.image else None
    parts = [draw.text(title)]
    if card.image and image:
        parts.append(draw.picture(image, str(card.image.alt)))
    parts += [draw.text(part) for part in (tldr, lines, source) if part]
    parts += [draw.line(), draw.text(footer)]
    if buttons := tuple(_buttons(card)):
        parts.append(draw.row(*buttons))
    return draw.container(parts)


def _source(source: SourceView | None) -> str:
    if source is None:
        return ""
    return f"-# {texts.SOURCE}: {link_within(str(source.label), source.url, _SOURCE)}"


def _footer(card: Card) -> Iterator[str]:
    yield f"### {texts.discussion(card.comments)}"
    if tallies := tally_line(card.tallies):
        yield tallies
    yield f"-# {texts.CIVILITY}"
    if card.state in _STATES:
        yield _STATES[card.state]
    elif not card.comments:
        yield texts.FIRST_COMMENT


def _buttons(card: Card) -> Iterator[Json]:
    if card.discussion is not None:
        yield _read(card.discussion)
    source = for_components(card.source.url, draw.LINK_LIMIT) if card.source else None
    if source:
        yield draw.link_button(source, texts.SOURCE)
    page = for_components(card.page, draw.LINK_LIMIT)
    if page:
        yield draw.link_button(page, texts.WEB_PAGE)


def _read(discussion: DiscussionId) -> Json:
    return draw.button(ids.ReaderPage(discussion), texts.READ, "primary")


def _lines(lines: tuple[CardLine, ...], room: int) -> str:
    """A line for each section, all cut alike; where the shortest don't fit, the last sections are only counted."""
    wanted = lines[:_MOST_LINES]
    for limit in _LINE_LENGTHS:
        drawn = [_line(one, limit) for one in wanted]
        if len(wanted) == len(lines) and _size(drawn) <= room:
            return "\n".join(drawn)
    drawn = [_line(one, _LINE_LENGTHS[-1] if len(lines) > len(wanted) else limit) for one in wanted]
    while drawn:
        counted = [*drawn, f"-# {texts.more_sections(len(lines) - len(drawn))}"]
        if _size(counted) <= room:
            return "\n".join(counted)
        drawn.pop()
    return ""


def _line(line: CardLine, limit: int) -> str:
    heading = line_within(str(line.heading), _HEADING)
    bold = f"**{heading}**" if heading else ""
    text = line_within(str(line.text), limit - length(bold))
    return f"- {': '.join(filter(None, (bold, text)))}"


def _size(lines: Iterable[str]) -> int:
    return sum(length(line) + 1 for line in lines)
