"""What has already left: files built, verified and sent as a counsellor would, so that their readers find something."""

from datetime import date

from django.test.utils import override_settings

from accounts import clock, work
from accounts.models import User
from cohorts.models import Cohort
from exports.actions import Received, acknowledge, correct_delivery, new_delivery, send_delivery
from exports.destinations import destinations
from exports.models import Acknowledgement, Delivery
from impec.demo.logins import DDETS, OPCO

EMPLOYER = "Association La Closerie du Mont"
# File, and the name of whoever receives it.
SENT = (("O1", OPCO), ("O2", OPCO), ("O3", OPCO), ("O4", OPCO), ("D2", DDETS), ("A1", EMPLOYER), ("A1", DDETS))
BEFORE = (("O1", OPCO), ("O2", OPCO))
# The month before: stopped a month too early, seen the same day, received on the Monday.
TOO_EARLY, MONTH_END = date(2026, 8, 31), date(2026, 9, 30)
SENT_ON, RECEIVED_ON = date(2026, 10, 2), date(2026, 10, 5)
WHY = "Arrêté au 31 août par erreur : le mois de septembre manquait."


def deliveries_of_the_story() -> None:
    claire = User.objects.get(first_name="Claire", last_name="MOREL")
    cohort = Cohort.objects.get(code="SM 2026")
    month_before(cohort, claire)
    for code, recipient in SENT:
        leave(asked(cohort, claire, code, recipient, clock.today()), claire)


def month_before(cohort: Cohort, claire: User) -> None:
    """The files of September, with a correction: what changes since then can be read."""
    with override_settings(IMPEC_TODAY=f"{SENT_ON}T10:10"):
        first, second = [leave(asked(cohort, claire, code, recipient, TOO_EARLY), claire) for code, recipient in BEFORE]
    with override_settings(IMPEC_TODAY=f"{SENT_ON}T15:40"):
        for delivery in (first, second):
            right = correct_delivery(delivery=delivery, reason=WHY, as_of=MONTH_END, by=claire)
            leave(right, claire)
    with override_settings(IMPEC_TODAY=f"{RECEIVED_ON}T11:00"):
        word = Received(
            received_on=RECEIVED_ON,
            received_by="Hugo PETIT",
            way=Acknowledgement.Way.PORTAL,
            reference="AR-2026-118204",
        )
        acknowledge(delivery=Delivery.objects.get(replaces=second), received=word, by=claire)


def asked(cohort: Cohort, claire: User, code: str, recipient: str, as_of: date) -> Delivery:
    wanted = next(one for one in destinations(cohort, code, claire, as_of) if one.name == recipient)
    return new_delivery(cohort=cohort, code=code, destination=wanted, as_of=as_of, author=claire)


def leave(delivery: Delivery, claire: User) -> Delivery:
    work.run_job(delivery.job_id)
    frozen = Delivery.objects.get(pk=delivery.pk)
    return send_delivery(delivery=frozen, sent_on=clock.today(), through="espace du destinataire", by=claire)
