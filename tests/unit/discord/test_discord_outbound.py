from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.discord import ids, outbound
from adapters.discord.drawing.names import username
from adapters.discord.markup import parse
from bot import texts
from bot.markup.cutting import length
from bot.markup.tree import (
    Block,
    CodeBlock,
    Document,
    Heading,
    Link,
    List,
    Paragraph,
    Quote,
    Styled,
    Text,
    plain_document,
)
from bot.markup.view import plain
from bot.masking import Masker
from bot.masking.masked import MaskedLine
from bot.model import DISCORD, SLACK, DiscussionId, DiscussionState, DraftId, PlatformName
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
)

Json = dict[str, Any]
Check = Callable[[Json], None]
CheckRequest = Callable[[str, str, Json], None]

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

MASKER = Masker()
line = MASKER.line
WEBHOOK = "/webhooks/{webhook_id}/{webhook_token}"

CARD = Card(
    discussion=DiscussionId(7),
    title=line("Small *models* grow up"),
    tldr=line("They got better. And cheaper."),
    lines=(CardLine(line("Prices"), line("They fell by half.")), CardLine(line(""), line("It began in May."))),
    source=SourceView(line("example.org - Models"), "https://example.org/models"),
    image=ImageView("https://example.org/lead.png", line("A graph")),
)
COPY = CopyView(
    author=line("Ada"),
    platform=SLACK,
    avatar="https://avatars.example.org/ada.png",
    body=MASKER.document(Document((Paragraph((Styled("bold", (Text("Well"),)), Text(" said @everyone"))),))),
    answers=None,
    files=(),
    original="https://slack.example.org/p1",
)
words = st.text("a *_`~|<>[]()#@:\n.-é😀\u200d漢", max_size=40) | st.sampled_from(
    [
        "",
        " ",
        "https://a.b/" + "c" * 600,
        "word " * 300,
        "x" * 5000,
        "*" * 3000,
        "👩‍👩‍👧‍👦" * 400,
        "[a](https://b.c) " * 200,
        "discord",
    ]
)
lines = words.map(line)
urls = st.sampled_from(
    [
        None,
        "https://a.b/c",
        "https://a.b/" + "d" * 700,
        "https://a.b/" + "e" * 3000,
        "ftp://a.b",
        "https://münchen.de/ä b",
        "https://",
        "javascript:x",
    ]
)
sources = st.none() | st.builds(SourceView, lines, urls)
cards = st.builds(
    Card,
    st.none() | st.integers(0, 2**62).map(DiscussionId),
    lines,
    lines,
    st.lists(st.builds(CardLine, lines, lines), max_size=30).map(tuple),
    sources,
    st.none() | st.builds(ImageView, urls.map(lambda url: url or "x"), lines),
    st.integers(0, 10**6),
    st.sampled_from(DiscussionState),
    urls,
)
files = st.builds(
    FileView,
    lines,
    lines,
    st.sampled_from(["image/png", "application/octet-stream"]),
    st.integers(0, 10**9),
    st.none() | st.just(b"content"),
    urls,
    st.booleans(),
)
documents = words.map(plain_document) | words.map(parse)
copies = st.builds(
    CopyView,
    lines,
    st.sampled_from([DISCORD, SLACK]),
    urls,
    documents.map(MASKER.document),
    st.none() | st.builds(Answered, lines, lines, urls),
    st.lists(files, max_size=14).map(tuple),
    urls,
    st.booleans(),
)


def shown(payload: object, key: str = "content") -> list[str]:
    if isinstance(payload, dict):
        here = [payload[key]] if isinstance(payload.get(key), str) else []
        return here + [text for value in payload.values() for text in shown(value, key)]
    return [text for value in payload for text in shown(value, key)] if isinstance(payload, list) else []


def words_of(payload: Json) -> str:
    return "\n".join(plain(parse(text)) for text in shown(payload))


# --- cards ------------------------------------------------------------------------------------------------------


def test_a_card_says_what_it_should(check_message: Check) -> None:
    payload = outbound.card_payload(CARD)
    check_message(payload)
    assert words_of(payload).split("\n") == [
        "Small *models* grow up",
        "TL;DR They got better. And cheaper.",
        "• Prices: They fell by half.",
        "• It began in May.",
        "Source: example.org - Models",
        "Discussion (0)",
        texts.CIVILITY,
        texts.FIRST_COMMENT,
    ]
    assert shown(payload, "label") == [texts.READ, texts.SOURCE]
    assert shown(payload, "custom_id") == [ids.pack(ids.ReaderPage(DiscussionId(7)))]
    assert shown(payload, "description") == ["A graph"]
    assert shown(payload, "url") == ["https://example.org/lead.png", "https://example.org/models"]
    assert "[example.org - Models](https://example.org/models)" in "".join(shown(payload))


@pytest.mark.parametrize(
    ("change", "said", "unsaid"),
    [
        ({"comments": 3}, "Discussion (3)", texts.FIRST_COMMENT),
        ({"state": DiscussionState.LOCKED}, texts.LOCKED, texts.FIRST_COMMENT),
        ({"state": DiscussionState.CLOSED, "comments": 2}, texts.CLOSED, texts.LOCKED),
        ({"source": None}, "Discussion (0)", texts.SOURCE),
        ({"lines": ()}, "Discussion (0)", "•"),
    ],
)
def test_a_card_follows_its_discussion(change: Json, said: str, unsaid: str, check_message: Check) -> None:
    payload = outbound.card_payload(replace(CARD, **change))
    check_message(payload)
    assert said in words_of(payload)
    assert unsaid not in words_of(payload)


def test_a_card_links_to_the_page_that_there_is(check_message: Check) -> None:
    payload = outbound.card_payload(replace(CARD, page="https://rt.example.org/7"))
    check_message(payload)
    assert shown(payload, "label") == [texts.READ, texts.SOURCE, texts.WEB_PAGE]


def test_urls_that_discord_would_refuse_are_left_out(check_message: Check) -> None:
    long = "https://example.org/" + "x" * 600
    payload = outbound.card_payload(
        replace(CARD, source=SourceView(line("site"), long), image=ImageView("data:image/png;base64,x", line("a")))
    )
    check_message(payload)
    assert shown(payload, "url") == []
    assert "Source: site" in words_of(payload)


def test_a_huge_article_has_a_card(check_message: Check) -> None:
    huge = replace(
        CARD,
        title=line("A very long title " * 23),
        tldr=line("A sentence of some length, which goes on. " * 200),
        lines=tuple(CardLine(line(f"Heading {n} " * 10), line("Words and more words. " * 40)) for n in range(80)),
    )
    payload = outbound.card_payload(huge)
    check_message(payload)
    said = words_of(payload)
    kept = said.count("• Heading")
    assert kept >= 8
    assert f"• Heading {kept - 1} " in said
    assert texts.more_sections(80 - kept) in said
    assert texts.CIVILITY in said


@settings(UNHURRIED, max_examples=30)
@given(card=cards)
def test_no_card_is_refused_for_its_size(card: Card, check_message: Check, check: CheckRequest) -> None:
    check_message(outbound.card_payload(card))
    check("post", "/channels/{channel_id}/threads", outbound.forum_post(card))
    assert 1 <= length(outbound.thread_name(card.title)) <= 100


def test_a_card_is_redrawn_with_the_body_that_posted_it(check: CheckRequest) -> None:
    check("patch", "/channels/{channel_id}/messages/{message_id}", outbound.card_payload(CARD))


def test_a_forum_post_is_a_card_with_a_name(check: CheckRequest) -> None:
    post = outbound.forum_post(CARD)
    check("post", "/channels/{channel_id}/threads", post)
    assert post["name"] == "Small *models* grow up"
    assert post["message"] == outbound.card_payload(CARD)


@pytest.mark.parametrize(
    ("title", "name"), [("A\n title ", "A title"), ("", texts.ARTICLE), ("word " * 50, ("word " * 19 + "word…"))]
)
def test_thread_names(title: str, name: str) -> None:
    assert outbound.thread_name(line(title)) == name


def test_the_opener_is_civil(check: CheckRequest) -> None:
    payload = outbound.opener_payload()
    check("post", "/channels/{channel_id}/messages", payload)
    assert texts.CIVILITY in payload["content"]
    assert payload["allowed_mentions"] == {"parse": []}


def test_half_of_a_character_is_dropped_where_a_body_could_not_be_sent() -> None:
    broken = line("a\ud83db")
    card = replace(
        CARD, title=broken, tldr=broken, lines=(CardLine(broken, broken),), image=ImageView("https://a.b", broken)
    )
    copy = replace(COPY, author=broken, files=(FileView(broken, broken, "a/b", 1, b"x", None),))
    for payload in (outbound.forum_post(card), outbound.copy_payload(copy)[0]):
        json.dumps(payload, ensure_ascii=False).encode()


# --- previews ---------------------------------------------------------------------------------------------------


def test_a_preview_shows_the_card_and_asks(check_message: Check, check_schema: Callable[[str, Json], None]) -> None:
    card = replace(CARD, discussion=None)
    payload = outbound.draft_payload(
        DraftView(DraftId(3), card, "t", "s", "main", ("#news on Discord", "#news on Slack"))
    )
    check_message(payload)
    check_schema("IncomingWebhookInteractionRequest", payload)
    assert payload["flags"] & 64
    assert shown(payload, "label") == [texts.SOURCE, texts.PUBLISH, texts.EDIT, texts.CANCEL]
    assert [ids.unpack(one) for one in shown(payload, "custom_id")] == [
        ids.DraftButton("publish", DraftId(3)),
        ids.DraftButton("edit", DraftId(3)),
        ids.DraftButton("cancel", DraftId(3)),
    ]
    assert "#news on Discord, #news on Slack" in words_of(payload)


@settings(UNHURRIED, max_examples=15)
@given(card=cards, board=words, channels=st.lists(words, max_size=8).map(tuple))
def test_no_preview_is_refused_for_its_size(
    card: Card, board: str, channels: tuple[str, ...], check_message: Check
) -> None:
    check_message(
        outbound.draft_payload(DraftView(DraftId(3), replace(card, discussion=None), "", "", board, channels))
    )


# --- the reader -------------------------------------------------------------------------------------------------


def article(*blocks: Block) -> ArticleView:
    return ArticleView(
        line("Title"),
        line("Summary."),
        (SectionView(line(""), MASKER.document(Document(tuple(blocks)))),),
        SourceView(line("example.org"), "https://example.org"),
    )


def test_a_short_article_is_one_page(check_message: Check) -> None:
    (page,) = outbound.reader_pages(article(Paragraph((Text("All of it."),))), DiscussionId(1))
    check_message(page)
    assert words_of(page).split("\n") == ["Title", "TL;DR Summary.", "All of it.", "Source: example.org"]
    assert shown(page, "custom_id") == []
    assert page["flags"] & 64


def test_a_long_article_has_pages_that_lead_to_one_another(check_message: Check) -> None:
    sections = tuple(
        SectionView(line(f"Section {n}"), MASKER.document(plain_document(f"Paragraph {n}. " * 60))) for n in range(30)
    )
    pages = outbound.reader_pages(ArticleView(line("T"), line("S."), sections, None), DiscussionId(4))
    assert len(pages) > 5
    for number, page in enumerate(pages):
        check_message(page)
        assert texts.page_of(number + 1, len(pages)) in words_of(page)
        turns = [ids.unpack(one) for one in shown(page, "custom_id")]
        around = {at for at in (0, number - 1, number + 1, len(pages) - 1) if 0 <= at < len(pages) and at != number}
        assert turns == [ids.ReaderPage(DiscussionId(4), at) for at in sorted(around)]
        body = shown(page)[1]
        assert not body.rstrip().rsplit("\n", 1)[-1].startswith("#")
    everything = " ".join(words_of(page) for page in pages)
    assert all(everything.count(f"Paragraph {n}.") == 60 for n in range(30))
    assert all(f"Section {n}\n" in everything for n in range(30))


def test_few_pages_have_no_ways_to_the_first_and_the_last() -> None:
    pages = outbound.reader_pages(article(Paragraph((Text("Words of a text. " * 800),))), DiscussionId(4))
    assert 3 <= len(pages) <= 5
    labels = [shown(page, "label") for page in pages]
    assert labels[0] == [f"{texts.NEXT} ▶"]
    assert labels[1] == [f"◀ {texts.PREVIOUS}", f"{texts.NEXT} ▶"]


def test_pages_are_filled() -> None:
    paragraphs = [Paragraph((Text(f"A sentence of paragraph {n}, with *signs*. " * 30),)) for n in range(60)]
    pages = outbound.reader_pages(article(*paragraphs), DiscussionId(4))
    assert all(3_700 < length("".join(shown(page))) <= 4_000 for page in pages[:-1])
    said = " ".join(words_of(page) for page in pages)
    assert all(said.count(f"A sentence of paragraph {n}, with *signs*.") == 30 for n in range(60))


@pytest.mark.parametrize(
    "block",
    [
        Paragraph((Styled("bold", (Text("bold words " * 700),)),)),
        Paragraph((Link("https://a.b/c", (Text("linked words " * 300),)),)),
        Paragraph((Text("x" * 9000),)),
        Paragraph((Text("word\n" * 2500),)),
        CodeBlock("line of code\n" * 900, "py"),
        CodeBlock("y" * 9000),
        Quote((Paragraph((Text("quoted words " * 900),)),)),
        Quote((Paragraph((Text("q\n" * 3000),)),)),
        List(tuple((Paragraph((Text(f"item {n} " * 9),)),) for n in range(300)), ordered=True),
        List(((Paragraph((Text("one huge item " * 900),)),),)),
        Heading(2, (Text("heading " * 900),)),
        Paragraph((Text("*" * 6000),)),
    ],
)  # fmt: skip
def test_blocks_larger_than_a_page_are_parted(block: Block, check_message: Check) -> None:
    pages = outbound.reader_pages(article(block), DiscussionId(1))
    assert len(pages) > 1
    for page in pages:
        check_message(page)
    bodies = "".join(plain(parse(shown(page)[1])) for page in pages).removeprefix("TL;DR Summary.")
    assert "".join(bodies.split()) == "".join(plain(Document((block,))).split())


def test_a_list_goes_on_counting_on_the_next_page() -> None:
    pages = outbound.reader_pages(
        article(List(tuple((Paragraph((Text(f"item {n} " * 9),)),) for n in range(1, 100)), ordered=True)),
        DiscussionId(1),
    )
    said = " ".join(words_of(page) for page in pages)
    assert all(f"{n}. item {n} " in said for n in range(1, 100))


@settings(UNHURRIED, max_examples=25)
@given(title=lines, tldr=lines, sections=st.lists(st.tuples(lines, documents), max_size=4), source=sources)
def test_no_page_is_refused_for_its_size(
    title: MaskedLine,
    tldr: MaskedLine,
    sections: list[tuple[MaskedLine, Document]],
    source: SourceView | None,
    check_message: Check,
) -> None:
    views = tuple(SectionView(heading, MASKER.document(body)) for heading, body in sections)
    pages = outbound.reader_pages(ArticleView(title, tldr, views, source), DiscussionId(2**62))
    assert pages
    for page in pages:
        check_message(page)


# --- copies -----------------------------------------------------------------------------------------------------


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


# --- names ------------------------------------------------------------------------------------------------------


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
