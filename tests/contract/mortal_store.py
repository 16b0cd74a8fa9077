"""The store of a process that may die at any moment."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from storage.store import SqlStore


class Crashed(BaseException):
    """The process is gone: nothing may catch this."""


class MortalStore:
    """The store, as a process sees it that may die before and after each call."""

    def __init__(self, store: SqlStore, step: Callable[[], None]) -> None:
        self._store = store
        self._step = step

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the store has
        method = getattr(self._store, name)
        if not inspect.iscoroutinefunction(method):
            return method

        @functools.wraps(method)
        async def call(*given: Any, **named: Any) -> Any:  # noqa: ANN401 - the same
            self._step()
            answer = await method(*given, **named)
            self._step()
            return answer

        return call
