"""The site as production serves it, on a world of `bench.worlds`, for what a browser measures."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from bench.running.apart import ROOT, inside, surroundings
from scripts.with_postgres import free_port


@contextmanager
def served(world: str, folder: str, **changes: str) -> Iterator[tuple[str, dict]]:
    """Its address, and what the `tell()` of the world prints in JSON."""
    port = free_port()
    known = surroundings(
        folder,
        {
            "DEBUG": "0",
            "PLAIN_HTTP": "1",
            "MFA_REQUIRED": "1",
            "ALLOWED_HOSTS": "127.0.0.1",
            "SITE_ADDRESS": f"http://127.0.0.1:{port}",
            "MAIL_DIR": f"{folder}/mail",
            **changes,
        },
    )
    said = subprocess.run(inside(world, "tell()"), cwd=ROOT, env=known, check=True, stdout=subprocess.PIPE)
    command = [sys.executable, "-m", "gunicorn", "impec.wsgi", "-b", f"127.0.0.1:{port}", "--threads", "4"]
    with subprocess.Popen(command, cwd=ROOT, env=known, stderr=subprocess.DEVNULL) as server:
        try:
            wait_for(port)
            yield f"http://127.0.0.1:{port}", json.loads(said.stdout.splitlines()[-1])
        finally:
            server.terminate()


def wait_for(port: int) -> None:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the server did not start")
