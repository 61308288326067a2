"""Who is in the story: people sent by prescribers, what is known of them, and who is protected from being seen."""

from datetime import date

from accounts.models import Organisation, User
from accounts.rows import change
from cohorts import actions as cohorts
from cohorts.models import Adviser, Cohort, Enrolment, Person, Prescriber, Seat
from employers.models import Establishment
from impec.demo import rows
from impec.demo.logins import AGENCY
from impec.erasing.actions import erase_person
from regulations.people import Checked, same_person_key

OPENED_ON = {"AVR 09/25": date(2025, 8, 20), "SM 2026": date(2026, 1, 16), "GRV 09/26": date(2026, 8, 10)}
REFERRED_ON = {"AVR 09/25": date(2025, 7, 1), "SM 2026": date(2025, 12, 8), "GRV 09/26": date(2026, 6, 22)}

RURAL_TOWNS = ("Mortain-Bocage", "Saint-James", "Isigny-le-Buat", "Juvigny les Vallées", "Brécey", "Saint-Pois")

# People of the story whom the agency's workbook does not hold.
OTHERS = (
    {
        "title": "MME", "birth_name": "BRIAND", "first_name": "Bernadette", "birth_date": "1974-05-21",
        "town": "Ducey-Les Chéris", "postcode": "50220", "prescriber": "France Travail", "education_level": "3",
        "benefit_kind": "NONE", "boeth": "NO", "cohort": "AVR 09/25", "opinion": "FAVOURABLE",
        "registration_length": "FROM_12_TO_23",
    },
    {
        "title": "MME", "birth_name": "DIALLO", "first_name": "Amina", "birth_date": "1999-04-17",
        "town": "Avranches", "postcode": "50300", "prescriber": "Mission locale", "education_level": "4",
        "benefit_kind": "NONE", "boeth": "NO", "cohort": "GRV 09/26", "opinion": "FAVOURABLE",
        "registration_length": "UNDER_6", "phone": "0639980041", "email": "amina@courriel.example",
        "address": "2 rue de la Belle-Andrine", "mobility": "LICENCE",
    },
    {
        "title": "MME", "birth_name": "FOUCHER", "first_name": "Marianne", "birth_date": "1990-05-12",
        "town": "Saint-Hilaire-du-Harcouët", "postcode": "50600", "prescriber": "O2R Bocage",
        "education_level": "3", "benefit_kind": "RSA", "boeth": "NO", "registration_length": "FROM_6_TO_11",
        "phone": "0639980061", "email": "marianne.foucher@courriel.example", "mobility": "LICENCE",
    },
    {
        "title": "MME", "birth_name": "PERRET", "first_name": "Maryse", "birth_date": "1978-02-09",
        "town": "Mortain-Bocage", "postcode": "50140", "prescriber": "O2R Bocage", "education_level": "2",
        "benefit_kind": "ASS", "boeth": "NO", "registration_length": "NOT_REGISTERED", "phone": "0639980062",
        "email": "maryse.perret@courriel.example",
    },
    {
        "title": "M", "birth_name": "PICHON", "first_name": "Emmanuel", "birth_date": "1982-11-11",
        "town": "Juvigny les Vallées", "postcode": "50520", "prescriber": "France Travail", "education_level": "2",
        "benefit_kind": "AAH", "boeth": "YES", "registration_length": "FROM_24", "phone": "0639980068",
        "email": "emmanuel.pichon@courriel.example", "mobility": "BUS",
    },
)  # fmt: skip

# name, category, action to take, raised on, lifted on
BARRIERS = (
    ("POTIER", "MOBILITY", "Trouver un trajet en car pour le service du matin", "2026-01-19", "2026-03-02"),
    ("GAUDIN", "FAMILY", "Solution de garde à trouver pour le mercredi", "2026-02-16", None),
    ("BESNARD", "DIGITAL", "Atelier messagerie et planning en ligne", "2026-03-09", "2026-06-15"),
    ("DESCHAMPS", "HOUSING", "Dossier de logement à déposer avec le CCAS", "2026-05-04", None),
    ("FOUCHER", "MOBILITY", "Aide au permis à demander", "2026-11-02", None),
)
NOTES = (
    ("GAUDIN", "Souhaite préparer le DEAS après le contrat. Rappeler en décembre pour la VAE."),
    ("HAMEL", "Installé à Mortain-Bocage depuis fin janvier. Content de l'équipe."),
)


def people_of_the_story(
    users: dict[str, User],
    found: dict[str, Cohort],
    seats: dict[tuple[str, str], Seat],
    sites: dict[str, Establishment],
) -> None:
    agency = Organisation.objects.get(name=AGENCY)
    advisers = _advisers(users)
    places = _places_taken()
    for facts in (*rows("people"), *OTHERS):
        person = _person(agency, dict(facts))
        code = facts.get("cohort")
        if code:
            _enrol(person, facts, found[code], seats.get((code, places.get(_key(facts), ""))), advisers)
    amina = Person.objects.get(birth_name="DIALLO")
    change(amina, user=users["amina"])
    _social_follow_up(users["claire"])
    _hidden_people(agency, users["claire"])


def _key(facts: dict) -> tuple[str, str]:
    return same_person_key(facts["birth_name"], facts["first_name"]), facts["birth_date"]


def _places_taken() -> dict[tuple[str, str], str]:
    """Who works where: (identity, birth date) → SIRET."""
    places = {(same_person_key(row["person"][0], ""), row["person"][1]): row["siret"] for row in rows("contracts")}
    places[_key(OTHERS[0])] = places[_key(OTHERS[1])] = "99998211900011"
    return places


def _advisers(users: dict[str, User]) -> dict[str, Adviser]:
    france_travail = Prescriber.objects.get(name="France Travail")
    france_travail.organisation = Organisation.objects.get(kind="PRESCRIBER", name="France Travail")
    france_travail.save()
    o2r = Prescriber.objects.create(kind="OTHER", name="O2R Bocage")
    farid = users["farid"]
    return {
        "France Travail": Adviser.objects.create(
            prescriber=france_travail, name="Farid LAMBERT", email=farid.email, user=farid
        ),
        "O2R Bocage": Adviser.objects.create(prescriber=o2r, name="Léon LECOQ", email="leon.lecoq@o2r-bocage.example"),
    }


def _person(agency: Organisation, facts: dict) -> Person:
    columns = (
        "title", "birth_name", "usual_name", "first_name", "address", "postcode", "town", "phone", "email",
        "jobseeker_number", "education_level", "mobility", "registration_length",
    )  # fmt: skip
    person = cohorts.add_person(
        agency=agency,
        on=date(2026, 11, 20),
        distinct_from=list(Person.objects.values_list("pk", flat=True)),
        sex="H" if facts["title"] == "M" else "F",
        birth_date=date.fromisoformat(facts["birth_date"]),
        **{name: facts[name] for name in columns if facts.get(name)},
    )
    rural = facts.get("town") in RURAL_TOWNS
    cohorts.set_protected_facts(
        person=person,
        boeth=facts["boeth"],
        benefit_kind=facts["benefit_kind"],
        rural_zone=Checked.YES if rural else Checked.NO,
        priority_district=Checked.YES if facts["birth_name"] in ("MARÉCHAL", "ROYER") else Checked.NOT_CHECKED,
        zones_checked_on=date(2026, 1, 13) if rural else None,
    )
    return cohorts.give_notice(person=person, on=date(2026, 1, 13), channel="remise en main propre")


def _enrol(person: Person, facts: dict, cohort: Cohort, seat: Seat | None, advisers: dict[str, Adviser]) -> None:
    prescriber = Prescriber.objects.get(name=facts["prescriber"])
    referred_on = REFERRED_ON[cohort.code]
    referral = cohorts.refer(
        person=person,
        cohort=cohort,
        prescriber=prescriber,
        adviser=advisers.get(prescriber.name),
        seat=seat,
        referred_on=referred_on,
    )
    immersion = facts.get("immersion") or (None, None)
    enrolment = cohorts.enrol(
        person=person,
        cohort=cohort,
        enrolled_on=referred_on,
        wanted_job=facts.get("wanted_job", ""),
        opinion=facts.get("opinion", ""),
        diagnosis_on=OPENED_ON[cohort.code] if seat else None,
        immersion_starts_on=immersion[0] and date.fromisoformat(immersion[0]),
        immersion_ends_on=immersion[1] and date.fromisoformat(immersion[1]),
    )
    change(referral, met_on=OPENED_ON[cohort.code])
    if seat is not None:
        cohorts.accept_referral(referral=referral, by=None, on=OPENED_ON[cohort.code])
    elif facts.get("opinion") == "UNFAVOURABLE":
        cohorts.refuse_referral(referral=referral, reason="PREREQUISITE", by=None, on=OPENED_ON[cohort.code])
        cohorts.withdraw(enrolment=enrolment, on=OPENED_ON[cohort.code], reason="Autre projet professionnel")


def _social_follow_up(claire: User) -> None:
    for name, category, action, raised_on, lifted_on in BARRIERS:
        barrier = cohorts.raise_barrier(
            person=Person.objects.get(birth_name=name),
            category=category,
            action_needed=action,
            raised_on=date.fromisoformat(raised_on),
            by=claire,
        )
        if lifted_on:
            cohorts.lift_barrier(barrier=barrier, lifted_on=date.fromisoformat(lifted_on))
    for name, text in NOTES:
        cohorts.add_note(person=Person.objects.get(birth_name=name), text=text, author=claire, knowingly=True)


def _hidden_people(agency: Organisation, claire: User) -> None:
    """One person objected to the processing, one was erased: neither shows anywhere."""
    objecting = cohorts.add_person(
        agency=agency, on=date(2026, 11, 20), title="MME", sex="F", birth_name="PERRIER", first_name="Andrée",
        birth_date=date(1974, 4, 2), postcode="50140", town="Mortain-Bocage",
    )  # fmt: skip
    change(objecting, objected_on=date(2026, 3, 3))
    leaving = cohorts.add_person(
        agency=agency, on=date(2026, 11, 20), title="MME", sex="F", birth_name="LETELLIER", first_name="Solange",
        birth_date=date(1969, 6, 30), postcode="50300", town="Avranches", phone="0639980077",
    )  # fmt: skip
    cohorts.add_note(person=leaving, text="Rappeler en mai.", author=claire, knowingly=True)
    erase_person(person=leaving, by=claire, reason="Demande reçue le 15/05/2026", on=date(2026, 5, 18))


def waiting_referrals(found: dict[str, Cohort], seats: dict[tuple[str, str], Seat]) -> None:
    """What Denis and the home-help association have to answer today."""
    proposals = (
        ("FOUCHER", "SM 2026", "99998544300012", "O2R Bocage", date(2026, 11, 12)),
        ("PERRET", "GRV 09/26", "99998211900011", "O2R Bocage", date(2026, 11, 16)),
        ("PICHON", "GRV 09/26", "99998211900011", "France Travail", date(2026, 11, 18)),
    )
    for name, code, siret, prescriber, day in proposals:
        cohorts.refer(
            person=Person.objects.get(birth_name=name),
            cohort=found[code],
            prescriber=Prescriber.objects.get(name=prescriber),
            adviser=Adviser.objects.filter(prescriber__name=prescriber).first(),
            seat=seats[code, siret],
            referred_on=day,
        )


def enrolment_of(name: str, birth_date: str, code: str) -> Enrolment:
    """The enrolment of « NOM Prénom » born that day."""
    return Enrolment.objects.select_related("person", "cohort").get(
        person__identity_key__in=[same_person_key(name, "")], person__birth_date=birth_date, cohort__code=code
    )
