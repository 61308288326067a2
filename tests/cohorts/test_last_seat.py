"""Two employers' clicks at the same instant on the last place."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from cohorts import actions
from cohorts.models import Enrolment, Referral
from tests import builders as b

ONE_WRITER = "SQLite lets one transaction write at a time, which settles it by itself"


@pytest.mark.django_db(transaction=True)
def test_two_acceptances_at_once_give_one_success(cohort, closerie):
    if connection.vendor == "sqlite":
        pytest.skip(ONE_WRITER)
    seat = b.a_seat(cohort, closerie, quantity=1)
    proposals = [b.a_referral(cohort=cohort, seat=seat) for _ in range(2)]
    ready = threading.Barrier(2)
    outcomes = []

    def accept(referral):
        ready.wait()
        try:
            actions.accept_referral(referral=referral, by=None, on=b.TODAY)
            outcomes.append("accepted")
        except ValidationError:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=accept, args=[referral]) for referral in proposals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["accepted", "refused"]
    assert Enrolment.objects.holding().count() == 1
    assert Referral.objects.waiting().count() == 1
