"""The aid: request, decision, refusal."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import clock
from accounts.models import User
from accounts.questions import settle
from accounts.rows import Conflict, keep
from contracts.actions.contract import Accepted, locked, note_reasons, touch, unaided_reason
from contracts.actions.stops import stop_questions
from contracts.expected import region_of_contract
from contracts.models import AidOrder, AidRequest, Contract
from regulations import contracts as law
from regulations.aid import ceiling_findings
from regulations.contracts import AidRequestKind, ContractKind
from regulations.findings import Finding, Strength
from regulations.orders import hours_band_findings, length_band_findings
from regulations.periods import Period


@dataclass(frozen=True, kw_only=True)
class Decision:
    """La décision telle que notifiée ; l'arrêté est la ligne qui donne son taux, choisie par une personne."""

    number: str
    decided_on: date
    rate: Decimal
    weekly_hours: Decimal
    aid_starts_on: date
    aid_ends_on: date | None = None
    order: AidOrder | None = None
    referent_name: str = ""
    is_cofinanced: bool = False


@transaction.atomic
def record_request(
    *,
    contract: Contract,
    signed_on: date | None,
    kind: AidRequestKind = AidRequestKind.INITIAL,
    number: str = "",
    accepted: Accepted = None,
    by: User | None,
) -> AidRequest:
    """Demande d'aide signée par l'employeur et la personne ; une seule attend sa décision à la fois."""
    contract = locked(contract)
    check_may_request(contract, kind)
    stopped = stop_questions(contract, signed_on or clock.today(), is_renewal=kind == AidRequestKind.RENEWAL)
    note_reasons(contract, settle(stopped, accepted))
    request = AidRequest(contract=contract, kind=kind, signed_on=signed_on, decision_number=number)
    keep(request)
    touch(contract, by)
    return request


def check_may_request(contract: Contract, kind: AidRequestKind) -> None:
    if not ContractKind(contract.kind).is_pec:
        raise ValidationError("Seul un contrat PEC ouvre droit à l'aide : changez d'abord son type.")
    earlier = list(contract.aid_requests.all())
    if any(request.decided_on is None for request in earlier):
        raise ValidationError("Une demande attend déjà sa décision : enregistrez la décision d'abord.")
    granted = any(request.is_granted for request in earlier)
    if kind == AidRequestKind.INITIAL and granted:
        raise ValidationError("L'aide est déjà accordée : faites une demande de renouvellement.")
    if kind == AidRequestKind.RENEWAL and not granted:
        raise ValidationError("Un renouvellement suit une aide accordée : faites une demande initiale.")


@transaction.atomic
def record_decision(
    *, request: AidRequest, decision: Decision, accepted: Accepted = None, by: User | None
) -> AidRequest:
    """Décision accordée. Un contrat signé avant elle est marqué non aidé."""
    contract, request = _waiting(request)
    return _decide(contract, request, decision, accepted, by)


@transaction.atomic
def correct_decision(
    *, request: AidRequest, decision: Decision, version: int | None, accepted: Accepted = None, by: User | None
) -> AidRequest:
    """Corriger une décision mal saisie : ce qui en découle est relu."""
    contract = locked(request.contract)
    request = AidRequest.objects.get(pk=request.pk)
    if version is not None and request.version != version:
        raise Conflict(request)
    if not request.is_granted:
        raise ValidationError("Seule une décision accordée se corrige ainsi.")
    return _decide(contract, request, decision, accepted, by)


DECIDED = (
    *("decided_on", "rate", "weekly_hours", "aid_starts_on", "aid_ends_on"),
    *("order", "referent_name", "is_cofinanced"),
)


def _decide(
    contract: Contract, request: AidRequest, decision: Decision, accepted: Accepted, by: User | None
) -> AidRequest:
    if decision.order is not None and decision.order.confirmed_on is None:
        raise ValidationError({"order": "Cet arrêté n'est pas confirmé : une coordinatrice le confirme d'abord."})
    request.decision_number = decision.number
    for name in DECIDED:
        setattr(request, name, getattr(decision, name))
    is_renewal = request.kind == AidRequestKind.RENEWAL
    stopped = stop_questions(contract, decision.decided_on, is_renewal=is_renewal)
    reasons = settle(decision_findings(contract, decision, is_renewal=is_renewal) + stopped, accepted)
    request.version += 1
    keep(request)
    note_reasons(contract, reasons)
    contract.unaided_reason = unaided_reason(contract)
    touch(contract, by)
    return request


@transaction.atomic
def record_refusal(*, request: AidRequest, decided_on: date, number: str = "", by: User | None) -> AidRequest:
    """Décision refusée : la demande est close, aucune aide n'est attendue."""
    contract, request = _waiting(request)
    request.decided_on, request.refused = decided_on, True
    request.decision_number = number or request.decision_number
    request.version += 1
    keep(request)
    touch(contract, by)
    return request


def _waiting(request: AidRequest) -> tuple[Contract, AidRequest]:
    contract = locked(request.contract)
    request = AidRequest.objects.get(pk=request.pk)
    if request.decided_on is not None:
        raise ValidationError(f"La décision est déjà enregistrée, du {request.decided_on:%d/%m/%Y}.")
    return contract, request


def decision_findings(contract: Contract, decision: Decision, *, is_renewal: bool = False) -> list[Finding]:
    """Everything a decision makes the law say: the hours of its order, the ceiling, the hours of the contract."""
    terms = law.ContractTerms(
        kind=ContractKind(contract.kind),
        starts_on=contract.starts_on,
        weekly_hours=contract.weekly_hours,
        subsidised_hours=decision.weekly_hours,
    )
    findings = [finding for finding in law.contract_findings(terms) if finding.code == "heures_aidees_superieures"]
    if decision.order is not None:
        findings += _region_findings(contract, decision.order)
        findings += hours_band_findings(decision.order, decision.weekly_hours)
        aided = Period(decision.aid_starts_on, decision.aid_ends_on)
        findings += length_band_findings(decision.order, aided, is_renewal=is_renewal)
    return findings + ceiling_findings(decision.rate / 100, decision.weekly_hours) + _end_findings(contract, decision)


def _end_findings(contract: Contract, decision: Decision) -> list[Finding]:
    """The aid never outlasts the contract: after a renewal, the contract is extended too."""
    last, aided = contract.last_day, decision.aid_ends_on
    if last is None or aided is None or aided <= last:
        return []
    message = f"L'aide va jusqu'au {aided:%d/%m/%Y} et le contrat finit le {last:%d/%m/%Y} : prolongez le contrat."
    return [Finding("contrat_a_prolonger", message, "L5134-25-1", Strength.WARNING)]


def _region_findings(contract: Contract, order: AidOrder) -> list[Finding]:
    region = region_of_contract(contract)
    if not region or order.region == region:
        return []
    message = f"L'arrêté choisi est celui de la région {order.region} ; l'établissement est en région {region}."
    return [Finding("arrete_autre_region", message, "L5134-30", Strength.QUESTION)]
