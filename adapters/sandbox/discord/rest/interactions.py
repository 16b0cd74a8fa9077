"""Answers to interactions, and what follows them.

https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-response-object
"""

from __future__ import annotations

from adapters.sandbox.discord import shapes
from adapters.sandbox.discord.deeds import Draft, as_author
from adapters.sandbox.discord.errors import Problems, unknown
from adapters.sandbox.discord.forms import Form, check_form
from adapters.sandbox.discord.http import DONE, Call, Reply, Route
from adapters.sandbox.discord.interactions import Interaction, Interactions, Kind
from adapters.sandbox.discord.rest.context import Context
from adapters.sandbox.discord.world import EPHEMERAL, LOADING, Message
from adapters.sandbox.side import Json

MESSAGE, DEFERRED_MESSAGE, DEFERRED_UPDATE, UPDATE, MODAL = 4, 5, 6, 7, 9
_COMMAND_ANSWER, _MENU_ANSWER = 20, 23


class InteractionAnswers:
    """Serves the callback, `@original` and follow-ups. The webhook routes hand over what has an interaction's token."""

    def __init__(self, context: Context, interactions: Interactions) -> None:
        self._c = context
        self._interactions = interactions

    def routes(self) -> list[Route]:
        """What is served here."""
        return [Route("POST", "/interactions/{interaction_id}/{interaction_token}/callback", self.callback, open=True)]

    def owns(self, call: Call) -> bool:
        """Whether a webhook path names the application and an interaction's token."""
        return call.id("webhook_id") == self._c.world.application.id

    # --- the first answer -------------------------------------------------------------------------------------

    def callback(self, call: Call) -> Reply:
        """The first answer: a message, a promise of one, an update, or a modal."""
        interaction = self._interactions.to_answer(call.id("interaction_id"), call.params["interaction_token"])
        kind, data = call.fields.get("type"), call.fields.get("data") or {}
        allowed = {MESSAGE, DEFERRED_MESSAGE}
        if interaction.message is not None:
            allowed |= {DEFERRED_UPDATE, UPDATE}
        if interaction.kind != Kind.MODAL:
            allowed.add(MODAL)
        if kind not in allowed:
            problems = Problems()
            problems.choice(("type",), kind, sorted(allowed))
            problems.settle()
        if kind == MESSAGE:
            draft = self._c.drafts.new(call, data, interaction.channel, ephemeral=True)
            interaction.original = self._post(interaction, draft, first=True)
            interaction.settle(interaction.original)
        elif kind == DEFERRED_MESSAGE:
            flags = LOADING | (data.get("flags") or 0) & EPHEMERAL
            interaction.original = self._post(interaction, Draft(flags=flags), first=True)
            interaction.promised = True
        elif kind == DEFERRED_UPDATE:
            interaction.original = interaction.message
        elif kind == UPDATE and interaction.message is not None:
            interaction.original = interaction.message
            self._c.deeds.edit(interaction.message, **self._c.drafts.changes(call, data, interaction.message))
            interaction.settle(interaction.message)
        else:
            interaction.settle(self._open(interaction, data))
        self._interactions.acknowledge(interaction)
        return self._told(interaction, int(kind or 0)) if call.flag("with_response") else DONE

    def _open(self, interaction: Interaction, data: Json) -> Form:
        custom_id, title, components = check_form(data)
        form = Form(
            id=str(self._c.world.snowflake()),
            user=interaction.user,
            channel=interaction.channel,
            message=interaction.message,
            cause=self._interactions.metadata(interaction),
            custom_id=custom_id,
            title=title,
            components=components,
        )
        self._interactions.forms[form.id] = form
        return form

    def _told(self, interaction: Interaction, kind: int) -> Reply:
        about: Json = {"id": str(interaction.id), "type": int(interaction.kind)}
        body: Json = {"interaction": about}
        if interaction.original is not None:
            about |= {
                "response_message_id": str(interaction.original.id),
                "response_message_loading": bool(interaction.original.flags & LOADING),
                "response_message_ephemeral": interaction.original.is_private,
            }
            if kind in {MESSAGE, DEFERRED_MESSAGE, UPDATE}:
                shape = shapes.message(self._c.world, interaction.original)
                body["resource"] = {"type": UPDATE if kind == UPDATE else MESSAGE, "message": shape}
        return Reply(body=body)

    def _post(self, interaction: Interaction, draft: Draft, *, first: bool = False) -> Message:
        world = self._c.world
        draft.application_id = draft.webhook_id = world.application.id
        draft.interaction = self._interactions.metadata(interaction)
        if first and interaction.kind == Kind.COMMAND:
            draft.type = _COMMAND_ANSWER if interaction.data["type"] == 1 else _MENU_ANSWER
        if draft.flags & EPHEMERAL:
            draft.seen_by = interaction.user.id
        return self._c.deeds.post(interaction.channel, as_author(world.bot), draft)

    # --- what follows -----------------------------------------------------------------------------------------

    def follow_up(self, call: Call) -> Reply:
        """Another message; after a promise, the one that was promised."""
        interaction = self._interactions.to_follow(call.params["webhook_token"])
        if interaction.promised and interaction.original is not None:
            return self._fulfil(call, interaction, interaction.original)
        draft = self._c.drafts.new(call, call.fields, interaction.channel, ephemeral=True)
        message = self._post(interaction, draft)
        interaction.settle(message)
        return Reply(body=shapes.message(self._c.world, message))

    def message(self, call: Call) -> tuple[Interaction, Message]:
        """The message of a path, `@original` or by its id."""
        interaction = self._interactions.to_follow(call.params["webhook_token"])
        named = call.params.get("message_id", "@original")
        message = interaction.original if named == "@original" else self._c.world.messages.get(call.id("message_id"))
        if message is None or message.id not in self._c.world.messages:
            raise unknown("Message")
        if message.application_id != self._c.world.application.id and message is not interaction.original:
            raise unknown("Message")
        return interaction, message

    def get(self, call: Call) -> Reply:
        """A message of an interaction."""
        return Reply(body=shapes.message(self._c.world, self.message(call)[1]))

    def edit(self, call: Call) -> Reply:
        """Edit a message of an interaction; this is how a promise is kept."""
        interaction, message = self.message(call)
        return self._fulfil(call, interaction, message)

    def _fulfil(self, call: Call, interaction: Interaction, message: Message) -> Reply:
        changes = self._c.drafts.changes(call, call.fields, message)
        loading = message.flags & LOADING
        changes["flags"] &= ~LOADING
        self._c.deeds.edit(message, stamp=not loading, **changes)
        interaction.settle(message)
        return Reply(body=shapes.message(self._c.world, message))

    def delete(self, call: Call) -> Reply:
        """Delete a message of an interaction."""
        interaction, message = self.message(call)
        self._c.deeds.remove(message)
        interaction.settle()
        return DONE
