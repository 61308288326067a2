"""Long jobs: the queue delivers at least once, the effect happens exactly once.

A kind of job is a function `handler(work)` named in `settings.JOB_HANDLERS`. It computes, tells its progress with
`work.progress(done, total, step)`, and ends inside `with work.finish() as result:`, where every effect is written.
"""

import logging
import secrets
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import OperationalError, transaction
from django.db.models import F, Q
from django.utils.module_loading import import_string

from accounts import clock
from accounts.models import Job, Membership, User
from accounts.queue import enqueue

logger = logging.getLogger("impec.work")

LEASE = timedelta(minutes=2)
BEAT = timedelta(seconds=0.5)
# A queued job whose task was not seen for so long is handed out again.
QUEUE_PATIENCE = timedelta(minutes=5)
MOST_ATTEMPTS = 3
GIVEN_UP = "Ce travail s'est interrompu trois fois. Relancez-le ; si cela se répète, prévenez l'administration."
UNEXPECTED = "Une erreur imprévue a arrêté ce travail. Rien n'a été enregistré. L'administration est prévenue."
HELD = "Retenu à la restauration : ce travail s'est peut-être terminé depuis. Relancez-le s'il est encore utile."


class LeaseLost(Exception):
    """Another worker has taken the job over: stop and throw away what was made."""


@transaction.atomic
def start_job(
    *, key: str, kind: str, label: str, arguments: dict, user: User | None, membership: Membership | None
) -> Job:
    """The same key twice is the same job. The row and its task are written together."""
    job, created = Job.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "label": label,
            "arguments": arguments,
            "created_by": user,
            "membership": membership,
            "lease_until": clock.true_now() + QUEUE_PATIENCE,
        },
    )
    if created:
        enqueue("accounts.jobs.run_job", job.pk)
    return job


@transaction.atomic
def retry_job(*, job: Job) -> Job:
    """*Relancer*: a job that failed starts again from nothing."""
    again = Job.objects.filter(pk=job.pk, state=Job.State.FAILED).update(
        state=Job.State.QUEUED,
        attempts=0,
        lease_until=clock.true_now() + QUEUE_PATIENCE,
        error="",
        step="",
        done=0,
        total=0,
        finished_at=None,
    )
    if not again:
        raise ValidationError("Seul un travail en échec peut être relancé.")
    enqueue("accounts.jobs.run_job", job.pk)
    job.refresh_from_db()
    return job


class Work:
    """Un travail pris en charge : son avancement, son bail, sa fin."""

    def __init__(self, job: Job):
        self.job = job
        self.arguments = job.arguments
        self.token = job.lease_token
        self._told_at = clock.true_now()

    def author(self) -> User:
        """Who asked, acting as when she asked; a right withdrawn meanwhile stops the work."""
        standing = Membership.objects.active().filter(pk=self.job.membership_id)
        membership = standing.select_related("organisation").first()
        if membership is None:
            raise ValidationError("La personne qui a demandé ce travail n'a plus accès : rien n'est fait.")
        user = self.job.created_by
        user.acting_through = membership
        return user

    def progress(self, done: int, total: int, step: str = "") -> None:
        """Tells and renews the lease, twice a second at most."""
        now = clock.true_now()
        if now - self._told_at < BEAT and step == self.job.step:
            return
        self._told_at = now
        self.job.step = step
        self._renew(LEASE, done=done, total=total, step=step[:200])

    def hold(self, duration: timedelta) -> None:
        """Before a long transaction, in which no renewal would be seen from outside."""
        self._renew(duration)

    @contextmanager
    def finish(self):
        """Everything written in here commits with the end of the job, or not at all."""
        with transaction.atomic():
            ended = self._mine().update(
                state=Job.State.DONE, finished_at=clock.now(), done=F("total"), lease_until=None, error=""
            )
            if not ended:
                raise LeaseLost
            result = {}
            yield result
            Job.objects.filter(pk=self.job.pk).update(result=result)

    def fail(self, message: str) -> bool:
        """False when the job is already over, or in other hands."""
        facts = {"state": Job.State.FAILED, "finished_at": clock.now(), "error": message[:500]}
        return bool(self._mine().update(lease_until=None, **facts))

    def release(self) -> None:
        """Gives the job back: the sweep hands it out again."""
        self._mine().update(lease_until=clock.true_now())

    def _mine(self):
        return Job.objects.filter(pk=self.job.pk, lease_token=self.token, state=Job.State.RUNNING)

    def _renew(self, duration: timedelta, **facts) -> None:
        if not self._mine().update(lease_until=clock.true_now() + duration, **facts):
            raise LeaseLost


def claim(job_id: int) -> Work | None:
    """One conditional update: queued, or running under a lease that is over. None when somebody else has it."""
    now = clock.true_now()
    token = secrets.token_hex(16)
    free = Q(state=Job.State.QUEUED) | Q(state=Job.State.RUNNING, lease_until__lt=now)
    spent = Job.objects.filter(free, pk=job_id, attempts__gte=MOST_ATTEMPTS)
    spent.update(state=Job.State.FAILED, error=GIVEN_UP, finished_at=clock.now(), lease_until=None)
    taken = Job.objects.filter(free, pk=job_id, attempts__lt=MOST_ATTEMPTS).update(
        state=Job.State.RUNNING, lease_token=token, lease_until=now + LEASE, attempts=F("attempts") + 1
    )
    return Work(Job.objects.get(pk=job_id)) if taken else None


def run_job(job_id: int) -> bool:
    """Worker's entry: True when this call ended the job."""
    work = claim(job_id)
    if work is None:
        return False
    try:
        import_string(settings.JOB_HANDLERS[work.job.kind])(work)
    except LeaseLost:
        return False
    except ValidationError as refusal:
        work.fail(" ".join(refusal.messages))
    except OperationalError:
        logger.exception("job %s: the database was busy", work.job.public_id)
        work.release()
    except Exception:
        logger.exception("job %s failed", work.job.public_id)
        work.fail(UNEXPECTED)
    else:
        # A handler that returns without `finish` wrote nothing.
        return not work.fail(UNEXPECTED)
    return False


def hold_waiting() -> int:
    """In a database that comes back: what waited or ran may have ended since the copy. *Relancer* starts it again."""
    facts = {"state": Job.State.FAILED, "error": HELD, "finished_at": clock.now(), "lease_until": None}
    return Job.objects.filter(state__in=(Job.State.QUEUED, Job.State.RUNNING)).update(**facts)


def hand_out_again() -> int:
    """Jobs whose worker died, or whose task was lost on the way, go back to the queue."""
    now = clock.true_now()
    late = Job.objects.filter(state__in=(Job.State.QUEUED, Job.State.RUNNING), lease_until__lt=now)
    ids = list(late.order_by("pk").values_list("pk", flat=True)[:100])
    for job_id in ids:
        Job.objects.filter(pk=job_id, state=Job.State.QUEUED).update(lease_until=now + QUEUE_PATIENCE)
        enqueue("accounts.jobs.run_job", job_id)
    return len(ids)
