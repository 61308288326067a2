"""Workers really killed while a correction is built, compared and kept: it comes out once, or not at all."""

import json
import shutil

import pytest

PREPARE = """
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
first = actions.new_delivery(
    cohort=cohort, code="O1", destination=Destination(), as_of=date(2026, 11, 20), author=claire
)
work.run_job(first.job_id)
first.refresh_from_db()
b.a_contract(cohort=cohort)
actions.correct_delivery(delivery=first, reason="Un contrat manquait.", as_of=date(2026, 11, 20), by=claire)
"""
RUN = """
from accounts.models import Job
from accounts.work import run_job
from exports import actions, build, changes, jobs
from exports.actions import keeping
from tests.dying import die_in

OWNERS = {"build": jobs, "checked": build, "ended": changes.Tracking, "store": keeping}

where, moment = %r
if where:
    die_in(OWNERS.get(where, actions), where, moment)
run_job(Job.objects.latest("pk").pk)
"""
END_LEASE = """
from accounts import clock
from accounts.models import Job
Job.objects.exclude(lease_until=None).update(lease_until=clock.true_now())
"""
TELL = """
import hashlib, json
from accounts.models import AccessLog, Job
from exports.models import Delivery
from django.core.files.storage import default_storage
one = Delivery.objects.latest("pk")
def good(file, sha256):
    return bool(file) and hashlib.sha256(file.open().read()).hexdigest() == sha256
whole = good(one.file, one.sha256) and good(one.rows_file, one.rows_sha256)
frozen = AccessLog.objects.filter(action="freeze", object_id=str(one.pk)).count()
print(json.dumps([one.job.state, one.is_frozen, whole, one.added_count, frozen]))
"""
KILLED = -9


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    return tmp_path_factory.mktemp("prepared")


@pytest.fixture
def prepared(once, run_program, tmp_path):
    """A first delivery and its correction asked for, told once; each test has its own copy."""
    if not any(once.iterdir()):
        done = run_program(PREPARE)
        assert done.returncode == 0, done.stderr
        shutil.copytree(tmp_path, once, dirs_exist_ok=True)
    else:
        shutil.copytree(once, tmp_path, dirs_exist_ok=True)


@pytest.mark.parametrize(
    "where, moment",
    [
        pytest.param("build", "before", id="before the first row"),
        pytest.param("checked", "before", id="once written and compared"),
        pytest.param("ended", "after", id="once its rows are kept"),
        pytest.param("build", "after", id="once written and verified"),
        pytest.param("store", "after", id="once the workbook is stored, not its rows"),
        pytest.param("store_built", "after", id="once both are stored"),
        pytest.param("freeze_delivery", "after", id="inside the last transaction"),
    ],
)
def test_a_killed_worker_leaves_one_delivery_or_none(prepared, run_program, where, moment):
    assert run_program(RUN % ((where, moment),)).returncode == KILLED
    assert json.loads(run_program(TELL).stdout) == ["RUNNING", False, False, None, 0]
    run_program(END_LEASE)
    assert run_program(RUN % (("", ""),)).returncode == 0
    assert json.loads(run_program(TELL).stdout) == ["DONE", True, True, 1, 1]
