"""`roundtable run` beside a demo: ends with it, also where the demo is killed and can end nothing itself.

Run as a module of its own, with a pipe for its standard input that the demo holds open.
"""

from __future__ import annotations

import os
import signal
import sys
import threading


def main() -> None:
    """Run the bot until standard input ends, or as `roundtable run` ends."""
    threading.Thread(target=_end_with_the_demo, daemon=True).start()
    sys.argv = ["roundtable", "run"]
    from bot.cli import main as roundtable

    roundtable()


def _end_with_the_demo() -> None:
    while os.read(sys.stdin.fileno(), 1):
        continue
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
