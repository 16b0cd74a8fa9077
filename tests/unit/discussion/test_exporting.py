from __future__ import annotations

import json
from datetime import UTC, datetime

from bot.article.card import draw_card
from bot.discussion.exporting import as_json, as_markdown, export
from bot.markup.markdown import from_markdown
from bot.markup.tree import Document, Paragraph, Styled, Text, plain_document
from bot.markup.view import plain
from bot.model import (
    DISCORD,
    SLACK,
    BoardId,
    CommentId,
    DiscussionId,
    DiscussionState,
    PlatformName,
    PostingId,
    RemoteMessageId,
)
from bot.records import CommentRecord, DiscussionRecord
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


COMMENTS = (
    _comment(1, plain_document("# not a heading\n\nand *not* italic")),
    _comment(2, Document((Paragraph((Styled("bold", (Text("Yes"),)),)),)), name="Shit_lord", platform=SLACK, answers=1),
    _comment(4, plain_document("Well, shit."), answers=3),
)


def test_json_holds_what_everybody_may_read() -> None:
    told = json.loads(json.dumps(as_json(export(_discussion(), article(), COMMENTS, MASKER))))
    assert (told["id"], told["title"], told["source"]["url"]) == (7, "A title", "https://example.org/a")
    first, second, last = told["comments"]
    assert (first["author"], first["platform"], first["at"]) == ("Ada", "discord", "2026-01-02T03:04:05+00:00")
    assert first["text"] == "# not a heading\nand *not* italic"
    assert (second["markdown"], second["text"], second["answers"]) == ("**Yes**", "Yes", 1)
    assert last["answers"] is None
    assert "shit" not in json.dumps(told).lower()


def test_markdown_reads_back_as_what_was_said() -> None:
    text = as_markdown(export(_discussion(), article(), COMMENTS, MASKER))
    assert text.startswith("# A title\n\nSource: [example.org - A page](https://example.org/a)\n\n## Discussion (3)\n")
    read = plain(from_markdown(text))
    assert "# not a heading" in read
    assert "and *not* italic" in read
    assert "Ada · Discord · 2026-01-02 03:04 UTC" in read
    assert "· Slack · 2026-01-02 03:04 UTC · to Ada: # not a heading" in read
    assert "shit" not in text.lower()


def test_what_a_spoiler_hides_stays_hidden() -> None:
    hidden = Document((Paragraph((Text("It was "), Styled("spoiler", (Text("the butler"),)))),))
    exported = export(_discussion(), article(), (_comment(1, hidden), _comment(2, hidden, answers=1)), MASKER)
    told = as_json(exported)["comments"][0]
    assert (told["text"], from_markdown(told["markdown"])) == ("It was [spoiler]", plain_document("It was [spoiler]"))
    assert "to Ada: It was [spoiler]" in plain(from_markdown(as_markdown(exported)))
    assert "butler" not in as_markdown(exported) + json.dumps(as_json(exported))


def test_a_discussion_without_comments_is_a_short_document() -> None:
    exported = export(_discussion(), article(), (), MASKER)
    assert as_markdown(exported).endswith("## Discussion (0)")
    assert as_json(exported)["comments"] == []
    assert exported.card == draw_card(article(), MASKER, discussion=DiscussionId(7))
