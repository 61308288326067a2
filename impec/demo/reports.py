"""What the agency decided of its files, and those it hands over itself: own columns, a control, reports.

They are prepared as a counsellor would, and wait in the register.
"""

from dataclasses import replace

from accounts import clock, work
from accounts.models import User
from cohorts.models import Cohort
from employers.models import Financer
from exports.actions import Edited, new_delivery, save_profile
from exports.models import ExportProfile
from exports.scope import Destination
from exports.shaping import chosen_of
from regulations.employers import FinancerKind

INSIDE = ("O5", "D3", "F1", "F2", "B1")
# The list of the ANFH: titles as numbers, days as programs read them, a birth date for everybody.
CODES = {"person.title": (("Mme", "2"), ("M.", "1"))}
COMPULSORY = ("person.birth_name", "person.first_name", "person.birth_date", "establishment.siret")


def reports_of_the_story() -> None:
    claire = User.objects.get(first_name="Claire", last_name="MOREL")
    cohort = Cohort.objects.get(code="SM 2026")
    for financer in Financer.objects.filter(kind=FinancerKind.ANFH):
        _own_columns(financer, claire)
    for code in INSIDE:
        delivery = new_delivery(cohort=cohort, code=code, destination=Destination(), as_of=clock.today(), author=claire)
        work.run_job(delivery.job_id)


def _own_columns(financer: Financer, claire: User) -> None:
    original = ExportProfile.objects.original().current("O1", clock.today())
    columns = [
        replace(one, required=one.key in COMPULSORY, codes=CODES.get(one.key, ())) for one in chosen_of(original)
    ]
    edited = Edited(
        name=f"{original.name}, {financer}",
        columns=columns,
        valid_from=clock.today(),
        date_format=ExportProfile.DateFormat.ISO,
        financer=financer,
    )
    save_profile(base=original, edited=edited, by=claire)
