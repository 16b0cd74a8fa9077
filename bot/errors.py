"""Every error that Roundtable raises on purpose, in one tree.

RoundtableError
├── UserError                   a person asked for something that can't be done; str(error) is one line for that person
│   ├── SourceError             an article's source can't be fetched or read
│   ├── NotAllowed              this person may not do that
│   └── NotFound                what was named does not exist (any more)
├── SettingsError               the operator must mend settings; str(error) is one line that says which and how
├── StorageError                the database refused or can't be reached; nothing was written
│   └── LeaseLost               another replica carries this out by now
└── PlatformError               a platform did not do what it was asked; str(error) is for the operator
    ├── Refused                 never will: no permission, gone, blocked. The row is parked with the reason
    │   ├── MessageGone         the message that was to be changed is gone
    │   └── PlaceGone           the channel or thread is gone, or the bot is no longer in it
    ├── Busy                    not now: rate-limited; wait `retry_after` seconds. Nothing was done
    ├── Unavailable             not now: the request surely had no effect (no connection, or refused before the work)
    └── Uncertain               nobody knows: it may have been done. Look before sending again

A `UserError` is safe to show as it is: it holds no secret, no path and no stack. The others go to the log. What a
platform said to a call is a sentence for people with the call and its codes in brackets: see `explained`.
"""

from __future__ import annotations


class RoundtableError(Exception):
    """The root of the tree; never raised itself."""


class UserError(RoundtableError):
    """What a person asked for can't be done; the text is one line that tells them why and what to do."""


class SourceError(UserError):
    """The article's source can't be fetched or read."""


class NotAllowed(UserError):
    """This person may not do that."""


class NotFound(UserError):
    """What was named does not exist, or no longer."""


class SettingsError(RoundtableError):
    """A setting is missing or wrong; the text names it and says how to mend it."""


class StorageError(RoundtableError):
    """The database refused or can't be reached; the transaction left nothing behind."""


class LeaseLost(StorageError):
    """The lease under which this was to be done is another replica's by now; nothing was written."""


class PlatformError(RoundtableError):
    """A platform did not do what it was asked to do; the text is `explained`, with the call and the platform's code."""


class Refused(PlatformError):
    """The platform refuses this for good; trying again as it is would be refused again."""


class MessageGone(Refused):
    """The message that was to be changed or answered no longer exists."""


class PlaceGone(Refused):
    """The channel or thread no longer exists, or the bot is no longer in it."""


class Busy(PlatformError):
    """Rate-limited: nothing was done, and nothing may be asked again in `scope` for `retry_after` seconds."""

    def __init__(self, message: str, *, retry_after: float, everywhere: bool = False) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.everywhere = everywhere
        """True where the whole platform, not this place alone, has to wait."""


class Unavailable(PlatformError):
    """The platform can't be reached, and the request surely had no effect; it may be sent again."""


class Uncertain(PlatformError):
    """The outcome is unknown: the request may have been carried out. Look for its effect before asking again."""


def explained(sentence: str, detail: str) -> str:
    """A line for logs and lists: what happened and what to do, then the call and the platform's code in brackets."""
    return f"{sentence} [{detail}]"


def sentence_of(line: str) -> str:
    """What people are told of such a line: its sentence. A line without a detail is a sentence already."""
    return line.partition(" [")[0] if line.endswith("]") else line


def detail_of(line: str) -> str:
    """What else such a line holds; the line itself where it has no detail."""
    return line.partition(" [")[2].removesuffix("]") if sentence_of(line) != line else line
