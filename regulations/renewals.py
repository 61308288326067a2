"""Le renouvellement : ni une priorité ni automatique ; ses limites, et ce sur quoi les sources se contredisent.

Sources
  Reasoned request made beforehand, with a review of support and training: R5134-31, twin R5134-56. H for the twin
  24 months in all with an employer, renewals included: L5134-25-1. H
  60 months in all from 50 with particular difficulties, or for a recognised disabled worker: L5134-25-1. H
  ... by successive decisions of at most one year: R5134-34, seen in its twin and marked « abrogé ». M
  58 or over, up to the date of entitlement to retire: service-public F21006. H
  Training under way and planned in the aid, up to its end: L5134-23-1. H. 60 months at most: twin. M
  Age anchor: at signature (F21006), or at the end of the maximum length (R5134-34). Contradictory, said. H
What is over 24 months is a question accepted with a written reason (decision §6).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from regulations.contracts import SENIOR_AGE, CeilingException, age_anchor_findings
from regulations.deadlines import MOST_MONTHS, MOST_MONTHS_BY_EXCEPTION, ceiling_date, end_of
from regulations.findings import Finding, Strength
from regulations.people import Checked, age_on
from regulations.periods import ONE_DAY, Period

RETIRING_AGE = 58  # F21006
LONGEST_DECISION = 12  # months, R5134-34 (M)


@dataclass(frozen=True, slots=True)
class RenewalCase:
    """Un renouvellement demandé ; l'âge et le handicap sont None pour qui ne peut pas les lire."""

    starts_on: date
    aid_ends_on: date
    asked_until: date
    requested_on: date
    earlier: tuple[Period, ...] = ()
    exception: CeilingException | None = None
    signed_on: date | None = None
    born_on: date | None = None
    boeth: Checked | None = None

    @property
    def ceiling(self) -> date:
        return ceiling_date(self.starts_on, self.earlier, MOST_MONTHS)

    @property
    def is_over(self) -> bool:
        return self.asked_until > self.ceiling


def renewal_findings(case: RenewalCase) -> list[Finding]:
    """Tout ce que la loi demande d'un renouvellement, chaque constat avec sa force."""
    if case.asked_until <= case.aid_ends_on:
        message = f"L'aide court jusqu'au {case.aid_ends_on:%d/%m/%Y} : un renouvellement finit après ce jour."
        return [Finding("fin_deja_couverte", message, "R5134-31")]
    findings = _request_findings(case)
    if case.is_over:
        findings += _ceiling_findings(case)
    if case.born_on is not None:
        findings += age_anchor_findings(case.born_on, case.signed_on or case.starts_on, case.ceiling)
    return findings


def _request_findings(case: RenewalCase) -> list[Finding]:
    if case.requested_on <= case.aid_ends_on:
        return []
    message = f"L'aide a pris fin le {case.aid_ends_on:%d/%m/%Y} : le renouvellement se demande avant ce jour."
    return [Finding("renouvellement_tardif", message, "R5134-31", Strength.QUESTION)]


def _ceiling_findings(case: RenewalCase) -> list[Finding]:
    known = f", {_months(case.earlier)} déjà faits chez cet employeur" if case.earlier else ""
    message = f"Plus de {MOST_MONTHS} mois en tout{known} : l'aide s'arrête au {case.ceiling:%d/%m/%Y}, sauf exception."
    findings = [Finding("plus_de_24_mois", message, "L5134-25-1", Strength.QUESTION)]
    match case.exception:
        case CeilingException.SENIOR_OR_DISABLED:
            return findings + _sixty_months(case, "L5134-25-1") + _one_year(case) + _senior_or_disabled(case)
        case CeilingException.TRAINING_UNDER_WAY:
            return findings + _sixty_months(case, "L5134-23-1")
        case CeilingException.NEAR_RETIREMENT:
            return findings + _retiring(case)
    return findings


def _sixty_months(case: RenewalCase, source: str) -> list[Finding]:
    last = ceiling_date(case.starts_on, case.earlier, MOST_MONTHS_BY_EXCEPTION)
    if case.asked_until <= last:
        return []
    message = f"Même par exception, {MOST_MONTHS_BY_EXCEPTION} mois en tout : l'aide s'arrête au {last:%d/%m/%Y}."
    return [Finding("plus_de_60_mois", message, source, Strength.QUESTION)]


def _one_year(case: RenewalCase) -> list[Finding]:
    if case.asked_until <= end_of(case.aid_ends_on + ONE_DAY, LONGEST_DECISION):
        return []
    message = "Au-delà de 24 mois, chaque décision dure un an au plus (article à vérifier, marqué « abrogé »)."
    return [Finding("decision_de_plus_d_un_an", message, "R5134-34", Strength.WARNING)]


def _senior_or_disabled(case: RenewalCase) -> list[Finding]:
    if case.born_on is None or case.boeth is None or case.boeth is Checked.YES:
        return []
    if age_on(case.born_on, case.ceiling) >= SENIOR_AGE:
        return []
    said = "non vérifiée" if case.boeth is Checked.NOT_CHECKED else "notée « non »"
    message = f"La personne n'a pas {SENIOR_AGE} ans et son obligation d'emploi est {said} : vérifiez l'exception."
    return [Finding("exception_a_verifier", message, "L5134-25-1", Strength.WARNING)]


def _retiring(case: RenewalCase) -> list[Finding]:
    if case.born_on is None or age_on(case.born_on, case.asked_until) >= RETIRING_AGE:
        return []
    message = f"La personne n'aura pas {RETIRING_AGE} ans à la fin demandée : vérifiez l'exception."
    return [Finding("exception_a_verifier", message, "F21006", Strength.WARNING)]


def _months(periods: Iterable[Period]) -> str:
    days = sum(period.days or 0 for period in periods)
    return f"{days} jours"
