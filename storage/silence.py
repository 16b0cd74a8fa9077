"""Has the kernel give up connections whose other end has gone without a word; asyncpg asks for nothing of the kind.

A host that dies or a network that parts closes nothing: whoever waits for an answer would wait for many minutes.
"""

from __future__ import annotations

import asyncio
import socket
from typing import Final

SECONDS: Final = 20
"""How long the other end may be silent, to data as to probes."""
_OPTIONS: Final = {
    "TCP_KEEPIDLE": SECONDS // 2,
    "TCP_KEEPINTVL": SECONDS // 4,
    "TCP_KEEPCNT": 2,
    "TCP_USER_TIMEOUT": SECONDS * 1000,
}
"""What sockets are told, where the system knows it (tcp(7)); times in seconds, the last in milliseconds."""


def give_up_on_silence(transport: asyncio.BaseTransport) -> None:
    """Set up a connection's socket; one that is not TCP stays as it is."""
    found: socket.socket | None = transport.get_extra_info("socket")
    if found is None or found.family not in {socket.AF_INET, socket.AF_INET6}:
        return
    found.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _OPTIONS.items():
        option: int | None = getattr(socket, name, None)
        if option is not None:
            found.setsockopt(socket.IPPROTO_TCP, option, value)
