from __future__ import annotations

import pytest

from adapters.sandbox.discord.drawn import as_drawn


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
        ("<t:0:F>", "1970-01-01 00:00 UTC"),
        ("# One\n## Two\n-# small\n> quoted", "One\nTwo\nsmall\nquoted"),
        ("- one\n- two", "• one\n• two"),
        ("||hidden||", "hidden"),
        (r"\> not quoted", "> not quoted"),
    ],
)
def test_what_people_see_of_discords_markup(typed: str, drawn: str) -> None:
    assert as_drawn(typed) == drawn
