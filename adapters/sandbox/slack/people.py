"""What people do in the workspace, and what they then see (the control API's side of this Slack)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from adapters.sandbox.side import Json, Refusal, SaidFile
from adapters.sandbox.slack import payloads
from adapters.sandbox.slack.composer import compose
from adapters.sandbox.slack.delivery import Ack, Delivery
from adapters.sandbox.slack.emoji import name_of
from adapters.sandbox.slack.forms import chosen_option, drawn, elements_of, fill_in, keep_file, picked
from adapters.sandbox.slack.responses import answer
from adapters.sandbox.slack.screens import Screens
from adapters.sandbox.slack.sight import see_ephemeral
from adapters.sandbox.slack.values import Channel, Ephemeral, Message, ResponseUrl, User, View
from adapters.sandbox.slack.web.call import ApiError
from adapters.sandbox.slack.web.views import checked_body, close_all, close_view, new_view, replace_view
from adapters.sandbox.slack.world import Sighting, World, spoken

LONGEST_TYPED: Final = 12_000
LONGEST_COMMAND: Final = 4_000
NO_ANSWER: Final = "This app responded with Status Code: operation_timeout"


class People:
    """The people of a workspace. Every method raises `Refusal` for what Slack's own client would not let them do."""

    def __init__(self, world: World, delivery: Delivery, screens: Screens, shortcuts: dict[str, str]) -> None:
        self._world = world
        self._delivery = delivery
        self._screens = screens
        self._shortcuts = shortcuts

    # --- messages -----------------------------------------------------------------------------------------------

    def say(
        self, channel: str, user: str, text: str, root: str | None, files: tuple[SaidFile, ...], *, broadcast: bool
    ) -> str:
        """Write a message, in the thread of `root` where it is given; answers its `ts`."""
        place, person = self.channel(channel), self.user(user)
        if person.id not in place.members:
            raise Refusal(f"{person.display_name} is not in #{place.name}")
        if place.is_archived:
            raise Refusal(f"#{place.name} is archived")
        if not text.strip() and not files:
            raise Refusal("there is nothing to say: give a text or files")
        written, blocks = self._written(text)
        message = spoken(place, person.id, self._world.stamp(), written, blocks or None)
        if root is not None:
            named = self._message(place, root)
            message.thread_ts = named.thread_ts if named.is_reply else named.ts
            message.broadcast = broadcast
        message.files = [keep_file(file, person.id, self._world).id for file in files]
        self._world.post(message)
        if links := _links(blocks):
            self._world.unfurl(message, links)
        return message.ts

    def edit(self, channel: str, message: str, text: str, user: str | None) -> None:
        """Edit a message: only its author can."""
        found = self._message(self.channel(channel), message)
        if found.bot_id is not None:
            raise Refusal("people can't edit an app's message")
        if user is not None and self.user(user).id != found.user:
            raise Refusal("only its author can edit a message")
        if not text.strip() and not found.files:
            raise Refusal("a message can't be edited to nothing: delete it")
        written, blocks = self._written(text)
        self._world.change(found, str(found.user), text=written, blocks=blocks or None)

    def delete(self, channel: str, message: str, user: str | None) -> None:
        """Delete a message: its author and admins can. Without a name it is its author, or an admin for an app's."""
        found = self._message(self.channel(channel), message)
        if user is not None:
            person = self.user(user)
            if person.id != found.user and not person.is_admin:
                raise Refusal(f"{person.display_name} can't delete others' messages")
        self._world.remove(found)

    def react(self, channel: str, message: str, emoji: str, user: str, *, add: bool) -> None:
        """React, or take a reaction back."""
        found, person = self._message(self.channel(channel), message), self.user(user)
        name = "roundtable" if emoji.strip(":") == "roundtable" else name_of(emoji)
        if name is None:
            raise Refusal(f"Slack has no emoji {emoji!r}")
        changed = (self._world.react if add else self._world.unreact)(found, name, person.id)
        if not changed:
            raise Refusal(f"{person.display_name} has {'already' if add else 'not'} reacted with {emoji}")

    def _written(self, text: str) -> tuple[str, list[Json]]:
        if len(text) > LONGEST_TYPED:
            raise Refusal(f"Slack takes {LONGEST_TYPED} characters at most in a message")
        return compose(text, self._world)

    # --- commands, clicks and modals ----------------------------------------------------------------------------

    async def command(self, channel: str, user: str, command: str, options: Json) -> list[Json]:
        """Run a slash command or, by its bare name, a message shortcut."""
        place, person = self.channel(channel), self.user(user)
        if not command.startswith("/"):
            return await self._shortcut(place, person, command, options)
        if "thread" in options:
            raise Refusal(f"{command} is not supported in threads")
        name, _, first = command.partition(" ")
        typed = " ".join([*([first] if first else []), *(_typed(key, value) for key, value in options.items())]).strip()
        if len(typed) > LONGEST_COMMAND:
            raise Refusal(f"Slack takes {LONGEST_COMMAND} characters at most after a slash command")
        url = self._world.new_response_url(person.id, place.id)
        payload = payloads.slash_command(self._world, person, place, name, typed, url)
        with self._screens.watch(person.id, place.id) as attention:
            ack = await self._delivery.ask("slash_commands", payload)
            if not ack.ok:
                why = "dispatch_failed" if ack.reason == "connection_failed" else "operation_timeout"
                return [self._complaint(person, place, f'{name} failed with the error "{why}"')]
            body = {"text": ack.payload} if isinstance(ack.payload, str) else ack.payload
            if body and (body.get("text") or body.get("blocks")):
                answer(self._world, ResponseUrl("", person.id, place.id, 0.0), body)
            return self._seen(await attention.settle())

    async def _shortcut(self, place: Channel, person: User, name: str, options: Json) -> list[Json]:
        given = options.get("message")
        if not isinstance(given, str):
            raise Refusal("a message shortcut needs the option 'message': the id of the message that it is used on")
        if unknown := set(options) - {"message"}:
            raise Refusal(f"a message shortcut takes 'message' alone, not {', '.join(sorted(unknown))}")
        message = self._message(place, given)
        callback = self._shortcuts.get(name, name)
        url = self._world.new_response_url(person.id, place.id, message)
        payload = payloads.shortcut(self._world, person, place, message, callback, url)
        return await self._interact(person, place, payload)

    async def click(self, channel: str, message: str, user: str, action: str, values: Json | None) -> list[Json]:
        """Press a button or choose in a menu: of a message, of a private message, or of a modal by its id."""
        place, person = self.channel(channel), self.user(user)
        if message in self._world.views:
            view = self._view(person, message)
            pressed = self._pressed(view.body["blocks"], action, values)
            return await self._interact(person, place, payloads.view_action(self._world, person, view, pressed))
        target: Message | Ephemeral
        if message in self._world.ephemerals:
            target = self._world.ephemerals[message]
            if target.user != person.id:
                raise Refusal(f"{person.display_name} does not see that message")
        else:
            target = self._message(place, message)
        pressed = self._pressed(target.blocks, action, values)
        url = self._world.new_response_url(person.id, place.id, target)
        payload = payloads.message_action(self._world, person, place, target, pressed, url)
        if pressed.get("url"):
            return await self._follow_link(payload)
        return await self._interact(person, place, payload)

    async def submit(self, user: str, modal: str, values: Json) -> list[Json]:
        """Send a modal. Where the app finds errors the modal stays, with them beside its fields."""
        person = self.user(user)
        view = self._view(person, modal)
        view.body["state"] = fill_in(view, values, person.id, self._world)
        payload = payloads.view_submission(self._world, person, view)
        with self._screens.watch(person.id, view.channel) as attention:
            ack = await self._delivery.ask("interactive", payload)
            if not ack.ok:
                return [drawn(view, self._world, {"": "We had some trouble connecting. Try again?"})]
            answered = self._after_submission(person, view, ack)
            if answered is not None:
                return [answered]
            return self._seen(await attention.settle())

    async def close_modal(self, user: str, modal: str) -> None:
        """Close a modal; the app hears of it where the modal asks for that."""
        person = self.user(user)
        view = self._view(person, modal)
        closed = payloads.view_closed(person, view)
        if view.body.get("clear_on_close"):
            close_all(self._world, person.id)
        else:
            close_view(self._world, view)
        if view.body.get("notify_on_close"):
            await self._delivery.ask("interactive", closed)

    def _after_submission(self, person: User, view: View, ack: Ack) -> Json | None:
        """Do what the app asks for; a modal to go on with where there is one."""
        body = ack.payload if isinstance(ack.payload, dict) else {}
        action = body.get("response_action")
        try:
            if action == "errors":
                return drawn(view, self._world, dict(body.get("errors") or {}))
            if action == "update":
                replace_view(self._world, view, checked_body(self._world, body.get("view"), "modal"))
                return drawn(view, self._world)
            if action == "push":
                pushed = new_view(
                    self._world, person.id, checked_body(self._world, body.get("view"), "modal"), view.channel
                )
                return drawn(pushed, self._world)
        except ApiError as error:
            lines = error.more.get("response_metadata", {}).get("messages", [error.code])
            return drawn(view, self._world, {"": f"the app answered with a view that Slack refuses: {lines[0]}"})
        if action == "clear":
            close_all(self._world, person.id)
        else:
            close_view(self._world, view)
        return None

    async def _interact(self, person: User, place: Channel, payload: Json) -> list[Json]:
        with self._screens.watch(person.id, place.id) as attention:
            ack = await self._delivery.ask("interactive", payload)
            if not ack.ok:
                return [self._complaint(person, place, NO_ANSWER)]
            return self._seen(await attention.settle())

    async def _follow_link(self, payload: Json) -> list[Json]:
        """A link opens in the browser; the app hears of it, and nothing comes up in Slack."""
        await self._delivery.ask("interactive", payload)
        return []

    def _pressed(self, blocks: list[Json] | None, action: str, values: Json | None) -> Json:
        """The action of a payload: which element, and what was chosen in it."""
        elements = elements_of(blocks)
        element = next((one for one in elements if one["action_id"] == action), None)
        if element is None:
            element = next((one for one in elements if _label(one).lower() == action.lower()), None)
        if element is None:
            labels = ", ".join(_label(one) for one in elements) or "nothing"
            raise Refusal(f"there is no {action!r} to press; there is {labels}")
        kept = ("action_id", "block_id", "text", "value", "type", "style", "url", "placeholder", "confirm")
        pressed = {name: element[name] for name in kept if name in element} | {"action_ts": self._world.stamp()}
        kind = element["type"]
        if kind == "button":
            return pressed
        chosen = _first(values)
        if chosen is None:
            raise Refusal(f"{_label(element)!r} is a menu: give what to choose in 'values'")
        if kind in {"static_select", "radio_buttons", "overflow"}:
            return pressed | {"selected_option": chosen_option(element, chosen)}
        if kind in {"checkboxes", "multi_static_select"}:
            many = chosen if isinstance(chosen, list) else [chosen]
            return pressed | {"selected_options": [chosen_option(element, one) for one in many]}
        names = {"users_select": "selected_user", "channels_select": "selected_channel"}
        names |= {"conversations_select": "selected_conversation", "datepicker": "selected_date"}
        return pressed | {names.get(kind, "selected_time"): picked(kind, chosen, self._world)}

    def _seen(self, sightings: Iterable[Sighting]) -> list[Json]:
        """What is still there of what came up, as the person sees it now."""
        seen: list[Json] = []
        for sighting in sightings:
            if sighting.kind == "ephemeral" and sighting.id in self._world.ephemerals:
                seen.append(see_ephemeral(self._world, self._world.ephemerals[sighting.id]))
            elif sighting.kind == "view" and sighting.id in self._world.views:
                view = self._world.views[sighting.id]
                if view.kind == "modal":
                    seen.append(drawn(view, self._world))
        return seen

    def _complaint(self, person: User, place: Channel, text: str) -> Json:
        """What Slack itself tells a person when the app does not answer."""
        said = Ephemeral(self._world.stamp(), place.id, person.id, text, by_slack=True)
        return see_ephemeral(self._world, self._world.whisper(said))

    # --- names --------------------------------------------------------------------------------------------------

    def channel(self, given: str) -> Channel:
        """The channel with this id or name."""
        found = self._world.found_channel(given)
        if found is None:
            names = ", ".join(channel.name for channel in self._world.channels.values())
            raise Refusal(f"there is no channel {given!r} on Slack; there are {names}")
        return found

    def user(self, given: str) -> User:
        """The person with this id or name."""
        found = self._world.found_user(given)
        if found is None or found.is_bot:
            names = ", ".join(user.display_name for user in self._world.users.values() if not user.is_bot)
            raise Refusal(f"there is nobody called {given!r} on Slack; there are {names}")
        return found

    def _message(self, channel: Channel, given: str) -> Message:
        found = channel.messages.get(given)
        if found is None or (found.tombstone and not channel.threads.get(given)):
            raise Refusal(f"there is no message {given!r} in #{channel.name}")
        return found

    def _view(self, person: User, given: str) -> View:
        view = self._world.views.get(given)
        if view is None or view.user != person.id or view.kind != "modal":
            raise Refusal(f"{person.display_name} has no modal {given!r} open")
        return view


def _links(blocks: list[Json]) -> list[str]:
    """The web addresses in a message, each once."""
    inline = [one for block in blocks for element in block["elements"] for one in element["elements"]]
    items = [one for element in inline for one in element.get("elements", [element])]
    return list(dict.fromkeys(one["url"] for one in items if one["type"] == "link" and one["url"].startswith("http")))


def _label(element: Json) -> str:
    shown = element.get("text") or element.get("placeholder") or {"text": element["action_id"]}
    return str(shown["text"])


def _typed(name: str, value: Any) -> str:  # noqa: ANN401 - JSON as it came
    if isinstance(value, tuple) or name == "file":
        raise Refusal("Slack's slash commands take no files: give the file to the file field of the modal they open")
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, (str, int, float)):
        raise Refusal(f"the option {name!r} must be a text")
    return str(value)


def _first(values: Json | None) -> Any:  # noqa: ANN401 - JSON as it came
    return next(iter(values.values()), None) if values else None
