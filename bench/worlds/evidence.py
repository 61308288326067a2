"""Cohorts whose contracts have a year of proofs: `bench.evidence` gathers each in a fresh process."""

import hashlib
import json
import random
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from time import perf_counter
from uuid import uuid4

from django.core.management import call_command
from django.utils import timezone

from accounts import work
from accounts.models import User
from accounts.roles import Role
from bench.worlds.exports import OwnMemory
from cohorts.models import Cohort, Enrolment, Person
from contracts.models import AidPayment, AidRequest, Contract, PresenceStatement
from exports.actions.evidence import ask_evidence
from exports.evidence.scope import Reader
from exports.models import EvidencePack
from regulations.training import AttendanceStatus, HalfDayPart, SignatureWay
from tests import builders as b
from training.models import Attendance, HalfDay, Signature
from tutoring.models import Observation, Tutorship

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
HALF_DAYS, MONTHS, SEEN = 40, 10, 6
# What a drawing of a signature weighs.
DRAWING = 4_000
BATCH = 2_000


def prepare(*sizes: int) -> None:
    call_command("migrate", verbosity=0)
    claire = b.a_user("claire@agence.example")
    b.a_membership(claire, b.the_agency(), Role.COORDINATOR)
    for size in sizes:
        cohort = b.a_cohort(code=f"P {size}", starts_on=FIRST, ends_on=LAST)
        b.a_referent(cohort, claire)
        contracts = _contracts(cohort, size)
        _aid(contracts, claire)
        _training(cohort, contracts)
        _tutors(contracts)


def _contracts(cohort: Cohort, size: int) -> list[Contract]:
    sites = [b.an_establishment() for _ in range(20)]
    people = Person.objects.bulk_create(
        Person(
            agency=cohort.agency,
            public_code=f"{size:03d}{number:05d}",
            birth_name=f"GAUDIN {number}",
            first_name="Caroline",
            search_text=f"gaudin {number:04d} caroline",
            identity_key=f"caroline {number} gaudin",
        )
        for number in range(size)
    )
    enrolments = Enrolment.objects.bulk_create(
        Enrolment(person=person, cohort=cohort, enrolled_on=FIRST) for person in people
    )
    return Contract.objects.bulk_create(
        Contract(
            enrolment=enrolment,
            cohort=cohort,
            establishment=sites[number % len(sites)],
            kind="CDD_PEC",
            job_title="Agent de service hospitalier",
            weekly_hours=28,
            starts_on=FIRST,
            ends_on=LAST,
        )
        for number, enrolment in enumerate(enrolments)
    )


def _aid(contracts: list[Contract], claire: User) -> None:
    requests = AidRequest.objects.bulk_create(
        AidRequest(
            contract=contract,
            decided_on=FIRST,
            decision_number=f"050{contract.pk:09d}",
            rate=Decimal(50),
            weekly_hours=Decimal(20),
            aid_starts_on=FIRST,
            aid_ends_on=LAST,
        )
        for contract in contracts
    )
    months = [date(2026, number, 1) for number in range(1, MONTHS + 1)]
    statements = (
        PresenceStatement(
            aid_request=request,
            month=month,
            establishment_id=request.contract.establishment_id,
            parts=30,
            expected_amount=Decimal("520.87"),
            confirmed_by=claire,
            declared_on=month + timedelta(days=33),
        )
        for request in requests
        for month in months
    )
    PresenceStatement.objects.bulk_create(statements, batch_size=BATCH)
    payments = (
        AidPayment(
            aid_request=request,
            month=month,
            amount=Decimal("520.87"),
            paid_on=month + timedelta(days=50),
            line_key=f"{request.pk}/{month}",
        )
        for request in requests
        for month in months
    )
    AidPayment.objects.bulk_create(payments, batch_size=BATCH)


def _training(cohort: Cohort, contracts: list[Contract]) -> None:
    session = b.a_session(cohort)
    slots = HalfDay.objects.bulk_create(
        HalfDay(
            session=session,
            day=FIRST + timedelta(days=7 * number),
            part=HalfDayPart.MORNING,
            starts_at=time(9),
            ends_at=time(12, 30),
            planned_minutes=210,
        )
        for number in range(HALF_DAYS)
    )
    signed = timezone.make_aware(datetime(2026, 10, 31, 12))
    rows = (
        Attendance(
            half_day=slot,
            enrolment_id=contract.enrolment_id,
            status=AttendanceStatus.PRESENT,
            attended_minutes=210,
            signed_at=signed,
        )
        for contract in contracts
        for slot in slots
    )
    Attendance.objects.bulk_create(rows, batch_size=BATCH)
    noise = random.Random(cohort.pk)
    signatures = (_signature(slot, contract, noise.randbytes(DRAWING)) for contract in contracts for slot in slots)
    Signature.objects.bulk_create(signatures, batch_size=BATCH)


def _signature(slot: HalfDay, contract: Contract, image: bytes) -> Signature:
    return Signature(
        half_day=slot,
        enrolment_id=contract.enrolment_id,
        signer_name="Caroline GAUDIN",
        way=SignatureWay.TABLET,
        image=image,
        image_sha256=hashlib.sha256(image).hexdigest(),
        request_id=uuid4(),
    )


def _tutors(contracts: list[Contract]) -> None:
    tutor = b.a_tutor(contracts[0].establishment)
    tutorships = Tutorship.objects.bulk_create(
        Tutorship(contract=contract, tutor=tutor, starts_on=FIRST, ends_on=LAST) for contract in contracts
    )
    observations = (
        Observation(
            tutorship=tutorship,
            observed_on=FIRST + timedelta(days=30 * number),
            skill="Faire un lit",
            level="ALONE",
            note="Seule, sans rappel.",
        )
        for tutorship in tutorships
        for number in range(SEEN)
    )
    Observation.objects.bulk_create(observations, batch_size=BATCH)


def whole(size: int) -> None:
    """From the question to the frozen zip: queries, pages, tables, drawings, fingerprints, storing."""
    memory = OwnMemory()
    work.enqueue = lambda *arguments: None
    cohort, author = Cohort.objects.get(code=f"P {size}"), User.objects.get(email="claire@agence.example")
    start = perf_counter()
    asked = ask_evidence(cohort=cohort, reader=Reader("AGENCY"), author=author)
    work.run_job(asked.job_id)
    seconds = perf_counter() - start
    pack = EvidencePack.objects.select_related("job").get(pk=asked.pk)
    if not pack.is_frozen or pack.contract_count != size:
        raise SystemExit(f"{pack.number}: {pack.job.error}")
    found = {"seconds": seconds, "mebibytes": memory.kibibytes / 1024}
    print(json.dumps(found | {"files": pack.file_count, "zip": pack.byte_count / 1024**2}))
