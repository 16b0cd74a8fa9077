"""Message bodies as the API takes them, checked and made ready to post or to edit with."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import Any

from adapters.sandbox.discord import shapes
from adapters.sandbox.discord.components import ComponentCheck, has_interactive
from adapters.sandbox.discord.deeds import Draft
from adapters.sandbox.discord.errors import Problems, empty_message, missing_permissions
from adapters.sandbox.discord.http import Call, Upload
from adapters.sandbox.discord.limits import DESCRIPTION, FILES, check_content, check_embeds, check_types
from adapters.sandbox.discord.mentions import check_allowed, mentioned
from adapters.sandbox.discord.permissions import Right
from adapters.sandbox.discord.world import COMPONENTS_V2, EPHEMERAL, Channel, File, Message, World
from adapters.sandbox.side import Json

_SUPPRESS_EMBEDS, _SUPPRESS_NOTIFICATIONS = 1 << 2, 1 << 12
_PNG_HEADER = 24
_SETTABLE = _SUPPRESS_EMBEDS | _SUPPRESS_NOTIFICATIONS | COMPONENTS_V2


class Drafts:
    """Reads bodies. `rights` are the writer's; where None, the writer is bound by none (webhooks, interactions)."""

    def __init__(self, world: World) -> None:
        self._world = world

    def new(
        self,
        call: Call,
        body: Json,
        channel: Channel,
        *,
        rights: Right | None = None,
        ephemeral: bool = False,
        components: bool = True,
        interactive: bool = True,
    ) -> Draft:
        """A message to post. `ephemeral` lets that flag pass; `components` and `interactive` say what may be sent."""
        check_types(body)
        problems = Problems()
        flags = (body.get("flags") or 0) & (_SETTABLE | (EPHEMERAL if ephemeral else 0))
        content = check_content(body.get("content"), problems)
        embeds = check_embeds(body.get("embeds"), problems)
        files = self._files(call, body, channel, problems, kept=(), ephemeral=bool(flags & EPHEMERAL))
        given = (body.get("components") or []) if components else []
        checked = self._components(given, files, problems, version_2=bool(flags & COMPONENTS_V2))
        if not interactive and has_interactive(given):
            problems.add(
                ("components",),
                "WEBHOOK_COMPONENTS_NOT_ALLOWED",
                "Webhooks that no application owns can't send interactive components",
            )
        if flags & COMPONENTS_V2:
            _refuse_legacy(body, problems)
        check_allowed(body.get("allowed_mentions"), problems)
        problems.settle()
        if not (content or embeds or files or checked or body.get("sticker_ids") or body.get("poll")):
            raise empty_message()
        if rights is not None:
            _demand(rights, files=files, embeds=embeds)
        draft = Draft(content=content, flags=flags, files=files, embeds=embeds, components=checked)
        self._mention(draft, body, channel, rights)
        return draft

    def changes(self, call: Call, body: Json, message: Message, *, rights: Right | None = None) -> Json:
        """What an edit changes, as `Deeds.edit` takes it. Fields that are not given stay."""
        check_types(body)
        problems = Problems()
        channel = self._world.channels[message.channel_id]
        flags = message.flags
        if body.get("flags") is not None:
            flags = flags & ~_SUPPRESS_EMBEDS | body["flags"] & (_SUPPRESS_EMBEDS | COMPONENTS_V2)
        flags |= message.flags & COMPONENTS_V2
        changes: Json = {"flags": flags}
        if "content" in body:
            changes["content"] = check_content(body["content"], problems)
        if "embeds" in body:
            changes["embeds"] = check_embeds(body["embeds"], problems)
        kept = self._kept(body, message)
        if call.uploads or "attachments" in body:
            changes["files"] = self._files(call, body, channel, problems, kept=kept, ephemeral=message.is_private)
        files = changes.get("files", message.files)
        if "components" in body:
            version_2 = bool(flags & COMPONENTS_V2)
            changes["components"] = self._components(body["components"] or [], files, problems, version_2=version_2)
        if flags & COMPONENTS_V2:
            _refuse_legacy(body, problems)
        check_allowed(body.get("allowed_mentions"), problems)
        problems.settle()
        after = {key: changes.get(key, getattr(message, key)) for key in ("content", "embeds", "files", "components")}
        if not any(after.values()):
            raise empty_message()
        if rights is not None:
            _demand(rights, files=list(call.uploads), embeds=changes.get("embeds"))
        if "content" in body:
            draft = Draft(content=changes["content"], reference=message.reference)
            self._mention(draft, body, channel, rights)
            changes |= {
                "mentions": draft.mentions,
                "mention_roles": draft.mention_roles,
                "mention_everyone": draft.mention_everyone,
            }
        return changes

    def _mention(self, draft: Draft, body: Json, channel: Channel, rights: Right | None) -> None:
        allowed = body.get("allowed_mentions")
        reach_all = rights is None or Right.MENTION_EVERYONE in rights
        guild = self._world.guild_of(channel)
        reached = mentioned(self._world, guild, draft.content, allowed, may_reach_all=reach_all)
        draft.mentions, draft.mention_roles = list(reached.users), list(reached.roles)
        draft.mention_everyone = reached.everyone

    def _components(
        self, given: list[Json], files: Iterable[File], problems: Problems, *, version_2: bool
    ) -> list[Json]:
        by_name = {file.name: file for file in files}

        def media(url: str) -> Json | None:
            if not url.startswith("attachment://"):
                return {"id": str(self._world.snowflake()), "url": url, "proxy_url": url, "content_type": None}
            file = by_name.get(url.removeprefix("attachment://"))
            if file is None:
                return None
            shape = shapes.file(self._world, file)
            return {
                "id": str(file.id),
                "url": shape["url"],
                "proxy_url": shape["proxy_url"],
                "content_type": file.media_type,
                "attachment_id": str(file.id),
                "width": shape.get("width"),
                "height": shape.get("height"),
                "name": file.name,
                "size": len(file.content),
            }

        return ComponentCheck(problems, media, version_2=version_2).check(given)

    @staticmethod
    def _kept(body: Json, message: Message) -> list[File]:
        listed = body.get("attachments")
        if listed is None:
            return [] if "attachments" in body else list(message.files)
        ids = {str(each.get("id")): each for each in listed}
        kept = [file for file in message.files if str(file.id) in ids]
        for file in kept:
            file.description = ids[str(file.id)].get("description", file.description)
        return kept

    def _files(
        self, call: Call, body: Json, channel: Channel, problems: Problems, *, kept: Iterable[File], ephemeral: bool
    ) -> list[File]:
        described = {str(each.get("id")): each for each in body.get("attachments") or [] if isinstance(each, dict)}
        files = list(kept)
        if len(files) + len(call.uploads) > FILES:
            problems.too_long(("attachments",), FILES)
        for number, upload in sorted(call.uploads.items()):
            about = described.get(str(number), {})
            description = about.get("description")
            if len(description or "") > DESCRIPTION:
                problems.too_long(("attachments", number, "description"), DESCRIPTION)
            name = about.get("filename") or upload.name
            files.append(self.keep(channel, upload, name=name, description=description, ephemeral=ephemeral))
        return files

    def keep(
        self, channel: Channel, upload: Upload, *, name: str, description: str | None, ephemeral: bool = False
    ) -> File:
        """An uploaded file as an attachment; the CDN serves it once its message is posted."""
        return File(
            id=self._world.snowflake(),
            channel_id=channel.id,
            name="".join(each if each.isalnum() or each in "._-" else "_" for each in name) or "unknown",
            content=upload.content,
            media_type=upload.media_type,
            description=description or None,
            ephemeral=ephemeral,
            size=_png_size(upload.content),
        )


def _refuse_legacy(body: Json, problems: Problems) -> None:
    for name in ("content", "embeds", "sticker_ids", "poll"):
        if body.get(name):
            problems.add(
                (name,),
                "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                f"The '{name}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2",
            )


def _demand(rights: Right, *, files: Any, embeds: Any) -> None:  # noqa: ANN401 - only their truth counts
    if (files and Right.ATTACH_FILES not in rights) or (embeds and Right.EMBED_LINKS not in rights):
        raise missing_permissions()


def _png_size(content: bytes) -> tuple[int, int] | None:
    if content[:8] != b"\x89PNG\r\n\x1a\n" or len(content) < _PNG_HEADER:
        return None
    width, height = struct.unpack(">II", content[16:24])
    return width, height
