from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

from bot.article import read_text
from bot.markup.markdown import from_markdown
from bot.markup.tree import Document, Link, Paragraph, Styled, Text, plain_document
from bot.markup.view import plain
from bot.model import (
    DISCORD,
    SLACK,
    Article,
    Attachment,
    BoardId,
    CommentId,
    DiscussionId,
    DiscussionState,
    PlatformName,
    PostingId,
    RemoteMessageId,
)
from bot.page.drawing import comment_view, page_view
from bot.page.exporting import as_json, as_markdown
from bot.page.records import Leaf, Opened, Order, Remark, Summary
from bot.page.threading import threaded
from bot.page.views import PageView
from bot.records import CommentRecord, DiscussionRecord
from bot.views import Tally
from tests.builders import MASKER, article, author, thread

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def _discussion() -> DiscussionRecord:
    return DiscussionRecord(
        id=DiscussionId(7),
        board="main",
        board_id=BoardId(1),
        title="A title",
        state=DiscussionState.OPEN,
        comments=2,
        version=3,
        created_at=AT,
    )


def _comment(
    number: int,
    body: Document,
    *,
    name: str = "Ada",
    platform: PlatformName = DISCORD,
    answers: int | None = None,
) -> CommentRecord:
    return CommentRecord(
        id=CommentId(number),
        discussion=DiscussionId(7),
        posting=PostingId(1),
        author=author(platform, name),
        origin=thread(platform),
        message=RemoteMessageId(str(number)),
        position=number,
        permalink="https://chat.example/1",
        body=body,
        version=1,
        edited=0,
        removed=False,
        created_at=AT,
        edited_at=None,
        answers=None if answers is None else CommentId(answers),
    )


def _view(*comments: CommentRecord, given: Article | None = None, files: tuple[Attachment, ...] = ()) -> PageView:
    discussion = replace(_discussion(), comments=sum(not comment.removed for comment in comments))
    leaves = tuple(Leaf(comment.id, comment.answers, 0, comment.removed) for comment in comments)
    tallies = (Tally("👍", 2), Tally(":party:", 1))
    urls = ((DISCORD, "https://chat.example/1"),)
    return page_view(
        Opened(Summary(discussion, given or article(), (), AT), leaves, tallies),
        {comment.id: Remark(comment, 1, urls, files, tallies) for comment in comments},
        MASKER,
        order=Order.OLDEST,
        spots=threaded(leaves, Order.OLDEST),
        page=1,
        pages=1,
        stamp=1,
        drawn=comment_view,
    )


COMMENTS = (
    _comment(1, plain_document("# not a heading\n\nand *not* italic")),
    _comment(2, Document((Paragraph((Styled("bold", (Text("Yes"),)),)),)), name="Shit_lord", platform=SLACK, answers=1),
    replace(_comment(3, plain_document("Regretted.")), removed=True),
    _comment(4, plain_document("Well, shit."), answers=3),
    _comment(5, plain_document("Late, to the first."), answers=1),
)
FILES = (
    Attachment("shit.png", "image/png", 9, "x", "https://chat.example/f", "a chart"),
    Attachment("b.png", "image/png", 9, "x", "javascript:alert(1)", "hidden", spoiler=True),
)


def test_json_holds_what_everybody_may_read() -> None:
    told = json.loads(json.dumps(as_json(_view(*COMMENTS, files=FILES))))
    assert (told["id"], told["title"], told["source"]["url"]) == (7, "A title", "https://example.org/a")
    assert (told["board"], told["tldr"], told["state"], told["opened_at"]) == (
        "main",
        "In short.",
        "open",
        "2026-01-02T03:04:05+00:00",
    )
    assert [section["heading"] for section in told["sections"]] == ["", "More"]
    assert told["sections"][1]["text"] == "It goes on."
    assert told["reactions"] == {"👍": 2, ":party:": 1}
    first, second, last, late = told["comments"]
    assert (first["author"], first["platform"], first["at"]) == ("Ada", "discord", "2026-01-02T03:04:05+00:00")
    assert first["text"] == "# not a heading\nand *not* italic"
    assert first["files"][0] == {"name": "****.png", "alt": "a chart", "size": 9, "url": "https://chat.example/f"}
    assert (first["files"][1]["alt"], first["files"][1]["url"]) == ("", None)
    assert (first["reactions"], first["urls"]) == (told["reactions"], {"discord": "https://chat.example/1"})
    assert (second["markdown"], second["text"], second["answers"]) == ("**Yes**", "Yes", 1)
    assert [last["answers"], late["answers"]] == [None, 1]
    assert "shit" not in json.dumps(told).lower()
    assert "Regretted" not in json.dumps(told)


def test_markdown_reads_back_as_what_was_said() -> None:
    text = as_markdown(_view(*COMMENTS, files=FILES))
    assert text.startswith("# A title\n\n**TL;DR.** In short.\n\nIt begins.\n\n## More\n\nIt goes on.\n\nSource: [")
    assert "\n\nSource: [example.org - A page](https://example.org/a)\n\n## Discussion (4)\n" in text
    read = plain(from_markdown(text))
    assert "# not a heading" in read
    assert "and *not* italic" in read
    assert "Ada · Discord · 2026-01-02 03:04 UTC" in read
    assert "· Slack · 2026-01-02 03:04 UTC · to Ada: # not a heading" in read
    assert "****.png: a chart" in read
    assert "👍 2 · :party: 1" in read
    assert "shit" not in text.lower()
    assert "hidden" not in text


def test_an_article_reads_back_from_its_export() -> None:
    read = read_text(as_markdown(_view()).partition("\n## Discussion")[0])
    assert (read.title, read.tldr) == ("A title", "In short.")
    assert [section.heading for section in read.sections] == ["", "More"]
    assert read.source is not None
    assert read.source.url == "https://example.org/a"


def test_what_a_spoiler_hides_stays_hidden() -> None:
    hidden = Document((Paragraph((Text("It was "), Styled("spoiler", (Text("the butler"),)))),))
    view = _view(_comment(1, hidden), _comment(2, hidden, answers=1))
    told = as_json(view)["comments"][0]
    assert (told["text"], from_markdown(told["markdown"])) == ("It was [spoiler]", plain_document("It was [spoiler]"))
    assert "to Ada: It was [spoiler]" in plain(from_markdown(as_markdown(view)))
    assert "butler" not in as_markdown(view) + json.dumps(as_json(view))


def test_links_lead_to_pages_and_mailboxes_alone() -> None:
    links = ("javascript:alert(1)", "https://e.example/", "mailto:a@e.example", "data:text/html,x")
    body = Document((Paragraph(tuple(Link(url, (Text(url[:4]),)) for url in links)),))
    text = as_markdown(_view(_comment(1, body), files=FILES))
    assert "[http](https://e.example/)" in text
    assert "[mail](mailto:a@e.example)" in text
    assert not [scheme for scheme in ("javascript:", "data:") if scheme in text]


def test_a_discussion_without_comments_is_a_short_document() -> None:
    view = replace(_view(), tallies=())
    assert as_markdown(view).endswith("## Discussion (0)")
    assert as_json(view)["comments"] == []
