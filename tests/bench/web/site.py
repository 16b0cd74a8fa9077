"""A site of its own process: a discussion of each length that is named, on one line of JSON, then it serves until told.

`python -m tests.bench.web.site 10 1000`
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bot.article import read_text, sample
from bot.page.reading import COMMENTS_A_PAGE
from tests.life import Life
from tests.wire.web.conftest import serving

WORDS = ("the", "forum", "keeps", "what", "chats", "forget,", "and", "nobody", "has", "to", "shout", "there")
PEOPLE = ("Ada", "Grace", "Ken", "Barbara", "Linus", "Margaret")
ANSWERED = 0.6
SEED = 5


async def talk(life: Life, comments: int) -> int:
    """Publish the sample and let people comment so many times, more than half of them in answer to another comment."""
    dice = random.Random(SEED)  # noqa: S311 - the same talk every time
    (board,) = await life.store.boards(life.community)
    given = read_text(sample())
    number = await life.put(replace(given, title=f"{given.title} ({comments})"), board.id)
    for count in range(comments):
        answers = f"{number}-{dice.randrange(count)}" if count and dice.random() < ANSWERED else None
        text = " ".join(dice.choices(WORDS, k=dice.randint(5, 60)))
        await life.say(number, f"{number}-{count}", text, answers=answers, name=dice.choice(PEOPLE))
    return int(number)


async def serve(lengths: Sequence[int]) -> None:
    """Serve until standard input ends."""
    with tempfile.TemporaryDirectory() as folder:
        async with serving(Path(folder), None, comments_a_page=COMMENTS_A_PAGE) as site:
            discussions = {length: await talk(site.life, length) for length in lengths}
            paths = {
                length: (await site.ask(f"/a/{number}")).headers["Location"] for length, number in discussions.items()
            }
            print(json.dumps({"address": site.address, "paths": paths}), flush=True)  # noqa: T201 - what this is for
            await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve([int(length) for length in sys.argv[1:]]))
