from __future__ import annotations

import pytest

from adapters.slack.asking import Asker, BoardAsked, PublishAsked, asker_of, board_asked, publish_asked
from bot import texts
from bot.errors import UserError


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("", PublishAsked()),
        ("   ", PublishAsked()),
        ("https://example.org/a", PublishAsked("https://example.org/a")),
        ("HTTPS://example.org/a", PublishAsked("HTTPS://example.org/a")),
        ("<https://example.org/a>", PublishAsked("https://example.org/a")),
        ("<https://example.org/a|example.org/a>", PublishAsked("https://example.org/a")),
        ("https://example.org/a board:science", PublishAsked("https://example.org/a", "science")),
        ("A title\n\nSalt &amp; pepper.", PublishAsked(text="A title\n\nSalt & pepper.")),
        ("A title\n\nSee <https://a.example|a>.", PublishAsked(text="A title\n\nSee https://a.example.")),
        ("https://example.org/a\nboard:science", PublishAsked("https://example.org/a", "science")),
        ("https://example.org/a science", PublishAsked("https://example.org/a", "science")),
        ('https://example.org/a "old news"', PublishAsked("https://example.org/a", "old news")),
        ("board:science https://example.org/a", PublishAsked("https://example.org/a", "science")),
        ('https://example.org/a board:"old news"', PublishAsked("https://example.org/a", "old news")),
        ("https://example.org/a board:“old news”", PublishAsked("https://example.org/a", "old news")),
        ("BOARD:Science", PublishAsked(None, "Science")),
        ("https://example.org/?x=board:y", PublishAsked("https://example.org/?x=board:y")),
        ("ftp://x/y", PublishAsked("ftp://x/y")),
        ("<ftp://x/y> board:science", PublishAsked("ftp://x/y", "science")),
        ("not a url", PublishAsked("not a url")),
        ("example.org", PublishAsked("example.org")),
    ],
)
def test_publish_reads_a_link_and_a_board(text: str, asked: PublishAsked) -> None:
    assert publish_asked(text) == asked


@pytest.mark.parametrize(
    "text",
    [
        "help",
        "https://a.example https://b.example",
        "first https://b.example",
        "board:",
        'board:" "',
        "not a url board:",
    ],
)
def test_publish_says_how_to_use_it_for_anything_else(text: str) -> None:
    with pytest.raises(UserError) as caught:
        publish_asked(text)
    assert str(caught.value) == texts.PUBLISH_HELP


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("join", BoardAsked("join")),
        ("  JOIN  ", BoardAsked("join")),
        ("join science", BoardAsked("join", "science")),
        ("join old news", BoardAsked("join", "old news")),
        ('leave "old news"', BoardAsked("leave", "old news")),
        ("leave board:science", BoardAsked("leave", "science")),
        ("list", BoardAsked("list")),
    ],
)
def test_board_reads_a_verb_and_a_board(text: str, asked: BoardAsked) -> None:
    assert board_asked(text) == asked


@pytest.mark.parametrize("text", ["", "help", "drop science", "list science", "joining"])
def test_board_says_how_to_use_it_for_anything_else(text: str) -> None:
    with pytest.raises(UserError) as caught:
        board_asked(text)
    assert str(caught.value) == texts.BOARD_HELP


def test_an_asker_is_read_from_every_kind_of_payload() -> None:
    command = {"user_id": "U1", "team_id": "T1", "channel_id": "C1", "response_url": "https://r", "trigger_id": "t"}
    assert asker_of(command) == Asker("U1", "T1", "C1", None, "https://r", "t")
    click = {
        "user": {"id": "U1", "team_id": "T2"},
        "team": {"id": "T1"},
        "channel": {"id": "C1"},
        "container": {"type": "message", "channel_id": "C1", "thread_ts": "1.0", "message_ts": "2.0"},
        "response_url": "https://r",
        "trigger_id": "t",
    }
    assert asker_of(click) == Asker("U1", "T2", "C1", "1.0", "https://r", "t")
    shortcut = {"user": {"id": "U1"}, "team": {"id": "T1"}, "channel": {"id": "C1"}, "message": {"thread_ts": "1.0"}}
    assert asker_of(shortcut) == Asker("U1", "T1", "C1", "1.0")
    submission = {"user": {"id": "U1"}, "team": {"id": "T1"}, "view": {"id": "V1"}}
    assert asker_of(submission) == Asker("U1", "T1")
