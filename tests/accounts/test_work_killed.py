"""Workers really killed in the middle of a job: the effect happens once, nothing stays stuck."""

import json

import pytest

PREPARE = """
from accounts.models import Job
Job.objects.create(key="drill", kind="drill", label="Exercice", arguments={"dies": %r})
"""
RUN = """
from django.conf import settings
from accounts.models import Job
from accounts.work import run_job
settings.JOB_HANDLERS = {"drill": "tests.accounts.drill_job.run"}
run_job(Job.objects.get().pk)
"""
END_LEASE = """
from accounts import clock
from accounts.models import Job
Job.objects.update(lease_until=clock.true_now())
"""
TELL = """
import json
from accounts.models import AccessLog, Job
job = Job.objects.get()
print(json.dumps([job.state, job.attempts, AccessLog.objects.count()]))
"""
KILLED = -9


@pytest.mark.parametrize(
    "moments, killed, state, effects",
    [
        pytest.param(["before", "none"], [True, False], "DONE", 1, id="killed while computing"),
        pytest.param(["inside", "none"], [True, False], "DONE", 1, id="killed while writing the effect"),
        pytest.param(["after", "none"], [True, False], "DONE", 1, id="killed once the effect is written"),
        pytest.param(["before"] * 3, [True, True, True, False], "FAILED", 0, id="killed each time: given up"),
    ],
)
def test_a_killed_worker_leaves_one_effect(run_program, moments, killed, state, effects):
    assert run_program(PREPARE % (moments,)).returncode == 0
    for dies in killed:
        assert (run_program(RUN).returncode == KILLED) is dies
        run_program(END_LEASE)
    told = json.loads(run_program(TELL).stdout)
    assert told[0] == state
    assert told[2] == effects


def test_a_job_in_somebody_elses_hands_is_left_alone(run_program):
    run_program(PREPARE % (["before", "none"],))
    assert run_program(RUN).returncode == KILLED
    assert run_program(RUN).returncode == 0
    assert json.loads(run_program(TELL).stdout) == ["RUNNING", 1, 0]
