"""The profanity masker: the only maker of text that is fit to be shown."""

from bot.masking.masked import MaskedLine, MaskedText
from bot.masking.masker import Masker

__all__ = ["MaskedLine", "MaskedText", "Masker"]
