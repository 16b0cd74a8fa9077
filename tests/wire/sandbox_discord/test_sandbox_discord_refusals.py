"""What Discord refuses: rates, rights, sizes, and requests that fail to order."""

from __future__ import annotations

import asyncio
import io
import time
from typing import Any

import aiohttp
import discord
import pytest

from adapters.sandbox.faults import Fault, FaultKind
from tests.wire.sandbox_discord.conftest import Open, Place


class Api:
    """Plain requests with the bot's token."""

    def __init__(self, place: Place, session: aiohttp.ClientSession) -> None:
        settings = place.side.settings()
        self.base = settings["DISCORD_API_URL"]
        self.headers = {"Authorization": f"Bot {settings['DISCORD_TOKEN']}"}
        self.session = session
        self.channel = f"/channels/{place.side.channels()[0]}"

    async def ask(self, method: str, path: str, body: object = None) -> tuple[int, Any, Any]:
        async with self.session.request(method, self.base + path, json=body, headers=self.headers) as answer:
            return answer.status, await answer.json() if answer.status != 204 else None, answer.headers


async def test_rates_are_kept_and_told(open_place: Open) -> None:
    place: Place = await open_place(limits="real")
    async with aiohttp.ClientSession() as session:
        api = Api(place, session)
        path = api.channel + "/messages"
        told = [await api.ask("POST", path, {"content": str(number)}) for number in range(6)]
        assert [status for status, _, _ in told] == [200] * 5 + [429]
        assert [headers["X-RateLimit-Remaining"] for _, _, headers in told[:5]] == ["4", "3", "2", "1", "0"]
        _, body, headers = told[5]
        assert body["retry_after"] == pytest.approx(float(headers["X-RateLimit-Reset-After"]), abs=0.002)
        assert 4 < body["retry_after"] <= 5
        assert not body["global"]
        assert headers["Retry-After"] == "5"
        assert headers["Via"]
        assert headers["X-RateLimit-Scope"] == "user"


async def test_a_channels_webhooks_share_one_rate(open_place: Open) -> None:
    place: Place = await open_place(limits="real")
    async with aiohttp.ClientSession() as session:
        api = Api(place, session)
        hooks = [(await api.ask("POST", api.channel + "/webhooks", {"name": name}))[1] for name in ("one", "two")]
        told = []
        for number in range(6):
            each = hooks[number % 2]
            told.append(await api.ask("POST", f"/webhooks/{each['id']}/{each['token']}?wait=1", {"content": "x"}))
        assert [status for status, _, _ in told] == [200] * 5 + [429]
        assert told[5][2]["X-RateLimit-Scope"] == "shared"


async def test_fifty_a_second_in_all(open_place: Open) -> None:
    place: Place = await open_place(limits="real")
    async with aiohttp.ClientSession() as session:
        api = Api(place, session)
        paths = ["/users/@me", "/gateway/bot", "/applications/@me"]
        told = await asyncio.gather(*(api.ask("GET", paths[number % 3]) for number in range(60)))
        refused = [(body, headers) for status, body, headers in told if status == 429]
        assert refused
        assert all(body["global"] and headers["X-RateLimit-Scope"] == "global" for body, headers in refused)


async def test_discord_py_obeys_an_ordered_429(place: Place) -> None:
    async with place.bot() as bot:
        place.faults.add(Fault("discord", "POST /channels/.*/messages", "429"))
        began = time.monotonic()
        await bot.text_channel(place.side).send("x")
        assert time.monotonic() - began >= 0.5
        assert len(place.side.state()["channels"][0]["messages"]) == 1


async def test_without_rates_nothing_is_refused(place: Place) -> None:
    async with aiohttp.ClientSession() as session:
        api = Api(place, session)
        path = api.channel + "/messages"
        told = await asyncio.gather(*(api.ask("POST", path, {"content": str(number)}) for number in range(60)))
        assert {status for status, _, _ in told} == {200}


async def test_old_messages_are_edited_a_few_times(open_place: Open) -> None:
    clock = [time.time()]
    place: Place = await open_place(limits="real", clock=lambda: clock[0])
    async with aiohttp.ClientSession() as session:
        api = Api(place, session)
        sent = (await api.ask("POST", api.channel + "/messages", {"content": "x"}))[1]
        clock[0] += 3601
        path = f"{api.channel}/messages/{sent['id']}"
        told = [await api.ask("PATCH", path, {"content": str(number)}) for number in range(4)]
        assert [status for status, _, _ in told] == [200, 200, 200, 429]
        assert told[3][1]["code"] == 30046
        clock[0] += 21
        assert (await api.ask("PATCH", path, {"content": "again"}))[0] == 200


@pytest.mark.parametrize(
    ("kind", "done"), [("500", 0), ("500_after", 1), ("timeout_after", 1), ("drop", 0), ("429", 0), ("disconnect", 1)]
)
async def test_requests_fail_to_order(place: Place, kind: FaultKind, done: int) -> None:
    place.faults.add(Fault("discord", "POST /channels/[0-9]+/messages$", kind))
    async with aiohttp.ClientSession() as session:
        api = Api(place, session)
        path = api.channel + "/messages"
        if kind in {"timeout_after", "drop"}:
            with pytest.raises(aiohttp.ClientError):
                await api.ask("POST", path, {"content": "x"})
        else:
            status, body, headers = await api.ask("POST", path, {"content": "x"})
            assert status == {"500": 500, "500_after": 500, "429": 429, "disconnect": 200}[kind]
            if kind == "429":
                assert headers["Via"]
                assert body["retry_after"] == pytest.approx(0.5, abs=0.002)
    assert len(place.side.state()["channels"][0]["messages"]) == done


async def test_a_fault_on_everything_is_a_global_one(place: Place) -> None:
    place.faults.add(Fault("discord", "", "429"))
    async with aiohttp.ClientSession() as session:
        status, body, headers = await Api(place, session).ask("GET", "/users/@me")
        assert (status, body["global"], headers["X-RateLimit-Global"]) == (429, True, "true")


@pytest.mark.parametrize(
    ("rights", "code", "deed"),
    [
        ({"view_channel": True}, 50001, "send"),
        ({"send_messages": True}, 50013, "send"),
        ({"create_public_threads": True}, 50013, "thread"),
        ({"send_messages_in_threads": True}, 50013, "reply"),
        ({"manage_messages": True}, 50013, "delete"),
        ({"manage_threads": True}, 50013, "lock"),
        ({"manage_webhooks": True}, 50013, "webhook"),
        ({"attach_files": True}, 50013, "attach"),
        ({"add_reactions": True}, 50013, "react"),
        ({"read_message_history": True}, 50013, "fetch"),
    ],
)
async def test_rights_are_asked_for(place: Place, rights: dict[str, bool], code: int, deed: str) -> None:
    async with place.bot() as bot:
        channel = bot.text_channel(place.side)
        card = await channel.send("card")
        thread = await card.create_thread(name="t")
        said = await channel.fetch_message(int(await place.side.say(channel="news", user="Grace", text="x")))
        place.side.deny(str(channel.id), discord.Permissions(**rights).value)
        deeds: dict[str, Any] = {
            "send": lambda: channel.send("x"),
            "thread": lambda: said.create_thread(name="t"),
            "reply": lambda: thread.send("x"),
            "delete": said.delete,
            "lock": lambda: thread.edit(locked=True),
            "webhook": lambda: channel.create_webhook(name="x"),
            "attach": lambda: channel.send(file=discord.File(__file__)),
            "react": lambda: said.add_reaction("👍"),
            "fetch": lambda: channel.fetch_message(said.id),
        }
        with pytest.raises(discord.Forbidden) as refused:
            await deeds[deed]()
        assert refused.value.code == code
        place.side.allow(str(channel.id))
        await deeds[deed]()


async def test_a_channel_that_the_bot_cannot_write_in(place: Place) -> None:
    closed = place.side.create_channel("closed", writable=False)
    async with place.bot() as bot:
        channel = bot.get_channel(int(closed))
        assert isinstance(channel, discord.TextChannel)
        assert not channel.permissions_for(channel.guild.me).send_messages
        with pytest.raises(discord.Forbidden):
            await channel.send("x")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"content": ""}, 50006),
        ({"content": 1}, 50035),
        ({"content": "x", "embeds": {}}, 50035),
        ({"content": "x", "components": ["y"]}, 50035),
        ({"content": "x", "flags": "y"}, 50035),
        ({"content": "x" * 2001}, 50035),
        ({"content": "x", "flags": 1 << 15, "components": [{"type": 10, "content": "y"}]}, 50035),
        ({"flags": 1 << 15, "components": [{"type": 10, "content": "x" * 4001}]}, 50035),
        ({"flags": 1 << 15, "components": [{"type": 10, "content": "x" * 2100}] * 2}, 50035),
        ({"flags": 1 << 15, "components": [{"type": 10, "content": "x"}] * 41}, 50035),
        ({"components": [{"type": 10, "content": "x"}]}, 50035),
        ({"content": "x", "embeds": [{"title": "t" * 257}]}, 50035),
        ({"flags": 1 << 15, "components": [{"type": 13, "file": {"url": "attachment://none.txt"}}]}, 50035),
        ({"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}}, 50035),
        (
            {
                "components": [
                    {"type": 1, "components": [{"type": 2, "style": 1, "label": "x", "custom_id": "c" * 101}]}
                ]
            },
            50035,
        ),
        (
            {"components": [{"type": 1, "components": [{"type": 2, "style": 1, "label": "x", "custom_id": "c"}] * 2}]},
            50035,
        ),
        (
            {"components": [{"type": 1, "components": [{"type": 2, "style": 5, "label": "x", "url": "javascript:1"}]}]},
            50035,
        ),
    ],
)
async def test_sizes_are_kept(place: Place, body: dict[str, Any], code: int) -> None:
    async with aiohttp.ClientSession() as session:
        api = Api(place, session)
        status, told, _ = await api.ask("POST", api.channel + "/messages", body)
        assert (status, told["code"]) == (400, code)
    assert place.side.state()["channels"][0]["messages"] == []


async def test_files_are_bounded(place: Place) -> None:
    async with aiohttp.ClientSession() as session:
        api = Api(place, session)
        form = aiohttp.FormData(quote_fields=False)
        form.add_field("payload_json", '{"content":"x"}')
        form.add_field("files[0]", io.BytesIO(b"x" * (10 * 1024 * 1024 + 1)), filename="big.bin")
        async with session.post(api.base + api.channel + "/messages", data=form, headers=api.headers) as answer:
            assert (answer.status, (await answer.json())["code"]) == (413, 40005)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/channels/1", 404, 10003),
        ("GET", "{channel}/messages/1", 404, 10008),
        ("GET", "/guilds/1", 404, 10004),
        ("GET", "/webhooks/1", 404, 10015),
        ("GET", "/channels/abc", 400, 50035),
        ("GET", "{channel}/messages?limit=101", 400, 50035),
        ("GET", "/nothing/here", 404, 0),
    ],
)
async def test_what_is_not_there(place: Place, method: str, path: str, status: int, code: int) -> None:
    async with aiohttp.ClientSession() as session:
        api = Api(place, session)
        told = await api.ask(method, path.format(channel=api.channel))
        assert (told[0], told[1]["code"]) == (status, code)


async def test_others_messages_are_not_the_bots_to_edit(place: Place) -> None:
    said = await place.side.say(channel="news", user="Grace", text="x")
    async with aiohttp.ClientSession() as session:
        api = Api(place, session)
        status, body, _ = await api.ask("PATCH", f"{api.channel}/messages/{said}", {"content": "y"})
        assert (status, body["code"]) == (403, 50005)
        bare = await session.get(api.base + "/users/@me")
        assert bare.status == 401
