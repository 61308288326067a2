"""Where the story happens: employers, cohorts, seats, and the orders of its invented prefect."""

from datetime import date, datetime
from decimal import Decimal

from accounts.models import Organisation, User
from accounts.rows import change
from cohorts import actions as cohorts
from cohorts.models import Cohort, CohortTemplate, Seat
from contracts import actions as contracts
from contracts.models import AidOrder
from employers import actions as employers
from employers.models import Employer, Establishment, Financer
from impec.demo import rows
from impec.demo.logins import AGENCY, OPCO, TRAINING_BODY
from regulations.people import Checked

SEEN_ON = date(2026, 11, 20)

CARE = "Agent de service hospitalier"
SOCIAL = "Accompagnant éducatif et social"
HOME = "Aide à domicile"

# cohort, SIRET, job, ROME, hours, quantity
SEATS = (
    ("AVR 09/25", "99998211900011", CARE, "K2204", "26", 1),
    ("SM 2026", "26509901000018", CARE, "K2204", "28", 2),
    ("SM 2026", "99998211900011", CARE, "K2204", "30", 2),
    ("SM 2026", "99998322400018", SOCIAL, "K1302", "35", 1),
    ("SM 2026", "99998433900013", CARE, "K2204", "28", 2),
    ("SM 2026", "99998544300012", HOME, "K1304", "26", 2),
    ("SM 2026", "99998655700018", SOCIAL, "K1302", "35", 1),
    ("SM 2026", "26509902800010", CARE, "K2204", "26", 1),
    ("GRV 09/26", "99998433900013", CARE, "K2204", "26", 2),
    ("GRV 09/26", "99998766200106", CARE, "K2204", "28", 1),
    ("GRV 09/26", "26509903600013", CARE, "K2204", "20", 1),
    ("GRV 09/26", "99998211900011", CARE, "K2204", "26", 2),
)

ORDERS = (
    ("Tout public", "GENERAL", "45"),
    ("Personnes sans diplôme ou de niveau CAP, inscrites depuis six mois", "FEW_STUDIES", "50"),
    ("Bénéficiaires du RSA et travailleurs handicapés", "RSA_OR_BOETH", "60"),
)


def employers_of_the_story(users: dict[str, User]) -> dict[str, Establishment]:
    """Establishments by SIRET. Two of them share one association; one company is there to be told no."""
    found = {}
    for row in rows("establishments"):
        site = employers.Site(
            siret=row["siret"],
            name=row["name"],
            legal_category=row["legal_category"],
            employer_name=row["legal_name"],
            idcc=row["idcc"],
            address=row["address"],
            postcode=row["postcode"],
            town=row["town"],
            headcount=Decimal(row["headcount"]),
        )
        establishment = employers.register_site(site=site)
        employers.attach_financer(
            employer=establishment.employer,
            financer=Financer.objects.get(name=row["financer"]),
            valid_from=date(2025, 1, 1),
            member_number=row["member_number"],
        )
        employers.add_contact(establishment=establishment, **row["contact"])
        found[row["siret"]] = establishment
    _give_organisations()
    _declare()
    _close_one(found)
    opco = Financer.objects.get(name=OPCO)
    opco.organisation = Organisation.objects.get(name=OPCO)
    opco.save()
    return found


def _give_organisations() -> None:
    for employer in Employer.objects.filter(organisation=None):
        organisation, _ = Organisation.objects.get_or_create(kind="EMPLOYER", name=employer.name)
        change(employer, organisation=organisation)


def _declare() -> None:
    for employer in Employer.objects.exclude(legal_category="COMPANY").exclude(name__startswith="SSIAD"):
        employers.declare(
            employer=employer,
            contributions_up_to_date=Checked.YES,
            recent_economic_dismissal=Checked.NO,
            declared_on=date(2026, 1, 12),
            reason="",
        )


def _close_one(found: dict[str, Establishment]) -> None:
    """The deactivated employer: a home nursing service that gave up in spring."""
    for establishment in found.values():
        if establishment.name.startswith("SSIAD"):
            employers.change_establishment(establishment=establishment, closed_on=date(2026, 4, 30))
            organisation = Organisation.objects.get(employer=establishment.employer)
            organisation.deactivated_at = datetime.fromisoformat("2026-04-30T18:00:00+02:00")
            organisation.save()


def cohorts_of_the_story(users: dict[str, User]) -> dict[str, Cohort]:
    agency = Organisation.objects.get(name=AGENCY)
    common = {
        "agency": agency,
        "template": CohortTemplate.objects.order_by("pk").first(),
        "training_organisation": Organisation.objects.get(name=TRAINING_BODY),
        "referent": users["claire"],
        "region": "Normandie",
    }
    opened = (
        ("AVR 09/25", "ImPEC Avranches, essai 2025", date(2025, 9, 1), date(2026, 8, 31), 1, "Avranches", None),
        ("SM 2026", "ImPEC Sud Manche", date(2026, 2, 2), date(2027, 2, 1), 12, "Sud Manche", Decimal("80000")),
        ("GRV 09/26", "ImPEC Granville", date(2026, 9, 1), date(2027, 8, 31), 6, "Granville", Decimal("42000")),
    )
    found = {}
    for code, name, first_day, last_day, seats, territory, envelope in opened:
        found[code] = cohorts.open_cohort(
            code=code,
            name=name,
            starts_on=first_day,
            ends_on=last_day,
            seats_planned=seats,
            territory=territory,
            aid_envelope=envelope,
            on=date(2025, 6, 2),
            **common,
        )
    return found


def milestones_of_the_story(found: dict[str, Cohort], by: User) -> None:
    """What was due is done, but the last thing due in each running cohort: it is what the home page asks for."""
    for cohort in found.values():
        due = list(cohort.milestones.filter(due_on__lte=SEEN_ON).order_by("due_on", "pk"))
        for milestone in due if cohort.ends_on < SEEN_ON else due[:-1]:
            cohorts.finish_milestone(milestone=milestone, done_on=milestone.due_on, by=by)


def seats_of_the_story(found: dict[str, Cohort], sites: dict[str, Establishment]) -> dict[tuple[str, str], Seat]:
    return {
        (code, siret): cohorts.offer_seat(
            cohort=found[code],
            establishment=sites[siret],
            job_title=job,
            rome_code=rome,
            weekly_hours=Decimal(hours),
            quantity=quantity,
        )
        for code, siret, job, rome, hours, quantity in SEATS
    }


def orders_of_the_story(by: User) -> dict[str, AidOrder]:
    """Rates by percent. No order of Normandie for 2026 was found: these are invented and say so."""
    found = {}
    for public, kind, rate in ORDERS:
        order = contracts.save_order(
            order=AidOrder(
                region="Normandie",
                public=public,
                public_kind=kind,
                rate=Decimal(rate),
                weekly_hours_min=Decimal("20"),
                weekly_hours_max=Decimal("26"),
                initial_months_min=9,
                initial_months_max=12,
                renewal_months_min=6,
                renewal_months_max=12,
                renewal="sur bilan",
                valid_from=date(2025, 9, 1),
                valid_to=date(2026, 12, 31),
                legal_reference="Arrêté inventé pour la démonstration",
                note="Taux fictif : aucun arrêté de Normandie pour 2026 n'a été trouvé.",
            )
        )
        found[rate] = contracts.confirm_order(order=order, on=date(2025, 9, 2), by=by)
    return found
