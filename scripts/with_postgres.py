"""Runs a command beside a PostgreSQL of its own: with_postgres.py COMMAND…

The server listens on a free loopback port, keeps its files in a temporary folder and dies with the command, which
finds it in DATABASE_URL. Exit code EX_UNAVAILABLE (69) means that no PostgreSQL could be had.
"""

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

CLUSTER = ["--username", "impec", "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C", "--no-sync"]
# Nothing here outlives the tests: speed matters, a power cut does not.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "40",
}


def binaries() -> Path | None:
    """The newest server of the machine: Debian keeps its programs out of PATH."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    found = debian[-1] if debian else shutil.which("postgres")
    return Path(found).resolve().parent if found else None


def obtain_binaries() -> Path:
    here = Path(__file__).parent
    if not binaries():
        subprocess.run([here / "debian_packages.sh", "postgresql"], check=False)
    found = binaries()
    if not found:
        print("ImPEC : PostgreSQL manque. Sous Debian : apt-get install postgresql", file=sys.stderr)
        sys.exit(os.EX_UNAVAILABLE)
    return found


def server_user() -> dict:
    """PostgreSQL refuses to run as root: root lends it another user's identity."""
    if os.geteuid() != 0:
        return {}
    with contextlib.suppress(KeyError):
        user = pwd.getpwnam("postgres")
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    user = pwd.getpwnam("nobody")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def postgres(programs: Path):
    """A server that accepts connections; yields its address."""
    identity = server_user()
    # Root's own TMPDIR may be closed to the other user.
    folder = Path(tempfile.mkdtemp(prefix="impec-postgres-", dir="/tmp" if identity else None))
    password, port, data = secrets.token_hex(16), free_port(), folder / "data"
    as_server = {"cwd": folder, "stdin": subprocess.DEVNULL, **identity}
    try:
        (folder / "password").write_text(password)
        if identity:
            for path in (folder, folder / "password"):
                os.chown(path, identity["user"], identity["group"])
        subprocess.run(
            [programs / "initdb", "--pgdata", data, "--pwfile", folder / "password", *CLUSTER],
            check=True,
            stdout=subprocess.DEVNULL,
            **as_server,
        )
        options = " ".join(f"-c {name}={value or repr('')}" for name, value in {**SETTINGS, "port": port}.items())
        control = [programs / "pg_ctl", "--pgdata", data, "--silent", "--wait"]
        subprocess.run([*control, "--log", folder / "log", "--options", options, "start"], check=True, **as_server)
        try:
            yield f"postgres://impec:{password}@127.0.0.1:{port}/postgres"
        finally:
            subprocess.run([*control, "--mode", "immediate", "stop"], check=False, **as_server)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main(command: list[str]) -> int:
    # A kill of this process stops the server too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with postgres(obtain_binaries()) as address:
        return subprocess.run(command, env={**os.environ, "DATABASE_URL": address}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
