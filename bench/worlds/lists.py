"""The rows of `bench.lists`, the admin it is compared with, and the clock."""

import gc
import os
import sys
import types
from datetime import date, timedelta
from decimal import Decimal
from statistics import median
from time import perf_counter

from django.conf import settings
from django.contrib import admin
from django.core.management import call_command
from django.db import connection
from django.db.models import Prefetch
from django.test import Client
from django.urls import path

from accounts.models import Membership, Organisation, User
from accounts.roles import OrganisationKind, Role
from cohorts.models import Cohort, Enrolment, Person
from contracts.models import AidRequest, Contract
from employers.models import Employer, Establishment
from impec.urls import urlpatterns
from regulations.people import unaccented
from tutoring.models import Tutor, Tutorship

ROWS = int(os.environ.get("ROWS", "100000"))
ROUNDS = int(os.environ.get("ROUNDS", "15"))
DEEP = 1_500
# Page → our address, admin's address, the most our time may be of admin's.
PAGES = {
    "page 1": ("", "", 0.8),
    "filtered": ("cohorte={cohort}", "cohort__id__exact={cohort}", 0.8),
    "searched": ("q=nom0123", "q=nom0123", 0.5),
    f"page {DEEP}": ("page={deep}", "p={deep}", 0.3),
}
COHORTS, SITES, TUTORS, SURNAMES = 40, 200, 5_000, 500
FIRST = date(2018, 1, 1)


class EverythingMayBeSeen(admin.AdminSite):
    def has_permission(self, request):
        return True


class ContractAdmin(admin.ModelAdmin):
    """The same columns, joins and tutors as our list."""

    list_display = (
        "person",
        "cohort",
        "establishment",
        "employer",
        "kind",
        "weekly_hours",
        "starts_on",
        "ends_on",
        "tutor",
    )
    list_select_related = ("enrolment__person", "cohort", "establishment__employer")
    list_filter = ("cohort", "kind", "establishment__employer")
    search_fields = (
        "enrolment__person__birth_name",
        "enrolment__person__usual_name",
        "enrolment__person__first_name",
        "establishment__name",
        "establishment__town",
    )
    ordering = ("-starts_on", "-pk")
    list_per_page = 50

    def get_queryset(self, request):
        tutorships = Tutorship.objects.select_related("tutor")
        return super().get_queryset(request).prefetch_related(Prefetch("tutorships", tutorships))

    def has_view_permission(self, request, obj=None):
        return True

    def person(self, contract):
        return contract.enrolment.person.full_name

    def employer(self, contract):
        return contract.establishment.employer

    def tutor(self, contract):
        return next((str(one.tutor) for one in contract.tutorships.all()), "")


def measure() -> None:
    client, cohort = build(ROWS)
    # The rows just made are no part of a page: without them the collector works as on any server.
    gc.collect()
    gc.freeze()
    # Otherwise every query would be kept in memory, on both sides.
    settings.DEBUG = False
    name = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[connection.vendor]
    print(f"{name}: {ROWS} contracts, 50 a page, median of {ROUNDS}, taking turns")
    print(f"{'':12} {'ours':>9} {'admin':>9} {'ratio':>7} {'target':>7}")
    for page, (ours, theirs, target) in PAGES.items():
        words = {"cohort": cohort, "deep": min(DEEP, ROWS // 50)}
        pair = (f"/contrats/?{ours.format(**words)}", f"/bench/contracts/contract/?{theirs.format(**words)}")
        # The first turn warms caches and is not counted.
        turns = [[timed(client, address) for address in pair] for _ in range(ROUNDS + 1)][1:]
        mine, admins = (median(times) for times in zip(*turns, strict=True))
        print(f"{page:12} {mine * 1000:6.0f} ms {admins * 1000:6.0f} ms {mine / admins:7.2f} {target:7.2f}", flush=True)
    print()


def timed(client: Client, address: str) -> float:
    started = perf_counter()
    answer = client.get(address)
    seconds = perf_counter() - started
    if answer.status_code != 200:
        raise SystemExit(f"{address}: {answer.status_code}")
    return seconds


def build(count: int) -> tuple[Client, int]:
    """A signed-in coordinator's browser, and the cohort to filter by."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    agency = Organisation.objects.create(kind=OrganisationKind.AGENCY, name="Agence")
    user = User.objects.create_user("bench@impec.example", None)
    Membership.objects.create(user=user, organisation=agency, role=Role.COORDINATOR)
    cohorts, sites = places(agency)
    people(agency, cohorts, sites, count)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    open_admin()
    client = Client()
    client.force_login(user)
    return client, cohorts[COHORTS // 2].pk


def places(agency):
    cohorts = Cohort.objects.bulk_create(
        Cohort(
            code=f"C{n:03}",
            name=f"ImPEC {n}",
            agency=agency,
            starts_on=FIRST + timedelta(days=80 * n),
            ends_on=FIRST + timedelta(days=80 * n + 364),
        )
        for n in range(COHORTS)
    )
    employers = Employer.objects.bulk_create(
        Employer(name=f"Association {n}", siren=f"{999000000 + n}", legal_category="ASSOCIATION")
        for n in range(SITES // 2)
    )
    sites = Establishment.objects.bulk_create(
        Establishment(
            employer=employers[n // 2],
            name=f"Résidence {n}",
            siret=f"{99900000000000 + n}",
            postcode="50300",
            town="Avranches",
            search_text=unaccented(f"Résidence {n} Avranches {99900000000000 + n}"),
        )
        for n in range(SITES)
    )
    return cohorts, sites


def people(agency, cohorts, sites, count: int) -> None:
    tutors = Tutor.objects.bulk_create(
        Tutor(establishment=sites[n % SITES], last_name=f"TUTEUR{n}", first_name="Nicole", search_text=f"tuteur{n}")
        for n in range(TUTORS)
    )
    persons = Person.objects.bulk_create(
        (
            Person(
                agency=agency,
                birth_name=f"NOM{n % SURNAMES:04}",
                first_name=f"Prénom{n}",
                identity_key=f"nom{n}",
                search_text=f"nom{n % SURNAMES:04} prenom{n}",
            )
            for n in range(count)
        ),
        batch_size=5_000,
    )
    enrolments = Enrolment.objects.bulk_create(
        (
            Enrolment(person=person, cohort=cohorts[n % COHORTS], enrolled_on=cohorts[n % COHORTS].starts_on)
            for n, person in enumerate(persons)
        ),
        batch_size=5_000,
    )
    contracts = Contract.objects.bulk_create(
        (a_contract(n, enrolment, cohorts[n % COHORTS], sites[n % SITES]) for n, enrolment in enumerate(enrolments)),
        batch_size=5_000,
    )
    AidRequest.objects.bulk_create((a_request(n, contract) for n, contract in enumerate(contracts)), batch_size=5_000)
    Tutorship.objects.bulk_create(
        (
            Tutorship(
                contract=contract, tutor=tutors[n % TUTORS], starts_on=contract.starts_on, ends_on=contract.ends_on
            )
            for n, contract in enumerate(contracts)
        ),
        batch_size=5_000,
    )


def a_contract(n: int, enrolment, cohort, site) -> Contract:
    starts_on = cohort.starts_on + timedelta(days=n % 60)
    return Contract(
        enrolment=enrolment,
        cohort=cohort,
        establishment=site,
        kind="CDD_PEC" if n % 5 else "CDI_PEC",
        job_title="Agent de service hospitalier",
        weekly_hours=Decimal("26"),
        signed_on=starts_on - timedelta(days=4),
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=364) if n % 5 else None,
    )


def a_request(n: int, contract) -> AidRequest:
    return AidRequest(
        contract=contract,
        signed_on=contract.starts_on - timedelta(days=20),
        decided_on=contract.starts_on - timedelta(days=10),
        decision_number=f"{n:012}",
        rate=Decimal("50"),
        weekly_hours=Decimal("20"),
        aid_starts_on=contract.starts_on,
        aid_ends_on=contract.ends_on,
    )


def open_admin() -> None:
    """The site's own addresses, and an admin beside them."""
    site = EverythingMayBeSeen(name="bench")
    site.register(Contract, ContractAdmin)
    addresses = types.ModuleType("bench.addresses")
    addresses.urlpatterns = [path("bench/", site.urls), *urlpatterns]
    sys.modules[addresses.__name__] = addresses
    settings.ROOT_URLCONF = addresses.__name__
