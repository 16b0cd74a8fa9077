"""One bot a SQLite database: a second `roundtable run` on the same file would send everything twice.

On PostgreSQL replicas share the work by leases instead (`storage.leases`).
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from bot.errors import SettingsError
from storage.engines import SQLITE, parsed_url


@contextmanager
def claim(url: str) -> Iterator[None]:
    """Be the one bot on a SQLite database while the block runs; raises `SettingsError` where another one is.

    It is raised too where no claim can be made. The claim is an exclusive lock of SQLite's own on a file beside the
    database, whichever link led there, so it ends with the process, however that ends, and works wherever SQLite does.
    """
    parsed = parsed_url(url)
    file = parsed.database
    if parsed.get_backend_name() != SQLITE or not file or file == ":memory:":
        yield
        return
    # Links to a file are other names for the one database.
    beside = f"{os.path.realpath(file)}-running"
    try:
        opened = sqlite3.connect(beside, timeout=0, isolation_level=None)
    except sqlite3.OperationalError as error:
        raise _unusable(beside, error) from None
    with closing(opened) as lock:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:  # the rest says how it is busy
                raise _unusable(beside, error) from None
            raise SettingsError(
                f"Another roundtable runs on {file}: stop it first, or give this one a DATABASE_URL of its own (several"
                " share a PostgreSQL database)"
            ) from None
        except sqlite3.DatabaseError as error:
            raise _unusable(beside, error) from None
        yield


def _unusable(beside: str, error: sqlite3.Error) -> SettingsError:
    return SettingsError(
        f"DATABASE_URL: {beside} can't be opened ({error}): Roundtable has to be able to write it, and its folder"
    )
