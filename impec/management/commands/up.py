"""Development: web server and worker as one foreground command; Ctrl-C or SIGTERM stops both."""

import ctypes
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.roles import Role

PR_SET_PDEATHSIG = 1
GRACE_SECONDS = 10


class Command(BaseCommand):
    help = "Démarre le site et les tâches, au premier plan (développement et démonstration)."

    def handle(self, **options):
        if not settings.DEBUG:
            raise CommandError("`up` sert au développement (DEBUG=1). En production : gunicorn, et `manage.py worker`.")
        port = os.environ.get("PORT", "8000")
        # -u: what they say is read at once, in a pipe or a journal as in a terminal.
        manage = [sys.executable, "-u", str(settings.BASE_DIR / "manage.py")]
        self.stopping = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.stop)
        self.children = [
            start([*manage, "runserver", "--noreload", f"127.0.0.1:{port}"]),
            start([*manage, "worker"]),
        ]
        self.say(port)
        raise SystemExit(self.wait())

    def say(self, port):
        lines = [f"ImPEC : http://127.0.0.1:{port}/ (Ctrl-C pour arrêter)"]
        accounts = Path(settings.VAR_DIR) / "comptes.json"
        if accounts.exists():
            lines.append("Comptes de démonstration :")
            lines += [line_of(account) for account in json.loads(accounts.read_text(encoding="utf-8"))]
        self.stdout.write("\n".join(lines))
        self.stdout.flush()

    def stop(self, *_):
        self.stopping = True
        for child in self.children:
            if child.poll() is None:
                # The leader alone: told all at once, a cluster takes ten times longer to stop.
                child.terminate()

    def wait(self) -> int:
        """The first child that ends takes the other with it."""
        pid, status = os.wait()
        asked = self.stopping
        self.stop()
        for child in self.children:
            if child.pid == pid:
                child.returncode = os.waitstatus_to_exitcode(status)
                continue
            try:
                child.wait(GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
        return 0 if asked else 1


def line_of(account: dict) -> str:
    """A trainee acts for nobody but herself."""
    role = dict(Role.choices).get(account["role"], "stagiaire")
    place = account["organisation"] or "à son nom"
    return f"  {account['login']:<42} {account['password']:<30} {role}, {place}"


def start(command: list[str]) -> subprocess.Popen:
    """In its own process group, and told to stop should this process be killed."""
    parent = os.getpid()
    return subprocess.Popen(command, start_new_session=True, preexec_fn=lambda: die_with(parent))


def die_with(parent: int) -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os._exit(1)
