"""Cards and previews as Block Kit."""

from __future__ import annotations

from typing import Any

from adapters.slack.ids import Action, ReaderPage, pack_draft, pack_page
from bot import texts
from bot.markup.cutting import cut
from bot.views import Card, DraftView


def card_payload(card: Card, *, image: bool = True) -> dict[str, Any]:
    """Arguments of chat.postMessage and chat.update, without `channel`.

    Slack fetches a card's image while it posts, and refuses the whole message where it can't: call again with
    `image=False` then.
    """
    del image
    return {
        "text": cut(str(card.title), 150),
        "blocks": _blocks(card),
        "unfurl_links": False,
        "unfurl_media": False,
    }


def draft_blocks(draft: DraftView) -> list[dict[str, Any]]:
    """The private preview: the card, where it would go, and Publish, Edit and Cancel."""
    value = pack_draft(draft.draft)
    buttons = [(Action.PUBLISH, texts.PUBLISH), (Action.EDIT, texts.EDIT), (Action.CANCEL, texts.CANCEL)]
    elements = [
        {"type": "button", "action_id": action, "value": value, "text": {"type": "plain_text", "text": label}}
        for action, label in buttons
    ]
    return [*_blocks(draft.card), {"type": "actions", "elements": elements}]


def _blocks(card: Card) -> list[dict[str, Any]]:
    header = {"type": "header", "text": {"type": "plain_text", "text": cut(str(card.title), 150), "emoji": False}}
    blocks: list[dict[str, Any]] = [header]
    if card.discussion is not None:
        read = {
            "type": "button",
            "action_id": Action.READ,
            "value": pack_page(ReaderPage(card.discussion)),
            "text": {"type": "plain_text", "text": texts.READ},
        }
        blocks.append({"type": "actions", "elements": [read]})
    return blocks
