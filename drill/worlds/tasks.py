"""Deliveries and messages for a worker that dies, and what became of them."""

import hashlib
import json
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django_q.models import Schedule

from accounts import clock, outbox, work
from accounts.models import AccessLog, Job, Message, User
from accounts.roles import Role
from bench.worlds.tables import make_tables
from exports import actions
from exports.models import Delivery
from exports.scope import Destination
from tests import builders as b

CONTRACTS = 8


def prepare() -> None:
    make_tables()
    user = b.a_user("claire@agence.example")
    b.a_membership(user, b.the_agency(), Role.COORDINATOR)
    print(json.dumps({}))


def ask(round_: int, deliveries: int, messages: int) -> None:
    """As a day would bring them; before, the time in which nobody else may take up what a dead worker held passes."""
    pass_time()
    user = User.objects.get()
    for number in range(deliveries):
        with transaction.atomic():
            cohort = b.a_cohort(code=f"R{round_}-{number}")
            b.a_referent(cohort, user)
            for rank in range(CONTRACTS):
                # Builders count from one in each process, and two people of one name would be one.
                name = f"NOM{round_}X{number}X{rank}"
                site = b.an_establishment(siret=b.a_siret(1 + rank + CONTRACTS * (number + deliveries * round_)))
                b.a_contract(person=b.a_person(birth_name=name), cohort=cohort, establishment=site)
        actions.new_delivery(cohort=cohort, code="O1", destination=Destination(), as_of=clock.today(), author=user)
    for number in range(messages):
        key = f"exercice:{round_}:{number}"
        with transaction.atomic():
            outbox.post_message(key=key, recipient="claire@agence.example", subject="Exercice", body=key)
    print(json.dumps({}))


def pass_time() -> None:
    """What was in the hands of the dead is free again, and the sweep is due."""
    now = clock.true_now()
    Job.objects.filter(state__in=(Job.State.QUEUED, Job.State.RUNNING)).update(lease_until=now)
    Message.objects.exclude(lease_until=None).update(lease_until=now)
    Schedule.objects.filter(func="accounts.jobs.sweep").update(next_run=now)


def hurry() -> None:
    """Prints how many jobs and messages wait; what failed is tried again at once."""
    pass_time()
    print(json.dumps(waiting()))


def unstick() -> None:
    """Prints what is not done; what was given up after three deaths is started again, as by its button."""
    failed = list(Job.objects.filter(state=Job.State.FAILED))
    for job in failed:
        work.retry_job(job=job)
    pass_time()
    print(json.dumps({"failed": len(failed), "waiting": waiting()}))


def waiting() -> int:
    return Job.objects.exclude(state=Job.State.DONE).count() + Message.objects.filter(sent_at=None).count()


def compare() -> None:
    deliveries = Delivery.objects.order_by("pk")
    sent = Message.objects.exclude(sent_at=None).count()
    files = list(Path(settings.MAIL_DIR).glob("*.eml.txt"))
    told = {
        "deliveries": deliveries.count(),
        "faults": [str(one.pk) for one in deliveries if not came_out_once(one)],
        "messages": Message.objects.count(),
        "sent": sent,
        "files": len(files),
        "leftovers": leftovers(),
    }
    print(json.dumps(told))


def came_out_once(delivery) -> bool:
    frozen = AccessLog.objects.filter(action="freeze", object_id=str(delivery.pk)).count()
    kept = ((delivery.file, delivery.sha256), (delivery.rows_file, delivery.rows_sha256))
    return frozen == 1 and delivery.is_frozen and all(is_good(file, sha256) for file, sha256 in kept)


def is_good(file, sha256: str) -> bool:
    return bool(file) and hashlib.sha256(file.open().read()).hexdigest() == sha256


def leftovers() -> list[str]:
    """Stored files that no delivery names."""
    named = {name for one in Delivery.objects.all() for name in (one.file.name, one.rows_file.name)}
    root = Path(default_storage.location)
    found = [path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()]
    return sorted(set(found) - named)
