"""A local Slack: Web API, Socket Mode and signed HTTP, strict where the real one is."""

from __future__ import annotations

from adapters.sandbox.slack.server import Exchange
from adapters.sandbox.slack.side import SlackSide

__all__ = ["Exchange", "SlackSide"]
