"""A real PostgreSQL server for tests, with databases that are made in an instant."""

import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from glob import glob
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from tests.support import free_port

USER: Final = "phosphene"
TEMPLATE: Final = "migrated"
# What tests write outlives no loss of power. A crash of the server itself loses nothing by this.
OPTIONS: Final = "-c max_connections=60 -c shared_buffers=64MB"
ADDRESS: Final = "PHOSPHENE_TEST_POSTGRES"
"""In the environment: a server's address, where stores of tests are to be in its databases."""


@cache
def program(name: str) -> str | None:
    """Debian keeps them out of the path."""
    return shutil.which(name) or max(glob(f"/usr/lib/postgresql/*/bin/{name}"), default=None)


def why_not() -> str:
    """Why there can be none here; empty: there can be one."""
    if find_spec("psycopg") is None:
        return "psycopg is not installed: pip install 'phosphene[postgres]'"
    if program("initdb") is None or program("postgres") is None:
        return "the tests of PostgreSQL need its server (Debian: postgresql): run `make test`"
    return "" if os.getuid() or _account() else "postgres does not run as root, and has no account"


class PostgresServer:
    """One that can be killed and started again with what it committed."""

    def __init__(self, folder: Path, *, durable: bool = False, host: str = "") -> None:
        self._folder, self._host = folder, host
        self._process: subprocess.Popen[bytes] | None = None
        self._options = ["-D", str(folder / "data"), "-k", str(folder)]
        self._options += [] if durable else ["-c", "fsync=off"]
        self._options += ["-c", f"listen_addresses={host}"]
        self._port = free_port() if host else 5432
        self._options += ["-p", str(self._port)]

    @property
    def url(self) -> str:
        return self.url_of("postgres")

    def url_of(self, database: str) -> str:
        if self._host:
            return f"postgresql://{USER}@{self._host}:{self._port}/{database}"
        return f"postgresql://{USER}@/{database}?host={self._folder}"

    def make(self) -> None:
        user = _account()
        if user:
            shutil.chown(self._folder, user)
        made = f"initdb -D data -A trust -U {USER} -E UTF8 --locale=C.UTF-8 --no-sync"
        name, *arguments = made.split()
        subprocess.run(
            [str(program(name)), *arguments],
            cwd=self._folder,
            user=user,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        if self._host:
            with (self._folder / "data" / "pg_hba.conf").open("a") as known:
                known.write("host all all samenet trust\n")

    def start(self) -> None:
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(program("postgres")), *self._options, *_words(OPTIONS)],
                cwd=self._folder,
                user=_account(),
                stdout=log,
                stderr=log,
            )
        port = ["-p", str(self._port)]
        ready = [str(program("pg_isready")), "-q", "-h", str(self._folder), *port]
        while subprocess.run(ready, check=False).returncode:
            assert self._process.poll() is None, (self._folder / "log").read_text()

    def kill(self) -> None:
        """At once, as by a loss of power: the next start recovers."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait()
            self._process = None


@contextmanager
def postgres_server(*, durable: bool = False, host: str = "") -> Iterator[PostgresServer]:
    """``host``: an address of this machine on which it listens; empty: by its folder only."""
    # Not pytest's folder: a socket's address has 107 bytes at most.
    with tempfile.TemporaryDirectory(prefix="pg") as name:
        server = PostgresServer(Path(name), durable=durable, host=host)
        server.make()
        server.start()
        try:
            yield server
        finally:
            server.kill()


def database_of(path: Path) -> str:
    """What the database is called of a test that names a file."""
    return "t" + hashlib.blake2b(str(path.absolute()).encode(), digest_size=8).hexdigest()


def make_database(url: str, path: Path, *, migrated: bool = True) -> str:
    """The address of the database of a test that names a file: a copy of one that is migrated."""
    connect, migrate = (
        import_module(f"phosphene.store.{name}")
        for name in ("postgres_connection", "postgres_schema")
    )
    name = database_of(path)
    with connect.connect_postgres(url) as raw:
        there = {row[0] for row in raw.execute("SELECT datname FROM pg_database")}
        if TEMPLATE not in there:
            raw.execute(f"CREATE DATABASE {TEMPLATE}")
            migrate.migrate_postgres(_named(url, TEMPLATE))
            with connect.connect_postgres(_named(url, TEMPLATE)) as template:
                template.execute("DELETE FROM meta WHERE key = 'epoch'")
        if name not in there:
            like = TEMPLATE if migrated else "template0"
            raw.execute(f"CREATE DATABASE {name} TEMPLATE {like}")
    return _named(url, name)


def _named(url: str, database: str) -> str:
    return urlsplit(url)._replace(path=f"/{database}").geturl()


def _account() -> str | None:
    """As whom it runs here: PostgreSQL refuses to be root."""
    if os.getuid():
        return None
    names = {one.pw_name for one in pwd.getpwall()}
    return next((name for name in ("postgres", "nobody") if name in names), None)


def _words(options: str) -> list[str]:
    return [word.strip("'") if "=" in word else word for word in options.split()]
