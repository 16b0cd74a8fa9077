from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.forms import CommentForm, DraftForm, TextForm
from adapters.slack.ids import (
    FormContext,
    Place,
    ReaderPage,
    pack_draft,
    pack_form,
    pack_page,
    stamp_metadata,
    stamp_of,
    unpack_draft,
    unpack_form,
    unpack_page,
)
from adapters.slack.outbound import edit_comment_view, edit_draft_view, publish_text_view, view_values
from bot import texts
from bot.commands import OwnComment
from bot.markup.tree import Code, Document, List, Mention, Paragraph, Styled, Text
from bot.model import CommentId, DiscussionId, DraftId
from bot.ports import Stamp
from bot.views import Card, DraftView
from tests.builders import MASKER

Json = dict[str, Any]
CheckView = Callable[[Json], None]

PLACE = Place("C1", "main", "https://hooks.example/commands/1")


def draft(title: str = "A title", tldr: str = "In short.") -> DraftView:
    masker = MASKER
    card = Card(None, masker.line(title), masker.line(tldr), (), None, None)
    return DraftView(DraftId(5), card, title, tldr, "main", ("#news on Slack",))


def submitted(view: Json, values: Json, user: str = "U1") -> Json:
    """What Slack sends when a form is submitted: the view as it was opened, with what was typed."""
    state = {"values": {name: {name: value} for name, value in values.items()}}
    return {"type": "view_submission", "user": {"id": user}, "view": view | {"id": "V1", "state": state}}


def typed(text: str | None) -> Json:
    return {"type": "plain_text_input", "value": text}


def test_a_draft_s_form_holds_what_it_changes(check_view: CheckView) -> None:
    view = edit_draft_view(draft(), place=PLACE)
    check_view(view)
    assert [block["element"]["initial_value"] for block in view["blocks"]] == ["A title", "In short."]
    assert {block["element"]["max_length"] for block in view["blocks"]} == {3_000}
    assert view_values(submitted(view, {"title": typed("New"), "tldr": typed("Newer.")})) == DraftForm(
        DraftId(5), "New", "Newer.", PLACE
    )


def test_a_long_draft_still_opens(check_view: CheckView) -> None:
    view = edit_draft_view(draft("t" * 5_000, "👍" * 5_000))
    check_view(view)
    assert all(len(block["element"]["initial_value"]) <= 3_000 for block in view["blocks"])


FILE = {"id": "F1", "name": "a.txt"}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"text": typed("An article"), "file": {"files": []}}, TextForm("An article", None, PLACE)),
        ({"text": typed("Its title\n"), "text3": typed("\nIts end")}, TextForm("Its title\n\nIts end", None, PLACE)),
        ({"text": typed(None), "file": {"files": [FILE]}}, TextForm("", FILE, PLACE)),
        ({"text": typed(None)}, TextForm("", None, PLACE)),
        ({}, TextForm("", None, PLACE)),
        ({"text": "odd", "file": {"files": ["odd"]}}, TextForm("", None, PLACE)),
    ],
)
def test_text_or_a_file_may_be_given(check_view: CheckView, values: Json, expected: TextForm) -> None:
    view = publish_text_view(place=PLACE)
    check_view(view)
    assert all(block["optional"] for block in view["blocks"])
    assert sum(block["element"].get("max_length", 0) for block in view["blocks"]) >= 12_000
    assert view["submit"]["text"] == texts.PREVIEW
    assert view_values(submitted(view, values)) == expected


COMMENT = Document(
    (
        Paragraph((Styled("bold", (Text("a *b*"),)), Text(" "), Code("c"))),
        List(((Paragraph((Text("one"),)),), (Paragraph((Text("two"),)),))),
    )
)


def test_a_comment_comes_back_as_it_went_out(check_view: CheckView) -> None:
    view = edit_comment_view(OwnComment(CommentId(9), COMMENT), place=PLACE)
    check_view(view)
    value = {"type": "rich_text_input", "rich_text_value": view["blocks"][0]["element"]["initial_value"]}
    assert view_values(submitted(view, {"body": value})) == CommentForm(CommentId(9), COMMENT, PLACE)


def test_an_empty_comment_can_be_changed(check_view: CheckView) -> None:
    view = edit_comment_view(OwnComment(CommentId(9), Document()))
    check_view(view)
    assert "initial_value" not in view["blocks"][0]["element"]
    assert view_values(submitted(view, {})) == CommentForm(CommentId(9), Document(), None)


def test_a_comment_that_was_typed_as_text_is_read_as_mrkdwn() -> None:
    view = edit_comment_view(OwnComment(CommentId(9), Document()))
    form = view_values(submitted(view, {"body": typed("hi <@U1|ada>")}))
    body = Document((Paragraph((Text("hi "), Mention("user", "ada"))),))
    assert form == CommentForm(CommentId(9), body, None)


@pytest.mark.parametrize(
    "view",
    [
        None,
        "text",
        {},
        {"callback_id": "roundtable_draft", "private_metadata": "{}"},
        {"callback_id": "roundtable_comment", "private_metadata": '{"draft":1}'},
        {"callback_id": "somebody's", "private_metadata": '{"draft":1}'},
        {"callback_id": "roundtable_draft", "private_metadata": "not json"},
        {"callback_id": "roundtable_draft", "private_metadata": "[]"},
    ],
)
def test_other_forms_say_nothing(view: object) -> None:
    assert view_values({"view": view}) is None


def test_the_sample_of_a_submission_is_not_ours(sample: Callable[[str], Json]) -> None:
    payload = sample("ViewSubmissionPayload")
    assert view_values(payload) is None
    ours = edit_draft_view(draft(), place=PLACE)
    payload["view"] |= {name: ours[name] for name in ("callback_id", "private_metadata")}
    payload["view"]["state"] = {"values": {"title": {"title": typed("New")}}}
    assert view_values(payload) == DraftForm(DraftId(5), "New", "", PLACE)


ids = st.integers(0, 10**17)


@given(ids, st.integers(0, 10_000))
def test_pages_unpack_to_what_was_packed(discussion: int, page: int) -> None:
    whole = ReaderPage(DiscussionId(discussion), page)
    assert unpack_page(pack_page(whole)) == whole
    assert unpack_draft(pack_draft(DraftId(discussion))) == DraftId(discussion)


places = st.builds(Place, st.text(max_size=20), st.none() | st.text(max_size=20), st.none() | st.text(max_size=20))


@given(st.none() | places, st.none() | ids.map(DraftId), st.none() | ids.map(CommentId))
def test_forms_unpack_to_what_was_packed(
    place: Place | None, draft_id: DraftId | None, comment: CommentId | None
) -> None:
    packed = pack_form(place, draft=draft_id, comment=comment)
    assert unpack_form(packed) == FormContext(place, draft_id, comment)


@pytest.mark.parametrize("value", [None, "", "x", "1", "1:", ":1", "1:-1", "1:x", "1:2:3", "²:1", "9" * 30 + ":1", 3])
def test_what_is_no_page_is_none(value: object) -> None:
    assert unpack_page(value) is None


@pytest.mark.parametrize("value", [None, "", "x", "-1", "1.0", "٣", 3, {}])
def test_what_is_no_draft_is_none(value: object) -> None:
    assert unpack_draft(value) is None


@pytest.mark.parametrize(("kind", "event_type"), [("copy", "roundtable_copy"), ("card", "roundtable_card")])
def test_stamps_are_found_again(kind: Any, event_type: str) -> None:  # noqa: ANN401 - a literal's value
    metadata = stamp_metadata(Stamp("abc-1"), kind)
    assert metadata == {"event_type": event_type, "event_payload": {"stamp": "abc-1"}}
    assert stamp_of({"metadata": metadata}) == Stamp("abc-1")


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"metadata": None},
        {"metadata": {"event_type": "somebody's", "event_payload": {"stamp": "abc"}}},
        {"metadata": {"event_type": "roundtable_copy"}},
        {"metadata": {"event_type": "roundtable_copy", "event_payload": {"stamp": ""}}},
        {"metadata": {"event_type": "roundtable_copy", "event_payload": {"stamp": 3}}},
        {"metadata": {"event_type": ["roundtable_copy"], "event_payload": {"stamp": "a"}}},
    ],
)
def test_messages_without_a_stamp_of_ours(message: Json) -> None:
    assert stamp_of(message) is None
