"""Five thousand people, sixty employers and three hundred tutors, and those who work on them."""

import json
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.urls import reverse

from accounts.models import Job, Organisation
from accounts.roles import OrganisationKind, Role
from bench.worlds import lists
from bench.worlds.tables import make_tables
from contracts.models import AidRequest, Contract, PresenceStatement
from drill.worlds.agency import PASSWORD, cookies_of, edit_form, with_second_factor
from regulations.aid import months_between
from regulations.deadlines import minus_months
from tests import builders as b

LAST_DECLARED = date(2026, 9, 30)
PEOPLE, EMPLOYERS, TUTORS = 5_000, 60, 300


def prepare(users: int, tutors: int) -> None:
    """Prints cookies with a contract that each may correct, and the logins of tutors who are not signed in."""
    make_tables()
    lists.SITES, lists.TUTORS = 2 * EMPLOYERS, TUTORS
    lists.build(PEOPLE)
    declare()
    agency = Organisation.objects.get(kind=OrganisationKind.AGENCY)
    contracts = Contract.objects.order_by("-starts_on", "-pk").filter(ends_on__isnull=False)[:users]
    with transaction.atomic():
        told = {
            "people": [one_of(agency, number, contract) for number, contract in enumerate(contracts)],
            "tutors": [a_tutor(number) for number in range(tutors)],
            "lists": [reverse("exports:export_list", args=["contrats"])],
        }
    print(json.dumps(told))


def declare() -> None:
    """Employers did what was asked of them: every month but the last one is declared to the payer."""
    first = minus_months(LAST_DECLARED, 2 * 12)
    requests = AidRequest.objects.exclude(aid_ends_on__lt=first).select_related("contract")
    PresenceStatement.objects.bulk_create(
        (
            statement(request, month)
            for request in requests
            for month in months_between(max(request.aid_starts_on, first), last_declared(request.aid_ends_on))
        ),
        batch_size=5_000,
    )


def last_declared(ends_on: date | None) -> date:
    return min(ends_on or LAST_DECLARED, LAST_DECLARED)


def statement(request, month: date) -> PresenceStatement:
    return PresenceStatement(
        aid_request=request,
        establishment_id=request.contract.establishment_id,
        month=month,
        parts=Decimal(30),
        expected_amount=Decimal("520.87"),
        declared_on=month + timedelta(days=34),
    )


def one_of(agency, number: int, contract) -> dict:
    user = b.a_user(f"claire{number}@agence.example", first_name="Claire", last_name=f"MOREL {number}")
    b.a_membership(user, agency, Role.COORDINATOR)
    pages = [
        reverse("home"),
        reverse("contracts:contract_list"),
        f"{reverse('contracts:contract_list')}?page={number + 2}",
        contract.get_absolute_url(),
        reverse("cohort_page", args=[contract.cohort_id]),
        reverse("tutoring:tutor_list"),
    ]
    return {"cookies": cookies_of(with_second_factor(user)), "pages": pages, "edited": edit_form(contract)}


def a_tutor(number: int) -> dict:
    """No second factor is asked of tutors."""
    user = b.a_user(f"tuteur{number}@employeur.example", first_name="Bruno", last_name=f"HAMON {number}")
    user.set_password(PASSWORD)
    user.save()
    site = lists.Establishment.objects.order_by("pk")[number]
    if site.employer.organisation is None:
        site.employer.organisation = b.an_organisation(OrganisationKind.EMPLOYER, f"Employeur {number}")
        site.employer.save()
    b.a_membership(user, site.employer.organisation, Role.TUTOR)
    return {"login": user.email, "password": PASSWORD}


def exports() -> None:
    """Prints how long each list took, from the button to the file; None while it is not there."""
    jobs = Job.objects.filter(kind="list").order_by("pk")
    told = [(job.finished_at - job.created_at).total_seconds() if job.state == Job.State.DONE else None for job in jobs]
    print(json.dumps(told))
