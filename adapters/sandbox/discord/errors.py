"""Discord's own errors, with its codes.

Codes: https://docs.discord.com/developers/topics/opcodes-and-status-codes#json
Shape of the `errors` tree: https://docs.discord.com/developers/reference#error-messages
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from adapters.sandbox.side import Json


class ApiError(Exception):
    """A request is refused. `body` is what the platform answers with `status`; `headers` go beside it."""

    def __init__(self, status: int, code: int, message: str, **more: Any) -> None:  # noqa: ANN401 - JSON
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.body: Json = {"message": message, "code": code, **more}
        self.headers: dict[str, str] = {}


class Problems:
    """What is wrong with a request's body, gathered field by field into one 50035."""

    def __init__(self) -> None:
        self._tree: Json = {}

    def add(self, path: Iterable[str | int], code: str, message: str) -> None:
        """Note that the field at `path` is wrong."""
        node = self._tree
        for step in path:
            node = node.setdefault(str(step), {})
        node.setdefault("_errors", []).append({"code": code, "message": message})

    def too_long(self, path: Iterable[str | int], most: int) -> None:
        """Note that a text is longer than `most` characters."""
        self.add(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")

    def length(self, path: Iterable[str | int], least: int, most: int) -> None:
        """Note that a text or list is out of its bounds."""
        self.add(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")

    def required(self, path: Iterable[str | int]) -> None:
        """Note that a field is missing."""
        self.add(path, "BASE_TYPE_REQUIRED", "This field is required")

    def choice(self, path: Iterable[str | int], value: object, choices: Iterable[object]) -> None:
        """Note that a value is none of those allowed."""
        allowed = ", ".join(str(choice) for choice in choices)
        self.add(path, "BASE_TYPE_CHOICES", f"Value {value!r} must be one of {{{allowed}}}.")

    def settle(self) -> None:
        """Raise the 50035 if anything was noted."""
        if self._tree:
            raise invalid_form(self._tree)


def invalid_form(tree: Json) -> ApiError:
    """A body that breaks the rules, with what is wrong where."""
    return ApiError(400, 50035, "Invalid Form Body", errors=tree)


def unauthorized() -> ApiError:
    """A wrong token, or none."""
    return ApiError(401, 0, "401: Unauthorized")


def not_found() -> ApiError:
    """A path that nothing serves."""
    return ApiError(404, 0, "404: Not Found")


def unknown(what: str) -> ApiError:
    """Something with this id does not exist, or no longer."""
    codes = {
        "Application": 10002,
        "Channel": 10003,
        "Guild": 10004,
        "Member": 10007,
        "Message": 10008,
        "Role": 10011,
        "User": 10013,
        "Emoji": 10014,
        "Webhook": 10015,
        "interaction": 10062,
        "application command": 10063,
        "Thread Member": 10007,
    }
    return ApiError(404, codes[what], f"Unknown {what}")


def missing_access() -> ApiError:
    """The place can't be seen."""
    return ApiError(403, 50001, "Missing Access")


def missing_permissions() -> ApiError:
    """The place is seen, but this is not allowed there."""
    return ApiError(403, 50013, "Missing Permissions")


def not_the_author() -> ApiError:
    """Only authors edit messages."""
    return ApiError(403, 50005, "Cannot edit a message authored by another user")


def empty_message() -> ApiError:
    """A message must hold something."""
    return ApiError(400, 50006, "Cannot send an empty message")


def wrong_channel_type() -> ApiError:
    """This can't be done in a channel of that type."""
    return ApiError(400, 50024, "Cannot execute action on this channel type")


def thread_archived() -> ApiError:
    """The thread is archived, and this does not unarchive it."""
    return ApiError(400, 50083, "Thread is archived")


def thread_locked() -> ApiError:
    """Only those who manage threads write in a locked one."""
    return ApiError(400, 160005, "This thread is locked")


def thread_exists() -> ApiError:
    """A message carries one thread at most."""
    return ApiError(400, 160004, "A thread has already been created for this message")


def invalid_webhook_token() -> ApiError:
    """A webhook's or interaction's token is wrong or has run out."""
    return ApiError(401, 50027, "Invalid Webhook Token")


def already_acknowledged() -> ApiError:
    """An interaction takes one first answer."""
    return ApiError(400, 40060, "Interaction has already been acknowledged.")
