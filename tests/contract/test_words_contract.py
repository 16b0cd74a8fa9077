"""A board's own words, from the database to the masker."""

from __future__ import annotations

from bot.masking import BoardWords, Maskers
from bot.model import BoardId
from storage.store import SqlStore


async def boards(store: SqlStore) -> tuple[BoardId, BoardId]:
    ours, theirs = await store.community("ours"), await store.community("theirs")
    (first,), (second,) = await store.boards(ours), await store.boards(theirs)
    return first.id, second.id


async def test_words_are_added_once_listed_sorted_and_taken_away(store: SqlStore) -> None:
    board, other = await boards(store)
    assert await store.add_words(board, "word", ["zap", "frob*", "zap"]) == 2
    assert await store.add_words(board, "word", ["zap"]) == 0
    assert await store.add_words(board, "phrase", ["blue moon"]) == 1
    assert await store.add_words(board, "exception", ["shit"]) == 1
    assert await store.words() == {board: BoardWords(("frob*", "zap"), ("blue moon",), ("shit",))}
    assert await store.remove_words(other, ["zap"]) == 0
    assert await store.remove_words(board, ["zap", "shit", "unknown"]) == 2
    assert await store.words() == {board: BoardWords(("frob*",), ("blue moon",))}


async def test_twenty_thousand_words_fit(store: SqlStore) -> None:
    board, _ = await boards(store)
    many = [f"quux{number}" for number in range(20_000)]
    assert await store.add_words(board, "word", many) == 20_000
    assert await store.remove_words(board, many) == 20_000
    assert await store.words() == {}


async def test_a_masker_learns_its_boards_words_alone_and_forgets_them(store: SqlStore) -> None:
    board, other = await boards(store)
    await store.add_words(board, "word", ["frobni*"])
    await store.add_words(board, "phrase", ["blue moon"])
    await store.add_words(board, "exception", ["bastard"])
    maskers = Maskers()
    await maskers.learn(await store.words())
    text = "Frobnicate once in a blue moon, you bastard."
    assert maskers.of(board).text(text) == "********** once in a **** ****, you bastard."
    assert maskers.of(other).text(text) == "Frobnicate once in a blue moon, you *******."
    unchanged = maskers.of(board)
    await maskers.learn(await store.words())
    assert maskers.of(board) is unchanged
    await store.remove_words(board, ["frobni*", "blue moon", "bastard"])
    await maskers.learn(await store.words())
    assert maskers.of(board) is maskers.common
