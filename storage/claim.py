"""One bot a SQLite database: a second `roundtable run` on the same file would send everything twice.

On PostgreSQL replicas share the work by leases instead (`storage.leases`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from bot.errors import SettingsError
from storage.engines import SQLITE, parsed_url


@contextmanager
def claim(url: str) -> Iterator[None]:
    """Be the one bot on a SQLite database while the block runs; raises `SettingsError` where another one is.

    The claim is an exclusive lock of SQLite's own on a file beside the database, so it ends with the process, however
    that ends, and works wherever SQLite does.
    """
    parsed = parsed_url(url)
    file = parsed.database
    if parsed.get_backend_name() != SQLITE or not file or file == ":memory:":
        yield
        return
    with closing(sqlite3.connect(f"{file}-running", timeout=0, isolation_level=None)) as lock:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            raise SettingsError(
                f"Another roundtable runs on {file}: stop it first, or give this one a DATABASE_URL of its own (several"
                " share a PostgreSQL database)"
            ) from None
        yield
