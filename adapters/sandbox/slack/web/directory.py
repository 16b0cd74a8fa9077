"""Who and what there is: `auth.test`, `apps.connections.open`, `users.*`, `team.info`, `bots.info`, `emoji.list`."""

from __future__ import annotations

from adapters.sandbox.side import Json
from adapters.sandbox.slack.shapes import bot_profile, team_shape, user_shape
from adapters.sandbox.slack.values import APP_ID, BOT_ID, BOT_USER, TEAM_DOMAIN, TEAM_ID, TEAM_NAME
from adapters.sandbox.slack.web.call import ApiError, Call
from adapters.sandbox.slack.web.conversations import paged


async def auth_test(call: Call) -> Json:
    """`auth.test`: whom the token speaks for."""
    team: Json = {"url": f"https://{TEAM_DOMAIN}.slack.com/", "team": TEAM_NAME, "team_id": TEAM_ID}
    if call.token.kind == "app":
        return team | {"app_name": TEAM_NAME, "app_id": APP_ID, "is_enterprise_install": False}
    user = call.world.users[call.token.user]
    answer = team | {"user": user.name, "user_id": user.id, "is_enterprise_install": False}
    return answer | ({"bot_id": BOT_ID} if call.token.kind == "bot" else {})


async def connections_open(call: Call) -> Json:
    """`apps.connections.open`: a URL that takes one web socket, once."""
    if not call.connections.enabled:
        raise ApiError("access_denied")
    return {"url": call.connections.new_url(call.world.base)}


async def user_info(call: Call) -> Json:
    """`users.info`."""
    user = call.world.users.get(call.need("user", "user_not_found"))
    if user is None:
        raise ApiError("user_not_found")
    return {"user": user_shape(user, call.world.base)}


async def user_list(call: Call) -> Json:
    """`users.list`."""
    users = list(call.world.users.values())
    page, cursor, _ = paged(call, users, default=len(users), most=1000)
    return {
        "members": [user_shape(user, call.world.base) for user in page],
        "cache_ts": int(call.world.timers.now()),
        "response_metadata": {"next_cursor": cursor},
    }


async def team_info(call: Call) -> Json:
    """`team.info`."""
    if call.text("team", TEAM_ID) != TEAM_ID:
        raise ApiError("team_not_found")
    return {"team": team_shape(call.world.base)}


async def bot_info(call: Call) -> Json:
    """`bots.info`."""
    if call.text("bot", BOT_ID) != BOT_ID:
        raise ApiError("bot_not_found")
    profile = bot_profile(call.world.base)
    kept = {name: profile[name] for name in ("id", "app_id", "name", "icons", "deleted", "updated")}
    return {"bot": kept | {"user_id": BOT_USER}}


async def emoji_list(call: Call) -> Json:
    """`emoji.list`: the workspace's own emoji."""
    return {"emoji": {"roundtable": f"{call.world.base}/avatars/{TEAM_ID}-72.png"}, "cache_ts": call.world.stamp()}


async def usergroup_list(_: Call) -> Json:
    """`usergroups.list`: this workspace has none."""
    return {"usergroups": []}
