"""What has already left: files built, verified and sent as a counsellor would, so that funders find something."""

from accounts import clock, work
from accounts.models import User
from cohorts.models import Cohort
from exports.actions import new_delivery, send_delivery
from exports.destinations import destinations
from exports.models import Delivery
from impec.demo.logins import OPCO

SENT = (("O1", OPCO), ("O2", OPCO), ("D2", ""))


def deliveries_of_the_story() -> None:
    claire = User.objects.get(first_name="Claire", last_name="MOREL")
    cohort = Cohort.objects.get(code="SM 2026")
    today = clock.today()
    for code, financer in SENT:
        known = destinations(cohort, code, claire, today)
        wanted = next(one for one in known if not financer or (one.financer and str(one.financer) == financer))
        delivery = new_delivery(cohort=cohort, code=code, destination=wanted, as_of=today, author=claire)
        work.run_job(delivery.job_id)
        send_delivery(
            delivery=Delivery.objects.get(pk=delivery.pk), sent_on=today, through="espace du financeur", by=claire
        )
