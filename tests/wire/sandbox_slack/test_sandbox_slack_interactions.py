from __future__ import annotations

from typing import Any

import pytest
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.sandbox.side import Refusal, SaidFile
from adapters.sandbox.slack import SlackSide
from tests.wire.sandbox_slack.listening import Bot

Json = dict[str, Any]
BUTTONS: Json = {
    "type": "actions",
    "block_id": "buttons",
    "elements": [
        {"type": "button", "action_id": "read", "text": {"type": "plain_text", "text": "Read"}, "value": "7"},
        {
            "type": "static_select",
            "action_id": "page",
            "placeholder": {"type": "plain_text", "text": "Page"},
            "options": [
                {"text": {"type": "plain_text", "text": f"Page {number}"}, "value": str(number)} for number in (1, 2)
            ],
        },
    ],
}


def text_input(action: str, label: str, *, optional: bool = False, **more: object) -> Json:
    element = {"type": "plain_text_input", "action_id": action, **more}
    return {
        "type": "input",
        "block_id": f"block-{action}",
        "optional": optional,
        "label": {"type": "plain_text", "text": label},
        "element": element,
    }


def modal(*blocks: Json, title: str = "Publish", **more: object) -> Json:
    return {
        "type": "modal",
        "callback_id": "publish",
        "title": {"type": "plain_text", "text": title},
        "submit": {"type": "plain_text", "text": "Send"},
        "blocks": list(blocks),
        **more,
    }


async def test_a_command_opens_a_modal_that_answers_privately(side: SlackSide, bot: Bot) -> None:
    heard: list[Json] = []

    @bot.command("/publish")
    async def publish(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        heard.append(body)
        await ack()
        fields = (text_input("title", "Title", initial_value="Old"), text_input("tldr", "TL;DR"))
        await client.views_open(trigger_id=body["trigger_id"], view=modal(*fields, private_metadata="m"))

    @bot.view("publish")
    async def submitted(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        heard.append(body)
        await ack()
        typed = body["view"]["state"]["values"]["block-title"]["title"]["value"]
        await client.chat_postEphemeral(channel=side.channels()[0], user=body["user"]["id"], text=f"Published {typed}")

    (form,) = await side.command(
        channel="news", user="Mary", command="/publish", options={"url": "https://example.org/", "board": "main"}
    )
    assert (heard[0]["command"], heard[0]["text"]) == ("/publish", "https://example.org/ main")
    assert form["title"] == "Publish"
    assert [(one["id"], one["label"], one["value"]) for one in form["fields"]] == [
        ("title", "Title", "Old"),
        ("tldr", "TL;DR", ""),
    ]
    with pytest.raises(Refusal, match=r"TL;DR.* must be filled in"):
        await side.submit(user="Mary", modal=form["modal"], values={})
    (said,) = await side.submit(user="Mary", modal=form["modal"], values={"Title": "New", "tldr": "short"})
    assert said["text"] == "Published New"
    assert heard[1]["view"]["private_metadata"] == "m"
    (private,) = side.state()["private"]
    assert (private["user"], private["text"]) == (side.state()["people"][0]["id"], "Published New")
    with pytest.raises(Refusal, match="no modal"):
        await side.submit(user="Mary", modal=form["modal"], values={})


async def test_a_submission_with_errors_keeps_the_modal(side: SlackSide, bot: Bot) -> None:
    given: list[Json] = [
        {"response_action": "errors", "errors": {"block-title": "Too short."}},
        {"response_action": "update", "view": modal(text_input("other", "Other", optional=True), title="Next")},
        {"response_action": "push", "view": modal(title="On top")},
        {"response_action": "clear"},
    ]
    answers = iter(given)

    @bot.command("/publish")
    async def publish(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal(text_input("title", "Title")))

    @bot.view("publish")
    async def submitted(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        answer = next(answers)
        await ack(**answer)
        if answer["response_action"] == "clear":
            await client.chat_postEphemeral(channel=side.channels()[0], user=body["user"]["id"], text="Done")

    (form,) = await side.command(channel="news", user="Mary", command="/publish", options={})
    (refused,) = await side.submit(user="Mary", modal=form["modal"], values={"title": "x"})
    assert refused["errors"] == {"title": "Too short."}
    assert refused["fields"][0]["value"] == "x"
    (updated,) = await side.submit(user="Mary", modal=form["modal"], values={"title": "longer"})
    assert (updated["modal"], updated["title"]) == (form["modal"], "Next")
    (pushed,) = await side.submit(user="Mary", modal=form["modal"], values={})
    assert pushed["title"] == "On top"
    (said,) = await side.submit(user="Mary", modal=pushed["modal"], values={})
    assert said["text"] == "Done"
    assert side.world.views == {}


async def test_a_file_comes_through_a_modals_file_field(side: SlackSide, bot: Bot, client: AsyncWebClient) -> None:
    taken: list[Json] = []
    file_input: Json = {
        "type": "input",
        "block_id": "upload",
        "label": {"type": "plain_text", "text": "File"},
        "element": {"type": "file_input", "action_id": "file", "filetypes": ["txt", "md"], "max_files": 1},
    }

    @bot.command("/publish")
    async def publish(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal(file_input))

    @bot.view("publish")
    async def submitted(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        taken.extend(body["view"]["state"]["values"]["upload"]["file"]["files"])
        await ack()
        await client.chat_postEphemeral(channel=side.channels()[0], user=body["user"]["id"], text="Thanks")

    with pytest.raises(Refusal, match="take no files"):
        await side.command(channel="news", user="Mary", command="/publish", options={"file": (SaidFile("a.txt", b""),)})
    (form,) = await side.command(channel="news", user="Mary", command="/publish", options={})
    with pytest.raises(Refusal, match=r"'a\.pdf' is none"):
        await side.submit(user="Mary", modal=form["modal"], values={"file": (SaidFile("a.pdf", b"x"),)})
    await side.submit(user="Mary", modal=form["modal"], values={"file": (SaidFile("a.txt", b"Hello", "text/plain"),)})
    assert (taken[0]["name"], taken[0]["mimetype"], taken[0]["size"]) == ("a.txt", "text/plain", 5)
    info = await client.files_info(file=taken[0]["id"])
    assert info["file"]["url_private"] == taken[0]["url_private"]


async def test_an_answer_in_the_ack_and_one_by_response_url(side: SlackSide, bot: Bot) -> None:
    @bot.command("/board")
    async def board(ack: AsyncAck, respond: AsyncRespond) -> None:
        await ack("At once")
        await respond("A little later")

    replies = await side.command(channel="news", user="Mary", command="/board join", options={"name": "main"})
    assert {one["text"] for one in replies} == {"At once", "A little later"}


async def test_a_button_of_a_message_carries_the_message(side: SlackSide, bot: Bot, news: str) -> None:
    pressed: list[Json] = []

    @bot.action("read")
    async def read(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        pressed.append(body)
        await ack()
        view = {**modal(title="Article"), "submit": None}
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    ts = (await bot.client.chat_postMessage(channel=news, text="card", blocks=[BUTTONS]))["ts"]
    (reader,) = await side.click(channel="news", message=ts, user="Ken", action="Read")
    assert reader["title"] == "Article"
    (body,) = pressed
    assert (body["container"]["message_ts"], body["message"]["ts"], body["actions"][0]["value"]) == (ts, ts, "7")
    with pytest.raises(Refusal, match="there is Read, Page"):
        await side.click(channel="news", message=ts, user="Ken", action="Nothing")


async def test_a_private_message_is_replaced_and_removed(side: SlackSide, bot: Bot, news: str) -> None:
    bodies: list[Json] = []

    @bot.action("read")
    async def replace(ack: AsyncAck, body: Json, respond: AsyncRespond) -> None:
        bodies.append(body)
        await ack()
        await respond("Replaced", replace_original=True, blocks=[BUTTONS])

    @bot.action("page")
    async def remove(ack: AsyncAck, body: Json, respond: AsyncRespond) -> None:
        bodies.append(body)
        await ack()
        await respond(delete_original=True)

    ken = side.state()["people"][1]["id"]
    sent = await bot.client.chat_postEphemeral(channel=news, user=ken, text="Preview", blocks=[BUTTONS])
    ts = sent["message_ts"]
    with pytest.raises(Refusal, match="does not see"):
        await side.click(channel="news", message=ts, user="Mary", action="read")
    (replaced,) = await side.click(channel="news", message=ts, user="Ken", action="read")
    assert (replaced["id"], replaced["raw"]["text"]) == (ts, "Replaced")
    assert bodies[0]["container"]["is_ephemeral"] is True
    assert "message" not in bodies[0]
    assert await side.click(channel="news", message=ts, user="Ken", action="page", values={"page": "Page 2"}) == []
    assert bodies[1]["actions"][0]["selected_option"]["value"] == "2"
    assert side.state()["private"] == []


async def test_a_shortcut_is_used_on_a_message(side: SlackSide, bot: Bot) -> None:
    used: list[Json] = []

    @bot.shortcut("roundtable_edit_comment")
    async def edit(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        used.append(body)
        await ack()
        await client.chat_postEphemeral(channel=body["channel"]["id"], user=body["user"]["id"], text="Not yours.")

    ts = await side.say(channel="news", user="Ken", text="hello")
    for name in ("Edit comment", "roundtable_edit_comment"):
        (said,) = await side.command(channel="news", user="Ken", command=name, options={"message": ts})
        assert said["text"] == "Not yours."
    assert used[0]["type"] == "message_action"
    assert (used[0]["message_ts"], used[0]["message"]["text"]) == (ts, "hello")


async def test_a_modal_that_closes_is_told_where_it_asks_for_that(side: SlackSide, bot: Bot) -> None:
    closed: list[str] = []

    @bot.command("/publish")
    async def publish(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal(notify_on_close=True))

    @bot.view_closed("publish")
    async def on_close(ack: AsyncAck, body: Json) -> None:
        closed.append(body["view"]["id"])
        await ack()

    (form,) = await side.command(channel="news", user="Mary", command="/publish", options={})
    await side.close_modal(user="Mary", modal=form["modal"])
    assert closed == [form["modal"]]


async def test_a_trigger_is_good_once_and_for_three_seconds(side: SlackSide, bot: Bot) -> None:
    bodies: list[Json] = []

    @bot.command("/publish")
    async def publish(ack: AsyncAck, body: Json) -> None:
        bodies.append(body)
        await ack("noted")

    await side.command(channel="news", user="Mary", command="/publish", options={})
    await side.command(channel="news", user="Mary", command="/publish", options={})
    await bot.client.views_open(trigger_id=bodies[0]["trigger_id"], view=modal())
    with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
        await bot.client.views_open(trigger_id=bodies[0]["trigger_id"], view=modal())
    side.advance(3)
    with pytest.raises(SlackApiError, match="expired_trigger_id"):
        await bot.client.views_open(trigger_id=bodies[1]["trigger_id"], view=modal())


async def test_a_stale_hash_is_a_conflict(side: SlackSide, client: AsyncWebClient) -> None:
    trigger = side.world.new_trigger(side.state()["people"][0]["id"], None).id
    view = (await client.views_open(trigger_id=trigger, view=modal()))["view"]
    await client.views_update(view_id=view["id"], hash=view["hash"], view=modal(title="Second"))
    with pytest.raises(SlackApiError, match="hash_conflict"):
        await client.views_update(view_id=view["id"], hash=view["hash"], view=modal(title="Third"))


async def test_a_person_is_told_when_the_app_does_not_answer(side: SlackSide, bot: Bot) -> None:
    @bot.command("/publish")
    async def publish() -> None:
        side.advance(3)

    (late,) = await side.command(channel="news", user="Mary", command="/publish", options={})
    assert (late["author"], late["text"]) == ("Slackbot", '/publish failed with the error "operation_timeout"')


async def test_a_person_is_told_when_there_is_no_app(side: SlackSide) -> None:
    (failed,) = await side.command(channel="news", user="Mary", command="/publish", options={})
    assert failed["text"] == '/publish failed with the error "dispatch_failed"'


async def test_slash_commands_do_not_work_in_threads(side: SlackSide) -> None:
    root = await side.say(channel="news", user="Ken", text="root")
    with pytest.raises(Refusal, match="not supported in threads"):
        await side.command(channel="news", user="Mary", command="/publish", options={"thread": root})
