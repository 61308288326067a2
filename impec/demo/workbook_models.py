"""The recipients' own workbooks of the story: received, mapped, kept, then filled once each."""

from accounts import clock, work
from accounts.models import User
from cohorts.models import Cohort
from employers.models import Establishment, Financer
from exports.actions import keep_model, new_delivery, receive_model, send_delivery
from exports.destinations import destinations
from exports.models import Delivery
from impec.demo import DATA
from impec.demo.logins import DDETS, OPCO

EMPLOYER = "La Closerie"


def models_of_the_story() -> None:
    claire = User.objects.get(first_name="Claire", last_name="MOREL")
    opco = Financer.objects.get(organisation__name=OPCO)
    for code, financer, name, file_name in (
        ("O1", opco, "Liste et relevé de dépenses, modèle 2026-02", "modele-opco.xlsx"),
        ("D1", None, "Suivi d'une cohorte PEC, modèle 2026", "modele-ddets.xlsx"),
    ):
        model = receive_model(
            user=claire,
            code=code,
            financer=financer,
            name=name,
            valid_from=clock.today(),
            file_name=file_name,
            content=(DATA / file_name).read_bytes(),
        )
        keep_model(model=model, user=claire)
    _filled(claire)


def _filled(claire: User) -> None:
    cohort, today = Cohort.objects.get(code="SM 2026"), clock.today()
    site = Establishment.objects.filter(name__contains=EMPLOYER, contracts__cohort=cohort).order_by("pk").first()
    for code, recipient in (("O1", OPCO), ("D1", DDETS)):
        wanted = next(
            one
            for one in destinations(cohort, code, claire, today)
            if one.name == recipient and (one.establishment == site or code == "D1")
        )
        delivery = new_delivery(cohort=cohort, code=code, destination=wanted, as_of=today, author=claire)
        work.run_job(delivery.job_id)
        send_delivery(
            delivery=Delivery.objects.get(pk=delivery.pk), sent_on=today, through="espace du destinataire", by=claire
        )
