"""How comments from elsewhere are drawn on Discord, and in whose name."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord import outbound
from adapters.discord.drawing.names import username
from bot import texts
from bot.markup.cutting import length
from bot.markup.tree import (
    Document,
    Paragraph,
    Styled,
    Text,
)
from bot.model import DISCORD, SLACK, PlatformName
from bot.views import (
    Answered,
    CopyView,
    FileView,
)
from tests.builders import MASKER
from tests.unit.discord.samples import (
    COPY,
    UNHURRIED,
    WEBHOOK,
    CheckRequest,
    copies,
    line,
)


def test_a_copy_speaks_in_its_authors_name(check: CheckRequest) -> None:
    payload, uploads = outbound.copy_payload(COPY)
    check("post", WEBHOOK, payload)
    assert payload == {
        "username": "Ada · Slack",
        "avatar_url": "https://avatars.example.org/ada.png",
        "content": "**Well** said @\u2060everyone",
        "allowed_mentions": {"parse": []},
        "flags": 4,
        "attachments": [],
    }
    assert uploads == ()


def test_an_edit_pings_nobody_and_keeps_the_files(check: CheckRequest) -> None:
    file = FileView(line("a.png"), line(""), "image/png", 1, b"x", None)
    attached = [{"id": "17", "filename": "a.png"}, {"id": "18", "description": texts.WHOLE_COMMENT}]
    for copy, kept in ((COPY, []), (replace(COPY, files=(file,)), [{"id": "17"}])):
        payload, uploads = outbound.edit_payload(copy, attached)
        check("patch", f"{WEBHOOK}/messages/{{message_id}}", payload)
        assert uploads == ()
        assert payload == {
            "content": "**Well** said @\u2060everyone",
            "allowed_mentions": {"parse": []},
            "flags": 4,
            "attachments": kept,
        }


def test_a_copy_shows_whom_it_answers() -> None:
    answered = Answered(line("Bob_"), line("first *words*"), "https://discord.com/channels/1/2/3")
    payload, _ = outbound.copy_payload(replace(COPY, answers=answered))
    assert payload["content"].split("\n")[0] == (
        "-# ↪ **Bob\\_**: [first \\*words\\*](https://discord.com/channels/1/2/3)"
    )


def test_files_go_along_or_are_linked(check: CheckRequest) -> None:
    carried = FileView(line("../a b?.png"), line("A cat"), "image/png", 3, b"cat", "https://s/1", spoiler=True)
    left = FileView(line("big.zip"), line(""), "application/zip", 10**9, None, "https://slack.example.org/f1")
    hidden = FileView(line("plot.txt"), line(""), "text/plain", 10**9, None, None, spoiler=True)
    payload, uploads = outbound.copy_payload(replace(COPY, files=(left, carried, hidden)))
    check("post", WEBHOOK, payload)
    assert payload["attachments"] == [{"id": "0", "filename": "SPOILER__a b_.png", "description": "A cat"}]
    assert uploads == (outbound.Upload("SPOILER__a b_.png", b"cat", "image/png"),)
    assert payload["content"].split("\n")[1:] == [
        "📎 [big.zip](https://slack.example.org/p1)",
        "📎 [spoiler](https://slack.example.org/p1)",
    ]


def test_a_long_comment_is_whole_in_a_file_also_after_edits(check: CheckRequest) -> None:
    words = "_word_ " * 900
    long = replace(COPY, body=MASKER.document(Document((Paragraph((Text(words),)),))), original=None)
    whole = outbound.Upload(texts.WHOLE_COMMENT_FILE, words.encode(), "text/plain")
    payload, uploads = outbound.copy_payload(long)
    check("post", WEBHOOK, payload)
    assert uploads == (whole,)
    assert payload["attachments"] == [
        {"id": "0", "filename": texts.WHOLE_COMMENT_FILE, "description": texts.WHOLE_COMMENT}
    ]
    many = replace(
        long, files=tuple(FileView(line(f"{each}.png"), line(""), "image/png", 1, b"x", None) for each in range(12))
    )
    payload, uploads = outbound.copy_payload(many)
    assert (len(uploads), uploads[-1]) == (10, whole)
    assert payload["content"].count("📎") == 3
    attached = [{"id": str(number)} for number in range(11, 21)]
    payload, uploads = outbound.edit_payload(many, attached)
    check("patch", f"{WEBHOOK}/messages/{{message_id}}", payload)
    assert uploads == (whole,)
    assert [one["id"] for one in payload["attachments"]] == [*(str(number) for number in range(11, 20)), "0"]


def test_a_long_comment_leads_to_its_original(check: CheckRequest) -> None:
    long = replace(COPY, body=MASKER.document(Document((Paragraph((Styled("bold", (Text("word " * 900),)),)),))))
    payload, _ = outbound.copy_payload(long)
    check("post", WEBHOOK, payload)
    content = payload["content"]
    assert 1800 < length(content) <= 2000
    body, more = content.rsplit("\n", 1)
    assert more == f"-# [{texts.ORIGINAL}](https://slack.example.org/p1)"
    assert body.startswith("**word word")
    assert body.endswith("…")


def test_an_empty_comment_is_not_an_empty_message() -> None:
    payload, _ = outbound.copy_payload(replace(COPY, body=MASKER.document(Document())))
    assert payload["content"] == f"[{texts.ORIGINAL}](https://slack.example.org/p1)"
    payload, _ = outbound.copy_payload(replace(COPY, body=MASKER.document(Document()), original=None))
    assert payload["content"] == texts.ORIGINAL


@settings(UNHURRIED, max_examples=80)
@given(copy=copies)
def test_no_copy_is_refused(copy: CopyView, check: CheckRequest) -> None:
    payload, uploads = outbound.copy_payload(copy)
    check("post", WEBHOOK, payload)
    check("patch", f"{WEBHOOK}/messages/{{message_id}}", outbound.edit_payload(copy, ())[0])
    json.dumps(payload).encode()
    assert length(payload["content"]) <= 2000
    assert payload["content"].strip() or uploads
    assert 1 <= length(payload["username"]) <= 80
    assert len(uploads) == len(payload["attachments"]) <= 10
    assert payload.get("avatar_url", "https://").startswith(("https://", "http://"))
    assert all(upload.name.strip() and "/" not in upload.name for upload in uploads)


def skeleton(name: str) -> str:
    folded = unicodedata.normalize("NFKD", name).casefold()
    return "".join(letter for letter in folded if letter.isalnum())


@pytest.mark.parametrize(
    ("author", "platform", "name"),
    [
        ("Ada", SLACK, "Ada · Slack"),
        ("Ada", DISCORD, "Ada"),
        (" Ada\n Lovelace ", SLACK, "Ada Lovelace · Slack"),
        ("", SLACK, f"{texts.SOMEONE} · Slack"),
        ("\u200b\u2060", DISCORD, texts.SOMEONE),
        ("everyone", DISCORD, "еveryone"),
        ("x" * 200, SLACK, "x" * 71 + "… · Slack"),
    ],
)
def test_usernames(author: str, platform: PlatformName, name: str) -> None:
    assert username(author, platform) == name


@pytest.mark.parametrize(
    "author",
    ["Discord", "DISCORD fan", "Clyde", "my clyde bot", "d.i.s.c.o.r.d", "dis\u200bcord", "ｄｉｓｃｏｒｄ", "𝓭𝓲𝓼𝓬𝓸𝓻𝓭",
     "discorddiscord", "x" * 71 + "discord"],
)  # fmt: skip
@pytest.mark.parametrize("platform", [DISCORD, SLACK])
def test_no_name_is_one_that_discord_forbids(author: str, platform: PlatformName) -> None:
    name = username(author, platform)
    assert "discord" not in skeleton(name)
    assert "clyde" not in skeleton(name)
    assert length(name) <= 80
    assert len(name.removesuffix(" · Slack")) >= min(len(author), 70)


@settings(UNHURRIED, max_examples=200)
@given(st.text(max_size=120), st.sampled_from([DISCORD, SLACK]))
def test_any_name_can_be_shown(author: str, platform: PlatformName) -> None:
    name = username(author, platform)
    assert 1 <= length(name) <= 80
    assert name == name.strip()
    assert "discord" not in skeleton(name)
    assert "clyde" not in skeleton(name)
    name.encode()
