"""A local Discord: REST v10 and a gateway that the unmodified discord.py talks to over loopback sockets."""

from __future__ import annotations

from adapters.sandbox.discord.side import DiscordSide

__all__ = ["DiscordSide"]
