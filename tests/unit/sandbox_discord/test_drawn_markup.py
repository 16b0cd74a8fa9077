from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord.markup import escape, fit
from adapters.sandbox.discord.drawn import as_drawn
from bot.markup.tree import Document, Paragraph, Text
from bot.markup.view import plain

SIGNS = "*_~|`<>[]()#@:-.!\\/\n 1ab\u2060…é😀■\U000f0000"
WORDS = (
    "@everyone", "<@1>", "<#4>", "<:ab:6>", "<t:7:R>", "https://a.b/c_d__e*f", "http://x", "https://", "- ", "1. ",
    "# ", "-# ", "> ", ">>> ", "```", "``", "**", "__", "~~", "||", "\n\n", ":party_parrot:", "word", "¯\\_(ツ)_/¯",
    "[a](https://b.c)", "[1]", "<https://a.b>",
)  # fmt: skip
texts = st.lists(st.one_of(st.sampled_from(WORDS), st.text(SIGNS, max_size=4)), max_size=6).map("".join)


@pytest.mark.parametrize(
    ("typed", "drawn"),
    [
        ("plain", "plain"),
        (
            "**bold** and *slanted* and _slanted_ and __under__ and ~~gone~~",
            "bold and slanted and slanted and under and gone",
        ),
        ("***both***", "both"),
        (r"what the \*\*\*\*", "what the ****"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("snake_case_name", "snake_case_name"),
        ("`a *b* c`", "a *b* c"),
        ("``a ` b``", "a ` b"),
        ("```python\nx = '**'\n```", "x = '**'"),
        ("[a label](https://example.org/a_b_c)", "a label"),
        ("<https://example.org/a_b_c>", "https://example.org/a_b_c"),
        ("https://example.org/a_b_c", "https://example.org/a_b_c"),
        (
            "**https://example.org/a_b** (https://example.org/*a*).",
            "https://example.org/a_b (https://example.org/*a*).",
        ),
        ("a](https://b.c)[a](https://b.c)@here", "a](https://b.c)[a](https://b.c)@here"),
        ("<t:0:F>", "1970-01-01 00:00 UTC"),
        ("# One\n## Two\n-# small\n> quoted", "One\nTwo\nsmall\nquoted"),
        ("- one\n- two", "• one\n• two"),
        ("||hidden||", "hidden"),
        (r"\> not quoted", "> not quoted"),
        (r"\:party\_parrot:", ":party_parrot:"),
        (r"a\_b\_c", "a_b_c"),
        (r"x \`~|>#\`~|>#\_*`~ y", "x `~|>#`~|>#_*`~ y"),
        (r"`a\_b` \`c\`", r"a\_b `c`"),
        (r"¯\_(ツ)_/¯", r"¯\_(ツ)_/¯"),
        ("a word\u2060joiner", "a wordjoiner"),
        ("\U000f0000 `code`", "\U000f0000 code"),
    ],
)
def test_what_people_see_of_discords_markup(typed: str, drawn: str) -> None:
    assert as_drawn(typed) == drawn


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


@settings(deadline=None, max_examples=300)
@given(texts)
def test_a_plain_text_that_the_bot_wrote_is_seen_as_that_text(text: str) -> None:
    meant = plain(fit(Document((Paragraph((Text(text),)),))))
    assert lines(as_drawn(escape(text))) == lines(meant)
