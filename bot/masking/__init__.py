"""The profanity masker: the only maker of text that is fit to be shown."""

from bot.masking.finder import Finding
from bot.masking.masked import MaskedLine, MaskedText
from bot.masking.masker import Masker
from bot.masking.maskers import BoardWords, Maskers, WordKind
from bot.masking.settings import MaskSettings, Severity, Style

__all__ = [
    "BoardWords",
    "Finding",
    "MaskSettings",
    "MaskedLine",
    "MaskedText",
    "Masker",
    "Maskers",
    "Severity",
    "Style",
    "WordKind",
]
