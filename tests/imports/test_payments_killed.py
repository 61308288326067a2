"""Workers really killed while they write payments: all the lines once, or none."""

import json

import pytest

PREPARE = """
from django.core.files.base import ContentFile
from accounts.models import Job
from imports.actions import read_batch, start_writing
from imports.actions.receiving import open_batch
from imports.models import ImportBatch
from tests import builders as b
from tests.imports.payer import CSV, twelve_contracts
membership = b.a_membership()
twelve_contracts(b.a_cohort(agency=membership.organisation))
user = membership.user
user.acting_through = membership
batch = open_batch(user=user, name="a.csv", content=ContentFile(CSV.read_bytes()), kind=ImportBatch.Kind.PAYMENTS)
read_batch(batch=batch, user=user)
job = start_writing(batch=batch, user=user)
job.arguments["dies"] = %r
job.save()
"""
RUN = """
from django.conf import settings
from accounts.models import Job
from accounts.work import run_job
settings.JOB_HANDLERS = {"import": "tests.imports.drill_payments.run"}
run_job(Job.objects.get().pk)
"""
END_LEASE = """
from accounts import clock
from accounts.models import Job
Job.objects.update(lease_until=clock.true_now())
"""
TELL = """
import json
from auditlog.models import LogEntry
from accounts.models import Job
from contracts.models import AidPayment
from imports.models import ImportBatch, ImportedRecord
history = LogEntry.objects.filter(content_type__model="aidpayment").count()
counts = [AidPayment.objects.count(), ImportedRecord.objects.count(), history]
print(json.dumps([Job.objects.get().state, ImportBatch.objects.get().state, counts]))
"""
KILLED = -9


@pytest.mark.parametrize(
    "moments, killed, ended",
    [
        pytest.param(["reading", "none"], [True, False], ["DONE", "WRITTEN", 104], id="while reading again"),
        pytest.param(["writing", "none"], [True, False], ["DONE", "WRITTEN", 104], id="before the commit"),
        pytest.param(["written", "none"], [True, False], ["DONE", "WRITTEN", 104], id="just after the commit"),
        pytest.param(["writing"] * 3, [True] * 3 + [False], ["FAILED", "READ", 0], id="each time: given up"),
    ],
)
def test_a_killed_worker_leaves_all_the_payments_or_none(run_program, moments, killed, ended):
    prepared = run_program(PREPARE % (moments,))
    assert prepared.returncode == 0, prepared.stderr
    for dies in killed:
        assert (run_program(RUN).returncode == KILLED) is dies
        run_program(END_LEASE)
    job, batch, counts = json.loads(run_program(TELL).stdout)
    assert [job, batch, *set(counts)] == ended
