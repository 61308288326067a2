"""The world of the tests: one cohort, two neighbouring employers, and the cast, one person per role."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.test import Client

from accounts.roles import FunderKind, OrganisationKind, Role
from tests import builders as b


@pytest.fixture(autouse=True)
def the_day(settings):
    """Our clock stands on 20 November 2026, as in the demonstration."""
    settings.IMPEC_TODAY = "2026-11-20"
    return b.TODAY


@pytest.fixture
def agency(db):
    return b.the_agency()


@pytest.fixture
def claire(agency):
    """Coordinator of the agency, its administrator; referent of the cohorts of the `world`."""
    user = b.a_user("claire@agence.example", first_name="Claire", last_name="MOREL")
    b.a_membership(user, agency, Role.COORDINATOR, is_admin=True)
    return user


@pytest.fixture
def cohort(agency):
    training = b.an_organisation(OrganisationKind.TRAINING_BODY, "Centre de formation de la Baie")
    return b.a_cohort(code="SM 2026", agency=agency, training_organisation=training)


@pytest.fixture
def closerie(db):
    """Denis's establishment."""
    employer = b.an_employer(siren="999982119", name="Association La Closerie")
    return b.an_establishment(employer=employer, siret="99998211900011", name="Résidence La Closerie du Mont")


@pytest.fixture
def estran(db):
    """Gaëlle's establishment, next door."""
    employer = b.an_employer(siren="999984339", name="Mutuelle de l'Estran", legal_category="MUTUAL", idcc=2128)
    return b.an_establishment(employer=employer, siret="99998433900013", name="Résidence mutualiste L'Estran")


@pytest.fixture
def denis(closerie):
    user = b.a_user("denis@closerie.example", first_name="Denis", last_name="TURPIN")
    b.a_membership(user, closerie.employer.organisation, Role.EMPLOYER, is_admin=True)
    return user


@pytest.fixture
def gaelle(estran):
    user = b.a_user("gaelle@estran.example", first_name="Gaëlle", last_name="MASSON")
    b.a_membership(user, estran.employer.organisation, Role.EMPLOYER, is_admin=True)
    return user


@pytest.fixture
def bruno(closerie):
    """Tutor at Denis's."""
    user = b.a_user("bruno@closerie.example", first_name="Bruno", last_name="HAMON")
    b.a_membership(user, closerie.employer.organisation, Role.TUTOR)
    b.a_tutor(closerie, last_name="HAMON", first_name="Bruno", user=user)
    return user


@pytest.fixture
def esther(cohort):
    user = b.a_user("esther@formation.example", first_name="Esther", last_name="PARENT")
    b.a_membership(user, cohort.training_organisation, Role.TRAINER, is_admin=True)
    return user


@pytest.fixture
def farid(db):
    organisation = b.an_organisation(OrganisationKind.PRESCRIBER, "France Travail Avranches")
    user = b.a_user("farid@prescripteur.example", first_name="Farid", last_name="LAMBERT")
    b.a_membership(user, organisation, Role.ADVISER)
    prescriber = b.a_prescriber(name="France Travail Avranches", organisation=organisation)
    b.an_adviser(prescriber, user=user)
    return user


@pytest.fixture
def hugo(db):
    organisation = b.an_organisation(OrganisationKind.FUNDER, "OPCO Santé", funder_kind=FunderKind.OPCO)
    user = b.a_user("hugo@opco.example", first_name="Hugo", last_name="PETIT")
    b.a_membership(user, organisation, Role.FUNDER, is_admin=True)
    return user


@pytest.fixture
def ines(db):
    """Technical administrator."""
    organisation = b.an_organisation(OrganisationKind.OPERATOR, "Exploitation ImPEC")
    user = b.a_user("ines@exploitation.example", first_name="Inès", last_name="ROY")
    b.a_membership(user, organisation, Role.ADMINISTRATOR, is_admin=True)
    return user


@pytest.fixture
def amina(agency):
    """Trainee: an account bound to one person, no membership."""
    user = b.a_user("amina@courriel.example", first_name="Amina", last_name="BAUDRY")
    b.a_person(birth_name="BAUDRY", first_name="Amina", birth_date=date(1991, 9, 30), user=user)
    return user


@pytest.fixture
def world(claire, cohort, closerie, estran, denis, gaelle, bruno, esther, farid, hugo, ines, amina):
    """Everything tied together: Amina works at Denis's with Bruno, Zoé next door at Gaëlle's."""
    b.a_referent(cohort, claire)
    b.a_smic(date(2026, 1, 1))
    order = b.an_order()
    seat = b.a_seat(cohort, closerie, quantity=2)
    other_seat = b.a_seat(cohort, estran, quantity=1)
    enrolment = b.an_enrolment(amina.person, cohort, seat=seat, seat_accepted_on=date(2026, 1, 12))
    neighbour = b.a_person(birth_name="DA COSTA", first_name="Zoé", birth_date=date(1988, 11, 9))
    other_enrolment = b.an_enrolment(neighbour, cohort, seat=other_seat, seat_accepted_on=date(2026, 1, 12))
    contract = b.a_contract(enrolment=enrolment, establishment=closerie)
    other_contract = b.a_contract(enrolment=other_enrolment, establishment=estran)
    for one in (contract, other_contract):
        b.an_aid_request(one, order=order)
    tutor = bruno.tutors.get()
    tutorship = b.a_tutorship(contract, tutor)
    b.a_tutorship(other_contract, b.a_tutor(estran, last_name="GOSSELIN", first_name="Christelle"))
    referral = b.a_referral(amina.person, cohort, prescriber=farid.adviser.prescriber, adviser=farid.adviser, seat=seat)
    half_day = b.a_half_day(b.a_session(cohort))
    for one in (enrolment, other_enrolment):
        b.an_attendance(half_day, one)
    return SimpleNamespace(
        cohort=cohort,
        closerie=closerie,
        estran=estran,
        seat=seat,
        person=amina.person,
        neighbour=neighbour,
        enrolment=enrolment,
        contract=contract,
        other_contract=other_contract,
        order=order,
        tutor=tutor,
        tutorship=tutorship,
        referral=referral,
        half_day=half_day,
        session=half_day.session,
        users={
            "anonymous": None,
            "coordinator": claire,
            "employer": denis,
            "neighbour": gaelle,
            "tutor": bruno,
            "trainer": esther,
            "adviser": farid,
            "funder": hugo,
            "administrator": ines,
            "trainee": amina,
        },
    )


@pytest.fixture
def client_of():
    """`client_of(claire)` browses as her; `client_of(None)` as a stranger."""

    def browse_as(user):
        client = Client()
        if user is not None:
            client.force_login(user)
        return client

    return browse_as
