"""What a masker can be told: how much to mask, how to draw it, and a board's own words."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple, TypeAlias

Severity: TypeAlias = Literal["mild", "strong", "slur"]
"""How bad a word is: `mild` in most company, `strong`, or a `slur` against people for what they are."""

SEVERITIES: Final[tuple[Severity, ...]] = ("mild", "strong", "slur")

Style: TypeAlias = Literal["letters", "first", "token"]
"""How a mask is drawn: every letter hidden, all but the first, or the whole word as one fixed token."""

Language: TypeAlias = Literal["en", "es", "fr", "de", "pt", "ru", "it"]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "es", "fr", "de", "pt", "ru", "it")


class MaskSettings(NamedTuple):
    """All that a masker is built from; equal settings build equal maskers.

    `words`, `phrases` and `exceptions` are a board's own, in any script and case. A word or an exception may begin or
    end with `*`, which stands for any letters; a phrase is words with spaces between them. Exceptions have the last
    word over every list.
    """

    starts_at: Severity = "mild"
    style: Style = "letters"
    mask: str = "*"
    """The one character that hides a letter."""
    token: str = "[…]"  # noqa: S105 - it opens nothing
    """What stands for a whole word in the style `token`."""
    languages: tuple[Language, ...] = LANGUAGES
    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    exceptions: tuple[str, ...] = ()
