"""Slack's dialects and the neutral tree: blocks and mrkdwn in, blocks and fallback text out."""

from __future__ import annotations

from adapters.slack.markup.blocks import parse_blocks
from adapters.slack.markup.mrkdwn import parse_mrkdwn
from adapters.slack.markup.names import NO_NAMES, Mentioned, Names, mentioned
from adapters.slack.markup.writing import fallback, render

__all__ = ["NO_NAMES", "Mentioned", "Names", "fallback", "mentioned", "parse_blocks", "parse_mrkdwn", "render"]
