"""What has already left: files built, verified and sent as a counsellor would, so that their readers find something."""

from accounts import clock, work
from accounts.models import User
from cohorts.models import Cohort
from exports.actions import new_delivery, send_delivery
from exports.destinations import destinations
from exports.models import Delivery
from impec.demo.logins import DDETS, OPCO

EMPLOYER = "Association La Closerie du Mont"
# File, and the name of whoever receives it.
SENT = (("O1", OPCO), ("O2", OPCO), ("O3", OPCO), ("O4", OPCO), ("D2", DDETS), ("A1", EMPLOYER), ("A1", DDETS))


def deliveries_of_the_story() -> None:
    claire = User.objects.get(first_name="Claire", last_name="MOREL")
    cohort = Cohort.objects.get(code="SM 2026")
    today = clock.today()
    for code, recipient in SENT:
        wanted = next(one for one in destinations(cohort, code, claire, today) if one.name == recipient)
        delivery = new_delivery(cohort=cohort, code=code, destination=wanted, as_of=today, author=claire)
        work.run_job(delivery.job_id)
        send_delivery(
            delivery=Delivery.objects.get(pk=delivery.pk), sent_on=today, through="espace du destinataire", by=claire
        )
