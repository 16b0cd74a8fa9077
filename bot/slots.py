"""How the inbox is dealt out among replicas: a thread's events are all in one slot, a slot has one dealer."""

from __future__ import annotations

import zlib
from collections.abc import Collection
from hashlib import blake2b
from typing import Final

from bot.model import ThreadRef

SLOTS: Final = 64
"""More than there will be replicas, so that each has about as many."""


def slot_of(thread: ThreadRef) -> int:
    """The slot that a thread's events are in."""
    channel = thread.channel
    return zlib.crc32(f"{channel.platform}:{channel.channel}:{thread.thread}".encode()) % SLOTS


def dealer_of(slot: int, replicas: Collection[str]) -> str:
    """Which of these replicas deals with a slot: the same answer everywhere, and few change when one comes or goes."""
    return max(replicas, key=lambda name: blake2b(f"{slot}/{name}".encode(), digest_size=8).digest())
