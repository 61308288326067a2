"""The aid paid: each line of the payer once, whatever the file that brings it; voided with a reason, never edited."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import clock
from accounts.bulk import AT_ONCE, change_many, keep_many
from accounts.models import User
from contracts.models import AidPayment, AidRequest
from regulations.findings import Finding
from regulations.payments import PaymentFacts, payment_findings
from regulations.periods import Period

LONGEST_TRANSFER = 40
UNGRANTED = "Cette demande n'a pas de décision accordée : aucune aide n'a pu être versée pour elle."


@dataclass(frozen=True, kw_only=True, slots=True)
class PaidLine:
    """Une ligne du payeur pour un mois d'une demande d'aide ; `key` la reconnaît d'un fichier à l'autre."""

    request: AidRequest
    month: date
    amount: Decimal
    paid_on: date
    transfer_number: str = ""
    key: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LineContent:
    """Ce que dit une ligne du payeur : deux lignes qui le disent pareil sont deux fois la même, ou un double."""

    number: str
    months: tuple[date, ...]
    amount: Decimal
    paid_on: date

    @property
    def text(self) -> str:
        period = "+".join(dict.fromkeys(f"{month:%Y-%m}" for month in (self.months[0], self.months[-1])))
        return f"{self.number}/{period}/{self.amount:.2f}/{self.paid_on}"


def decision_of(request: AidRequest) -> str:
    """How keys name the request: its decision, or itself while its number is not known."""
    return request.decision_number or f"demande-{request.pk}"


def line_key(content: LineContent, transfer: str, occurrence: int = 1) -> str:
    """The same line has the same key in every file. Twice in one file it is two payments: 1, then 2."""
    return f"{content.text}/{clean_transfer(transfer)}/{occurrence}"


def clean_transfer(transfer: str) -> str:
    return transfer.strip().upper().replace("/", "-")[:LONGEST_TRANSFER]


def part_keys(key: str, parts: int) -> list[str]:
    """A line shared between several months is one payment for each."""
    return [key] if parts == 1 else [f"{key}/{position}" for position in range(1, parts + 1)]


def split_key(key: str) -> tuple[str, str, int]:
    """What a key says: content, transfer, occurrence; the parts of one line say the same."""
    number, period, amount, paid_on, transfer, occurrence, *_ = key.split("/")
    return "/".join((number, period, amount, paid_on)), transfer, int(occurrence)


def findings_of_payment(request: AidRequest, *, month: date, amount: Decimal, paid_on: date, on: date) -> list[Finding]:
    facts = PaymentFacts(
        month=month,
        amount=amount,
        paid_on=paid_on,
        decided_on=request.decided_on,
        aided=aided_by_decision(request),
        on=on,
    )
    return payment_findings(facts)


def aided_by_decision(request: AidRequest) -> Period:
    """The days of the decision, whatever became of the contract: what is paid after a break is recorded, as undue."""
    contract = request.contract
    return Period(request.aid_starts_on or contract.starts_on, request.aid_ends_on or contract.ends_on)


@transaction.atomic
def record_payment(
    *,
    request: AidRequest,
    month: date,
    amount: Decimal,
    paid_on: date,
    transfer_number: str = "",
    by: User | None,
) -> AidPayment:
    """Un versement, ou un remboursement s'il est négatif ; la même ligne une deuxième fois est refusée."""
    month = month.replace(day=1)
    content = LineContent(number=decision_of(request), months=(month,), amount=amount, paid_on=paid_on)
    line = PaidLine(
        request=request,
        month=month,
        amount=amount,
        paid_on=paid_on,
        transfer_number=transfer_number,
        key=line_key(content, transfer_number),
    )
    written = record_payments(lines=[line], by=by)
    if not written:
        raise ValidationError("Cette ligne est déjà enregistrée : même décision, même mois, même montant, même jour.")
    return written[0]


@transaction.atomic
def record_payments(*, lines: Sequence[PaidLine], by: User | None) -> list[AidPayment]:
    """All of them or none. A line that is already there is left as it is, and is not in what is returned."""
    requests = _locked(line.request.pk for line in lines)
    known = _recorded_keys(line.key for line in lines)
    on, at = clock.today(), clock.now()
    rows = []
    for line in lines:
        if line.key in known:
            continue
        known.add(line.key)
        _refuse(line, requests[line.request.pk], on)
        rows.append(
            AidPayment(
                aid_request=requests[line.request.pk],
                month=line.month,
                amount=line.amount,
                paid_on=line.paid_on,
                transfer_number=clean_transfer(line.transfer_number),
                line_key=line.key,
                recorded_at=at,
                recorded_by=by,
            )
        )
    return keep_many(rows, by=by)


def _locked(pks: Iterable[int]) -> dict[int, AidRequest]:
    """Kept from others to the end, always in the same order: two files at once write each line once."""
    wanted = sorted(set(pks))
    found = {}
    for start in range(0, len(wanted), AT_ONCE):
        rows = AidRequest.objects.select_for_update(of=("self",)).select_related("contract")
        found |= {row.pk: row for row in rows.filter(pk__in=wanted[start : start + AT_ONCE]).order_by("pk")}
    return found


def _recorded_keys(keys: Iterable[str]) -> set[str]:
    wanted, found = list(dict.fromkeys(keys)), set()
    for start in range(0, len(wanted), AT_ONCE):
        rows = AidPayment.objects.valid().filter(line_key__in=wanted[start : start + AT_ONCE])
        found.update(rows.values_list("line_key", flat=True))
    return found


def _refuse(line: PaidLine, request: AidRequest, on: date) -> None:
    if not request.is_granted:
        raise ValidationError(UNGRANTED)
    found = findings_of_payment(request, month=line.month, amount=line.amount, paid_on=line.paid_on, on=on)
    if found:
        raise ValidationError([finding.message for finding in found])


@transaction.atomic
def void_payments(*, payments: Iterable[AidPayment], reason: str, by: User | None) -> list[AidPayment]:
    """Annulés, jamais effacés : la même ligne pourra être enregistrée de nouveau."""
    pks = sorted(payment.pk for payment in payments)
    rows = []
    for start in range(0, len(pks), AT_ONCE):
        found = AidPayment.objects.valid().select_for_update().filter(pk__in=pks[start : start + AT_ONCE])
        rows += found.order_by("pk")
    return change_many(rows, by=by, voided_at=clock.now(), voided_by=by, void_reason=reason)


@transaction.atomic
def void_payment(*, payment: AidPayment, reason: str, by: User | None) -> AidPayment:
    """Annuler un versement mal enregistré : qui, quand et pourquoi restent."""
    if not reason.strip():
        raise ValidationError({"reason": "Écrivez pourquoi ce versement est annulé."})
    rows = void_payments(payments=[payment], reason=reason.strip(), by=by)
    if not rows:
        raise ValidationError("Ce versement est déjà annulé.")
    return rows[0]
