from __future__ import annotations

import json

import pytest

from adapters.sandbox.slack.tokens import APP_SCOPES as SANDBOX_APP
from adapters.sandbox.slack.tokens import BOT_SCOPES as SANDBOX_BOT
from adapters.sandbox.slack.tokens import SHORTCUTS as SANDBOX_SHORTCUTS
from adapters.sandbox.slack.tokens import SUBSCRIPTIONS, USER_SCOPES
from adapters.sandbox.slack.web.methods import METHODS
from adapters.slack.grants import APP_SCOPES, BOT_EVENTS, BOT_SCOPES, missing
from adapters.slack.http import PATH
from adapters.slack.manifest import manifest

SCOPES = {grant.name for grant in BOT_SCOPES}
EVENT_SCOPES = {
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "member_joined_channel": "channels:read",
}
"""Slack refuses a manifest with an event whose scope is not asked for."""
CALLED = {
    "chat.delete",
    "chat.postEphemeral",
    "chat.postMessage",
    "chat.update",
    "conversations.history",
    "conversations.info",
    "conversations.join",
    "conversations.replies",
    "files.completeUploadExternal",
    "files.getUploadURLExternal",
    "files.info",
    "reactions.get",
    "usergroups.list",
    "users.info",
}


def test_the_manifest_asks_for_what_slack_has() -> None:
    scopes = manifest()["oauth_config"]["scopes"]
    assert set(scopes["bot"]) <= set(SANDBOX_BOT)
    assert set(scopes["user"]) <= set(USER_SCOPES)
    assert {grant.name for grant in APP_SCOPES} == set(SANDBOX_APP)
    assert set(manifest()["settings"]["event_subscriptions"]["bot_events"]) <= set(SUBSCRIPTIONS)
    shortcuts = manifest()["features"]["shortcuts"]
    assert {shortcut["name"]: shortcut["callback_id"] for shortcut in shortcuts} == SANDBOX_SHORTCUTS


@pytest.mark.parametrize("method", sorted(CALLED))
def test_every_method_that_is_called_has_its_scope(method: str) -> None:
    assert SCOPES & set(METHODS[method].scopes)


def test_every_scope_serves_a_method_or_an_event_that_is_used() -> None:
    used = {scope for method in CALLED for scope in METHODS[method].scopes} | set(EVENT_SCOPES.values())
    # The name and picture of a copy, its metadata, and slash commands belong to no method of their own.
    assert SCOPES - used == {"chat:write.customize", "metadata.message:read", "commands"}


def test_every_event_has_its_scope() -> None:
    events = [grant.name for grant in BOT_EVENTS]
    assert {EVENT_SCOPES[event] for event in events} <= SCOPES


def test_the_manifest_keeps_to_slacks_sizes() -> None:
    made = manifest()
    assert len(made["display_information"]["name"]) <= 35
    assert len(made["display_information"]["description"]) <= 140
    assert all(len(shortcut["name"]) <= 24 for shortcut in made["features"]["shortcuts"])
    assert all(command["command"].startswith("/") for command in made["features"]["slash_commands"])
    assert json.loads(json.dumps(made)) == made


def test_over_the_socket_nothing_has_an_address_and_over_http_all_has() -> None:
    url = f"https://chat.example{PATH}"
    assert "url" not in json.dumps(manifest())
    assert manifest()["settings"]["socket_mode_enabled"]
    over_http = manifest(url)
    assert not over_http["settings"]["socket_mode_enabled"]
    assert json.dumps(over_http).count(url) == 4


def test_one_of_the_histories_is_enough_to_start_with() -> None:
    def essential(*lacking: str) -> set[str]:
        return {grant.name for grant in missing(frozenset(SCOPES - set(lacking))) if grant.essential}

    assert essential("channels:history") == set()
    assert essential("groups:history") == set()
    assert essential("channels:history", "groups:history") == {"channels:history"}
    assert essential("chat:write", "reactions:read") == {"chat:write"}
