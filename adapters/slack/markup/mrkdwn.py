"""Slack's mrkdwn to the neutral tree."""

from __future__ import annotations

from adapters.slack.markup.names import NO_NAMES, Names
from bot.markup.tree import Document, plain_document


def parse_mrkdwn(text: str, *, names: Names = NO_NAMES) -> Document:
    """What the text says; never raises, and takes time in proportion to its length."""
    del names
    return plain_document(text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
