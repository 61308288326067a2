"""Entry points for the queue: plain arguments, safe to run twice."""

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session

from accounts import blocking, clock, history, journal, outbox, work
from accounts.models import SentForm

FORMS_KEPT = timedelta(days=2)


def run_job(job_id: int) -> bool:
    return work.run_job(job_id)


def send_message(message_id: int) -> bool:
    return outbox.send(message_id)


def tell_blocked(fingerprint: str, proof: str, at: str) -> bool:
    """True when somebody owns the address that ten failures closed."""
    return bool(blocking.tell_owner(fingerprint=fingerprint, proof=proof, at=datetime.fromisoformat(at)))


def sweep() -> int:
    """Each minute: jobs whose worker died and messages that did not leave are handed out again."""
    messages = outbox.waiting_ids()
    for message_id in messages:
        outbox.send(message_id)
    return work.hand_out_again() + len(messages)


def tidy() -> int:
    """Each day: texts of old messages, tokens of old forms, sign-in sessions that are over."""
    Session.objects.filter(expire_date__lt=clock.true_now()).delete()
    SentForm.objects.filter(created_at__lt=clock.now() - FORMS_KEPT).delete()
    return outbox.forget_texts()


def seal_history() -> int:
    """Every ten minutes: what the history of the fields gained goes under seal."""
    return history.seal_history()


def tell_heads() -> None:
    """Each day, in the log outside the database: whoever writes everything anew cannot write there."""
    journal.tell_heads()
