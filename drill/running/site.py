"""The programme as production runs it, gunicorn and worker, on a fresh database in a folder thrown away afterwards."""

import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from bench.running.apart import ROOT, inside, surroundings
from bench.running.served import wait_for
from scripts.with_postgres import free_port


class Site:
    def __init__(self, folder: Path, database: str, changes: dict[str, str]):
        self.folder = folder
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.environment = surroundings(
            str(folder),
            {
                "DEBUG": "0",
                "PLAIN_HTTP": "1",
                "MFA_REQUIRED": "1",
                "ALLOWED_HOSTS": "127.0.0.1",
                "PORT": str(self.port),
                "MAIL_DIR": str(folder / "mail"),
                "DATABASE_URL": database,
                **changes,
            },
        )
        self.running: dict[str, subprocess.Popen] = {}

    @property
    def file(self) -> Path:
        """Of SQLite."""
        return Path(urlsplit(self.environment["DATABASE_URL"]).path[1:])

    @property
    def is_sqlite(self) -> bool:
        return self.environment["DATABASE_URL"].startswith("sqlite")

    def told(self, world: str, words: str):
        """What those words on a module of `drill.worlds` print last, in JSON."""
        command = inside(world, words, package="drill.worlds")
        done = subprocess.run(command, cwd=ROOT, env=self.environment, check=True, stdout=subprocess.PIPE)
        return json.loads(done.stdout.splitlines()[-1])

    def manage(self, *words: str, **changes: str) -> subprocess.Popen:
        return self._started([sys.executable, "manage.py", *words], words[0], changes)

    def run(self, *words: str) -> None:
        """A command that must succeed."""
        if code := self.manage(*words).wait():
            raise SystemExit(f"{' '.join(words)} : {code}\n{self.log(words[0])}")

    def start_web(self, workers: int = 2) -> None:
        words = ["impec.wsgi", "--bind", f"127.0.0.1:{self.port}", "--workers", str(workers), "--no-control-socket"]
        self.running["web"] = self._started([sys.executable, "-m", "gunicorn", *words], "web", {})
        wait_for(self.port)

    def start_worker(self) -> None:
        self.running["worker"] = self.manage("worker")

    def kill(self, name: str) -> None:
        """The whole of it, at once, as when the machine stops."""
        process = self.running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self, name: str) -> None:
        """As asked by whoever operates it; what does not stop is killed."""
        process = self.running[name]
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill(name)
        else:
            del self.running[name]

    def children(self, name: str) -> list[int]:
        """Processes that serve, under the one that watches them."""
        pid = self.running[name].pid
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def log(self, name: str) -> str:
        """What a process wrote; a worker names itself after its command."""
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def end(self) -> None:
        for name in list(self.running):
            self.kill(name)

    def _started(self, command: list[str], name: str, changes: dict[str, str]) -> subprocess.Popen:
        with (self.folder / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.environment | changes,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )


@contextmanager
def site(**changes: str) -> Iterator[Site]:
    """Nothing is left of it; on PostgreSQL where `DATABASE_URL` names a server."""
    # A drill that is told to stop stops what it started too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory(prefix="impec-drill-") as folder, database(folder) as address:
        one = Site(Path(folder), address, changes)
        try:
            yield one
        finally:
            one.end()


@contextmanager
def database(folder: str) -> Iterator[str]:
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        yield f"sqlite:///{folder}/drill.sqlite3"
        return
    name = sql.Identifier(f"drill_{secrets.token_hex(6)}")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
        try:
            yield urlsplit(server)._replace(path=f"/{name.as_string()[1:-1]}").geturl()
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
