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
PREVIEW: Final = "Preview"
PUBLISH: Final = "Publish"
EDIT: Final = "Edit"
CANCEL: Final = "Cancel"
SOURCE: Final = "Source"
SPOILER: Final = "spoiler"
ORIGINAL: Final = "original message"
LOCKED: Final = "Locked: no new comments for now."
CLOSED: Final = "Closed."
MASKED_ELSEWHERE: Final = "Parts of your comment are masked for everyone who reads it elsewhere. Please be civil."

# Stand-ins in messages for what has no text of its own.
WHOLE_COMMENT: Final = "The whole comment"
WHOLE_COMMENT_FILE: Final = "comment.txt"
FORWARDED: Final = "Forwarded"
STICKER: Final = "Sticker"
POLL: Final = "Poll"
SOMEONE: Final = "Someone"

# What an operator is told of rows that a platform refused for good.
MEND_PARKED: Final = (
    "Mend the reason, then `roundtable parked retry ID`. What was deleted on its platform, a card or a thread, can't "
    "be brought back: `roundtable parked drop ID` gives it up, and the discussion goes on everywhere else."
)

# Forms and answers to commands.
PASTE_TITLE: Final = "Publish an article"
PASTE_LABEL: Final = "The article's text"
PASTE_MORE_LABEL: Final = "More of it"
PASTE_HINT: Final = "Title, TL;DR, text, headings. Too long for here? Use a link, or attach a file."
DRAFT_TITLE: Final = "Edit the card"
TITLE_LABEL: Final = "Title"
COMMENT_TITLE: Final = "Edit your comment"
COMMENT_LABEL: Final = "Comment"
EDIT_COMMENT: Final = "Edit comment"
DELETE_COMMENT: Final = "Delete comment"
FIRST: Final = "First"
PREVIOUS: Final = "Previous"
NEXT: Final = "Next"
LAST: Final = "Last"
CANCELLED: Final = "Cancelled. Nothing was posted."
COMMENT_CHANGED: Final = "Your comment is changed everywhere."
COMMENT_REMOVED: Final = "Your comment is taken back everywhere."
NO_BOARDS: Final = "No channel is on a board yet. Add one with /board join."
EMPTY_BOARD: Final = "no channels"
ADMINS_ONLY: Final = "Only an admin of this server or workspace can do that."
ONE_SOURCE: Final = "Give a link or a file, not both."
NO_TEXT: Final = "There was no text. Paste the article, give a link, or attach a file."
NOT_HERE: Final = "This works in a server's channels only."
UNSEEN_CHANNEL: Final = "That channel can't be seen from here. Give Roundtable access to it, then try again."
OUT_OF_DATE: Final = "This button is out of date. Start again with the command."
FILE_LABEL: Final = "Or a file"
SAVE: Final = "Save"
CLOSE: Final = "Close"
ARTICLE: Final = "Article"
WEB_PAGE: Final = "Open the page"
FILE: Final = "file"
NOWHERE: Final = "No channel is on this board yet: publishing it would post nothing."
PUBLISH_HELP: Final = (
    "Use /publish with a link, or alone to paste a text; add board:NAME for a board other than this channel's."
)
BOARD_HELP: Final = "Use /board join NAME, /board leave NAME or /board list. Without a name, join takes main."
TEXT_OR_FILE: Final = "Give a text or a file, not both."
FILE_UNREAD: Final = "That file could not be read here. Paste its text, or give a link."
FILE_TOO_LARGE: Final = "That file is too large: 5 MB is the most."
EMPTY_COMMENT: Final = "A comment needs a text. Use Delete comment to take it back."
NOT_A_COMMENT: Final = "That is not a comment in a discussion's thread."
WENT_WRONG: Final = "Something went wrong on our side. Please try again in a moment."


def discussion(count: int) -> str:
    """The discussion's heading with its number of comments."""
    return f"Discussion ({count})"


def platform_label(platform: PlatformName) -> str:
    """A platform's name as people write it."""
    return platform.capitalize()


def attribution(author: str, platform: PlatformName) -> str:
    """Who wrote a comment, and where: `Ada · Slack`."""
    return f"{author} · {platform_label(platform)}"


def published(title: str, *, already: bool) -> str:
    """The first line of the answer to a publication; links follow."""
    return f"Already published: {title}" if already else f"Published: {title}"


def place(channel: str, platform: PlatformName) -> str:
    """A channel's label: `#news on Discord`."""
    return f"#{channel.removeprefix('#')} on {platform_label(platform)}"


def more_sections(count: int) -> str:
    """What stands on a card for the sections that it has no room for."""
    return f"… and {count} more {'section' if count == 1 else 'sections'}"


def page_of(page: int, pages: int) -> str:
    """Where in an article a reader is, counted from 1."""
    return f"Page {page} of {pages}"


def destination(board: str, channels: tuple[str, ...]) -> str:
    """Where a draft would be posted."""
    return f"Only you see this. Publish posts it on {board}: {', '.join(channels)}" if channels else NOWHERE
