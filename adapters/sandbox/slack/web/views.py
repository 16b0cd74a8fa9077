"""`views.*`: modals and the home tab."""

from __future__ import annotations

import json
import secrets
from typing import Final

from adapters.sandbox.side import Json
from adapters.sandbox.slack.blocks import view_faults, with_ids
from adapters.sandbox.slack.shapes import view_shape
from adapters.sandbox.slack.values import Trigger, View
from adapters.sandbox.slack.web.call import ApiError, Call
from adapters.sandbox.slack.world import Sighting, World

DEEPEST_STACK: Final = 3
LARGEST_VIEW: Final = 250_000


async def open_view(call: Call) -> Json:
    """`views.open`: a modal for whoever caused the trigger."""
    body = _body(call, "modal")
    trigger = _trigger(call)
    close_all(call.world, trigger.user)
    return _shown(call, new_view(call.world, trigger.user, body, trigger.channel))


async def push(call: Call) -> Json:
    """`views.push`: a modal on top of the one that the trigger came out of."""
    body = _body(call, "modal")
    trigger = _trigger(call)
    if trigger.view is None or trigger.view not in call.world.views:
        raise ApiError("not_found")
    if len(call.world.stacks.get(trigger.user, [])) >= DEEPEST_STACK:
        raise ApiError("push_limit_reached")
    return _shown(call, new_view(call.world, trigger.user, body, trigger.channel))


async def update(call: Call) -> Json:
    """`views.update`, by its id or its external id, with or without a hash against races."""
    view = _named(call)
    body = _body(call, view.kind)
    given = call.text("hash")
    if given and given != view.hash:
        raise ApiError("hash_conflict")
    replace_view(call.world, view, body)
    return _shown(call, view)


async def publish(call: Call) -> Json:
    """`views.publish`: a person's home tab."""
    user = call.need("user_id")
    if user not in call.world.users:
        raise ApiError("user_not_found")
    body = _body(call, "home")
    view = call.world.views.get(call.world.homes.get(user, ""))
    if view is None:
        view_id = call.world.new_id("V")
        view = View(view_id, user, body, "home", _new_hash(call.world), view_id)
        call.world.views[view.id] = view
        call.world.homes[user] = view.id
    else:
        given = call.text("hash")
        if given and given != view.hash:
            raise ApiError("hash_conflict")
        replace_view(call.world, view, body)
    return {"view": view_shape(view)}


def new_view(world: World, user: str, body: Json, channel: str | None) -> View:
    """Put a modal on top of a person's stack."""
    stack = world.stacks.setdefault(user, [])
    view_id = world.new_id("V")
    view = View(
        id=view_id,
        user=user,
        body=body,
        kind="modal",
        hash=_new_hash(world),
        root=stack[0] if stack else view_id,
        channel=channel,
        previous=stack[-1] if stack else None,
        external_id=str(body.get("external_id") or ""),
    )
    world.views[view.id] = view
    stack.append(view.id)
    return view


def replace_view(world: World, view: View, body: Json) -> None:
    """Give a view new content; what was typed stays where a block and its element kept their ids."""
    state = view.body.get("state", {})
    kept = {(block.get("block_id"), _action_id(block)) for block in body["blocks"]}
    body["state"] = {
        block: {action: value for action, value in actions.items() if (block, action) in kept}
        for block, actions in state.items()
        if any((block, action) in kept for action in actions)
    }
    view.body = body
    view.hash = _new_hash(world)
    view.external_id = str(body.get("external_id") or view.external_id)


def close_view(world: World, view: View) -> None:
    """Close a modal; the one under it comes up again."""
    world.views.pop(view.id, None)
    stack = world.stacks.get(view.user, [])
    if view.id in stack:
        stack.remove(view.id)


def close_all(world: World, user: str) -> None:
    """Close every modal of a person."""
    for view_id in world.stacks.pop(user, []):
        world.views.pop(view_id, None)


def checked_body(world: World, given: object, kind: str) -> Json:
    """A view as an app gives it, its blocks with ids. Raises `ApiError` with what is wrong in it."""
    if not isinstance(given, dict):
        raise ApiError("invalid_arguments", "missing required field: view")
    faults = view_faults(given, kind, world)
    if faults:
        raise ApiError("invalid_arguments", *faults)
    if len(json.dumps(given)) > LARGEST_VIEW:
        raise ApiError("view_too_large")
    return {**given, "blocks": with_ids(given["blocks"])}


def _body(call: Call, kind: str) -> Json:
    body = checked_body(call.world, call.json("view", "invalid_arguments"), kind)
    external = body.get("external_id")
    if external and any(one.external_id == external for one in call.world.views.values() if one is not _maybe(call)):
        raise ApiError("duplicate_external_id")
    return body


def _maybe(call: Call) -> View | None:
    wanted, external = call.text("view_id"), call.text("external_id")
    for view in call.world.views.values():
        if view.id == wanted or (external and view.external_id == external):
            return view
    return None


def _named(call: Call) -> View:
    view = _maybe(call)
    if view is None:
        raise ApiError("not_found")
    return view


def _trigger(call: Call) -> Trigger:
    trigger = call.world.triggers.get(call.need("trigger_id"))
    if trigger is None:
        raise ApiError("invalid_trigger_id")
    if trigger.used:
        raise ApiError("exchanged_trigger_id")
    if call.world.timers.now() > trigger.expires:
        raise ApiError("expired_trigger_id")
    trigger.used = True
    return trigger


def _shown(call: Call, view: View) -> Json:
    call.world.seen(Sighting("view", view.id, view.user))
    return {"view": view_shape(view)}


def _new_hash(world: World) -> str:
    return f"{world.stamp().partition('.')[0]}.{secrets.token_hex(4)}"


def _action_id(block: Json) -> object:
    element = block.get("element")
    return element.get("action_id") if isinstance(element, dict) else None
