"""Measures the page with a reader on loopback and prints one table: `make bench-web`.

The site runs in a process of its own and is warm: each address was read before it is measured. The first byte's time
is from the request's last byte, over an open connection; a page is drawn whole before its first byte goes out, so it is
the time that drawing takes. Status 1 where 1,000 comments take 50 ms or more at the median.
"""

from __future__ import annotations

import http.client
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

LENGTHS: Final = (10, 100, 1_000, 2_000)
PROMISED: Final = 1_000
LIMIT: Final = 50.0
"""Milliseconds."""
WARM_UP: Final = 5
ROUNDS: Final = 60


@dataclass(frozen=True, slots=True)
class Measured:
    """Milliseconds to the first byte, sorted; bytes as drawn and as sent packed."""

    first: tuple[float, ...]
    drawn: int
    packed: int

    def at(self, share: float) -> float:
        """The time that this share of the answers stays below."""
        return self.first[min(len(self.first) - 1, int(share * len(self.first)))]


@contextmanager
def site() -> Iterator[dict[str, Any]]:
    """The address and the paths of a site with discussions of all lengths."""
    command = [sys.executable, "-m", "tests.bench.web.site", *map(str, LENGTHS)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        if process.stdout is None:
            raise RuntimeError("the site has no output")
        try:
            told = process.stdout.readline()
            if not told:
                raise RuntimeError("the site did not start")
            yield json.loads(told)
        finally:
            process.communicate()


def measure(address: str, path: str) -> Measured:
    """Read an address again and again over one connection."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc)
    first: list[float] = []
    packed = b""
    for count in range(WARM_UP + ROUNDS):
        connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
        begun = time.perf_counter()
        answer = connection.getresponse()
        taken = (time.perf_counter() - begun) * 1_000
        packed = answer.read()
        if answer.status != http.HTTPStatus.OK:
            raise RuntimeError(f"{path} answers {answer.status}")
        if count >= WARM_UP:
            first.append(taken)
    connection.request("GET", path, headers={"Accept-Encoding": "identity"})
    drawn = connection.getresponse().read()
    connection.close()
    return Measured(tuple(sorted(first)), len(drawn), len(packed))


def main() -> int:
    """Measure, print, judge."""
    sys.stderr.write(f"Putting {sum(LENGTHS):,} comments into a database …\n")
    with site() as served:
        address, paths = served["address"], served["paths"]
        long = paths[str(PROMISED)]
        asked = {f"article, {length:,} comments": paths[str(length)] for length in LENGTHS}
        asked |= {
            f"the same {PROMISED:,}, best received": f"{long}?order=best",
            f"the same {PROMISED:,}, last page": f"{long}?page={PROMISED // 100}",
            f"the same {PROMISED:,}, Atom": f"{long}/comments.atom",
            "list of discussions": "/",
            "search": "/search?q=forum",
        }
        measured = {name: measure(address, path) for name, path in asked.items()}
    lines = [
        f"{'':36}{'first byte, ms':>32}{'kB':>16}",
        f"{'':36}{'best':>8}{'median':>8}{'95 %':>8}{'worst':>8}{'drawn':>8}{'gzip':>8}",
        *(_line(name, each) for name, each in measured.items()),
    ]
    median = statistics.median(measured[f"article, {PROMISED:,} comments"].first)
    verdict = "holds" if median < LIMIT else "DOES NOT HOLD"
    lines.append(f"\n{PROMISED:,} comments, first byte under {LIMIT:.0f} ms: {verdict} ({median:.1f} ms)")
    sys.stdout.write("\n".join(lines) + "\n")
    return 0 if median < LIMIT else 1


def _line(name: str, measured: Measured) -> str:
    first = measured.first
    times = (first[0], statistics.median(first), measured.at(0.95), first[-1])
    columns = (*times, measured.drawn / 1_000, measured.packed / 1_000)
    return name.ljust(36) + "".join(f"{figure:8.1f}" for figure in columns)


if __name__ == "__main__":
    sys.exit(main())
