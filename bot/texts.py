"""Every word that Roundtable itself says in a community, in one place, ready for translation.

Platforms add their own markup, never their own words.
"""

from __future__ import annotations

from typing import Final

from bot.model import PlatformName

CIVILITY: Final = "Profanity is auto-masked. Be civil."
FIRST_COMMENT: Final = "Be the first to comment."
TLDR: Final = "TL;DR"
READ: Final = "Read"
DISCUSS_HERE: Final = "Discuss here: replies appear in every linked channel."
PUBLISH: Final = "Publish"
EDIT: Final = "Edit"
CANCEL: Final = "Cancel"
SOURCE: Final = "Source"
SPOILER: Final = "spoiler"
ORIGINAL: Final = "original message"
LOCKED: Final = "Locked: no new comments for now."
CLOSED: Final = "Closed."


def discussion(count: int) -> str:
    """The discussion's heading with its number of comments."""
    return f"Discussion ({count})"


def platform_label(platform: PlatformName) -> str:
    """A platform's name as people write it."""
    return platform.capitalize()


def attribution(author: str, platform: PlatformName) -> str:
    """Who wrote a comment, and where: `Ada · Slack`."""
    return f"{author} · {platform_label(platform)}"
