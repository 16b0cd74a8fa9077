"""How comments from elsewhere are drawn on Slack."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.markup.writing import MAX_TEXT, weight
from adapters.slack.outbound import (
    UploadedFile,
    card_payload,
    copy_payload,
    edit_payload,
    opener_payload,
)
from bot.markup.cutting import length
from bot.markup.tree import Document, Paragraph, Styled, Text, plain_document
from bot.model import DISCORD, SLACK
from bot.views import (
    Answered,
    CopyView,
    FileView,
    Tally,
)
from tests.builders import MASKER
from tests.unit.slack.samples import (
    CARD,
    COPY,
    CheckBlocks,
    any_urls,
    law,
    line,
    lines_of_text,
    links,
    long_texts,
    of_type,
    words,
)


def test_a_copy_speaks_in_its_author_s_name(check_blocks: CheckBlocks) -> None:
    payload = copy_payload(COPY)
    check_blocks(payload["blocks"])
    assert payload["username"] == "Ada · Discord"
    assert payload["icon_url"] == "https://d.example/a.png"
    assert list(words(payload["blocks"])) == ["hello <!here> & *all*"]
    assert payload["text"] == "hello &lt;!here&gt; &amp; *all*"
    assert (payload["unfurl_links"], payload["unfurl_media"]) == (False, False)


@pytest.mark.parametrize(
    ("author", "platform", "expected"),
    [
        ("Ada", SLACK, "Ada"),
        ("Ada", DISCORD, "Ada · Discord"),
        ("A" * 100, DISCORD, "A" * 69 + "… · Discord"),
        ("A" * 100, SLACK, "A" * 79 + "…"),
        ("two\nlines", DISCORD, "two lines · Discord"),
    ],
)
def test_names(author: str, platform: Any, expected: str) -> None:  # noqa: ANN401 - a NewType of str
    username = copy_payload(replace(COPY, author=line(author), platform=platform))["username"]
    assert username == expected
    assert len(username) <= 80


def test_whom_it_answers_stands_above(check_blocks: CheckBlocks) -> None:
    answered = Answered(line("Bob"), line("What about <b>?"), "https://w.example/p1")
    blocks = copy_payload(replace(COPY, answers=answered))["blocks"]
    check_blocks(blocks)
    assert blocks[0]["elements"][0]["type"] == "rich_text_quote"
    assert list(words(blocks)) == ["↩ Bob", ": What about <b>?", "hello <!here> & *all*"]
    assert links(blocks) == [("https://w.example/p1", "↩ Bob")]


def file(name: str, content: bytes | None = b"x", alt: str = "", *, spoiler: bool = False) -> FileView:
    return FileView(line(name), line(alt), "image/png", 3, content, f"https://cdn.example/{name}", spoiler)


def uploaded(name: str, *, is_image: bool = True, number: int = 1) -> UploadedFile:
    return UploadedFile(f"F{number}", f"https://w.example/files/F{number}", name, is_image=is_image)


def test_images_are_shown(check_blocks: CheckBlocks) -> None:
    files = (file("cat.png", alt="a cat"), file("dog.png"))
    blocks = copy_payload(
        replace(COPY, files=files), files=[uploaded("dog.png", number=2), uploaded("cat.png", number=1)]
    )["blocks"]
    check_blocks(blocks)
    images = [
        (image["slack_file"]["id"], image["alt_text"], image["title"]["text"]) for image in of_type(blocks, "image")
    ]
    assert images == [("F1", "a cat", "cat.png"), ("F2", "dog.png", "dog.png")]


def test_other_files_are_links() -> None:
    files = (file("a.pdf"), file("big.zip", None, alt="all of it"), file("a.pdf"))
    carried = [uploaded("a.pdf", is_image=False), uploaded("a.pdf", is_image=False, number=2)]
    blocks = copy_payload(replace(COPY, files=files), files=carried)["blocks"]
    assert links(blocks) == [
        ("https://w.example/files/F1", "a.pdf"),
        ("https://d.example/m", "big.zip"),
        ("https://w.example/files/F2", "a.pdf"),
    ]
    assert " (all of it)" in "".join(words(blocks))


def test_a_spoiler_file_is_only_linked_to() -> None:
    blocks = copy_payload(
        replace(COPY, files=(file("end.png", alt="the butler", spoiler=True),)), files=[uploaded("end.png")]
    )["blocks"]
    assert not of_type(blocks, "image")
    assert links(blocks) == [("https://d.example/m", "end.png")]
    assert "(spoiler)" in "".join(words(blocks))
    assert "butler" not in str(blocks)


def test_files_that_the_copy_no_longer_has_are_gone() -> None:
    assert "F1" not in str(edit_payload(COPY, files=[uploaded("cat.png")]))


def test_a_copy_of_files_alone_says_their_names() -> None:
    payload = copy_payload(replace(COPY, body=MASKER.document(Document()), files=(file("a&b.png"),)))
    assert payload["text"] == "a&amp;b.png"
    assert payload["blocks"]


def test_a_copy_of_nothing_leads_to_its_original(check_blocks: CheckBlocks) -> None:
    payload = edit_payload(replace(COPY, body=MASKER.document(Document())))
    check_blocks(payload["blocks"])
    assert links(payload["blocks"]) == [("https://d.example/m", "original message")]
    assert payload["text"]


def test_a_change_keeps_what_chat_update_would_remove() -> None:
    payload = edit_payload(COPY)
    assert payload.keys() == {"text", "blocks"}
    assert payload["blocks"]


def test_a_spoiler_is_a_word_and_a_link() -> None:
    hidden = Document((Paragraph((Text("It was "), Styled("spoiler", (Text("the butler"),)))),))
    payload = copy_payload(replace(COPY, body=MASKER.document(hidden)))
    assert links(payload["blocks"]) == [("https://d.example/m", "spoiler")]
    assert "butler" not in str(payload)


files_of_any_kind = st.builds(
    FileView, lines_of_text, lines_of_text, st.just("image/png"), st.just(1), st.just(None), any_urls, st.booleans()
)
many_tallies = st.lists(st.builds(Tally, long_texts, st.integers(0, 10**6)), max_size=30).map(tuple)
copies = st.builds(
    CopyView,
    lines_of_text,
    st.sampled_from([SLACK, DISCORD]),
    any_urls,
    long_texts.map(plain_document).map(MASKER.document),
    st.one_of(st.none(), st.builds(Answered, lines_of_text, lines_of_text, any_urls)),
    st.lists(files_of_any_kind, max_size=30).map(tuple),
    any_urls,
    tallies=many_tallies,
)


@law
@given(copies, st.integers(0, 30), st.booleans())
def test_no_copy_is_too_large(check_blocks: CheckBlocks, copy: CopyView, carried: int, images: bool) -> None:  # noqa: FBT001 - a law's variable
    files = [
        uploaded(str(file.name), is_image=images, number=number) for number, file in enumerate(copy.files[:carried])
    ]
    payload = copy_payload(copy, files=files)
    check_blocks(payload["blocks"])
    assert payload["blocks"]
    assert payload["text"]
    assert weight(payload["blocks"]) <= MAX_TEXT
    assert length(payload["text"]) <= 4_000
    assert length(payload.get("username", "")) <= 80


def test_reactions_from_elsewhere_are_words(check_blocks: CheckBlocks) -> None:
    tallies = (Tally("👍", 3), Tally(":parrot:", 1), Tally("🎉", 0))
    for blocks in (
        copy_payload(replace(COPY, tallies=tallies))["blocks"],
        card_payload(replace(CARD, tallies=tallies))["blocks"],
    ):
        check_blocks(blocks)
        assert "👍 3   :parrot: 1" in list(words(blocks))
    assert not of_type(copy_payload(COPY)["blocks"], "context")


def test_the_opener_says_what_holds_here(check_blocks: CheckBlocks) -> None:
    payload = opener_payload()
    check_blocks(payload["blocks"])
    assert "Profanity is auto-masked. Be civil." in list(words(payload["blocks"]))
    assert "Profanity is auto-masked. Be civil." in payload["text"]
