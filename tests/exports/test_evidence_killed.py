"""Workers really killed while a pack of proofs is gathered: it comes out once, or not at all."""

import json

import pytest

from tests.exports.test_killed import END_LEASE, KILLED

PREPARE = """
from accounts import work
work.enqueue = lambda *arguments: None
from accounts.roles import Role
from exports.actions import evidence
from exports.evidence.scope import Reader
from tests import builders as b
claire = b.a_user("claire@agence.example")
b.a_membership(claire, b.the_agency(), Role.COORDINATOR)
cohort = b.a_cohort(code="SM 2026")
b.a_referent(cohort, claire)
b.a_contract(cohort=cohort)
evidence.ask_evidence(cohort=cohort, reader=Reader("AGENCY"), author=claire)
"""
RUN = """
from accounts.models import Job
from accounts.work import run_job
from exports import actions, jobs
from exports.actions import evidence
from tests.dying import die_in

where, moment = %r
if where:
    die_in({"build_evidence": jobs, "store": actions, "freeze_evidence": evidence}[where], where, moment)
run_job(Job.objects.get().pk)
"""
TELL = """
import hashlib, json
from accounts.models import AccessLog, Job
from exports.models import EvidencePack
one = EvidencePack.objects.get()
good = bool(one.file) and hashlib.sha256(one.file.open().read()).hexdigest() == one.sha256
frozen = AccessLog.objects.filter(action="freeze").count()
print(json.dumps([Job.objects.get().state, one.is_frozen, good, frozen]))
"""


@pytest.mark.parametrize(
    "where, moment",
    [
        pytest.param("build_evidence", "before", id="before the first contract"),
        pytest.param("build_evidence", "after", id="once zipped"),
        pytest.param("store", "after", id="once stored"),
        pytest.param("freeze_evidence", "after", id="inside the last transaction"),
    ],
)
def test_a_killed_worker_leaves_one_pack_or_none(run_program, where, moment):
    prepared = run_program(PREPARE)
    assert prepared.returncode == 0, prepared.stderr
    assert run_program(RUN % ((where, moment),)).returncode == KILLED
    assert json.loads(run_program(TELL).stdout) == ["RUNNING", False, False, 0]
    run_program(END_LEASE)
    assert run_program(RUN % (("", ""),)).returncode == 0
    assert json.loads(run_program(TELL).stdout) == ["DONE", True, True, 1]
