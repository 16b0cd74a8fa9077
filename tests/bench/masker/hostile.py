"""Looks for texts that take the masker long: random shapes, again and again, 64,000 characters of each.

`hostile.py [SEED] [COUNT]` prints the slowest of COUNT shapes, in milliseconds of the processor, and each shape that
takes more than six times as long for four times the text. Shapes are made of letters of profane words, such words,
signs, markup, look-alikes and marks, one to nine of them; some have others before and behind, which appear once.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from bot.masking import Masker

_PIECES = (
    *"fuckshitasdbeoyrnl .*@$!#()_-|\\<>`~+:/=&%^{}[]'\"0159,\n\t",
    *("fuck", "shit", "ass", "cum", "dick", "slut", "fu", "ck", "f u", "s-h", "ху", "бл", "1a", "a1", "A", "Z"),
    *("http://", "<@", "**", "||", "```", "x@y", "@a.b", "www.", "a.com/", "](", "![", " :a:", "&lt;", "$$", "#1"),
    *"υасхупеАёы\u0301\u200bｆ𝐟ßéſİﬁⓕ🔥💩🇫的ت…—\ud800",
)
_LENGTH = 64_000
_SLOW = 0.04
_GROWTH = 6
_SHOWN = 12


def main(seed: int, count: int) -> None:
    """Print what takes long."""
    masker = Masker()
    masker.text("fuck f**k х*й slut")
    some = random.Random(seed)  # noqa: S311 - shapes are no secret

    def pieces(least: int, most: int) -> str:
        return "".join(some.choice(_PIECES) for _ in range(some.randint(least, most)))

    def taken(shape: tuple[str, str, str], length: int) -> float:
        first, again, last = shape
        text = first + (again * length)[:length] + last
        times: list[float] = []
        for _ in range(2):
            begun = time.process_time()
            masker.text(text)
            times.append(time.process_time() - begun)
        return min(times)

    measured: list[tuple[float, tuple[str, str, str]]] = []
    for _ in range(max(2, count)):
        edged = some.random() < 0.3
        shape = (pieces(0, 3) if edged else "", pieces(1, 9), pieces(0, 3) if edged else "")
        measured.append((taken(shape, _LENGTH), shape))
    measured.sort(reverse=True)
    times = [each for each, _ in measured]
    sys.stdout.write(
        f"{count} shapes: median {statistics.median(times) * 1000:.0f} ms, nine in ten below"
        f" {statistics.quantiles(times, n=10)[-1] * 1000:.0f} ms, slowest {times[0] * 1000:.0f} ms\n"
    )
    for each, shape in measured[:_SHOWN]:
        sys.stdout.write(f"{each * 1000:7.0f} ms  {shape!a}\n")
    for each, shape in measured:
        # Measured again, side by side: a machine has slow moments.
        if each > _SLOW and (whole := taken(shape, _LENGTH)) > _GROWTH * (quarter := taken(shape, _LENGTH // 4)):
            sys.stdout.write(f"grows too fast: {quarter * 1000:.0f} to {whole * 1000:.0f} ms  {shape!a}\n")


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    main(*given[:2], *(1, 1000)[len(given) :])
