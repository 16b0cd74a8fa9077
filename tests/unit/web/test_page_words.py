from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from adapters.web.pictures import image_type
from adapters.web.text import ago, clean, exact, initials, size
from bot.model import DiscussionId
from bot.page.finding import found_parts
from bot.page.slugs import discussion_in, page_address, slug

NOW = datetime(2026, 3, 5, 14, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("title", "address"),
    [
        ("Small web forums are coming back", "small-web-forums-are-coming-back-12"),
        ("It's 100% — naïve!", "its-100-naive-12"),
        ("What the ****", "what-the-12"),
        ("!!!", "12"),
        ("", "12"),
        ("论坛回来了", "论坛回来了-12"),
        ("मंच वापस आ रहे हैं", "मंच-वापस-आ-रहे-हैं-12"),
        ("Straße Ёлка", "strasse-елка-12"),
        ("one " * 40, "one-" * 15 + "12"),
        ("x" * 200, "x" * 60 + "-12"),
        ("Top 7", "top-7-12"),
        ("../../<script>", "script-12"),
    ],
)
def test_an_address_is_made_of_the_titles_words(title: str, address: str) -> None:
    made = slug(title, DiscussionId(12))
    assert made == address
    assert discussion_in(made) == 12


@pytest.mark.parametrize("given", ["", "words", "words-", "12x", "-", "0", "x-0", "x-012a", "9" * 30, "x_12"])
def test_what_names_no_discussion_names_none(given: str) -> None:
    assert discussion_in(given) is None


def test_addresses_are_fit_to_be_sent() -> None:
    assert page_address("https://t.example", "论坛", DiscussionId(1)) == "https://t.example/a/%E8%AE%BA%E5%9D%9B-1"


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=59, seconds=59), "59 minutes ago"),
        (timedelta(hours=23), "23 hours ago"),
        (timedelta(days=29), "29 days ago"),
        (timedelta(days=31), "2 February 2026"),
    ],
)
def test_times_are_said_as_people_say_them(span: timedelta, said: str) -> None:
    assert ago(NOW - span, NOW) == said
    assert exact(NOW) == "5 March 2026, 14:02 UTC"


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 bytes"), (999, "999 bytes"), (1500, "1.5 kB"), (8_000_000, "8.0 MB")]
)
def test_sizes_are_said_as_people_say_them(count: int, said: str) -> None:
    assert size(count) == said


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Ada Lovelace", "AL"), ("grace_h", "GH"), ("李雷", "李"), ("***", "?"), ("", "?"), ("ada", "A")],
)
def test_a_person_without_a_picture_has_letters(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_no_page_holds_what_no_page_may_hold() -> None:
    assert clean("a\x00b\x1b\ud800c\ufffe\n\td\x85") == "abc\n\td"


@pytest.mark.parametrize(
    ("text", "query", "parts"),
    [
        ("Moss grows here.", "moss", ("", "Moss", " grows here.")),
        ("Moss & mosses", "moss", ("", "Moss", " & ", "moss", "es")),
        ("Nothing of it.", "moss", ("Nothing of it.",)),
        ("a\n\nb", "", ("a b",)),
        ("(a|b)* x", "a|b)*", ("(", "a", "|", "b", ")* x")),
    ],
)
def test_what_was_found_is_told_apart(text: str, query: str, parts: tuple[str, ...]) -> None:
    assert found_parts(text, query) == parts


def test_a_long_text_is_shown_around_what_was_found() -> None:
    parts = found_parts("before " * 100 + "moss" + " after" * 100, "moss")
    assert parts[0].startswith("… before")
    assert parts[1] == "moss"
    assert parts[2].endswith("after …")
    assert sum(map(len, parts)) < 240


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n...", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"<svg onload=alert(1)>", None),
        (b"<!doctype html>", None),
        (b"", None),
    ],
)
def test_a_picture_is_what_its_bytes_say(content: bytes, kind: str | None) -> None:
    assert image_type(content) == kind
