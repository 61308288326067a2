"""La formation : demi-journées, séances, émargement, minutes suivies, heures en centièmes.

Sources
  Attendance per half-day, signed by trainee and trainer: order of 21 December 2018 (R6332-26). H
  Only hours really attended are paid: same order. H
  Hours in hundredths (7,00 and never 7h00): notice of an OPCO, ministry model of certificate of 1 June 2020. H
  Nature of the action: L6313-1. H
  Closed list of reasons: funder-files §1.7 (P). No reason ever leaves the house.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from regulations.calendar import Territory, public_holiday_name
from regulations.enums import LabelledEnum
from regulations.findings import Finding, Strength
from regulations.periods import Period

MINUTES_AN_HOUR = 60
SUNDAY = 6
R6332_26 = "R6332-26, arrêté du 21 décembre 2018"


class HalfDayPart(LabelledEnum):
    MORNING = "MORNING", "matin"
    AFTERNOON = "AFTERNOON", "après-midi"


class SessionState(LabelledEnum):
    PLANNED = "PLANNED", "prévue"
    HELD = "HELD", "réalisée"
    CANCELLED = "CANCELLED", "annulée"


class TrainingMode(LabelledEnum):
    ON_SITE = "ON_SITE", "présentiel"
    REMOTE = "REMOTE", "distance"
    MIXED = "MIXED", "mixte"
    AFEST = "AFEST", "AFEST"


class ActionNature(LabelledEnum):
    """Nature de l'action (L6313-1)."""

    TRAINING = "TRAINING", "action de formation"
    SKILLS_REVIEW = "SKILLS_REVIEW", "bilan de compétences"
    VAE = "VAE", "validation des acquis de l'expérience"
    APPRENTICESHIP = "APPRENTICESHIP", "action de formation par apprentissage"


class AttendanceStatus(LabelledEnum):
    PRESENT = "PRESENT", "présent"
    LATE = "LATE", "retard"
    LEFT_EARLY = "LEFT_EARLY", "départ anticipé"
    EXCUSED = "EXCUSED", "absent justifié"
    ABSENT = "ABSENT", "absent non justifié"

    @property
    def is_absence(self) -> bool:
        return self in (AttendanceStatus.EXCUSED, AttendanceStatus.ABSENT)


class AbsenceReason(LabelledEnum):
    """Motif d'absence : liste fermée, jamais exportée, jamais un détail de santé."""

    ILLNESS = "ILLNESS", "maladie"
    CHILDCARE = "CHILDCARE", "garde d'enfant"
    TRANSPORT = "TRANSPORT", "transport"
    ADMINISTRATIVE = "ADMINISTRATIVE", "démarche administrative"
    EMPLOYER = "EMPLOYER", "retenu par l'employeur"
    OTHER = "OTHER", "autre"


class SignatureWay(LabelledEnum):
    """Par quel moyen une demi-journée est signée."""

    TABLET = "TABLET", "au doigt, sur la tablette"
    PHONE = "PHONE", "au doigt, sur son téléphone"
    TYPED = "TYPED", "nom tapé et case cochée"
    PAPER = "PAPER", "sur papier"


class DocumentDecision(LabelledEnum):
    WAITING = "WAITING", "à examiner"
    ACCEPTED = "ACCEPTED", "accepté"
    REFUSED = "REFUSED", "refusé"


class NoticeKind(LabelledEnum):
    """Ce qui est dit à l'employeur d'une personne absente."""

    ABSENCE = "ABSENCE", "absence"
    CORRECTION = "CORRECTION", "présente, finalement"


class ShiftKind(LabelledEnum):
    """Ce que dit une case d'un planning."""

    WORK = "WORK", "travail"
    LEAVE = "LEAVE", "congé"


class FixedFact(LabelledEnum):
    """Fait fixe d'une personne, dit une fois."""

    NEVER_ON = "NEVER_ON", "jamais ce jour de la semaine"
    NIGHTS = "NIGHTS", "travaille de nuit"
    LEAVE = "LEAVE", "en congé"


class ExpenseKind(LabelledEnum):
    """Nature d'une dépense (R6332-26) : coûts pédagogiques, rémunération, frais annexes."""

    PEDAGOGICAL = "PEDAGOGICAL", "coût pédagogique"
    PAY = "PAY", "rémunération"
    TRAVEL = "TRAVEL", "transport"
    MEALS = "MEALS", "repas"
    LODGING = "LODGING", "hébergement"


@dataclass(frozen=True, slots=True)
class RollLine:
    """Une ligne d'appel : une personne, une demi-journée, des minutes entières."""

    planned: int
    status: AttendanceStatus
    late: int = 0
    early: int = 0
    reason: AbsenceReason | None = None

    @property
    def attended(self) -> int:
        return attended_minutes(self.planned, self.status, self.late, self.early)


@dataclass(frozen=True, slots=True)
class Completion:
    """Réalisation : minutes exactes ; chaque chiffre imprimé est arrondi une fois, depuis ses propres minutes."""

    planned_minutes: int
    attended_minutes: int
    half_days: int
    half_days_attended: int

    @property
    def planned_hours(self) -> Decimal:
        return hundredths(self.planned_minutes)

    @property
    def attended_hours(self) -> Decimal:
        return hundredths(self.attended_minutes)

    @property
    def is_whole(self) -> bool:
        return self.half_days > 0 and self.attended_minutes == self.planned_minutes


def attended_minutes(planned: int, status: AttendanceStatus, late: int = 0, early: int = 0) -> int:
    """Heures réellement suivies : une absence, même justifiée, ne compte pas ; un retard se déduit."""
    if status.is_absence:
        return 0
    if status is AttendanceStatus.PRESENT:
        return planned
    return max(0, planned - late - early)


def hundredths(minutes: int) -> Decimal:
    """210 minutes -> 3,50 heures; one rounding, half up, from whole minutes."""
    if isinstance(minutes, float):
        raise TypeError("Une durée est un nombre entier de minutes.")
    return (Decimal(minutes) / MINUTES_AN_HOUR).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def completion(lines: Iterable[RollLine]) -> Completion:
    lines = list(lines)
    return Completion(
        planned_minutes=sum(line.planned for line in lines),
        attended_minutes=sum(line.attended for line in lines),
        half_days=len(lines),
        half_days_attended=sum(line.attended > 0 for line in lines),
    )


def roll_findings(line: RollLine) -> list[Finding]:
    """Ce qui ne va pas dans une ligne d'appel, avant de l'enregistrer."""
    if line.late < 0 or line.early < 0:
        return [Finding("minutes_negatives", "Un nombre de minutes ne peut pas être négatif.", R6332_26)]
    findings = []
    if line.late + line.early > line.planned:
        message = f"{line.late + line.early} minutes manquées sur une séance de {line.planned} minutes."
        findings.append(Finding("minutes_superieures", message, R6332_26))
    if (line.late or line.early) and line.status not in (AttendanceStatus.LATE, AttendanceStatus.LEFT_EARLY):
        message = f"Des minutes sont notées alors que la personne est « {line.status.label} »."
        findings.append(Finding("minutes_sans_retard", message, R6332_26))
    findings += _missing_minutes(line)
    if line.reason is not None and not line.status.is_absence:
        message = "Un motif d'absence est noté pour une personne qui n'est pas absente."
        findings.append(Finding("motif_sans_absence", message, R6332_26, Strength.QUESTION))
    return findings


def session_findings(day: date, cohort: Period, territory: Territory = Territory.METROPOLE) -> list[Finding]:
    """Une séance un jour férié, un dimanche ou hors de la cohorte : une question."""
    findings = []
    if holiday := public_holiday_name(day, territory):
        message = f"Séance un jour férié ({holiday})."
        findings.append(Finding("jour_ferie", message, "L3133-1", Strength.QUESTION))
    if day.weekday() == SUNDAY:
        findings.append(Finding("dimanche", "Séance un dimanche.", "L3132-3", Strength.QUESTION))
    if not cohort.covers(day):
        message = f"Le {day:%d/%m/%Y} est hors de la période de la cohorte."
        findings.append(Finding("hors_dates_cohorte", message, "Règle du programme", Strength.QUESTION))
    return findings


def _missing_minutes(line: RollLine) -> list[Finding]:
    owed = {AttendanceStatus.LATE: line.late, AttendanceStatus.LEFT_EARLY: line.early}
    if owed.get(line.status, 1):
        return []
    message = f"« {line.status.label} » sans nombre de minutes : la séance compte entière."
    return [Finding("retard_sans_minutes", message, R6332_26, Strength.WARNING)]
