"""What Slack is asked for, with the reason for each: the one list behind the manifest, the start and the doctor."""

from __future__ import annotations

from typing import Final

from bot.checks import Grant

BOT_SCOPES: Final = (
    Grant("chat:write", "post cards and comments, change and delete them"),
    Grant("chat:write.customize", "show comments from elsewhere with their author's name and picture"),
    Grant("metadata.message:read", "recognise its own messages after a lost connection, so that none is sent twice"),
    Grant("users:read", "know the names of those who write, and who is an admin"),
    Grant("channels:history", "hear and read replies in public channels"),
    Grant("groups:history", "the same in private channels that it was invited to", essential=False),
    Grant("channels:read", "know public channels by name", essential=False),
    Grant("groups:read", "the same for private channels that it was invited to", essential=False),
    Grant("channels:join", "join the public channels that it is to post in, without an invitation", essential=False),
    Grant("commands", "/publish, /board, Edit comment and Delete comment", essential=False),
    Grant("files:read", "carry files over to the other platforms, and read articles given as files", essential=False),
    Grant("files:write", "carry files over from the other platforms", essential=False),
    Grant("reactions:read", "show reactions on the other platforms", essential=False),
    Grant("usergroups:read", "write a mentioned group's name", essential=False),
)
USER_SCOPES: Final = (
    Grant("chat:write", "delete a message that needs masking; for SLACK_USER_TOKEN alone, and only an admin's"),
)
APP_SCOPES: Final = (Grant("connections:write", "open the socket over which events come (Socket Mode)"),)

BOT_EVENTS: Final = (
    Grant("message.channels", "replies, edits and deletions in public channels"),
    Grant("message.groups", "the same in private channels", essential=False),
    Grant("reaction_added", "reactions that are put", essential=False),
    Grant("reaction_removed", "reactions that are taken back", essential=False),
    Grant("member_joined_channel", "catch up where it is let into a channel again", essential=False),
)

READS_MESSAGES: Final = frozenset({"channels:history", "groups:history"})
"""Either of these is enough to start with: a community may have private channels alone."""


def missing(scopes: frozenset[str]) -> tuple[Grant, ...]:
    """The bot scopes that a token lacks; a history scope is essential only where both are missing."""
    reads = bool(scopes & READS_MESSAGES)
    return tuple(
        Grant(grant.name, grant.why, essential=False) if reads and grant.name in READS_MESSAGES else grant
        for grant in BOT_SCOPES
        if grant.name not in scopes
    )
