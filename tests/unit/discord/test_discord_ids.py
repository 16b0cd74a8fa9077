from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.ids import CommentForm, CustomId, DraftButton, DraftForm, PasteForm, ReaderPage, pack, unpack
from bot.model import CommentId, DiscussionId, DraftId

numbers = st.integers(0, 10**18 - 1)
customs: st.SearchStrategy[CustomId] = st.one_of(
    st.builds(ReaderPage, numbers.map(DiscussionId), numbers),
    st.builds(DraftButton, st.sampled_from(("publish", "edit", "cancel")), numbers.map(DraftId)),
    st.builds(DraftForm, numbers.map(DraftId)),
    st.builds(CommentForm, numbers.map(CommentId)),
    st.builds(PasteForm, st.none() | st.text(max_size=90)),
)


@given(customs)
def test_what_was_packed_unpacks(custom: CustomId) -> None:
    assert len(pack(custom)) <= 100
    assert unpack(pack(custom)) == custom


@given(st.text(max_size=120) | st.text("rt:eadpagublishc0123456789-", max_size=30).map("rt:".__add__))
def test_anything_else_unpacks_to_what_packs_to_it_or_to_none(custom_id: str) -> None:
    found = unpack(custom_id)
    assert found is None or pack(found) == custom_id


def test_ids_are_short_and_stable() -> None:
    # They stand on messages that were posted long ago.
    assert pack(ReaderPage(DiscussionId(12), 3)) == "rt:read:12:3"
    assert pack(DraftButton("publish", DraftId(5))) == "rt:publish:5"
    assert pack(DraftForm(DraftId(5))) == "rt:draft:5"
    assert pack(CommentForm(CommentId(6))) == "rt:comment:6"
    assert pack(PasteForm()) == "rt:paste"
    assert pack(PasteForm("a:b")) == "rt:paste:a:b"


def test_a_board_that_does_not_fit_is_told() -> None:
    with pytest.raises(ValueError, match="at most 100"):
        pack(PasteForm("x" * 95))


@pytest.mark.parametrize(
    "custom_id",
    ["", "rt", "rt:", "rt:read", "rt:read:1", "rt:read:1:2:3", "rt:read:-1:0", "rt:read:01:0", "rt:read:١:0",
     "rt:publish:", "rt:publish:x", "rt:draft:1:2", "rt:nothing:1", "xx:read:1:0", "rt:comment:" + "9" * 30],
)  # fmt: skip
def test_foreign_ids_are_none(custom_id: str) -> None:
    assert unpack(custom_id) is None
