"""What happened at work: tutors, requests, decisions, contracts, a break, a suspension, payments and their gaps."""

from datetime import date
from decimal import Decimal

from accounts.models import User
from cohorts.actions import free_seat
from cohorts.models import Enrolment
from contracts import actions as contracts
from contracts.actions.payments import LineContent, PaidLine, line_key, part_keys, record_payments
from contracts.models import AidOrder, AidRequest, Contract
from employers.models import Establishment
from impec.demo import rows
from impec.demo.people import enrolment_of
from regulations.contracts import BreakReason, ContractKind, ImmersionPurpose, PayKept, SuspensionReason
from regulations.exits import ExitSituation
from regulations.people import Checked
from regulations.periods import Period
from tutoring import actions as tutoring
from tutoring.models import Tutor

EXCEPTION = {"experience_insuffisante": "Onze ans comme bénévole auprès de personnes handicapées, accord de la DDETS."}

OTHER_CONTRACTS = (
    {
        "cohort": "AVR 09/25", "siret": "99998211900011", "person": ["BRIAND Bernadette", "1974-05-21"],
        "decision_number": "050250087100", "decided_on": "2025-08-22", "starts_on": "2025-09-01",
        "ends_on": "2026-08-31", "broken_on": None, "break_reason": "", "job_title": "Agent de service hospitalier",
        "rome_code": "K2204", "weekly_hours": "26", "aided_hours": "20", "rate": "50", "tutor": "HAMON Michelle",
    },
    {
        "cohort": "GRV 09/26", "siret": "99998211900011", "person": ["DIALLO Amina", "1999-04-17"],
        "decision_number": "050260041200", "decided_on": "2026-08-24", "starts_on": "2026-09-01",
        "ends_on": "2027-08-31", "broken_on": None, "break_reason": "", "job_title": "Agent de service hospitalier",
        "rome_code": "K2204", "weekly_hours": "26", "aided_hours": "20", "rate": "50", "tutor": "HAMON Bruno",
    },
)  # fmt: skip


def tutors_of_the_story(users: dict[str, User], sites: dict[str, Establishment]) -> dict[tuple[str, str], Tutor]:
    """Tutors by (SIRET, « NOM Prénom »)."""
    found = {}
    for row in rows("tutors"):
        facts = tutoring.TutorFacts(
            last_name=row["last_name"],
            first_name=row["first_name"],
            job_title=row["job_title"],
            phone=row["phone"],
            email=row["email"],
            experience_since=date(2026 - row["years"], 1, 1) if row["years"] > 1 else date(2025, 2, 1),
            volunteer=row["volunteer"],
            trained_on=row["trained_on"] and date.fromisoformat(row["trained_on"]),
        )
        tutor = tutoring.add_tutor(establishment=sites[row["siret"]], facts=facts)
        found[row["siret"], str(tutor)] = tutor
    bruno = tutoring.add_tutor(
        establishment=sites["99998211900011"],
        facts=tutoring.TutorFacts(
            last_name="HAMON",
            first_name="Bruno",
            job_title="Aide-soignant",
            phone="0639980051",
            email=users["bruno"].email,
            experience_since=date(2017, 6, 1),
            volunteer=True,
            trained_on=date(2026, 6, 9),
        ),
    )
    bruno.user = users["bruno"]
    bruno.save()
    found["99998211900011", "HAMON Bruno"] = bruno
    return found


def contracts_of_the_story(
    by: User, sites: dict[str, Establishment], tutors: dict[tuple[str, str], Tutor], orders: dict[str, AidOrder]
) -> dict[str, Contract]:
    """Contracts by birth name and first name."""
    found = {}
    for row in (*rows("contracts"), *OTHER_CONTRACTS):
        enrolment = enrolment_of(*row["person"], row["cohort"])
        contract = _contract(row, enrolment, sites[row["siret"]], tutors[row["siret"], row["tutor"]], by)
        decided_on = date.fromisoformat(row["decided_on"])
        request = contracts.record_request(contract=contract, signed_on=enrolment.seat_accepted_on, number="", by=by)
        contracts.record_decision(
            request=request,
            decision=contracts.Decision(
                number=row["decision_number"],
                decided_on=decided_on,
                rate=Decimal(row["rate"]),
                weekly_hours=Decimal(row["aided_hours"]),
                aid_starts_on=contract.starts_on,
                aid_ends_on=contract.ends_on,
                order=orders[row["rate"]],
                referent_name="Claire MOREL",
            ),
            by=by,
        )
        signed_on = max(decided_on, date(contract.starts_on.year, contract.starts_on.month, 1))
        found[row["person"][0]] = contracts.sign_contract(
            contract=contract, signed_on=min(signed_on, contract.starts_on), by=by
        )
    _events(found, by)
    return found


def _contract(row: dict, enrolment: Enrolment, site: Establishment, tutor: Tutor, by: User) -> Contract:
    return tutoring.record_contract_with_tutor(
        enrolment=enrolment,
        establishment=site,
        terms=contracts.Terms(
            kind=ContractKind.CDD_PEC,
            job_title=row["job_title"],
            rome_code=row["rome_code"],
            professional_category="3",
            weekly_hours=Decimal(row["weekly_hours"]),
            hourly_pay=Decimal("12.02"),
            starts_on=date.fromisoformat(row["starts_on"]),
            ends_on=date.fromisoformat(row["ends_on"]),
        ),
        tutor=tutor,
        accepted=EXCEPTION,
        by=by,
    )


def _events(found: dict[str, Contract], by: User) -> None:
    tanguy = contracts.break_contract(
        contract=found["TANGUY Luce"], broken_on=date(2026, 6, 12), reason=BreakReason.RESIGNATION_FOR_CDI, by=by
    )
    free_seat(enrolment=tanguy.enrolment, on=date(2026, 6, 13))
    contracts.record_exit(
        contract=tanguy,
        outcome=contracts.Outcome(situation=ExitSituation.CDI, same_employer=Checked.NO, same_job=Checked.YES),
        recorded_on=date(2026, 6, 30),
        by=by,
    )
    contracts.record_exit(
        contract=found["BRIAND Bernadette"],
        outcome=contracts.Outcome(situation=ExitSituation.CDD_6_PLUS, same_employer=Checked.YES, same_job=Checked.YES),
        recorded_on=date(2026, 9, 7),
        by=by,
    )
    contracts.suspend(
        contract=found["DE OLIVEIRA Valentine"],
        starts_on=date(2026, 11, 9),
        ends_on=date(2026, 12, 4),
        reason=SuspensionReason.UNPAID_LEAVE,
        pay_kept=PayKept.NONE,
        by=by,
    )
    contracts.record_immersion(
        contract=found["GAUDIN Caroline"],
        host="Bocage Domicile Entraide",
        period=Period(date(2026, 10, 19), date(2026, 10, 30)),
        purpose=ImmersionPurpose.DISCOVER,
        by=by,
    )


def payments_of_the_story(by: User) -> None:
    """What the payer sent from December 2025 to October 2026; a line for two months is shared between them."""
    requests = {request.decision_number: request for request in AidRequest.objects.all()}
    lines = []
    for number, months, amount, paid_on, transfer, _ in rows("payments"):
        if number not in requests:
            continue
        content = LineContent(
            number=number,
            months=tuple(date.fromisoformat(month) for month in months),
            amount=Decimal(amount),
            paid_on=date.fromisoformat(paid_on),
        )
        keys = part_keys(line_key(content, transfer), len(months))
        for month, key in zip(content.months, keys, strict=True):
            lines.append(
                PaidLine(
                    request=requests[number],
                    month=month,
                    amount=content.amount / len(months),
                    paid_on=content.paid_on,
                    transfer_number=transfer,
                    key=key,
                )
            )
    record_payments(lines=lines, by=by)
