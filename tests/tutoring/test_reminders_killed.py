"""Workers really killed while the reminders of the sheets leave, on the queue in the database: none leaves twice."""

import json
from pathlib import Path

import pytest
from django.conf import settings

PREPARE = """
from tests import builders as b
place, cohort = b.an_establishment(), b.a_cohort(code="SM 2026")
for number in range(3):
    person = b.a_person(birth_name=f"NOM {number}")
    tutor = b.a_tutor(place, phone=f"06 39 98 00 1{number}")
    b.a_tutorship(b.a_contract(person=person, establishment=place, cohort=cohort), tutor)
from django_q.tasks import async_task
async_task("tutoring.jobs.remind_tutors")
"""
# A worker takes tasks from the queue, does them, says they are done. What an earlier one died with comes back later:
# the morning once more, and the messages that wait, each minute.
RUN = """
from django.conf import settings
from django.utils.module_loading import import_string
from django_q.brokers import get_broker
from django_q.signing import SignedPackage
from accounts import jobs, outbox
from tests.dying import die_in
from tutoring.actions import sheet_links
from tutoring.jobs import remind_tutors
settings.SMS_BACKEND = "tests.tutoring.test_reminders_killed.send_text"

where, moment = %r
if where:
    die_in({"deliver": outbox, "send_message": jobs}.get(where, sheet_links), where, moment, call=2)
queue = get_broker()
while tasks := queue.dequeue():
    for receipt, package in tasks:
        task = SignedPackage.loads(package)
        import_string(task["func"])(*task["args"])
        queue.acknowledge(receipt)
remind_tutors()
jobs.sweep()
"""
END_LEASES = """
from accounts.models import Message
Message.objects.update(lease_until=None)
"""
TELL = """
import json
from pathlib import Path
from django.conf import settings
from accounts.models import Message
from tutoring.models import SheetLink
texts = (Path(settings.MAIL_DIR) / "texts").read_text().split()
print(json.dumps([sorted(texts), Message.objects.exclude(sent_at=None).count(), SheetLink.objects.count()]))
"""
KILLED = -9


def send_text(message):
    """A back-end that adds a line to what has left: a text that leaves twice is there twice."""
    folder = Path(settings.MAIL_DIR)
    folder.mkdir(exist_ok=True)
    with (folder / "texts").open("a") as file:
        file.write(f"{message.recipient}\n")


@pytest.mark.parametrize(
    "where, moment",
    [
        pytest.param("post_message", "before", id="once the link is made, not its message"),
        pytest.param("post_message", "after", id="once the message is written, before the end of the transaction"),
        pytest.param("remind", "after", id="once two are reminded, not the third"),
        pytest.param("deliver", "before", id="once the second message is taken"),
        pytest.param("send_message", "after", id="once the second has left, before the queue hears of it"),
    ],
)
def test_a_killed_worker_sends_each_reminder_once(run_program, where, moment):
    prepared = run_program(PREPARE)
    assert prepared.returncode == 0, prepared.stderr
    assert run_program(RUN % ((where, moment),)).returncode == KILLED
    run_program(END_LEASES)
    for _ in range(2):
        ended = run_program(RUN % (("", ""),))
        assert ended.returncode == 0, ended.stderr
    told = json.loads(run_program(TELL).stdout)
    assert told == [[f"+3363998001{number}" for number in range(3)], 3, 3]
