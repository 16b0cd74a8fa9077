"""Modals as people fill them in: their fields, and the state that a submission carries."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable
from typing import Any, Final

from adapters.sandbox.side import Json, Refusal, SaidFile
from adapters.sandbox.slack.composer import compose
from adapters.sandbox.slack.reading import read_blocks
from adapters.sandbox.slack.shapes import file_shape
from adapters.sandbox.slack.values import File, View
from adapters.sandbox.slack.world import World

TYPED: Final = frozenset({"plain_text_input", "url_text_input", "email_text_input", "number_input"})
CHOSEN: Final = frozenset({"static_select", "radio_buttons"})
CHOSEN_MANY: Final = frozenset({"checkboxes", "multi_static_select"})
PICKED: Final = {
    "users_select": "user",
    "channels_select": "channel",
    "conversations_select": "conversation",
    "datepicker": "date",
    "timepicker": "time",
}


def drawn(view: View, world: World, errors: Json | None = None) -> Json:
    """A modal as the control API tells it; `errors` are by field."""
    blocks = view.body["blocks"]
    ids = _ids(view)
    fields = []
    for block in inputs(view):
        element = block["element"]
        fields.append(
            {
                "id": ids[block["block_id"]],
                "label": block["label"]["text"],
                "value": _shown_value(element, _state_of(view, block)),
                "type": element["type"],
                "required": not block.get("optional", False),
            }
        )
    shape: Json = {
        "modal": view.id,
        "title": view.body["title"]["text"],
        "fields": fields,
        "text": read_blocks(blocks, world),
        "actions": actions_of(blocks),
        "raw": {name: part for name, part in view.body.items() if name != "state"},
    }
    if errors:
        shape["errors"] = {ids.get(block_id, block_id): line for block_id, line in errors.items()}
    return shape


def actions_of(blocks: list[Json] | None) -> list[Json]:
    """The buttons and menus in blocks: `action_id` as id, and what stands on them."""
    found = []
    for element in elements_of(blocks):
        shown = element.get("text") or element.get("placeholder") or {"text": ""}
        found.append({"id": element["action_id"], "label": shown["text"]})
    return found


def elements_of(blocks: list[Json] | None) -> list[Json]:
    """Everything in blocks that a person can press or choose from, with the block's id beside it."""
    found: list[Json] = []
    for block in blocks or []:
        if block["type"] == "actions":
            found += [{**element, "block_id": block["block_id"]} for element in block["elements"]]
        elif block["type"] == "section" and "action_id" in (block.get("accessory") or {}):
            found.append({**block["accessory"], "block_id": block["block_id"]})
    return found


def inputs(view: View) -> list[Json]:
    """The view's input blocks."""
    return [block for block in view.body["blocks"] if block["type"] == "input"]


def fill_in(view: View, values: Json, user: str, world: World) -> Json:
    """The state that a submission carries once a person has typed `values`, by a field's id or label.

    Raises `Refusal` where Slack's client would not send it.
    """
    named = _by_name(view, values)
    state: Json = {}
    for block in inputs(view):
        element = block["element"]
        before = _state_of(view, block)
        given = named.get(block["block_id"])
        value = before if given is None else _value(element, given, user, world)
        if not block.get("optional", False) and _is_empty(value):
            raise Refusal(f"the field {block['label']['text']!r} must be filled in")
        _check_length(block, element, value)
        state.setdefault(block["block_id"], {})[element["action_id"]] = value
    return state


def _by_name(view: View, values: Json) -> Json:
    ids = _ids(view)
    named: Json = {}
    for name, value in values.items():
        for block in inputs(view):
            names = (ids[block["block_id"]], block["element"]["action_id"], block["block_id"], block["label"]["text"])
            if name in names:
                named[block["block_id"]] = value
                break
        else:
            raise Refusal(f"the modal has no field {name!r}; it has {', '.join(ids.values()) or 'none'}")
    return named


def _ids(view: View) -> dict[str, str]:
    """What each input is called: its action's id, or its block's where the former is not its alone."""
    times = Counter(block["element"]["action_id"] for block in inputs(view))
    return {
        block["block_id"]: action if times[action := block["element"]["action_id"]] == 1 else block["block_id"]
        for block in inputs(view)
    }


def _state_of(view: View, block: Json) -> Json:  # noqa: PLR0911 - one case a kind of field
    """What stands in a field: what was typed, else what the app put there."""
    element = block["element"]
    kept = view.body.get("state", {}).get(block["block_id"], {}).get(element["action_id"])
    if kept is not None:
        return dict(kept)
    kind = element["type"]
    if kind in TYPED:
        return {"type": kind, "value": element.get("initial_value")}
    if kind in CHOSEN:
        return {"type": kind, "selected_option": element.get("initial_option")}
    if kind in CHOSEN_MANY:
        return {"type": kind, "selected_options": element.get("initial_options", [])}
    if kind in PICKED:
        return {"type": kind, f"selected_{PICKED[kind]}": element.get(f"initial_{PICKED[kind]}")}
    if kind == "rich_text_input":
        return {"type": kind, "rich_text_value": element.get("initial_value")}
    return {"type": kind, "files": []}


def _value(element: Json, given: Any, user: str, world: World) -> Json:  # noqa: ANN401 - JSON as it came
    kind = element["type"]
    if kind in TYPED:
        return {"type": kind, "value": _typed(kind, given)}
    if kind in CHOSEN:
        return {"type": kind, "selected_option": chosen_option(element, given)}
    if kind in CHOSEN_MANY:
        many = given if isinstance(given, list) else [given]
        return {"type": kind, "selected_options": [chosen_option(element, one) for one in many]}
    if kind in PICKED:
        return {"type": kind, f"selected_{PICKED[kind]}": picked(kind, given, world)}
    if kind == "rich_text_input":
        blocks = compose(str(given), world)[1]
        kept = {name: blocks[0][name] for name in ("type", "elements")} if blocks else None
        return {"type": kind, "rich_text_value": kept}
    return {"type": kind, "files": _attached(element, given, user, world)}


def _typed(kind: str, given: object) -> str | None:
    if not isinstance(given, (str, int, float)):
        raise Refusal("a field takes a text")
    text = str(given)
    checks: dict[str, tuple[Callable[[str], object], str]] = {
        "url_text_input": (re.compile(r"https?://\S+\.?\S+").fullmatch, "a URL"),
        "email_text_input": (re.compile(r"[^@\s]+@[^@\s]+").fullmatch, "an email address"),
        "number_input": (re.compile(r"-?\d+(\.\d+)?").fullmatch, "a number"),
    }
    if text and kind in checks and not checks[kind][0](text):
        raise Refusal(f"{text!r} is not {checks[kind][1]}")
    return text or None


def chosen_option(element: Json, given: object) -> Json:
    """The option of a menu with this value or label."""
    groups = element.get("option_groups") or []
    options = [*(element.get("options") or []), *(option for group in groups for option in group["options"])]
    for option in options:
        if given in {option["value"], option["text"]["text"]}:
            return dict(option)
    raise Refusal(f"no option {given!r}; there are {', '.join(option['value'] for option in options)}")


def picked(kind: str, given: object, world: World) -> str:
    """The id of the person or channel that was picked by id or name; dates and times as they are."""
    if kind == "users_select":
        user = world.found_user(str(given))
        if user is None:
            raise Refusal(f"there is nobody called {given!r}")
        return user.id
    if kind in {"channels_select", "conversations_select"}:
        channel = world.found_channel(str(given))
        if channel is None:
            raise Refusal(f"there is no channel {given!r}")
        return channel.id
    return str(given)


def _attached(element: Json, given: object, user: str, world: World) -> list[Json]:
    if not isinstance(given, tuple) or not all(isinstance(one, SaidFile) for one in given):
        raise Refusal('a file field takes a list of {"name", "content" or "text"}')
    if len(given) > element.get("max_files", 10):
        raise Refusal(f"this field takes {element.get('max_files', 10)} files at most")
    for one in given:
        kinds = element.get("filetypes")
        if kinds and one.name.rpartition(".")[2].lower() not in kinds:
            raise Refusal(f"this field takes {', '.join(kinds)} files; {one.name!r} is none")
    files = [keep_file(one, user, world) for one in given]
    return [file_shape(file, world.base, world.channels) for file in files]


def keep_file(said: SaidFile, user: str, world: World) -> File:
    """A person's file, uploaded."""
    file = File(
        id=world.new_id("F"),
        name=said.name,
        user=user,
        created=int(time.time()),
        length=len(said.content),
        title=said.name,
        alt=said.alt,
        media_type=said.media_type,
        content=said.content,
        completed=True,
    )
    world.files[file.id] = file
    return file


def _is_empty(value: Json) -> bool:
    return not any(content for name, content in value.items() if name != "type")


def _check_length(block: Json, element: Json, value: Json) -> None:
    if element["type"] != "plain_text_input" or value.get("value") is None:
        return
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if not least <= len(value["value"]) <= most:
        raise Refusal(f"the field {block['label']['text']!r} takes {least} to {most} characters")


def _shown_value(element: Json, value: Json) -> object:
    kind = element["type"]
    if kind in TYPED:
        return value["value"] or ""
    if kind in CHOSEN:
        option = value["selected_option"]
        return option["value"] if option else ""
    if kind in CHOSEN_MANY:
        return [option["value"] for option in value["selected_options"]]
    if kind in PICKED:
        return value[f"selected_{PICKED[kind]}"] or ""
    if kind == "rich_text_input":
        return _rich_value(value["rich_text_value"])
    return [file["name"] for file in value["files"]]


def _rich_value(block: Json | None) -> str:
    texts = []
    for element in (block or {}).get("elements", []):
        inline = element["elements"]
        nested = [one for item in inline for one in item.get("elements", [item])]
        texts.append("".join(str(one.get("text") or one.get("url") or "") for one in nested))
    return "\n".join(texts)
