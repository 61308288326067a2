"""Renewal: a reasoned request with its review, its limits read again, the exception that allows more than 24 months."""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from accounts.questions import settle
from accounts.rows import keep
from contracts.actions.aid import check_may_request
from contracts.actions.contract import Accepted, locked, note_reasons, touch
from contracts.actions.stops import stop_questions
from contracts.models import AidRequest, Contract
from regulations.contracts import AidRequestKind, CeilingException
from regulations.deadlines import MOST_MONTHS, ceiling_date
from regulations.findings import Finding
from regulations.people import Checked
from regulations.periods import ONE_DAY, Period
from regulations.renewals import RenewalCase, renewal_findings

CEILING = "plus_de_24_mois"


@dataclass(frozen=True, kw_only=True)
class Renewal:
    """Ce que l'employeur demande : jusqu'à quand, avec quel bilan, et quelle exception au-delà de 24 mois."""

    signed_on: date
    asked_until: date
    review: str
    number: str = ""
    exception: CeilingException | None = None


@transaction.atomic
def request_renewal(*, contract: Contract, renewal: Renewal, accepted: Accepted = None, by: User | None) -> AidRequest:
    """Demander un renouvellement ; au-delà de 24 mois, le cas qui le permet et son motif sont gardés avec elle."""
    contract = locked(contract)
    check_may_request(contract, AidRequestKind.RENEWAL)
    if not renewal.review.strip():
        raise ValidationError({"review": "La demande est motivée : écrivez le bilan des actions menées (R5134-31)."})
    if contract.broken_on is not None:
        raise ValidationError("Ce contrat est rompu : il ne peut pas être renouvelé.")
    case = renewal_case(contract, renewal)
    if case.is_over and renewal.exception is None:
        raise ValidationError(
            {
                "exception": f"Plus de {MOST_MONTHS} mois en tout, après le {case.ceiling:%d/%m/%Y} : "
                "choisissez le cas qui le permet."
            }
        )
    stopped = stop_questions(contract, renewal.signed_on, is_renewal=True)
    reasons = settle(renewal_findings(case) + stopped, accepted)
    request = AidRequest(
        contract=contract,
        kind=AidRequestKind.RENEWAL,
        signed_on=renewal.signed_on,
        decision_number=renewal.number,
        aid_starts_on=case.aid_ends_on + ONE_DAY,
        aid_ends_on=renewal.asked_until,
        review=renewal.review.strip(),
        ceiling_exception=renewal.exception if case.is_over else "",
        ceiling_reason=(accepted or {}).get(CEILING, "").strip() if case.is_over else "",
    )
    keep(request)
    note_reasons(contract, reasons)
    touch(contract, by)
    return request


def renewal_findings_of(
    contract: Contract, renewal: Renewal, *, born_on: date | None = None, boeth: Checked | None = None
) -> list[Finding]:
    """All that is said of it, with the age and the disability of who may read them."""
    return renewal_findings(renewal_case(contract, renewal, born_on=born_on, boeth=boeth))


def renewal_case(
    contract: Contract, renewal: Renewal, *, born_on: date | None = None, boeth: Checked | None = None
) -> RenewalCase:
    """The facts of the law; age and disability only for who may read them."""
    return RenewalCase(
        starts_on=contract.starts_on,
        aid_ends_on=aid_end_of(contract),
        asked_until=renewal.asked_until,
        requested_on=renewal.signed_on,
        earlier=tuple(Period(one.starts_on, one.last_day) for one in contract.earlier_pec()),
        exception=renewal.exception,
        signed_on=contract.signed_on,
        born_on=born_on,
        boeth=boeth,
    )


def aid_end_of(contract: Contract) -> date:
    """The last day aided so far; without any, the last day of the contract, else what the law allows."""
    granted = [one for one in contract.aid_requests.all() if one.is_granted]
    ends = [one.aid_ends_on for one in granted if one.aid_ends_on is not None]
    return max(ends, default=contract.last_day or ceiling_date(contract.starts_on))
