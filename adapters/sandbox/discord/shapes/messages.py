"""Messages with their files and reactions as the API's JSON objects."""

from __future__ import annotations

from urllib.parse import quote

from adapters.sandbox.discord.shapes.people import author, member, stamp, user
from adapters.sandbox.discord.shapes.places import thread
from adapters.sandbox.discord.world import HAS_THREAD, File, Message, Reaction, World
from adapters.sandbox.side import Json


def file_url(world: World, each: File) -> str:
    """Where the CDN serves an attachment for a day; the query is signed-looking, as Discord's is."""
    # To the hour, so that what people see does not change with every look at it.
    expires = (int(world.clock()) // 3600 + 25) * 3600
    return (
        f"{world.cdn}/attachments/{each.channel_id}/{each.id}/{quote(each.name)}"
        f"?ex={expires:x}&is={expires - 86_400:x}&hm={each.id:064x}&"
    )


def file(world: World, each: File) -> Json:
    """An attachment object."""
    url = file_url(world, each)
    shape: Json = {
        "id": str(each.id),
        "filename": each.name,
        "size": len(each.content),
        "url": url,
        "proxy_url": url,
        "content_type": each.media_type,
    }
    if each.description:
        shape["description"] = each.description
    if each.ephemeral:
        shape["ephemeral"] = True
    if each.size:
        shape["width"], shape["height"] = each.size
    return shape


def reaction_emoji(each: Reaction) -> Json:
    """The emoji of a reaction."""
    return {"id": None if each.emoji_id is None else str(each.emoji_id), "name": each.name}


def reaction(world: World, each: Reaction) -> Json:
    """A reaction on a message, counted."""
    count = len(each.users)
    return {
        "emoji": reaction_emoji(each),
        "count": count,
        "count_details": {"burst": 0, "normal": count},
        "burst_colors": [],
        "me_burst": False,
        "me": world.bot.id in each.users,
        "burst_me": False,
        "burst_count": 0,
    }


def message(world: World, each: Message, *, nested: bool = False) -> Json:
    """A message object with all its content, as its author gets it. `nested` leaves out the message it refers to."""
    shape: Json = {
        "type": each.type,
        "id": str(each.id),
        "channel_id": str(each.channel_id),
        "author": author(each.author),
        "content": each.content,
        "timestamp": stamp(each.at),
        "edited_timestamp": stamp(each.edited_at) if each.edited_at else None,
        "tts": False,
        "pinned": False,
        "flags": each.flags,
        "mention_everyone": each.mention_everyone,
        "mentions": [user(world.users[who]) for who in each.mentions if who in world.users],
        "mention_roles": [str(role_id) for role_id in each.mention_roles],
        "attachments": [file(world, one) for one in each.files],
        "embeds": each.embeds,
        "components": each.components,
    }
    if each.reactions:
        shape["reactions"] = [reaction(world, one) for one in each.reactions.values()]
    if each.webhook_id is not None:
        shape["webhook_id"] = str(each.webhook_id)
    if each.application_id is not None:
        shape["application_id"] = str(each.application_id)
    if each.interaction is not None:
        shape["interaction_metadata"] = each.interaction
    if each.position is not None:
        shape["position"] = each.position
    if each.reference is not None:
        shape["message_reference"] = each.reference
        if not nested and each.type in {19, 21, 23}:
            target = world.messages.get(int(each.reference.get("message_id", 0)))
            shape["referenced_message"] = None if target is None else message(world, target, nested=True)
    if each.flags & HAS_THREAD and (own := world.channels.get(each.id)):
        shape["thread"] = thread(world, own)
    return shape


def message_event(world: World, each: Message) -> Json:
    """A message as gateway events carry it: with its guild, and its author as a member."""
    place = world.channels[each.channel_id]
    shape = message(world, each) | {"guild_id": str(place.guild_id), "channel_type": place.type}
    if each.author.user is not None:
        found = world.guild_of(place).members.get(each.author.user.id)
        if found:
            shape["member"] = member(found, with_user=False)
    return shape


def without_content(shape: Json) -> Json:
    """A message as an application gets it that may not read content: the fields are there, and empty."""
    hidden: Json = {"content": "", "embeds": [], "attachments": [], "components": []}
    shape = shape | hidden
    if shape.get("referenced_message"):
        shape["referenced_message"] = shape["referenced_message"] | hidden
    return shape
