"""L'écart entre l'aide attendue et l'aide versée d'un mois, et sa cause en un mot.

Sources
  Words of the causes, and a gap of one euro or less passed over in silence: programme decision (decisions.md §7). P
  Statement of presence each month, failing which the ASP may claim the money back: orders of 2012 on SYLAé. H
  SMIC, divisor and suspended days applied by the payer: not published; a payment that equals what another reading
  of the month gives is explained by that reading. L

A cause is named only for a gap above the tolerance, or for payments that have cancelled out since.
What cannot be explained is left without a cause: it is never guessed. `regulations.aid` is the way in.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from regulations.enums import LabelledEnum

NOTHING = Decimal(0)
UNEXPLAINED = "écart non expliqué, à demander à l'ASP"


class GapCause(LabelledEnum):
    """Pourquoi l'aide versée n'est pas l'aide attendue."""

    STATEMENT_MISSING = "attestation_manquante", "attestation manquante"
    SUSPENSION = "suspension", "suspension"
    ENTRY_OR_EXIT = "entree_ou_sortie", "entrée ou sortie en cours de mois"
    SMIC_CHANGE = "changement_de_smic", "changement de SMIC"
    DOUBLE_PAYMENT = "double_paiement", "double paiement"
    UNDUE = "indu", "indu"
    NOT_DUE_YET = "pas_encore_echu", "pas encore échu"


@dataclass(frozen=True, slots=True)
class Payment:
    """Une ligne du payeur ; un indu repris est négatif. Le jour ne compte qu'entre plusieurs lignes d'un mois."""

    amount: Decimal
    paid_on: date | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """Ce que le payeur verserait s'il lisait le mois autrement, et le nom de cette différence."""

    cause: GapCause
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """L'écart (versé moins attendu), sa cause, et si d'autres versements l'ont déjà régularisé."""

    gap: Decimal
    cause: GapCause | None = None
    is_settled: bool = False


def discrepancy(
    *,
    expected: Decimal,
    payments: Sequence[Payment],
    tolerance: Decimal,
    is_due: bool,
    is_declared: bool,
    otherwise: Iterable[Reading] = (),
) -> Discrepancy:
    """`payments` in the order of their days; `otherwise` is walked through only when there is something to explain."""
    gap = _paid(payments) - expected
    if abs(gap) > tolerance:
        cause = _cause(expected, payments, tolerance, otherwise, is_due=is_due, is_declared=is_declared)
        return Discrepancy(gap, cause)
    stray = _last_stray(expected, payments, tolerance)
    if not stray:
        return Discrepancy(gap)
    # What had been paid by then needed no statement: it was only wrong.
    cause = _cause(expected, stray, tolerance, otherwise, is_due=True, is_declared=True)
    return Discrepancy(gap, cause, is_settled=True)


def _cause(
    expected: Decimal,
    payments: Sequence[Payment],
    tolerance: Decimal,
    otherwise: Iterable[Reading],
    *,
    is_due: bool,
    is_declared: bool,
) -> GapCause | None:
    paid = _paid(payments)
    if not payments:
        found = _nothing_paid(is_due, is_declared)
    elif _is_double(expected, payments, tolerance):
        found = GapCause.DOUBLE_PAYMENT
    else:
        found = None
    found = found or next((one.cause for one in otherwise if abs(paid - one.amount) <= tolerance), None)
    if found or paid > expected:
        return found or GapCause.UNDUE
    if any(one.amount < 0 for one in payments):
        # Taken back by the payer beyond what had been paid too much.
        return GapCause.UNDUE
    return None if is_due else GapCause.NOT_DUE_YET


def _nothing_paid(is_due: bool, is_declared: bool) -> GapCause | None:
    if not is_due:
        return GapCause.NOT_DUE_YET
    return None if is_declared else GapCause.STATEMENT_MISSING


def _is_double(expected: Decimal, payments: Sequence[Payment], tolerance: Decimal) -> bool:
    """The same amount twice, or one line too many: without it the month would be right."""
    lines = [one.amount for one in payments if one.amount > 0]
    surplus = _paid(payments) - expected
    if len(lines) < 2 or expected <= 0 or surplus <= tolerance:
        return False
    return any(
        abs(surplus - line) <= tolerance or (lines.count(line) > 1 and abs(surplus - line) < surplus) for line in lines
    )


def _last_stray(expected: Decimal, payments: Sequence[Payment], tolerance: Decimal) -> Sequence[Payment]:
    """The payments up to the last day on which the sum was wrong; none when it never was."""
    stray, until = (), []
    for _, same_day in groupby(payments, key=lambda one: one.paid_on):
        until.extend(same_day)
        if abs(_paid(until) - expected) > tolerance:
            stray = tuple(until)
    return stray


def _paid(payments: Iterable[Payment]) -> Decimal:
    return sum((one.amount for one in payments), NOTHING)
