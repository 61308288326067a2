"""Set-up may run twice; `up` starts web and worker together and leaves nothing behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from urllib.request import urlopen

import pytest
from django.conf import settings as live_settings
from django_q.models import Schedule

from accounts import clock
from accounts.roles import Role
from impec.demo.logins import LOGINS
from impec.management.commands.up import line_of
from impec.schedule import NIGHTLY, SCHEDULE, first_run

MOST_SILENCE = 300


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("place")


@pytest.fixture
def environment(place):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return variables(place) | {"PORT": str(port)}


def variables(place):
    return os.environ | {
        "IMPEC_VAR": str(place),
        "DATABASE_URL": f"sqlite:///{place / 'up.sqlite3'}",
        "SECRET_KEY": "suite de signes assez longue pour un essai 0123456789",
        "DEBUG": "1",
        "PLAIN_HTTP": "1",
    }


def manage(environment, *arguments):
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=live_settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def ready(place):
    """A place that has been set up; what set-up said."""
    outcome = manage(variables(place), "setup")
    assert outcome.returncode == 0, outcome.stderr
    return outcome.stdout


@pytest.fixture
def up(environment, ready):
    process = subprocess.Popen(
        [sys.executable, "manage.py", "up"],
        cwd=live_settings.BASE_DIR,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    # One that stays silent ends the test rather than holding it for ever.
    silence = threading.Timer(MOST_SILENCE, process.kill)
    silence.start()
    yield process
    silence.cancel()
    process.kill()
    process.wait()
    # Not read to its end: a worker that outlived its parent would hold it for ever.
    process.stdout.close()


def read_until(process, words):
    for line in process.stdout:
        if words in line:
            return line
    raise AssertionError(f"{words}: never said")


def test_set_up_says_where_the_database_is_and_may_run_twice(environment, ready):
    assert f"Base SQLite : {environment['IMPEC_VAR']}/up.sqlite3" in ready
    assert manage(environment, "setup").stdout == ready


def test_set_up_makes_no_account(environment, ready):
    code = "from accounts.models import User; print(User.objects.count())"
    assert manage(environment, "shell", "--no-imports", "-c", code).stdout.strip() == "0"


@pytest.mark.parametrize("role", [login.role or "TRAINEE" for login in LOGINS])
def test_up_says_the_role_of_a_login_in_words(role):
    said = line_of({"login": "qui@exemple.fr", "password": "secret", "role": role, "organisation": None})
    assert said.endswith(f"{dict(Role.choices).get(role, 'stagiaire')}, à son nom")
    assert role not in said


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_up_serves_pages_and_stops_when_asked(environment, up, number):
    read_until(up, "Quit the server")
    with urlopen(f"http://127.0.0.1:{environment['PORT']}/compte/connexion/", timeout=60) as answer:
        assert answer.status == 200
    up.send_signal(number)
    # The end of the output means that no process holds it any more.
    up.communicate(timeout=120)
    assert up.returncode == 0


def test_killing_up_leaves_no_process_behind(up):
    read_until(up, "Quit the server")
    up.send_signal(signal.SIGKILL)
    up.communicate(timeout=120)
    assert up.returncode == -signal.SIGKILL


TOLD_WHILE_STARTING = """
import os, signal
from multiprocessing.context import ForkProcess
from impec.management.commands.worker import Worker

start = ForkProcess.start

def told_first(process):
    ForkProcess.start = start
    os.kill(os.getpid(), signal.SIGTERM)
    start(process)

ForkProcess.start = told_first
worker = Worker()
worker.start()
went_on = worker.sentinel.is_alive()
worker.stop()
print("went on" if went_on else "stopped")
"""


def test_a_worker_told_to_stop_while_it_starts_stops(environment, ready):
    outcome = manage(environment, "shell", "--no-imports", "-c", TOLD_WHILE_STARTING)
    assert outcome.stdout.splitlines()[-1:] == ["stopped"], outcome.stderr


def test_when_one_of_the_two_dies_the_other_stops(up, environment):
    read_until(up, "Quit the server")
    children = subprocess.run(
        ["ps", "--ppid", str(up.pid), "-o", "pid=,args="], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    (web,) = [int(line.split()[0]) for line in children if "runserver" in line]
    os.kill(web, signal.SIGKILL)
    up.communicate(timeout=120)
    assert up.returncode == 1


def test_up_is_for_development_only(environment):
    outcome = manage(environment | {"DEBUG": "0"}, "up")
    assert outcome.returncode != 0
    assert "gunicorn" in outcome.stderr


@pytest.fixture
def accounts(environment):
    """What the demonstration writes about its accounts."""
    account = {
        "role": "tutrice",
        "organisation": "La Closerie",
        "login": "bruno@closerie.example",
        "password": "secret",
    }
    Path(environment["IMPEC_VAR"], "comptes.json").write_text(json.dumps([account]))


def test_up_shows_the_address_and_the_logins_of_the_demonstration(accounts, up, environment):
    read_until(up, f"http://127.0.0.1:{environment['PORT']}/")
    assert "secret" in read_until(up, "bruno@closerie.example")


def test_every_planned_job_exists():
    for job in SCHEDULE.values():
        module, name = job["func"].rsplit(".", 1)
        assert callable(getattr(import_module(module), name))
        assert Schedule(**job).schedule_type


def test_what_gathers_a_day_first_runs_at_night():
    assert SCHEDULE.keys() >= NIGHTLY
    now = clock.true_now()
    for name in NIGHTLY:
        first = first_run(name)
        assert now < first <= now + timedelta(hours=25)
        assert first.astimezone(clock.PARIS).hour == 4
