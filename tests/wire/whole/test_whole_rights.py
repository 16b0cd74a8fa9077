from __future__ import annotations

from adapters.discord.invite import permission_bits
from adapters.sandbox.discord.permissions import ALL
from tests.wire.whole.town import SIDES, Town, comments, people


async def test_what_the_invitation_and_the_manifest_ask_for_is_enough(quiet_town: Town) -> None:
    """The sandbox's Slack grants what the manifest asks for; here Discord gives what the invitation asks for."""
    (channel,) = quiet_town.sandbox.discord.channels()
    quiet_town.sandbox.discord.deny(channel, int(ALL) & ~permission_bits())
    await quiet_town.start_bot()
    await quiet_town.publish()
    state = await quiet_town.state()
    file = {"name": "a.txt", "text": "some words", "type": "text/plain"}
    for side in SIDES:
        name = people(state, side)[1]
        await quiet_town.say(side, name, f"Plain on {side}")
        await quiet_town.say(side, name, f"With a file on {side}", files=[file])
        edited = await quiet_town.say(side, name, f"Before on {side}")
        gone = await quiet_town.say(side, name, f"Gone from {side}")
        await quiet_town.control("edit", platform=side, channel="news", id=edited, text=f"After on {side}")
        await quiet_town.control("delete", platform=side, channel="news", id=gone)
        await quiet_town.say(side, name, f"Well, shit on {side}")

    def all_there(shown: list[str]) -> bool:
        wanted = [f"{said} on {side}" for side in SIDES for said in ("Plain", "With a file", "After", "Well, ****")]
        return len(shown) == len(wanted) and all(any(want in text for text in shown) for want in wanted)

    await quiet_town.until("both show all", lambda state: all(all_there(comments(state, side)) for side in SIDES))
