"""What Discord is asked for, with the reason for each: the one list behind the invitation, the start and the doctor.

Permissions and intents go by the names of discord.py's flags, which are Discord's own in lower case.
"""

from __future__ import annotations

from typing import Final

from bot.checks import Grant

OAUTH_SCOPES: Final = (
    Grant("bot", "puts the bot into the server"),
    Grant("applications.commands", "brings /publish, /board and the message commands along"),
)

PERMISSIONS: Final = (
    Grant("view_channel", "see the channels where articles are discussed"),
    Grant("send_messages", "post the cards"),
    Grant("create_public_threads", "open the thread under each card"),
    Grant("send_messages_in_threads", "write the civility line, and wake threads that went to sleep"),
    Grant("manage_webhooks", "show comments from elsewhere with their author's name and picture"),
    Grant("read_message_history", "catch up on what was written while the bot was away"),
    Grant("attach_files", "carry pictures and files over"),
    Grant("manage_messages", "take a message back that needs masking, and post it again masked", essential=False),
)

INTENTS: Final = (
    Grant("guilds", "know the server's channels, threads and roles"),
    Grant("guild_messages", "hear of replies, edits and deletions in threads"),
    Grant("message_content", "read what the replies say (privileged: switch it on in the portal)"),
    Grant("guild_reactions", "show reactions on the other platforms"),
)


def label(name: str) -> str:
    """A permission or intent as Discord's own pages write it: `Send Messages in Threads`."""
    return name.replace("_", " ").title().replace(" In ", " in ")
