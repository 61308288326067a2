"""Workers really killed while a delivery is built: it comes out once, or not at all."""

import json

import pytest

PREPARE = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
from accounts import work
work.enqueue = lambda *arguments: None
from datetime import date
from exports import actions, reference
from exports.scope import Destination
from tests import builders as b
from accounts.roles import Role
reference.load()
claire = b.a_user("claire@agence.example")
b.a_membership(claire, b.the_agency(), Role.COORDINATOR)
cohort = b.a_cohort(code="SM 2026")
b.a_referent(cohort, claire)
b.a_contract(cohort=cohort)
asked = actions.new_delivery(
    cohort=cohort, code="O1", destination=Destination(), as_of=date(2026, 11, 20), author=claire
)
"""
RUN = """
import os, signal
from accounts.models import Job
from accounts.work import run_job
from exports import actions, jobs

def die_in(owner, name, moment):
    whole = getattr(owner, name)
    def dying(*arguments, **named):
        if moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        whole(*arguments, **named)
        os.kill(os.getpid(), signal.SIGKILL)
    setattr(owner, name, dying)

where, moment = %r
if where:
    die_in(jobs if where == "build" else actions, where, moment)
run_job(Job.objects.get().pk)
"""
END_LEASE = """
from accounts import clock
from accounts.models import Job
Job.objects.update(lease_until=clock.true_now())
"""
TELL = """
import hashlib, json
from accounts.models import AccessLog, Job
from exports.models import Delivery
one = Delivery.objects.get()
good = bool(one.file) and hashlib.sha256(one.file.open().read()).hexdigest() == one.sha256
frozen = AccessLog.objects.filter(action="freeze").count()
print(json.dumps([Job.objects.get().state, one.is_frozen, good, frozen]))
"""
KILLED = -9


@pytest.mark.parametrize(
    "where, moment",
    [
        pytest.param("build", "before", id="before the first row"),
        pytest.param("build", "after", id="once written and verified"),
        pytest.param("store", "after", id="once stored"),
        pytest.param("freeze_delivery", "after", id="inside the last transaction"),
    ],
)
def test_a_killed_worker_leaves_one_delivery_or_none(run_program, where, moment):
    prepared = run_program(PREPARE)
    assert prepared.returncode == 0, prepared.stderr
    assert run_program(RUN % ((where, moment),)).returncode == KILLED
    assert json.loads(run_program(TELL).stdout) == ["RUNNING", False, False, 0]
    run_program(END_LEASE)
    assert run_program(RUN % (("", ""),)).returncode == 0
    assert json.loads(run_program(TELL).stdout) == ["DONE", True, True, 1]
