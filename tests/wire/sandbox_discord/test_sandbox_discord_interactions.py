"""Commands, buttons, menus and forms, from the person's press to what that person then sees."""

from __future__ import annotations

from typing import Any

import discord
import pytest
from discord import app_commands

from adapters.sandbox.discord import interactions
from adapters.sandbox.side import Refusal, SaidFile
from tests.wire.sandbox_discord.conftest import Bot, Place


class Form(discord.ui.Modal, title="Edit the card"):
    headline: discord.ui.TextInput[Form] = discord.ui.TextInput(label="Title", default="Old", max_length=20)
    about: discord.ui.Label[Form] = discord.ui.Label(
        text="TL;DR", component=discord.ui.TextInput(custom_id="tldr", required=False)
    )
    paper: discord.ui.Label[Form] = discord.ui.Label(
        text="Paper", component=discord.ui.FileUpload(custom_id="paper", required=False)
    )

    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        upload, summary = self.paper.component, self.about.component
        assert isinstance(upload, discord.ui.FileUpload)
        assert isinstance(summary, discord.ui.TextInput)
        read = [(each.filename, await each.read()) for each in upload.values]
        await interaction.response.edit_message(content=f"{self.headline.value}|{summary.value}|{read}")


class Preview(discord.ui.View):
    @discord.ui.button(label="Publish", custom_id="publish")
    async def publish(self, interaction: discord.Interaction[Any], _: discord.ui.Button[Preview]) -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(content="published", view=None)

    @discord.ui.button(label="Edit", custom_id="edit")
    async def edit(self, interaction: discord.Interaction[Any], _: discord.ui.Button[Preview]) -> None:
        await interaction.response.send_modal(Form())

    @discord.ui.button(label="Cancel", custom_id="cancel")
    async def cancel(self, interaction: discord.Interaction[Any], _: discord.ui.Button[Preview]) -> None:
        await interaction.response.defer()
        await interaction.delete_original_response()

    @discord.ui.button(label="Read", custom_id="read")
    async def read(self, interaction: discord.Interaction[Any], _: discord.ui.Button[Preview]) -> None:
        await interaction.response.send_message("the whole article", ephemeral=True)

    @discord.ui.select(
        custom_id="board", placeholder="Board", options=[discord.SelectOption(label="Main", value="main")]
    )
    async def board(self, interaction: discord.Interaction[Any], menu: discord.ui.Select[Preview]) -> None:
        await interaction.response.edit_message(content=f"board {menu.values[0]}")


def with_commands() -> Bot:
    bot = Bot()

    @bot.tree.command(name="publish", description="Publish an article")
    @app_commands.default_permissions(manage_guild=True)
    async def publish(
        interaction: discord.Interaction[Any], url: str | None = None, file: discord.Attachment | None = None
    ) -> None:
        content = (await file.read()).decode() if file else url
        await interaction.response.send_message(f"preview of {content}", ephemeral=True, view=Preview())

    @bot.tree.command(name="slow", description="Takes a while")
    async def slow(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        await interaction.followup.send("done at last", ephemeral=True)

    @bot.tree.command(name="silent", description="Never answers")
    async def silent(_: discord.Interaction[Any]) -> None:
        return

    @bot.tree.command(name="twice", description="Answers twice")
    async def twice(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        route = discord.http.Route(
            "POST", f"/interactions/{interaction.id}/{interaction.token}/callback"
        )  # discord.py itself guards against a second answer
        try:
            await bot.http.request(route, json={"type": 4, "data": {"content": "two"}})
        except discord.HTTPException as error:
            await interaction.followup.send(f"refused with {error.code}")

    group = app_commands.Group(name="board", description="Boards")

    @group.command(name="join", description="Join")
    async def join(interaction: discord.Interaction[Any], channel: discord.TextChannel, name: str = "main") -> None:
        await interaction.response.send_message(f"{channel.name} joins {name}", ephemeral=True)

    bot.tree.add_command(group)

    @bot.tree.context_menu(name="Delete my comment")
    async def remove(interaction: discord.Interaction[Any], message: discord.Message) -> None:
        await interaction.response.send_message(f"about {message.content}", ephemeral=True)

    return bot


async def preview(place: Place, bot: Bot) -> dict[str, Any]:
    await bot.tree.sync()
    shown = await place.side.command(channel="news", user="Ada", command="/publish", options={"url": "http://a.b"})
    return shown[0]


async def test_a_private_preview_and_its_buttons(place: Place) -> None:
    async with place.bot(bot=with_commands()) as bot:
        shown = await preview(place, bot)
        assert shown["text"] == "preview of http://a.b"
        assert [each["label"] for each in shown["actions"]] == ["Publish", "Edit", "Cancel", "Read", "Board"]
        state = place.side.state()
        names = {each["id"]: each["name"] for each in state["people"]}
        assert [names[each["user"]] for each in state["private"]] == ["Ada"]
        assert [each["channel"] for each in state["private"]] == list(place.side.channels())
        assert place.side.state()["channels"][0]["messages"] == []
        ours = {"channel": "news", "message": shown["id"], "user": "Ada"}
        read = await place.side.click(**ours, action="Read")
        assert [each["text"] for each in read] == ["the whole article"]
        chosen = await place.side.click(**ours, action="board", values={"values": ["Main"]})
        assert [(each["id"], each["text"]) for each in chosen] == [(shown["id"], "board main")]
        done = await place.side.click(**ours, action="publish")
        assert [(each["id"], each["text"], each["actions"]) for each in done] == [(shown["id"], "published", [])]
        with pytest.raises(Refusal, match="does not see"):
            await place.side.click(channel="news", message=shown["id"], user="Grace", action="publish")


async def test_cancelling_leaves_nothing(place: Place) -> None:
    async with place.bot(bot=with_commands()) as bot:
        shown = await preview(place, bot)
        assert await place.side.click(channel="news", message=shown["id"], user="Ada", action="Cancel") == []
        assert place.side.state()["private"] == []


async def test_a_form_is_filled_in_and_sent(place: Place) -> None:
    async with place.bot(bot=with_commands()) as bot:
        shown = await preview(place, bot)
        (form,) = await place.side.click(channel="news", message=shown["id"], user="Ada", action="Edit")
        assert form["title"] == "Edit the card"
        assert [(each["label"], each["value"]) for each in form["fields"]] == [
            ("Title", "Old"),
            ("TL;DR", ""),
            ("Paper", []),
        ]
        with pytest.raises(Refusal, match="20 characters"):
            await place.side.submit(user="Ada", modal=form["modal"], values={"Title": "x" * 21})
        paper = SaidFile("p.txt", b"paper", "text/plain")
        values = {"Title": "New", "tldr": "short", "Paper": [paper]}
        (after,) = await place.side.submit(user="Ada", modal=form["modal"], values=values)
        assert (after["id"], after["text"]) == (shown["id"], "New|short|[('p.txt', b'paper')]")
        with pytest.raises(Refusal, match="no form"):
            await place.side.submit(user="Ada", modal=form["modal"], values={})


async def test_commands_are_offered_to_those_who_may(place: Place) -> None:
    async with place.bot(bot=with_commands()) as bot:
        await bot.tree.sync()
        with pytest.raises(Refusal, match="not offered to Grace"):
            await place.side.command(channel="news", user="Grace", command="/publish", options={"url": "x"})
        with pytest.raises(Refusal, match="no command"):
            await place.side.command(channel="news", user="Grace", command="/other", options={})
        with pytest.raises(Refusal, match="no option"):
            await place.side.command(channel="news", user="Ada", command="/publish", options={"uri": "x"})
        with pytest.raises(Refusal, match="subcommand: join"):
            await place.side.command(channel="news", user="Ada", command="/board", options={})


async def test_options_of_each_kind(place: Place) -> None:
    async with place.bot(bot=with_commands()) as bot:
        await bot.tree.sync()
        said = {"channel": "news", "user": "Ada"}
        (joined,) = await place.side.command(**said, command="/board join", options={"channel": "news", "name": "two"})
        assert joined["text"] == "news joins two"
        (given,) = await place.side.command(
            **said, command="/publish", options={"file": (SaidFile("a.md", b"# Title"),)}
        )
        assert given["text"] == "preview of # Title"
        message = await place.side.say(channel="news", user="Grace", text="mine")
        (about,) = await place.side.command(
            channel="news", user="Grace", command="Delete my comment", options={"message": message}
        )
        assert about["text"] == "about mine"


async def test_a_promise_is_followed_through(place: Place) -> None:
    async with place.bot(bot=with_commands()) as bot:
        await bot.tree.sync()
        (shown,) = await place.side.command(channel="news", user="Grace", command="/slow", options={})
        assert shown["text"] == "done at last"
        assert len(place.side.state()["private"]) == 1


async def test_three_seconds_and_no_more(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interactions, "FIRST_ANSWER", 0.1)
    async with place.bot(bot=with_commands()) as bot:
        await bot.tree.sync()
        (shown,) = await place.side.command(channel="news", user="Grace", command="/silent", options={})
        assert shown["text"] == "The application did not respond"
        interaction = await bot.hears("interaction")
        with pytest.raises(discord.NotFound) as late:
            await interaction.response.send_message("too late")
        assert late.value.code == 10062


async def test_an_interaction_takes_one_first_answer(place: Place) -> None:
    async with place.bot(bot=with_commands()) as bot:
        await bot.tree.sync()
        (shown,) = await place.side.command(channel="news", user="Grace", command="/twice", options={})
        assert shown["text"] == "refused with 40060"
        assert place.side.state()["channels"][0]["messages"] == []


async def test_commands_keep_their_ids_when_they_are_overwritten(place: Place) -> None:
    async with place.bot(bot=with_commands()) as bot:
        first = {each.name: each.id for each in await bot.tree.sync()}
        assert {each.name: each.id for each in await bot.tree.sync()} == first
        assert {each.name: each.id for each in await bot.tree.fetch_commands()} == first
