"""Plain functions that make one believable row each: `a_contract(ends_on=day)`.

The names are those of the story told everywhere (demonstration world, files received): Sud Manche, Granville.
"""

from datetime import date, time
from decimal import Decimal
from itertools import count

from accounts.models import Membership, Organisation, User
from accounts.roles import FunderKind, OrganisationKind, Role
from cohorts.models import Adviser, Cohort, Enrolment, Person, Prescriber, Referent, Referral, Seat
from contracts.models import AidOrder, AidRequest, Contract, SmicRate
from employers.models import Employer, Establishment, Financer, Financing
from regulations.contracts import ContractKind
from regulations.employers import FinancerKind, LegalCategory
from regulations.people import PrescriberKind, same_person_key, unaccented
from regulations.skills import Face, Level
from regulations.trades import Trade
from regulations.training import AttendanceStatus, HalfDayPart
from training.models import Attendance, HalfDay, Module, Programme, Session
from tutoring.experience import Signatory, printed
from tutoring.models import Block, ExperienceCertificate, Grid, Observation, OwnView, Skill, Tutor, Tutorship

FIRST_DAY = date(2026, 2, 2)
LAST_DAY = date(2027, 2, 1)
TODAY = date(2026, 11, 20)

_next = count(1)


def a_user(email=None, **changes):
    number = next(_next)
    fields = {"first_name": "Camille", "last_name": f"Testeur {number}", **changes}
    return User.objects.create_user(email or f"compte{number}@impec.example", None, **fields)


def an_organisation(kind=OrganisationKind.AGENCY, name=None, **changes):
    if kind == OrganisationKind.FUNDER:
        changes.setdefault("funder_kind", FunderKind.OPCO)
    return Organisation.objects.create(kind=kind, name=name or f"Organisation {next(_next)}", **changes)


def a_membership(user=None, organisation=None, role=Role.COORDINATOR, **changes):
    return Membership.objects.create(
        user=user or a_user(), organisation=organisation or the_agency(), role=role, **changes
    )


def the_agency():
    return Organisation.objects.get_or_create(kind=OrganisationKind.AGENCY, name="Agence d'Avranches")[0]


def a_siret(number=None):
    """A SIRET with a right key, in a range never given out.

    The range is wide enough for the numbers of a whole run; those a test names itself stand apart, never met by chance.
    """
    number = 90_000 + number if number else next(_next)
    siren = _with_key(f"999{number:05d}")
    return _with_key(f"{siren}{1:04d}")


def _with_key(digits):
    for key in range(10):
        candidate = f"{digits}{key}"
        total = 0
        for position, digit in enumerate(reversed(candidate)):
            value = int(digit) * (2 if position % 2 else 1)
            total += value - 9 if value > 9 else value
        if total % 10 == 0:
            return candidate
    raise AssertionError(digits)


def an_employer(**changes):
    siren = changes.pop("siren", None) or a_siret()[:9]
    name = changes.pop("name", f"Association du Bocage {siren[3:8]}")
    organisation = changes.pop("organisation", None) or an_organisation(OrganisationKind.EMPLOYER, name)
    fields = {"legal_category": LegalCategory.ASSOCIATION, "idcc": 29, **changes}
    return Employer.objects.create(name=name, siren=siren, organisation=organisation, **fields)


def an_establishment(**changes):
    siret = changes.pop("siret", None) or a_siret()
    employer = changes.pop("employer", None) or an_employer(siren=siret[:9])
    name = changes.pop("name", f"Résidence {siret[3:8]}")
    fields = {"address": "4 route de la Baie", "postcode": "50300", "town": "Avranches", **changes}
    return Establishment.objects.create(
        employer=employer, siret=siret, name=name, search_text=unaccented(f"{name} {fields['town']} {siret}"), **fields
    )


def a_financer(kind=FinancerKind.OPCO_SANTE, **changes):
    name = changes.pop("name", kind.label)
    return Financer.objects.get_or_create(name=name, defaults={"kind": kind, **changes})[0]


def a_financing(employer, financer=None, **changes):
    fields = {"valid_from": date(2020, 1, 1), "member_number": "OS-500417", **changes}
    return Financing.objects.create(employer=employer, financer=financer or a_financer(), **fields)


def a_cohort(**changes):
    number = next(_next)
    fields = {
        "code": f"SM {number}",
        "name": "ImPEC Sud Manche",
        "agency": changes.pop("agency", None) or the_agency(),
        "starts_on": FIRST_DAY,
        "ends_on": LAST_DAY,
        "seats_planned": 12,
        **changes,
    }
    return Cohort.objects.create(**fields)


def a_referent(cohort, user, **changes):
    return Referent.objects.create(cohort=cohort, user=user, **{"valid_from": date(2025, 9, 1), **changes})


def a_seat(cohort=None, establishment=None, **changes):
    fields = {
        "job_title": "Agent de service hospitalier",
        "rome_code": "K2204",
        "weekly_hours": Decimal("28.00"),
        **changes,
    }
    return Seat.objects.create(cohort=cohort or a_cohort(), establishment=establishment or an_establishment(), **fields)


def a_person(**changes):
    number = next(_next)
    fields = {
        "agency": changes.pop("agency", None) or the_agency(),
        "title": "MME",
        "sex": "F",
        "birth_name": f"GAUDIN{number}",
        "first_name": "Caroline",
        "birth_date": date(1984, 6, 12),
        "postcode": "50300",
        "town": "Avranches",
        "education_level": "3",
        "notice_given_on": date(2026, 1, 5),
        **changes,
    }
    fields.setdefault("identity_key", same_person_key(fields["birth_name"], fields["first_name"]))
    names = f"{fields['birth_name']} {fields.get('usual_name', '')} {fields['first_name']}"
    fields.setdefault("search_text", unaccented(names))
    return Person.objects.create(**fields)


def an_enrolment(person=None, cohort=None, **changes):
    return Enrolment.objects.create(
        person=person or a_person(),
        cohort=cohort or a_cohort(),
        **{"enrolled_on": date(2026, 1, 10), **changes},
    )


def a_prescriber(kind=PrescriberKind.FRANCE_TRAVAIL, **changes):
    name = changes.pop("name", f"France Travail {next(_next)}")
    return Prescriber.objects.create(kind=kind, name=name, **changes)


def an_adviser(prescriber=None, **changes):
    return Adviser.objects.create(
        prescriber=prescriber or a_prescriber(),
        **{"name": "Farid LAMBERT", "email": "farid@prescripteur.example", **changes},
    )


def a_referral(person=None, cohort=None, **changes):
    prescriber = changes.pop("prescriber", None) or a_prescriber()
    return Referral.objects.create(
        person=person or a_person(),
        cohort=cohort or a_cohort(),
        prescriber=prescriber,
        **{"referred_on": date(2026, 1, 8), **changes},
    )


def a_contract(**changes):
    """A CDD PEC of Sud Manche, signed on 28 January 2026, running on 20 November 2026."""
    establishment = changes.pop("establishment", None) or an_establishment()
    cohort = changes.pop("cohort", None)
    enrolment = changes.pop("enrolment", None) or an_enrolment(
        person=changes.pop("person", None), cohort=cohort, diagnosis_on=date(2026, 1, 9)
    )
    fields = {
        "kind": ContractKind.CDD_PEC,
        "job_title": "Agent de service hospitalier",
        "rome_code": "K2204",
        "weekly_hours": Decimal("28.00"),
        "signed_on": date(2026, 1, 28),
        "starts_on": FIRST_DAY,
        "ends_on": LAST_DAY,
        **changes,
    }
    if "signed_on" not in changes:
        fields["signed_on"] = min(fields["signed_on"], fields["starts_on"])
    return Contract.objects.create(enrolment=enrolment, cohort=enrolment.cohort, establishment=establishment, **fields)


def an_aid_request(contract=None, **changes):
    """A granted request: 50 % on 20 hours from the first to the last day."""
    contract = contract or a_contract()
    fields = {
        "signed_on": date(2026, 1, 15),
        "decided_on": date(2026, 1, 20),
        "decision_number": f"05026{next(_next):07d}",
        "rate": Decimal("50.00"),
        "weekly_hours": Decimal("20.00"),
        "aid_starts_on": contract.starts_on,
        "aid_ends_on": contract.ends_on,
        **changes,
    }
    return AidRequest.objects.create(contract=contract, **fields)


def a_smic(valid_from=date(2026, 1, 1), hourly_gross="12.02", **changes):
    return SmicRate.objects.get_or_create(
        territory=changes.pop("territory", SmicRate.Territory.MAINLAND),
        valid_from=valid_from,
        defaults={"hourly_gross": Decimal(hourly_gross), **changes},
    )[0]


def an_order(**changes):
    fields = {
        "region": "Normandie",
        "public": "Tout public",
        "rate": Decimal("50.00"),
        "weekly_hours_min": Decimal("20"),
        "weekly_hours_max": Decimal("26"),
        "initial_months_min": 9,
        "initial_months_max": 12,
        "valid_from": date(2026, 1, 1),
        "confirmed_on": date(2026, 1, 5),
        **changes,
    }
    return AidOrder.objects.create(**fields)


def a_tutor(establishment=None, **changes):
    fields = {
        "last_name": "BLANCHET",
        "first_name": "Nicole",
        "job_title": "Aide-soignante",
        "experience_since": date(2014, 1, 1),
        "volunteer": True,
        **changes,
    }
    fields.setdefault("search_text", unaccented(f"{fields['last_name']} {fields['first_name']}"))
    return Tutor.objects.create(establishment=establishment or an_establishment(), **fields)


def a_tutorship(contract, tutor=None, **changes):
    return Tutorship.objects.create(
        contract=contract,
        tutor=tutor or a_tutor(contract.establishment),
        **{"starts_on": contract.starts_on, "ends_on": contract.ends_on, **changes},
    )


def a_grid(trade=Trade.ASH, blocks=None, **changes):
    """Two blocks of two skills; version 1, in force since long."""
    fields = {"version": 1, "valid_from": date(2025, 1, 1), **changes}
    grid = Grid.objects.create(trade=trade, **fields)
    blocks = blocks or {"Entretenir": ("Faire la chambre", "Trier les déchets"), "Servir": ("Servir", "Débarrasser")}
    for position, (title, lines) in enumerate(blocks.items(), start=1):
        block = Block.objects.create(grid=grid, position=position, title=title, diploma_block=f"DEAES, bloc {position}")
        for rank, words in enumerate(lines, start=1):
            Skill.objects.create(block=block, position=rank, words=words)
    return Grid.objects.with_skills().get(pk=grid.pk)


def an_own_view(contract, skill, face=Face.CAN, said_on=date(2026, 11, 10), **changes):
    return OwnView.objects.create(
        contract=contract, grid_skill=skill, skill=skill.words, face=face, said_on=said_on, **changes
    )


def an_observation(tutorship, skill, level=Level.WITH_HELP, observed_on=date(2026, 11, 6), **changes):
    """By the tutor of the tutorship, from her link."""
    return Observation.objects.create(
        tutorship=tutorship, grid_skill=skill, skill=skill.words, level=level, observed_on=observed_on, **changes
    )


def an_experience_certificate(contract, by, on=TODAY):
    facts = printed(contract, Signatory("Denis TURPIN", "directeur", "Avranches"), on)
    number = f"ESSAI-AE-{next(_next):03d}"
    return ExperienceCertificate.objects.create(
        number=number, contract=contract, issued_on=on, facts=facts, recorded_by=by
    )


def a_programme(cohort=None, **changes):
    return Programme.objects.create(cohort=cohort or a_cohort(), **{"title": "Socle commun ImPEC'", **changes})


def a_session(cohort=None, **changes):
    cohort = cohort or a_cohort()
    module = changes.pop("module", None)
    if module is None:
        programme = Programme.objects.get_or_create(cohort=cohort, defaults={"title": "Socle commun ImPEC'"})[0]
        position = programme.modules.count() + 1
        module = Module.objects.create(
            programme=programme, position=position, title=f"Gestes et postures {position}", planned_minutes=420
        )
    fields = {"trainer_name": "Noémi TOUSSAINT", "place": "Salle Tombelaine, Avranches", **changes}
    return Session.objects.create(cohort=cohort, module=module, **fields)


def a_half_day(session=None, day=date(2026, 2, 10), part=HalfDayPart.MORNING, **changes):
    morning = part == HalfDayPart.MORNING
    fields = {
        "starts_at": time(9) if morning else time(13, 30),
        "ends_at": time(12, 30) if morning else time(17),
        "planned_minutes": 210,
        **changes,
    }
    return HalfDay.objects.create(session=session or a_session(), day=day, part=part, **fields)


def an_attendance(half_day, enrolment, status=AttendanceStatus.PRESENT, **changes):
    present = status in (AttendanceStatus.PRESENT, AttendanceStatus.LATE, AttendanceStatus.LEFT_EARLY)
    fields = {"attended_minutes": half_day.planned_minutes if present else 0, "signed_on_paper": present, **changes}
    return Attendance.objects.create(half_day=half_day, enrolment=enrolment, status=status, **fields)
