"""The world of the bench of the roll: a half-day that is being held, its trainer signed in, twelve people."""

import json
from datetime import date

from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.roles import OrganisationKind, Role
from bench.worlds.tables import make_tables
from tests import builders as b

PEOPLE = 12


def tell() -> None:
    """Prints the address of the roll and the session of the trainer."""
    make_tables()
    body = b.an_organisation(OrganisationKind.TRAINING_BODY, "Centre de formation")
    cohort = b.a_cohort(code="N 12", training_organisation=body)
    trainer = b.a_user("esther@formation.example", first_name="Esther", last_name="PARENT")
    b.a_membership(trainer, body, Role.TRAINER, is_admin=True)
    site = b.an_establishment()
    for number in range(PEOPLE):
        person = b.a_person(birth_name=f"NOM {number:02d}", first_name="Camille")
        enrolment = b.an_enrolment(person, cohort)
        b.a_contract(enrolment=enrolment, cohort=cohort, establishment=site)
    half_day = b.a_half_day(b.a_session(cohort), day=date(2026, 3, 10))
    client = Client()
    client.force_login(trainer)
    session = {"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value}
    print(json.dumps({"roll": reverse("training:roll", args=[half_day.pk]), "session": session}))
