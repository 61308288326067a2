"""What the database holds that a workbook may refer to: one query per model, whatever the number of rows."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from dateutil.relativedelta import relativedelta
from django.db.models import Max

from accounts.models import User
from cohorts.models import Cohort, Enrolment, Person, Prescriber, ProtectedFacts, Referral
from contracts.models import AidRequest, Contract
from employers.models import Contact, Establishment, Financing
from imports.cells import folded
from imports.register import (
    CohortEntry,
    ContractEntry,
    EmployerEntry,
    HalfDayEntry,
    PersonEntry,
    Register,
    TutorEntry,
)
from imports.sheets.contracts import KINDS, REASONS
from imports.sheets.employers import CATEGORIES, FINANCERS
from imports.sheets.persons import MOBILITIES, OPINIONS, TITLES
from regulations.people import Opinion
from regulations.periods import Period
from regulations.training import hundredths
from training.models import Attendance, HalfDay
from tutoring.models import Tutor, Tutorship


def load(user: User, *, on: date, cohort: Cohort | None = None) -> Register:
    """Everything this coordinator may refer to: her agency's cohorts and people, all employers."""
    register = Register()
    _cohorts(register, user, on, cohort)
    _employers(register, user, on)
    _people(register, user)
    _tutors(register, user, on)
    _contracts(register, user)
    _half_days(register, user)
    register.prescribers = {folded(name): pk for pk, name in Prescriber.objects.values_list("pk", "name")}
    return register


def _cohorts(register: Register, user: User, on: date, chosen: Cohort | None) -> None:
    followed = set(Cohort.objects.followed_by(user, on).values_list("pk", flat=True))
    rows = Cohort.objects.visible_to(user).values_list("pk", "code", "name", "starts_on", "ends_on").order_by("pk")
    for pk, code, name, starts_on, ends_on in rows:
        entry = CohortEntry(
            pk=pk, code=code, name=name, starts_on=starts_on, ends_on=ends_on, is_referent=pk in followed
        )
        register.cohorts.place(entry)
        if chosen is not None and chosen.pk == pk:
            register.default_cohort = entry


def _employers(register: Register, user: User, on: date) -> None:
    financings = {
        one.employer_id: one for one in Financing.objects.in_force(on).select_related("financer").order_by("valid_from")
    }
    contacts: dict[int, Contact] = {}
    for contact in Contact.objects.filter(removed_on=None).order_by("-pk"):
        contacts[contact.establishment_id] = contact
    for site in Establishment.objects.visible_to(user).select_related("employer").order_by("pk"):
        financing, contact = financings.get(site.employer_id), contacts.get(site.pk)
        register.employers.place(
            EmployerEntry(
                pk=site.pk,
                name=site.name,
                siret=site.siret,
                category=site.employer.legal_category,
                employer_pk=site.employer_id,
                facts={
                    "raison_sociale": site.name,
                    "statut": CATEGORIES.get(site.employer.legal_category),
                    "idcc": site.employer.idcc,
                    "adresse": site.address,
                    "code_postal": site.postcode,
                    "commune": site.town,
                    "effectif": site.headcount,
                    "financeur": FINANCERS.get(financing.financer.kind) if financing else None,
                    "numero_adherent": financing.member_number if financing else None,
                    "contact": contact.name if contact else None,
                    "telephone": contact.phone if contact else None,
                    "courriel": contact.email if contact else None,
                },
            )
        )


def _people(register: Register, user: User) -> None:
    people = Person.objects.visible_to(user)
    by_pk = {person.pk: _person(person) for person in people.order_by("pk")}
    for entry in by_pk.values():
        register.people.place(entry)
    for enrolment in Enrolment.objects.filter(person__in=people):
        _enrol(by_pk[enrolment.person_id], enrolment)
    for referral in Referral.objects.filter(person__in=people).select_related("prescriber").order_by("pk"):
        by_cohort = by_pk[referral.person_id].facts["cohortes"].get(referral.cohort_id)
        if by_cohort is not None:
            by_cohort["prescripteur"] = referral.prescriber.name
    protected = ProtectedFacts.objects.visible_to(user).values_list("person", "boeth", "benefit_kind")
    for person_pk, boeth, benefit in protected:
        by_pk[person_pk].facts |= {"boeth": boeth, "benefit_kind": benefit}


def _person(person: Person) -> PersonEntry:
    facts = {
        "civilite": TITLES.get(person.title),
        "nom_naissance": person.birth_name,
        "nom_usage": person.usual_name,
        "prenom": person.first_name,
        "adresse": person.address,
        "code_postal": person.postcode,
        "commune": person.town,
        "telephone": person.phone,
        "courriel": person.email,
        "identifiant_ft": person.jobseeker_number,
        "niveau_formation": person.education_level or None,
        "mobilite": MOBILITIES.get(person.mobility),
        "cohortes": {},
    }
    return PersonEntry(
        pk=person.pk,
        birth_name=person.birth_name,
        usual_name=person.usual_name,
        first_name=person.first_name,
        birth_date=person.birth_date,
        facts=facts,
    )


def _enrol(entry: PersonEntry, enrolment: Enrolment) -> None:
    entry.cohorts.add(enrolment.cohort_id)
    entry.wanted_job = enrolment.wanted_job or entry.wanted_job
    entry.is_favourable = entry.is_favourable or enrolment.opinion == Opinion.FAVOURABLE
    entry.facts["cohortes"][enrolment.cohort_id] = {
        "pk": enrolment.pk,
        "poste_vise": enrolment.wanted_job,
        "avis": OPINIONS.get(enrolment.opinion),
        "immersion_du": enrolment.immersion_starts_on,
        "immersion_au": enrolment.immersion_ends_on,
    }


def _tutors(register: Register, user: User, on: date) -> None:
    sites = {entry.pk: entry for entry in register.employers}
    for tutor in Tutor.objects.visible_to(user).order_by("pk"):
        since = tutor.experience_since
        register.tutors.place(
            TutorEntry(
                pk=tutor.pk,
                last_name=tutor.last_name,
                first_name=tutor.first_name,
                employer=sites.get(tutor.establishment_id),
                facts={
                    "fonction": tutor.job_title,
                    "telephone": tutor.phone,
                    "courriel": tutor.email,
                    "formation": tutor.trained_on,
                    "volontaire": tutor.volunteer,
                    "experience": relativedelta(on, since).years if since else None,
                },
            )
        )


def _contracts(register: Register, user: User) -> None:
    sites = {entry.pk: entry for entry in register.employers}
    people = {entry.pk: entry for entry in register.people}
    tutors = {entry.pk: entry for entry in register.tutors}
    contracts = Contract.objects.filter(enrolment__person__in=Person.objects.visible_to(user), closed_on=None)
    requests = {
        request.contract_id: request
        for request in AidRequest.objects.filter(contract__in=contracts).order_by("-decided_on", "-pk")
    }
    tutorships = _by_contract(Tutorship.objects.filter(contract__in=contracts).order_by("starts_on"))
    for contract in contracts.select_related("enrolment").order_by("pk"):
        mine = tutorships[contract.pk]
        for tutorship in mine:
            if (tutor := tutors.get(tutorship.tutor_id)) is not None:
                ends_on = min(filter(None, (tutorship.ends_on, contract.last_day)), default=None)
                tutor.followed["connu", contract.pk] = Period(tutorship.starts_on, ends_on)
        entry = _contract(contract, requests.get(contract.pk), tutors.get(mine[-1].tutor_id) if mine else None)
        entry.person, entry.employer = people.get(contract.enrolment.person_id), sites.get(contract.establishment_id)
        register.place_contract(entry)


def _contract(contract: Contract, request: AidRequest | None, tutor: TutorEntry | None) -> ContractEntry:
    facts = {
        "type": KINDS.get(contract.kind),
        "debut": contract.starts_on,
        "fin_prevue": contract.ends_on,
        "fin_reelle": contract.broken_on,
        "motif_rupture": REASONS.get(contract.break_reason),
        "emploi": contract.job_title,
        "rome": contract.rome_code,
        "heures_contrat": contract.weekly_hours,
        "tuteur": tutor.name if tutor else None,
    }
    if request is not None:
        facts |= {
            "numero_decision": request.decision_number,
            "date_decision": request.decided_on,
            "heures_aidees": request.weekly_hours,
            "taux": request.rate,
        }
    return ContractEntry(
        pk=contract.pk,
        cohort_pk=contract.cohort_id,
        number=request.decision_number if request else "",
        starts_on=contract.starts_on,
        ends_on=contract.ends_on,
        broken_on=contract.broken_on,
        facts=facts,
    )


def _by_contract(rows: Iterable[Tutorship]) -> dict[int, list[Tutorship]]:
    found: dict[int, list[Tutorship]] = defaultdict(list)
    for row in rows:
        found[row.contract_id].append(row)
    return found


def _half_days(register: Register, user: User) -> None:
    half_days = HalfDay.objects.visible_to(user)
    for half_day in half_days.with_names().order_by("day", "starts_at", "pk"):
        session = half_day.session
        register.place_half_day(
            HalfDayEntry(
                pk=half_day.pk,
                cohort_pk=session.cohort_id,
                day=half_day.day,
                part=half_day.part,
                minutes=half_day.planned_minutes,
                module=session.module.title,
                is_cancelled=half_day.cancelled_on is not None,
                facts={
                    "debut": f"{half_day.starts_at:%H:%M}",
                    "fin": f"{half_day.ends_at:%H:%M}",
                    "duree": str(hundredths(half_day.planned_minutes)),
                    "intervenante": session.trainer_name,
                    "lieu": session.place,
                    "session_pk": session.pk,
                },
            )
        )
    rows = Attendance.objects.valid().filter(half_day__in=half_days).aggregate(last=Max("pk"))
    if rows["last"] is None:
        return
    for half_day, person, status, late, unknown in (
        Attendance.objects.valid()
        .filter(half_day__session__cohort__in=Cohort.objects.visible_to(user))
        .values_list("half_day", "enrolment__person", "status", "minutes_late", "minutes_unknown")
    ):
        register.attendances[half_day, person] = status, late, unknown
