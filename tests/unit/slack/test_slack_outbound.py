from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from adapters.slack.ids import ReaderPage, unpack_draft, unpack_page
from adapters.slack.markup.writing import MAX_TEXT, weight
from adapters.slack.outbound import (
    UploadedFile,
    card_payload,
    copy_payload,
    draft_blocks,
    edit_payload,
    opener_payload,
    reader_view,
)
from bot.markup.cutting import length
from bot.markup.tree import Document, Paragraph, Styled, Text, plain_document
from bot.masking.masked import MaskedLine
from bot.masking.masker import Masker
from bot.model import DISCORD, SLACK, DiscussionId, DiscussionState, DraftId
from bot.views import (
    Answered,
    ArticleView,
    Card,
    CardLine,
    CopyView,
    DraftView,
    FileView,
    ImageView,
    SectionView,
    SourceView,
    Tally,
)

Json = dict[str, Any]
CheckBlocks = Callable[[list[Json]], None]
CheckView = Callable[[Json], None]

MASKER = Masker()
# Without the shrinking phase: it takes minutes on texts of this size, and the sizes tell enough.
law = settings(max_examples=20, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])


def line(text: str) -> MaskedLine:
    return MASKER.line(text)


CARD = Card(
    discussion=DiscussionId(7),
    title=line("A <title> & more"),
    tldr=line("Short *indeed*."),
    lines=(CardLine(line(""), line("It begins.")), CardLine(line("Part one"), line("It goes on."))),
    source=SourceView(line("site.example - A *title*"), "https://site.example/a"),
    image=ImageView("https://site.example/i.png", line("a picture")),
)
COPY = CopyView(
    author=line("Ada"),
    platform=DISCORD,
    avatar="https://d.example/a.png",
    body=MASKER.document(plain_document("hello <!here> & *all*")),
    answers=None,
    files=(),
    original="https://d.example/m",
)


def words(value: object) -> Iterator[str]:
    """All that a reader sees, in order."""
    if isinstance(value, dict):
        if value.get("type") == "image":
            yield value["alt_text"]
        for key in ("title", "text", "elements"):
            inner = value.get(key)
            if isinstance(inner, str):
                yield inner
            else:
                yield from words(inner)
    elif isinstance(value, list):
        for one in value:
            yield from words(one)


def of_type(blocks: list[Json], kind: str) -> list[Json]:
    return [block for block in blocks if block["type"] == kind]


def links(value: object) -> list[tuple[str, str]]:
    if isinstance(value, dict):
        own = [(value["url"], value.get("text", ""))] if value.get("type") == "link" else []
        return own + [link for inner in value.values() for link in links(inner)]
    return [link for inner in value for link in links(inner)] if isinstance(value, list) else []


# --- cards ------------------------------------------------------------------------------------------------------


def test_a_card_holds_what_a_card_holds(check_blocks: CheckBlocks) -> None:
    payload = card_payload(CARD)
    check_blocks(payload["blocks"])
    shown = list(words(payload["blocks"]))
    assert shown == [
        "A <title> & more",
        "a picture",
        "TL;DR",
        " Short *indeed*.",
        "It begins.",
        "Part one",
        ": It goes on.",
        "Source: ",
        "site.example - A *title*",
        "Discussion (0)",
        "Profanity is auto-masked. Be civil.",
        "Be the first to comment.",
        "Read",
        "Source",
    ]
    assert payload["text"] == "A &lt;title&gt; &amp; more\nShort *indeed*."
    assert (payload["unfurl_links"], payload["unfurl_media"]) == (False, False)


def test_people_s_words_are_never_mrkdwn() -> None:
    assert "mrkdwn" not in str(card_payload(CARD))
    assert "mrkdwn" not in str(copy_payload(COPY))


@pytest.mark.parametrize(
    ("comments", "state", "expected"),
    [
        (0, DiscussionState.OPEN, ["Be the first to comment."]),
        (3, DiscussionState.OPEN, []),
        (0, DiscussionState.LOCKED, ["Locked: no new comments for now."]),
        (3, DiscussionState.LOCKED, ["Locked: no new comments for now."]),
        (3, DiscussionState.CLOSED, ["Closed."]),
    ],
)
def test_a_card_ends_in_its_state(comments: int, state: DiscussionState, expected: list[str]) -> None:
    blocks = card_payload(replace(CARD, comments=comments, state=state))["blocks"]
    assert f"Discussion ({comments})" in words(blocks)
    footer = list(words(of_type(blocks, "context")))
    assert footer == ["Profanity is auto-masked. Be civil.", *expected]


def test_buttons_lead_to_the_article_its_source_and_its_page() -> None:
    buttons = card_payload(replace(CARD, page="https://p.example/7"))["blocks"][-1]["elements"]
    assert unpack_page(buttons[0]["value"]) == ReaderPage(DiscussionId(7), 0)
    assert [button.get("url") for button in buttons] == [None, "https://site.example/a", "https://p.example/7"]
    assert len({button["action_id"] for button in buttons}) == 3


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://a.example/i.png", True),
        ("http://a.example/i.png", False),
        ("data:image/png;base64,x", False),
        ("https://a.example/" + "x" * 3_000, False),
    ],
)
def test_only_images_that_slack_can_show_are_shown(url: str, shown: bool) -> None:  # noqa: FBT001 - a table's column
    card = replace(CARD, image=ImageView(url, line("alt")))
    assert bool(of_type(card_payload(card)["blocks"], "image")) is shown
    assert not of_type(card_payload(card, image=False)["blocks"], "image")


def test_a_huge_article_has_a_card_that_slack_takes(check_blocks: CheckBlocks) -> None:
    lines = tuple(CardLine(line(f"Section {number}"), line("A rather long sentence. " * 32)) for number in range(80))
    payload = card_payload(replace(CARD, title=line("word " * 80), tldr=line("Much. " * 10_000), lines=lines))
    check_blocks(payload["blocks"])
    shown = " ".join(words(payload["blocks"]))
    assert "Section 0" in shown
    assert "Section 24" in shown
    assert "… and 55 more sections" in shown
    assert payload["blocks"][0]["text"]["text"].endswith("word…")


def test_long_addresses_leave_a_full_card_within_its_size(check_blocks: CheckBlocks) -> None:
    url = "https://a.example/" + "x" * 2_980
    lines = tuple(CardLine(line(f"Section {number}"), line("A rather long sentence. " * 32)) for number in range(25))
    full = replace(CARD, tldr=line("Much. " * 500), lines=lines, source=SourceView(line("A site"), url), page=url)
    blocks = card_payload(full)["blocks"]
    check_blocks(blocks)
    assert weight(blocks) <= MAX_TEXT
    assert "A site" in words(blocks)


long_texts = st.one_of(
    st.text(max_size=30),
    st.builds(
        lambda unit, times: unit * times, st.sampled_from(["a", "é ", "👍🏽", "&<>", "word. "]), st.integers(0, 5_000)
    ),
)
lines_of_text = long_texts.map(MASKER.line)
any_urls = st.one_of(st.none(), st.sampled_from(["https://a.example", "ftp://x", "https://a.example/" + "x" * 2_980]))
cards = st.builds(
    Card,
    st.one_of(st.none(), st.integers(0, 10**12).map(DiscussionId)),
    lines_of_text,
    lines_of_text,
    st.lists(st.builds(CardLine, lines_of_text, lines_of_text), max_size=90).map(tuple),
    st.one_of(st.none(), st.builds(SourceView, lines_of_text, any_urls)),
    st.one_of(st.none(), st.builds(ImageView, any_urls.filter(bool), lines_of_text)),
    st.integers(0, 10**6),
    st.sampled_from(DiscussionState),
    any_urls,
    tallies=st.lists(st.builds(Tally, st.text(max_size=30), st.integers(0, 10**6)), max_size=30).map(tuple),
)


@law
@given(cards)
def test_no_card_is_too_large(check_blocks: CheckBlocks, card: Card) -> None:
    payload = card_payload(card)
    check_blocks(payload["blocks"])
    assert weight(payload["blocks"]) <= MAX_TEXT
    assert length(payload["text"]) <= 4_000
    draft = DraftView(DraftId(1), card, str(card.title), str(card.tldr), "main", ("#news on Slack",) * 200)
    check_blocks(draft_blocks(draft))


def test_a_preview_can_be_published_edited_or_cancelled(check_blocks: CheckBlocks) -> None:
    draft = DraftView(DraftId(5), replace(CARD, discussion=None), "t", "s", "main", ("#news on Slack", "#a on Discord"))
    blocks = draft_blocks(draft)
    check_blocks(blocks)
    shown = list(words(blocks))
    assert "Only you see this. Publish posts it on main: #news on Slack, #a on Discord" in shown
    assert shown[-3:] == ["Publish", "Edit", "Cancel"]
    assert "Read" not in shown
    assert {unpack_draft(button["value"]) for button in blocks[-1]["elements"]} == {DraftId(5)}
    assert not of_type(blocks, "image")


def test_a_preview_without_channels_offers_no_publishing() -> None:
    shown = list(words(draft_blocks(DraftView(DraftId(5), CARD, "t", "s", "main", ()))))
    assert "Publish" not in shown
    assert shown[-2:] == ["Edit", "Cancel"]


# --- copies -----------------------------------------------------------------------------------------------------


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


# --- the reader -------------------------------------------------------------------------------------------------


def article(sections: int, paragraphs: int, title: str = "A title") -> ArticleView:
    text = "\n\n".join(f"Paragraph {number}. " + "Some words follow. " * 20 for number in range(paragraphs))
    return ArticleView(
        line(title),
        line("In short."),
        tuple(SectionView(line(f"Part {number}"), MASKER.document(plain_document(text))) for number in range(sections)),
        SourceView(line("site.example"), "https://site.example/a"),
    )


def test_a_short_article_is_one_page(check_view: CheckView) -> None:
    view = reader_view(article(1, 1), discussion=DiscussionId(7))
    check_view(view)
    assert not of_type(view["blocks"], "actions")
    shown = list(words(view["blocks"]))
    assert shown[:4] == ["A title", "TL;DR", " In short.\n\n", "Part 0"]
    assert shown[-2:] == ["Source: ", "site.example"]
    assert unpack_page(view["private_metadata"]) == ReaderPage(DiscussionId(7), 0)


def test_all_pages_together_are_the_article(check_view: CheckView) -> None:
    whole = article(8, 12, "A title " * 60)
    seen, page = "", 0
    while True:
        view = reader_view(whole, discussion=DiscussionId(7), page=page)
        check_view(view)
        body = [block for block in view["blocks"] if block["type"] not in ("context", "actions")]
        assert weight(body) <= 12_000
        seen += "".join(words(body))
        buttons = [button for row in of_type(view["blocks"], "actions") for button in row["elements"]]
        following = [button for button in buttons if button["action_id"] == "roundtable_next_page"]
        assert len(buttons) == (page > 0) + bool(following)
        if not following:
            break
        page += 1
        assert unpack_page(following[0]["value"]) == ReaderPage(DiscussionId(7), page)
    assert page > 2
    expected = str(whole.title) + "".join(
        str(section.heading) + "".join(words_of(section)) for section in whole.sections
    )
    squeezed = "".join(seen.split()).replace("TL;DRInshort.", "").replace("Source:site.example", "")
    assert squeezed == "".join(expected.split())


def words_of(section: SectionView) -> Iterator[str]:
    for block in section.body.document.blocks:
        if isinstance(block, Paragraph):
            yield from (child.text for child in block.children if isinstance(child, Text))


@pytest.mark.parametrize("page", [-1, 99])
def test_a_page_that_is_not_there_is_the_nearest(page: int) -> None:
    view = reader_view(article(6, 12), discussion=DiscussionId(7), page=page)
    shown = unpack_page(view["private_metadata"])
    assert shown is not None
    assert (shown.page == 0) is (page < 0)
    assert ("Next" in list(words(view["blocks"]))) is (page < 0)


def test_a_heading_is_not_left_alone_at_a_page_s_end() -> None:
    whole = article(40, 1)
    for page in range(2):
        blocks = reader_view(whole, discussion=DiscussionId(7), page=page)["blocks"]
        last = [block for block in blocks if block["type"] == "rich_text"][-1]
        assert not list(words(last))[-1].startswith("Part")


@law
@given(st.lists(st.tuples(lines_of_text, long_texts), max_size=8), lines_of_text, st.integers(0, 12))
def test_no_page_is_too_large(
    check_view: CheckView, sections: list[tuple[MaskedLine, str]], title: MaskedLine, page: int
) -> None:
    parts = tuple(SectionView(heading, MASKER.document(plain_document(text))) for heading, text in sections)
    whole = ArticleView(title, title, parts, None)
    view = reader_view(whole, discussion=DiscussionId(7), page=page)
    check_view(view)
    assert weight(view["blocks"]) <= MAX_TEXT
