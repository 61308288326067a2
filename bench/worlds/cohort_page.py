"""Two cohorts of the bench of the cohort page, 12 people and 300, told by the tests' builders."""

import os
from datetime import date, timedelta
from statistics import median
from time import perf_counter

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from regulations.training import HalfDayPart
from tests import builders as b

ROUNDS = int(os.environ.get("ROUNDS", "15"))
FEW, MANY = 12, 300
MOST_TIMES = 2.0
MOST_QUERIES = 25


def measure() -> None:
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    # What a page costs in production: no bookkeeping of queries.
    settings.DEBUG = False
    with transaction.atomic():
        user = b.a_user("claire@bench.example")
        b.a_membership(user, b.the_agency(), Role.COORDINATOR)
        b.a_smic()
        order = b.an_order()
        addresses = {size: reverse("cohort_page", args=[cohort_of(size, order).pk]) for size in (FEW, MANY)}
    client = Client()
    client.force_login(user)
    queries = {size: queries_of(client, address) for size, address in addresses.items()}
    times = {size: [] for size in addresses}
    for _ in range(ROUNDS):
        for size, address in addresses.items():
            times[size].append(seconds_of(client, address))
    few, many = median(times[FEW]), median(times[MANY])
    print(f"cohort page, {FEW} people:  {1000 * few:6.1f} ms, {queries[FEW]} queries")
    print(f"cohort page, {MANY} people: {1000 * many:6.1f} ms, {queries[MANY]} queries (at most {MOST_QUERIES})")
    print(f"ratio {many / few:.2f} (at most {MOST_TIMES})")


def cohort_of(size: int, order):
    cohort = b.a_cohort(code=f"BANC {size}")
    sites = [b.an_establishment() for _ in range(max(size // 10, 4))]
    tutors = [b.a_tutor(site) for site in sites]
    session = b.a_session(cohort)
    half_days = [
        b.a_half_day(session, day=date(2026, 2, 10) + timedelta(days=14 * n), part=part)
        for n in range(12)
        for part in HalfDayPart
    ]
    for number in range(size):
        site = sites[number % len(sites)]
        person = b.a_person(birth_name=f"NOM{size}X{number:03d}")
        enrolment = b.an_enrolment(person, cohort, seat=None)
        contract = b.a_contract(enrolment=enrolment, establishment=site, cohort=cohort)
        b.an_aid_request(contract, order=order)
        b.a_tutorship(contract, tutors[number % len(sites)])
        for half_day in half_days[:20]:
            b.an_attendance(half_day, enrolment)
    return cohort


def queries_of(client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return len(queries)


def seconds_of(client, address: str) -> float:
    start = perf_counter()
    response = client.get(address)
    assert response.status_code == 200
    return perf_counter() - start
