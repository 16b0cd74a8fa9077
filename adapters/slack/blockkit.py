"""Block Kit's pieces as this bot uses them, each within its limit.

What people wrote goes into `rich_text` or `plain_text` alone, never into mrkdwn, so that none of it is read as markup.
Limits: https://docs.slack.dev/reference/block-kit/blocks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

from adapters.slack.ids import Action, Callback, Field
from bot.markup.cutting import cut
from bot.views import Tally

Json: TypeAlias = dict[str, Any]

MAX_BLOCKS: Final = 50
MAX_HEADER: Final = 150
MAX_CONTEXT: Final = 2_000
MAX_ALT: Final = 2_000
MAX_URL: Final = 3_000
MAX_BUTTON: Final = 75
MAX_MODAL_TITLE: Final = 24
MAX_INPUT: Final = 3_000
MAX_TALLIES: Final = 20


def plain(text: str, limit: int) -> Json:
    """A `plain_text` object; `:smile:` in it stays as it is."""
    return {"type": "plain_text", "text": cut(text, limit), "emoji": False}


def header(text: str) -> list[Json]:
    """A header; none for a blank text, which Slack refuses."""
    return [{"type": "header", "text": plain(text, MAX_HEADER)}] if text.strip() else []


def context(*lines: str) -> Json:
    """Small grey lines."""
    return {"type": "context", "elements": [plain(line, MAX_CONTEXT) for line in lines]}


def tally_line(tallies: Sequence[Tally]) -> list[Json]:
    """How often each emoji was given elsewhere, as words: a reaction would look like the bot's own vote."""
    counted = [f"{tally.emoji} {tally.count}" for tally in tallies if tally.count > 0]
    return [context("   ".join(counted[:MAX_TALLIES]))] if counted else []


def button(action: Action, label: str, value: str, *, style: str | None = None) -> Json:
    """A button that tells us."""
    made = {"type": "button", "action_id": action.value, "text": plain(label, MAX_BUTTON), "value": value}
    return made | ({"style": style} if style else {})


def link_button(action: Action, label: str, url: str) -> Json:
    """A button that opens a page."""
    return {"type": "button", "action_id": action.value, "text": plain(label, MAX_BUTTON), "url": url}


def actions(*buttons: Json) -> list[Json]:
    """A row of buttons; none without buttons."""
    return [{"type": "actions", "elements": list(buttons)}] if buttons else []


def modal(callback: Callback, title: str, blocks: list[Json], metadata: str, *, submit: str | None, close: str) -> Json:
    """A modal; one with inputs needs a word for `submit`."""
    made = {
        "type": "modal",
        "callback_id": callback.value,
        "private_metadata": metadata,
        "title": plain(title, MAX_MODAL_TITLE),
        "close": plain(close, MAX_MODAL_TITLE),
        "blocks": blocks,
    }
    return made | ({"submit": plain(submit, MAX_MODAL_TITLE)} if submit else {})


def input_block(field: Field, label: str, element: Json, *, optional: bool = False, hint: str = "") -> Json:
    """An input; its block's id and its action's id are the field's, by which a submission names its value."""
    made = {
        "type": "input",
        "block_id": field.value,
        "label": plain(label, MAX_ALT),
        "element": element | {"action_id": field.value},
        "optional": optional,
    }
    return made | ({"hint": plain(hint, MAX_ALT)} if hint else {})
