from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.discussion.decide import Rules, decide
from bot.discussion.decisions import Add, Change, Hold, Pass, Remove
from bot.markup.tree import Document, plain_document
from bot.markup.view import plain
from bot.model import (
    DISCORD,
    Attachment,
    BoardId,
    CommentId,
    CommunityId,
    CopyId,
    DiscussionId,
    DiscussionState,
    Edited,
    Event,
    PostingId,
    RemoteMessageId,
    Removed,
)
from bot.records import CommentRecord, CopyRecord, Standing
from tests.builders import MASKER, author, posted, thread

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
RULES = Rules(MASKER, timedelta(days=30), can_replace=False)
NOBODY = Standing(CommunityId(1), BoardId(1), DiscussionId(2), DiscussionState.OPEN, PostingId(3))
FILE = Attachment("a.png", "image/png", 3, "https://cdn.example/a?sign=1")
COMMENT = CommentRecord(
    id=CommentId(7),
    discussion=DiscussionId(2),
    posting=PostingId(3),
    author=author(),
    origin=thread(DISCORD),
    message=RemoteMessageId("1"),
    position=1,
    permalink="https://chat.example/1",
    body=plain_document("Hello."),
    version=1,
    edited=0,
    removed=False,
    created_at=NOW,
    edited_at=None,
    answers=None,
)
KNOWN = replace(NOBODY, comment=COMMENT)
REPOST = CopyRecord(CopyId(9), CommentId(7), PostingId(3), RemoteMessageId("99"), None, own_place=True, cleared=True)
REPOSTED = replace(KNOWN, repost=REPOST)
REPOST_ON_ITS_WAY = replace(KNOWN, repost=replace(REPOST, message=None))


def edited(text: str, stamp: int = 5) -> Edited:
    return Edited(thread(DISCORD), RemoteMessageId("1"), plain_document(text), stamp)


def removed(message: str = "1") -> Removed:
    return Removed(thread(DISCORD), RemoteMessageId(message))


def test_a_reply_becomes_a_comment() -> None:
    decision = decide(posted("1"), replace(NOBODY, answers=CommentId(4)), RULES, NOW)
    assert isinstance(decision, Add)
    assert (decision.discussion, decision.posting, decision.answers) == (2, 3, 4)
    assert (plain(decision.body.document), decision.original, decision.repost) == ("Hello.", None, False)


@pytest.mark.parametrize("file", [replace(FILE, name="shit.png"), replace(FILE, alt="a piece of shit")])
def test_a_file_whose_name_or_description_needs_masking_gives_way_too(file: Attachment) -> None:
    rules = replace(RULES, can_replace=True)
    decision = decide(replace(posted("1"), attachments=(file,)), NOBODY, rules, NOW)
    assert isinstance(decision, Add)
    assert (decision.repost, decision.original) == (True, posted("1").body)
    added = decide(replace(edited("Hello."), attachments=(file,)), KNOWN, rules, NOW)
    assert isinstance(added, Change)
    assert added.repost


@pytest.mark.parametrize("can_replace", [False, True])
def test_a_reply_that_needs_masking_keeps_its_original_apart(can_replace: bool) -> None:  # noqa: FBT001 - a table's cell
    event = posted("1", text="What the fuck.")
    decision = decide(event, NOBODY, replace(RULES, can_replace=can_replace), NOW)
    assert isinstance(decision, Add)
    assert "fuck" not in plain(decision.body.document)
    assert decision.original == event.body
    assert decision.keep_until == NOW + timedelta(days=30)
    assert decision.repost is can_replace


@pytest.mark.parametrize(("event", "standing"), [(posted("1", text="Fuck."), NOBODY), (edited("Fuck."), KNOWN)])
def test_what_needs_masking_waits_until_it_is_known_whether_it_may_give_way(event: Event, standing: Standing) -> None:
    assert isinstance(decide(event, standing, replace(RULES, can_replace=None), NOW), Hold)


def test_nothing_else_waits_for_that() -> None:
    assert isinstance(decide(posted("1"), NOBODY, replace(RULES, can_replace=None), NOW), Add)


@pytest.mark.parametrize(
    ("standing", "why"),
    [
        (None, "not ours"),
        (replace(NOBODY, is_copy=True), "our own message"),
        (replace(NOBODY, state=DiscussionState.LOCKED), "discussion is locked"),
        (replace(NOBODY, state=DiscussionState.CLOSED), "discussion is closed"),
        (KNOWN, "seen before"),
        (replace(KNOWN, comment=replace(COMMENT, removed=True)), "removed before"),
    ],
)
def test_what_is_no_new_comment(standing: Standing | None, why: str) -> None:
    assert decide(posted("1"), standing, RULES, NOW) == Pass(why)


def test_a_message_without_text_and_files_is_no_comment_and_one_with_a_file_is() -> None:
    empty = replace(posted("1"), body=Document())
    assert decide(empty, NOBODY, RULES, NOW) == Pass("empty")
    assert isinstance(decide(replace(empty, attachments=(FILE,)), NOBODY, RULES, NOW), Add)


def test_a_repeat_that_was_edited_meanwhile_is_an_edit() -> None:
    decision = decide(replace(posted("1", text="Newer."), edited=5), KNOWN, RULES, NOW)
    assert isinstance(decision, Change)
    assert decision.edited == 5


def test_an_edit_changes_the_comment() -> None:
    decision = decide(edited("Newer, you bitch."), KNOWN, replace(RULES, can_replace=True), NOW)
    assert isinstance(decision, Change)
    assert (decision.comment, decision.edited, decision.attachments, decision.repost) == (7, 5, None, True)
    assert "bitch" not in plain(decision.body.document)


def test_an_edit_of_an_original_that_gives_way_changes_what_takes_its_place() -> None:
    decision = decide(edited("Newer."), REPOSTED, RULES, NOW)
    assert isinstance(decision, Change)
    assert plain(decision.body.document).strip() == "Newer."


@pytest.mark.parametrize(
    ("event", "standing", "why"),
    [
        (edited("Hello."), KNOWN, "nothing changed"),
        (edited("Older.", 0), KNOWN, "seen before"),
        (edited("Late."), replace(KNOWN, comment=replace(COMMENT, removed=True)), "removed before"),
        (edited("Newer."), replace(NOBODY, is_copy=True), "our own message"),
        (edited("Newer."), None, "not ours"),
    ],
)
def test_edits_that_change_nothing(event: Edited, standing: Standing | None, why: str) -> None:
    assert decide(event, standing, RULES, NOW) == Pass(why)


def test_an_edit_while_the_repost_is_on_its_way_still_counts() -> None:
    assert isinstance(decide(edited("Newer."), REPOST_ON_ITS_WAY, RULES, NOW), Change)


def test_files_are_the_same_whatever_their_addresses_are_signed_with() -> None:
    standing = replace(KNOWN, attachments=(FILE,))
    same = replace(edited("Hello."), attachments=(replace(FILE, source="https://cdn.example/a?sign=2"),))
    other = replace(edited("Hello."), attachments=(replace(FILE, name="b.png"),))
    assert decide(same, standing, RULES, NOW) == Pass("nothing changed")
    decision = decide(other, standing, RULES, NOW)
    assert isinstance(decision, Change)
    assert decision.attachments == other.attachments


@pytest.mark.parametrize("event", [edited("Newer."), removed()])
def test_what_comes_before_its_message_waits_for_it(event: Edited | Removed) -> None:
    assert isinstance(decide(event, NOBODY, RULES, NOW), Hold)


@pytest.mark.parametrize(
    ("event", "standing", "outcome"),
    [
        (removed(), KNOWN, Remove(CommentId(7))),
        (removed(), replace(KNOWN, comment=replace(COMMENT, removed=True)), Pass("removed before")),
        (removed(), REPOSTED, Remove(CommentId(7))),
        (removed(), replace(REPOSTED, clearing=True), Pass("its original gave way to a masked one")),
        (removed(), REPOST_ON_ITS_WAY, Remove(CommentId(7))),
        (removed("99"), replace(REPOSTED, is_copy=True), Remove(CommentId(7))),
        (removed("50"), replace(NOBODY, is_copy=True), Pass("our own message")),
    ],
)
def test_removals(event: Removed, standing: Standing, outcome: object) -> None:
    assert decide(event, standing, RULES, NOW) == outcome
