"""What a bench measures runs in a fresh process, on an embedded database of its own."""

import json
import os
import secrets
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# As production judges; pages looked at as somebody who has signed in need no second factor.
STRICT = {"DEBUG": "", "MFA_REQUIRED": "1"}
SIGNED_IN = {"DEBUG": "1", "PLAIN_HTTP": "1", "MFA_REQUIRED": "0"}


def surroundings(folder: str, changes: dict[str, str]) -> dict[str, str]:
    """The variables of a process whose files and database are in that folder."""
    return {
        **os.environ,
        "SECRET_KEY": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": "testserver",
        "IMPEC_VAR": folder,
        "IMPEC_TODAY": "2026-11-20",
        "DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3",
        **changes,
    }


def inside(world: str, words: str, package: str = "bench.worlds") -> list[str]:
    """The command that runs those words on a module of that package. Django's own command sets it up, so that the
    world is an ordinary module."""
    return [
        sys.executable,
        "manage.py",
        "shell",
        "--no-imports",
        "-c",
        f"from {package} import {world}; {world}.{words}",
    ]


def prepare(world: str, words: str, folder: str) -> None:
    subprocess.run(inside(world, words), cwd=ROOT, env=surroundings(folder, STRICT), check=True)


def measured(world: str, words: str, folder: str) -> dict:
    """What the last line printed says, in JSON."""
    environment = surroundings(folder, STRICT)
    done = subprocess.run(inside(world, words), cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout.splitlines()[-1])


def shown(world: str, folder: str) -> int:
    """Let a world measure pages and print what it found; its exit code."""
    environment = surroundings(folder, SIGNED_IN)
    return subprocess.run(inside(world, "measure()"), cwd=ROOT, env=environment, check=False).returncode
