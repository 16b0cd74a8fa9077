"""Prints the frequent words of each language that are masked: the 50,000 of English, 10,000 of each other one."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))


def main() -> None:
    """Print a list a language."""
    masker = importlib.import_module("bot.masking").Masker()
    top = importlib.import_module("wordfreq").top_n_list
    for language in ("en", "es", "fr", "de", "pt", "ru", "it"):
        words = top(language, 50_000 if language == "en" else 10_000)
        masked = [word for word in words if masker.text(word) != word]
        sys.stdout.write(f"\n{language}, {len(masked)} of {len(words):,}: {', '.join(masked)}\n")


if __name__ == "__main__":
    main()
