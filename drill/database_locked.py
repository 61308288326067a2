"""F4: somebody else holds the database: `python -m drill.database_locked ROUNDS=4`.

Forms are sent while a second connection has been writing for fifteen seconds; in one more round, with SQLite, for
longer than the site waits: it then answers 503 in French, says when to come back, and takes the same form later.
"""

import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg

from drill.running.acts import DONE, NOON, Office, is_said
from drill.running.browser import Answer
from drill.running.goals import Goal, asked, every, verdict
from drill.running.site import Site, site

ROUNDS = asked("ROUNDS", 4)
HELD, TOO_LONG = 15, 24
CONTRACTS, ROLLS = 4, 1


def main() -> int:
    with site(IMPEC_TODAY=NOON) as served:
        office = Office(served, CONTRACTS * (ROUNDS + 1), ROLLS * (ROUNDS + 1))
        served.start_web(workers=4)
        waited = [answer for _ in range(ROUNDS) for _, answer in sent_while_held(served, office, HELD)]
        accepted = [answer for answer in waited if answer and answer.status == DONE]
        goals = [every(f"F4 formulaires acceptés, base tenue {HELD} s", len(accepted), len(waited))]
        if served.is_sqlite:
            goals += held_too_long(served, office)
        goals += office.goals("F4")
    return verdict(f"F4, base tenue {ROUNDS} fois {HELD} s par une autre connexion", goals)


def held_too_long(served: Site, office: Office) -> list[Goal]:
    answers = sent_while_held(served, office, TOO_LONG)
    turned_away = [(form, answer) for form, answer in answers if answer is None or answer.status != DONE]
    said = [answer for _, answer in turned_away if is_said(answer)]
    # Whoever was turned away clicks again, with the same form.
    again = [one.result() for one in office.send_at_once(form for form, _ in turned_away)]
    taken = [answer for answer in again if answer and answer.status == DONE]
    return [
        every("F4 refus dits au-delà de 20 s (503, Retry-After)", len(said), len(turned_away)),
        every("F4 formulaires refusés, acceptés au second envoi", len(taken), len(turned_away)),
    ]


def sent_while_held(served: Site, office: Office, seconds: float) -> list[tuple[tuple[str, dict], Answer | None]]:
    forms = office.some(CONTRACTS, ROLLS)
    with held(served):
        sending = office.send_at_once(forms)
        time.sleep(seconds)
    return [(form, one.result()) for form, one in zip(forms, sending, strict=True)]


@contextmanager
def held(served: Site) -> Iterator[None]:
    """By a connection that writes and does not end."""
    if served.is_sqlite:
        with closing(sqlite3.connect(served.file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")
        return
    with psycopg.connect(served.environment["DATABASE_URL"]) as other:
        other.execute("LOCK TABLE contracts_contract, training_attendance IN EXCLUSIVE MODE")
        yield
        other.rollback()


if __name__ == "__main__":
    sys.exit(main())
