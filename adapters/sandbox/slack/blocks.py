"""What Block Kit takes: blocks, their elements and views, with their sizes (docs.slack.dev, Block Kit reference)."""

from __future__ import annotations

import secrets
from collections import Counter
from typing import TYPE_CHECKING, Final, Literal

from adapters.sandbox.side import Json
from adapters.sandbox.slack.checks import (
    Check,
    Notes,
    anything,
    array,
    by_type,
    every,
    fields,
    flag,
    note,
    one_of,
    text,
    whole,
)
from adapters.sandbox.slack.rich_text import RICH_TEXT

if TYPE_CHECKING:
    from adapters.sandbox.slack.world import World

MOST_BLOCKS: Final = {"message": 50, "modal": 100, "home": 100}
LONGEST_MARKDOWN: Final = 12_000
LONGEST_INPUT: Final = 3000


def _plain(most: int) -> Check:
    return by_type({"plain_text": fields({"type": anything, "text": text(most)}, {"emoji": flag})})


def _any_text(most: int) -> Check:
    return by_type(
        {
            "plain_text": fields({"type": anything, "text": text(most)}, {"emoji": flag}),
            "mrkdwn": fields({"type": anything, "text": text(most)}, {"verbatim": flag}),
        }
    )


def _element(required: dict[str, Check], optional: dict[str, Check] | None = None) -> Check:
    common: dict[str, Check] = {"action_id": text(255), "confirm": _CONFIRM, "focus_on_load": flag}
    return fields({"type": anything, **required}, {**common, **(optional or {})})


def _one_picture(value: object, path: str, notes: Notes) -> None:
    if isinstance(value, dict) and ("image_url" in value) == ("slack_file" in value):
        note(notes, "must provide either image_url or slack_file", path)


_CONFIRM: Final = fields(
    {"title": _plain(100), "text": _any_text(300), "confirm": _plain(30), "deny": _plain(30)},
    {"style": one_of("primary", "danger")},
)
_OPTION: Final = fields(
    {"text": _any_text(75), "value": text(150)}, {"description": _any_text(75), "url": text(LONGEST_INPUT)}
)
_GROUP: Final = fields({"label": _plain(75), "options": array(_OPTION, 1, 100)})
_HINT: Final[dict[str, Check]] = {"placeholder": _plain(150)}
_PICTURE: Final[dict[str, Check]] = {
    "image_url": text(3000),
    "slack_file": fields({}, {"id": text(255), "url": text(3000)}),
    "alt_text": text(2000),
}
_IMAGE_ELEMENT: Final = every(
    fields(
        {"type": anything, "alt_text": text(2000)},
        {name: check for name, check in _PICTURE.items() if name != "alt_text"},
    ),
    _one_picture,
)
_BUTTON: Final = _element(
    {"text": _plain(75)},
    {
        "url": text(3000),
        "value": text(2000, 0),
        "style": one_of("primary", "danger"),
        "accessibility_label": text(75),
    },
)
_SELECTS: Final[dict[str, Check]] = {
    "static_select": _element(
        {},
        {**_HINT, "options": array(_OPTION, 1, 100), "option_groups": array(_GROUP, 1, 100), "initial_option": _OPTION},
    ),
    "users_select": _element({}, {**_HINT, "initial_user": text(255)}),
    "channels_select": _element({}, {**_HINT, "initial_channel": text(255), "response_url_enabled": flag}),
    "conversations_select": _element(
        {},
        {
            **_HINT,
            "initial_conversation": text(255),
            "default_to_current_conversation": flag,
            "response_url_enabled": flag,
            "filter": anything,
        },
    ),
    "multi_static_select": _element(
        {},
        {
            **_HINT,
            "options": array(_OPTION, 1, 100),
            "option_groups": array(_GROUP, 1, 100),
            "initial_options": array(_OPTION, 1, 100),
            "max_selected_items": whole(1, 100),
        },
    ),
}
_CHOICES: Final[dict[str, Check]] = {
    "checkboxes": _element({"options": array(_OPTION, 1, 10)}, {"initial_options": array(_OPTION, 1, 10)}),
    "radio_buttons": _element({"options": array(_OPTION, 1, 10)}, {"initial_option": _OPTION}),
    "datepicker": _element({}, {**_HINT, "initial_date": text(10)}),
    "timepicker": _element({}, {**_HINT, "initial_time": text(5), "timezone": text(255)}),
}
_ACTION_ELEMENTS: Final[dict[str, Check]] = {
    **_SELECTS,
    **_CHOICES,
    "button": _BUTTON,
    "overflow": _element({"options": array(_OPTION, 1, 5)}),
}
_TYPED: Final[dict[str, Check]] = {
    **_HINT,
    "initial_value": text(LONGEST_INPUT, 0),
    "dispatch_action_config": anything,
}
_INPUT_ELEMENTS: Final[dict[str, Check]] = {
    **_SELECTS,
    **_CHOICES,
    "plain_text_input": _element(
        {},
        {
            **_TYPED,
            "multiline": flag,
            "min_length": whole(0, LONGEST_INPUT),
            "max_length": whole(1, LONGEST_INPUT),
        },
    ),
    "url_text_input": _element({}, _TYPED),
    "email_text_input": _element({}, _TYPED),
    "number_input": _element({"is_decimal_allowed": flag}, {**_TYPED, "min_value": text(20), "max_value": text(20)}),
    "rich_text_input": _element({}, {**_HINT, "initial_value": RICH_TEXT, "dispatch_action_config": anything}),
}
_FILE_INPUT: Final = _element({}, {"filetypes": array(text(255), 1, 100), "max_files": whole(1, 10)})


def _block(required: dict[str, Check], optional: dict[str, Check] | None = None) -> Check:
    return fields({"type": anything, **required}, {"block_id": text(255), **(optional or {})})


def _section_says(value: object, path: str, notes: Notes) -> None:
    if isinstance(value, dict) and value.get("text") is None and value.get("fields") is None:
        note(notes, "must provide either text or fields", path)


def _input_block(elements: dict[str, Check]) -> Check:
    return _block(
        {"label": _plain(2000), "element": by_type(elements)},
        {"hint": _plain(2000), "optional": flag, "dispatch_action": flag},
    )


_BLOCKS: Final[dict[str, Check]] = {
    "header": _block({"text": _plain(150)}),
    "section": every(
        _block(
            {},
            {
                "text": _any_text(3000),
                "fields": array(_any_text(2000), 1, 10),
                "accessory": by_type({**_ACTION_ELEMENTS, "image": _IMAGE_ELEMENT}),
                "expand": flag,
            },
        ),
        _section_says,
    ),
    "divider": _block({}),
    "image": every(
        _block(
            {"alt_text": text(2000)},
            {"title": _plain(2000), **{name: check for name, check in _PICTURE.items() if name != "alt_text"}},
        ),
        _one_picture,
    ),
    "context": _block(
        {
            "elements": array(
                by_type(
                    {
                        "image": _IMAGE_ELEMENT,
                        "plain_text": fields({"type": anything, "text": text(3000)}, {"emoji": flag}),
                        "mrkdwn": fields({"type": anything, "text": text(3000)}, {"verbatim": flag}),
                    }
                ),
                1,
                10,
            )
        }
    ),
    "actions": _block({"elements": array(by_type(_ACTION_ELEMENTS), 1, 25)}),
    "rich_text": RICH_TEXT,
}
_MESSAGE_BLOCK: Final = by_type(
    {
        **_BLOCKS,
        "input": _input_block(_INPUT_ELEMENTS),
        "markdown": _block({"text": text(LONGEST_MARKDOWN)}),
    }
)
_VIEW_BLOCK: Final = by_type({**_BLOCKS, "input": _input_block({**_INPUT_ELEMENTS, "file_input": _FILE_INPUT})})

_VIEW_COMMON: Final[dict[str, Check]] = {
    "private_metadata": text(3000, 0),
    "callback_id": text(255, 0),
    "external_id": text(255, 0),
}
_MODAL: Final = fields(
    {"type": anything, "title": _plain(24), "blocks": array(_VIEW_BLOCK, 0, MOST_BLOCKS["modal"])},
    {
        **_VIEW_COMMON,
        "submit": _plain(24),
        "close": _plain(24),
        "clear_on_close": flag,
        "notify_on_close": flag,
        "submit_disabled": flag,
    },
)
_HOME: Final = fields({"type": anything, "blocks": array(_VIEW_BLOCK, 0, MOST_BLOCKS["home"])}, _VIEW_COMMON)


def block_faults(blocks: object, surface: Literal["message", "modal", "home"], world: World) -> list[str]:
    """What is wrong with the blocks of a message, a line each; none where Slack would take them."""
    notes: Notes = []
    item = _MESSAGE_BLOCK if surface == "message" else _VIEW_BLOCK
    array(item, 0, MOST_BLOCKS[surface])(blocks, "/blocks", notes)
    _whole_faults(blocks, "/blocks", world, notes)
    return notes


def view_faults(view: Json, kind: str, world: World) -> list[str]:
    """What is wrong with a view that should be a modal or a home tab."""
    notes: Notes = []
    if view.get("type") != kind:
        note(notes, f"must be a {kind}", "/view/type")
        return notes
    (_MODAL if kind == "modal" else _HOME)(view, "/view", notes)
    blocks = view.get("blocks")
    if isinstance(blocks, list):
        _whole_faults(blocks, "/view/blocks", world, notes)
        has_input = any(isinstance(block, dict) and block.get("type") == "input" for block in blocks)
        if kind == "modal" and has_input and not view.get("submit"):
            note(notes, "missing required field: submit (a modal with an input needs it)", "/view")
    return notes


def _whole_faults(blocks: object, path: str, world: World, notes: Notes) -> None:
    """What only shows with all blocks, or the workspace, at hand: ids given twice, files that aren't there."""
    if not isinstance(blocks, list):
        return
    found = [block for block in blocks if isinstance(block, dict)]
    for block_id, times in Counter(block["block_id"] for block in found if block.get("block_id")).items():
        if times > 1:
            note(notes, f"block_id already exists: {block_id}", path)
    for index, block in enumerate(found):
        elements = block.get("elements") if block.get("type") in {"actions", "context"} else []
        for element in [block, block.get("accessory"), *(elements if isinstance(elements, list) else [])]:
            slack_file = element.get("slack_file") if isinstance(element, dict) else None
            if isinstance(slack_file, dict) and not _has_file(slack_file, world):
                note(notes, "invalid slack file", f"{path}/{index}")
        if block.get("type") == "actions" and isinstance(elements, list):
            ids = Counter(one["action_id"] for one in elements if isinstance(one, dict) and one.get("action_id"))
            for action_id, times in ids.items():
                if times > 1:
                    note(notes, f"action_id already exists: {action_id}", f"{path}/{index}")


def _has_file(slack_file: Json, world: World) -> bool:
    named, url = slack_file.get("id"), str(slack_file.get("url") or "")
    return any(
        file.completed and (file.id == named or (url and f"-{file.id}/" in url) or f"/{file.id}/" in url)
        for file in world.files.values()
    )


def with_ids(blocks: list[Json]) -> list[Json]:
    """The blocks with a `block_id` each and an `action_id` for each element that people may use, as Slack fills in."""
    return [_with_id(block) for block in blocks]


def _with_id(block: Json) -> Json:
    block = {**block, "block_id": block.get("block_id") or _fresh_id()}
    if block["type"] == "actions":
        block["elements"] = [_acting(element) for element in block["elements"]]
    if block["type"] == "input":
        block["element"] = _acting(block["element"])
    if block["type"] == "section" and isinstance(accessory := block.get("accessory"), dict):
        block["accessory"] = accessory if accessory["type"] == "image" else _acting(accessory)
    return block


def _acting(element: Json) -> Json:
    return {**element, "action_id": element.get("action_id") or _fresh_id()}


def _fresh_id() -> str:
    return secrets.token_urlsafe(4)[:5]
