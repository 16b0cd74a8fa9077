from __future__ import annotations

from typing import Any

import pytest

from adapters.sandbox.sandbox import Sandbox
from tests.wire.sandbox_control.controls import Controls, Json

SAY: Json = {"platform": "slack", "channel": "news", "user": "Ken", "text": "hello"}


@pytest.mark.parametrize(
    ("action", "body", "line"),
    [
        ("say", SAY | {"platform": "irc"}, "unknown platform 'irc'; there are discord, slack"),
        ("say", SAY | {"txt": "x"}, "unknown field 'txt'"),
        ("say", {name: SAY[name] for name in ("platform", "channel", "user")}, "the field 'text' is missing"),
        ("say", SAY | {"text": 7}, "'text' must be a text"),
        ("say", SAY | {"broadcast": "yes"}, "'broadcast' must be true or false"),
        ("say", SAY | {"channel": "nowhere"}, "there is no channel 'nowhere' on Slack; there are news"),
        ("say", SAY | {"user": "Nobody"}, "there is nobody called 'Nobody' on Slack"),
        ("say", SAY | {"text": "  "}, "there is nothing to say"),
        ("say", SAY | {"thread": "1.2"}, "there is no message '1.2' in #news"),
        ("say", SAY | {"broadcast": True}, "only a reply in a thread can be sent to the channel too"),
        ("say", SAY | {"files": {}}, "'files' must be a list"),
        ("say", SAY | {"files": [{"name": "a"}]}, "the file 'a' needs either 'content' (base64) or 'text'"),
        ("say", SAY | {"files": [{"name": "a", "content": "%"}]}, "the content of 'a' is not base64"),
        ("say", SAY | {"files": [{"name": "a", "text": "", "mime": "x"}]}, "unknown field 'mime' of a file"),
        ("edit", {"platform": "slack", "channel": "news", "id": "1.2", "text": "x"}, "there is no message '1.2'"),
        ("faults", {"platform": "slack", "kind": "404"}, "unknown kind of fault '404'"),
        ("faults", {"platform": "slack", "kind": "500", "times": 0}, "'times' must be 1 or more"),
        ("faults", {"platform": "slack", "kind": "500", "rate": 2}, "'rate' is a chance"),
        ("faults", {"platform": "slack", "kind": "500", "route": "("}, "'route' is not a regular expression"),
        ("faults", {"platform": "slack", "kind": "500", "route": "event:message"}, "an event can't fail with 500"),
        ("faults", {"platform": "slack", "kind": "reorder", "route": "chat"}, "reorder is for events"),
        ("faults", {"kind": "500"}, "a fault needs 'platform' and 'kind'"),
        ("command", SAY, "unknown field 'text'"),
        ("submit", {"platform": "slack", "user": "Ken", "modal": "V1"}, "Ken has no modal 'V1' open"),
    ],
)
async def test_a_wrong_request_is_answered_with_one_clear_line(
    controls: Controls, action: str, body: Json, line: str
) -> None:
    status, answer = await controls.post(action, **body)
    assert status == 400
    assert list(answer) == ["error"]
    assert answer["error"].startswith(line)
    assert "\n" not in answer["error"]


@pytest.mark.parametrize(("data", "line"), [("{", "the body is not JSON"), ("[]", "the body must be a JSON object")])
async def test_a_body_that_is_no_object_is_refused(controls: Controls, data: str, line: str) -> None:
    async with controls.session.post(f"{controls.url}/control/say", data=data) as response:
        assert response.status == 400
        assert await response.json() == {"error": line}


async def test_unknown_paths_are_named(controls: Controls) -> None:
    status, answer = await controls.post("sing")
    assert status == 404
    assert answer["error"].startswith("no such action: sing; there are say, edit")


async def test_faults_are_ordered_and_lifted(controls: Controls, sandbox: Sandbox) -> None:
    def taken() -> list[Any]:
        return [sandbox.faults.take(platform, "chat.update") for platform in ("discord", "slack")]

    await controls.done("faults", platform="slack", route="chat.*", kind="500_after", times=3)
    nothing, struck = taken()
    assert nothing is None
    assert (struck.kind, struck.times) == ("500_after", 3)
    await controls.done("faults", clear=True)
    assert taken() == [None, None]
