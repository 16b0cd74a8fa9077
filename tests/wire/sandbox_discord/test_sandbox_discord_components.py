"""Components V2: what the bot builds, and how people read it."""

from __future__ import annotations

import io

import discord

from tests.wire.sandbox_discord.conftest import Place


class Card(discord.ui.LayoutView):
    box: discord.ui.Container[Card] = discord.ui.Container(
        discord.ui.TextDisplay("# Title"),
        discord.ui.Separator(),
        discord.ui.Section(
            discord.ui.TextDisplay("<#{channel}>"), accessory=discord.ui.Thumbnail("https://example.org/t.png")
        ),
        discord.ui.MediaGallery(discord.MediaGalleryItem("https://example.org/i.png", description="A picture")),
        discord.ui.File("attachment://paper.txt"),
        discord.ui.ActionRow(
            discord.ui.Button(label="Read", custom_id="read"),
            discord.ui.Button(label="Source", url="https://example.org"),
        ),
        accent_colour=0x123456,
    )


async def test_a_card_is_read_in_order(place: Place) -> None:
    async with place.bot() as bot:
        channel = bot.text_channel(place.side)
        paper = discord.File(io.BytesIO(b"x"), "paper.txt")
        sent = await channel.send(view=Card(), file=paper)
        (shown,) = place.side.state()["channels"][0]["messages"]
        assert shown["text"] == "Title\n<#{channel}>\nA picture\npaper.txt"
        assert shown["actions"] == [{"id": "read", "label": "Read"}, {"id": "https://example.org", "label": "Source"}]
        assert shown["raw"]["flags"] & 1 << 15
        view = discord.ui.LayoutView()
        view.add_item(discord.ui.TextDisplay("changed"))
        await sent.edit(view=view, attachments=[])
        (shown,) = place.side.state()["channels"][0]["messages"]
        assert (shown["text"], shown["edited"]) == ("changed", True)
        again = await channel.fetch_message(sent.id)
        assert isinstance(again.components[0], discord.TextDisplay)


async def test_pressing_a_link_asks_nobody(place: Place) -> None:
    async with place.bot() as bot:
        sent = await bot.text_channel(place.side).send(view=Card(), file=discord.File(io.BytesIO(b"x"), "paper.txt"))
        assert await place.side.click(channel="news", message=str(sent.id), user="Grace", action="Source") == []
        assert place.seen.named("INTERACTION_CREATE") == []
