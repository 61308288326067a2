"""Les échéances : calcul des mois, sept jours francs, fenêtre de sortie, plafond, jalons d'une cohorte.

Sources
  Suspension or break reported within seven clear days: R5134-28. H. Counting: M. Moved to a working day: L
  Exit interview 1 to 3 months before the end, certificate one month before: service-public F21006, L5134-28-1. H
  24 months in all, 60 by exception: L5134-25-1. H. Renewal asked before the end: R5134-31. H. Two months: L
  Monthly statement of presence: orders of 2012 on SYLAé. H. Days of the reminders: « hypothèse ». L
  DPAE at most eight days before the hire: R1221-4. L
  Reviews at months 3, 6, 9 and the milestones of a cohort: choice of the programme. P
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from regulations.calendar import Territory, next_working_day
from regulations.enums import LabelledEnum
from regulations.periods import ONE_DAY, Period

CLEAR_DAYS = 7  # R5134-28
EXIT_INTERVIEW_OPENS = 3  # months before the end, F21006
EXIT_INTERVIEW_CLOSES = 1  # months before the end, F21006
CERTIFICATE_BEFORE = 1  # month before the end, L5134-28-1
RENEWAL_BEFORE = 2  # months before the end (L)
MOST_MONTHS = 24  # L5134-25-1
MOST_MONTHS_BY_EXCEPTION = 60  # L5134-25-1: 50 or over, recognised disabled workers
USUAL_MONTHS = 12  # circular of 11 January 2018
REVIEW_MONTHS = (3, 6, 9)  # choice of the programme (P)
START_MEETING_WITHIN = 1  # month after the first day (P); the interview itself: F21006
DPAE_BEFORE = 8  # days, R1221-4 (L)
STATEMENT_DAYS = (1, 5, 15)  # of the next month: opens, reminder, alert; « hypothèse », a setting (L)


def plus_months(day: date, months: int) -> date:
    """The same day number, or the last day of a shorter month."""
    return day + relativedelta(months=months)


def minus_months(day: date, months: int) -> date:
    """The same day number, or the last day of a shorter month."""
    return day - relativedelta(months=months)


def latest_day_reaching(on: date, months: int) -> date:
    """The latest day from which so many months are over that day: on 28 February, three of them, 30 November."""
    day = minus_months(on, months)
    while plus_months(day + ONE_DAY, months) <= on:
        day += ONE_DAY
    return day


def end_of(starts_on: date, months: int) -> date:
    """Last day of a contract of so many months: from 1 September 2026, twelve end on 31 August 2027."""
    return plus_months(starts_on, months) - ONE_DAY


def notice_deadline(event: date, territory: Territory = Territory.METROPOLE) -> date:
    """Dernier jour pour signaler : ni le jour de l'événement ni celui de l'échéance ne comptent."""
    return next_working_day(event + timedelta(days=CLEAR_DAYS + 1), territory)


def exit_interview_window(ends_on: date) -> Period:
    return Period(minus_months(ends_on, EXIT_INTERVIEW_OPENS), minus_months(ends_on, EXIT_INTERVIEW_CLOSES))


def certificate_deadline(ends_on: date) -> date:
    """Attestation d'expérience professionnelle : au plus tard un mois avant la fin."""
    return minus_months(ends_on, CERTIFICATE_BEFORE)


def renewal_recommended_on(ends_on: date) -> date:
    return minus_months(ends_on, RENEWAL_BEFORE)


def ceiling_date(starts_on: date, earlier: Iterable[Period] = (), months: int = MOST_MONTHS) -> date:
    """Dernier jour possible : 24 mois, moins les PEC déjà faits chez le même employeur."""
    before = Period(date.min, starts_on - ONE_DAY)
    done = [clipped for period in earlier if (clipped := period.clipped_to(before)) is not None]
    return end_of(starts_on, months) - timedelta(days=sum(period.days for period in done))


def review_dates(starts_on: date, ends_on: date | None) -> list[date]:
    """Points d'étape aux mois 3, 6 et 9, tant que le contrat court."""
    days = (plus_months(starts_on, months) for months in REVIEW_MONTHS)
    return [day for day in days if ends_on is None or day <= ends_on]


def statement_dates(month: date, days: tuple[int, ...] = STATEMENT_DAYS) -> list[date]:
    """Ouverture, rappel, alerte de l'état de présence, le mois suivant (hypothèse)."""
    return [plus_months(month.replace(day=1), 1).replace(day=day) for day in days]


class Step(LabelledEnum):
    """Étape d'un contrat que quelqu'un fait, et note faite."""

    DPAE = "DPAE", "déclaration préalable à l'embauche"
    START_MEETING = "START_MEETING", "entretien tripartite de démarrage"
    REVIEW_3 = "REVIEW_3", "point d'étape à trois mois"
    REVIEW_6 = "REVIEW_6", "bilan à six mois"
    REVIEW_9 = "REVIEW_9", "point d'étape à neuf mois"
    EXIT_INTERVIEW = "EXIT_INTERVIEW", "entretien de sortie"
    CERTIFICATE = "CERTIFICATE", "attestation d'expérience professionnelle"
    END_PAPERS = "END_PAPERS", "documents de fin de contrat"


class Owner(LabelledEnum):
    """Qui porte un jalon."""

    COORDINATOR = "COORDINATOR", "coordination"
    ADVISER = "ADVISER", "prescripteur"
    EMPLOYER = "EMPLOYER", "employeur"
    TRAINER = "TRAINER", "organisme de formation"
    TUTOR = "TUTOR", "tuteur"


class Anchor(LabelledEnum):
    FIRST_DAY = "FIRST_DAY", "premier jour"
    LAST_DAY = "LAST_DAY", "dernier jour"


@dataclass(frozen=True, slots=True)
class MilestoneModel:
    """Un jalon du modèle : tant de jours et de mois après son ancre, avant si négatif."""

    code: str
    label: str
    owner: Owner
    anchor: Anchor = Anchor.FIRST_DAY
    days: int = 0
    months: int = 0

    def due_on(self, first_day: date, last_day: date) -> date:
        anchored = first_day if self.anchor is Anchor.FIRST_DAY else last_day
        return plus_months(anchored, self.months) + timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class Milestone:
    code: str
    label: str
    owner: Owner
    due_on: date


# From J-90 to six months after the last day. Choice of the programme (P): a cohort copies it, then edits its own.
MILESTONE_MODEL: tuple[MilestoneModel, ...] = (
    MilestoneModel("places", "recenser les places avec les employeurs", Owner.COORDINATOR, days=-90),
    MilestoneModel("socle", "caler les séances du socle commun", Owner.TRAINER, days=-75),
    MilestoneModel("reperage", "ouvrir le repérage des candidats", Owner.ADVISER, days=-60),
    MilestoneModel("immersions", "organiser réunions d'information et immersions", Owner.COORDINATOR, days=-45),
    MilestoneModel("financeurs", "déposer les demandes de prise en charge", Owner.EMPLOYER, days=-30),
    MilestoneModel("tuteurs", "désigner les tuteurs et signer les demandes d'aide", Owner.EMPLOYER, days=-21),
    MilestoneModel("decisions", "recevoir les décisions d'aide", Owner.ADVISER, days=-14),
    MilestoneModel("conventions", "signer les conventions de formation", Owner.TRAINER, days=-10),
    MilestoneModel("dpae", "déclarer les embauches (DPAE)", Owner.EMPLOYER, days=-DPAE_BEFORE),
    MilestoneModel("entree", "premier jour des contrats", Owner.EMPLOYER),
    MilestoneModel("presence", "première attestation de présence (SYLAé)", Owner.EMPLOYER, months=1),
    MilestoneModel("bilan_3", "point d'étape à trois mois", Owner.TUTOR, months=3),
    MilestoneModel("bilan_6", "bilan à mi-parcours et comité de suivi", Owner.COORDINATOR, months=6),
    MilestoneModel("bilan_9", "point d'étape à neuf mois", Owner.TUTOR, months=9),
    MilestoneModel(
        "entretiens", "commencer les entretiens de sortie", Owner.ADVISER, Anchor.LAST_DAY, months=-EXIT_INTERVIEW_OPENS
    ),
    MilestoneModel(
        "renouvellements",
        "demander les renouvellements utiles",
        Owner.EMPLOYER,
        Anchor.LAST_DAY,
        months=-RENEWAL_BEFORE,
    ),
    MilestoneModel(
        "attestations",
        "remettre les attestations d'expérience",
        Owner.EMPLOYER,
        Anchor.LAST_DAY,
        months=-CERTIFICATE_BEFORE,
    ),
    MilestoneModel("fin", "dernier jour des contrats", Owner.EMPLOYER, Anchor.LAST_DAY),
    MilestoneModel("sorties", "relever les situations à la sortie", Owner.COORDINATOR, Anchor.LAST_DAY, months=1),
    MilestoneModel("suivi_3", "relever les situations à trois mois", Owner.COORDINATOR, Anchor.LAST_DAY, months=3),
    MilestoneModel("suivi_6", "relever les situations à six mois", Owner.COORDINATOR, Anchor.LAST_DAY, months=6),
)


def milestones(first_day: date, last_day: date | None = None) -> list[Milestone]:
    """The model laid on a cohort's dates, in order; twelve months when the last day is not known."""
    last_day = last_day or end_of(first_day, USUAL_MONTHS)
    dated = [Milestone(one.code, one.label, one.owner, one.due_on(first_day, last_day)) for one in MILESTONE_MODEL]
    return sorted(dated, key=lambda milestone: milestone.due_on)
