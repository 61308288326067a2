"""Ce qui est attendu d'un contrat, jusqu'à quand et pourquoi : une règle par échéance, jamais devinée.

Sources
  Monthly statement of presence: orders of 2012 on SYLAé. H. Its days: settings, « hypothèse ». L
  Suspension or break reported within seven clear days: R5134-28. H
  Immersion of one month, a quarter of the contract in all: D5134-50-1. H
  Exit interview 1 to 3 months before the end, certificate one month before: service-public F21006, L5134-28-1. H
  Renewal asked before the end: R5134-31. H. Two months before: L
  24 months in all: L5134-25-1. H
  DPAE at most eight days before the hire: L1221-10, R1221-4. L. Papers of the end: L1234-19. L
  Reviews, situations after the exit, and how long a late item is worth asking for: choice of the programme. P
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType

from regulations import deadlines, sheets
from regulations.calendar import Territory
from regulations.deadlines import Owner, Step, minus_months, plus_months
from regulations.enums import LabelledEnum
from regulations.exits import FollowUp
from regulations.immersions import MOST_MONTHS_EACH, SHARE_OF_CONTRACT
from regulations.periods import ONE_DAY, Period


class Rule(LabelledEnum):
    """Règle d'échéance."""

    STATEMENT = "STATEMENT", "état de présence"
    SUSPENSION_NOTICE = "SUSPENSION_NOTICE", "suspension à signaler"
    BREAK_NOTICE = "BREAK_NOTICE", "rupture à signaler"
    IMMERSION = "IMMERSION", "fin d'immersion (PMSMP)"
    DPAE = "DPAE", "déclaration préalable à l'embauche"
    START_MEETING = "START_MEETING", "entretien tripartite de démarrage"
    TUTOR_SHEET = "TUTOR_SHEET", "fiche du tuteur"
    REVIEW_3 = "REVIEW_3", "point d'étape à trois mois"
    REVIEW_6 = "REVIEW_6", "bilan à six mois"
    REVIEW_9 = "REVIEW_9", "point d'étape à neuf mois"
    EXIT_INTERVIEW = "EXIT_INTERVIEW", "entretien de sortie"
    RENEWAL = "RENEWAL", "demande de renouvellement"
    CERTIFICATE = "CERTIFICATE", "attestation d'expérience professionnelle"
    CEILING = "CEILING", "plafond des 24 mois"
    END_PAPERS = "END_PAPERS", "documents de fin de contrat"
    EXIT = "EXIT", "situation à la sortie"
    EXIT_3 = "EXIT_3", "situation à trois mois"
    EXIT_6 = "EXIT_6", "situation à six mois"


class Force(LabelledEnum):
    """Force d'une échéance : un rappel légal se décale dans son délai, il ne s'annule pas."""

    LEGAL = "LEGAL", "obligation légale"
    ADVISED = "ADVISED", "recommandé"
    PROGRAMME = "PROGRAMME", "choix du programme"


@dataclass(frozen=True, slots=True)
class Principle:
    """Ce qui vaut pour toute échéance d'une règle.

    `owners`: the first one is reminded each time, the next ones the last time only. `kept`: days after which asking
    for a late item helps nobody any more. `reminders`: days before the due date, until a person changes them.
    """

    source: str
    confidence: str
    force: Force
    owners: tuple[Owner, ...]
    kept: int
    reminders: tuple[int, ...] = ()
    hypothesis: str = ""

    @property
    def is_legal(self) -> bool:
        return self.force is Force.LEGAL


_EMPLOYER_FIRST = (Owner.EMPLOYER, Owner.COORDINATOR)
_AGENCY_FIRST = (Owner.COORDINATOR, Owner.EMPLOYER)
_REVIEW = Principle("choix du programme", "P", Force.PROGRAMME, _AGENCY_FIRST, 60, (7, 0))
_FOLLOWED = Principle("règle du programme", "P", Force.PROGRAMME, (Owner.COORDINATOR,), 90, (21, 7))

PRINCIPLES: Mapping[Rule, Principle] = MappingProxyType(
    {
        Rule.STATEMENT: Principle(
            "arrêtés SYLAé de 2012",
            "H",
            Force.LEGAL,
            _EMPLOYER_FIRST,
            730,
            hypothesis="Le jour d'ouverture, de rappel et d'alerte est une hypothèse, à régler avec l'ASP.",
        ),
        Rule.SUSPENSION_NOTICE: Principle(
            "R5134-28",
            "H",
            Force.LEGAL,
            _EMPLOYER_FIRST,
            365,
            (5, 1),
            "Reporter le dernier jour au jour ouvré suivant est une hypothèse.",
        ),
        Rule.BREAK_NOTICE: Principle(
            "R5134-28",
            "H",
            Force.LEGAL,
            _EMPLOYER_FIRST,
            365,
            (5, 1),
            "Reporter le dernier jour au jour ouvré suivant est une hypothèse.",
        ),
        Rule.IMMERSION: Principle("D5134-50-1", "H", Force.LEGAL, _EMPLOYER_FIRST, 0, (7,)),
        Rule.DPAE: Principle(
            "L1221-10, R1221-4", "L", Force.LEGAL, _EMPLOYER_FIRST, 30, (8, 2), "Délai à vérifier : hypothèse."
        ),
        Rule.START_MEETING: Principle(
            "service-public F21006",
            "H",
            Force.ADVISED,
            _AGENCY_FIRST,
            60,
            (7, 0),
            "Le délai d'un mois pour le tenir est un choix du programme.",
        ),
        Rule.TUTOR_SHEET: Principle(
            "R5134-39",
            "P",
            Force.PROGRAMME,
            (Owner.TUTOR, Owner.EMPLOYER, Owner.COORDINATOR),
            sheets.KEPT_DAYS,
            (15, 8, 2),
            f"Aucun texte ne fixe ces jours : la fiche s'ouvre le {sheets.OPENS_DAY} du mois, hypothèse.",
        ),
        Rule.REVIEW_3: _REVIEW,
        Rule.REVIEW_6: _REVIEW,
        Rule.REVIEW_9: _REVIEW,
        Rule.EXIT_INTERVIEW: Principle("service-public F21006", "H", Force.LEGAL, _AGENCY_FIRST, 31, (45, 14)),
        Rule.RENEWAL: Principle(
            "R5134-31",
            "H",
            Force.ADVISED,
            _EMPLOYER_FIRST,
            62,
            (30, 7),
            "La demande précède la fin de l'aide ; deux mois avant est une hypothèse.",
        ),
        Rule.CERTIFICATE: Principle("L5134-28-1", "H", Force.LEGAL, _EMPLOYER_FIRST, 90, (30, 7)),
        Rule.CEILING: Principle("L5134-25-1", "H", Force.LEGAL, _AGENCY_FIRST, 0, (60, 15)),
        Rule.END_PAPERS: Principle(
            "L1234-19", "L", Force.LEGAL, (Owner.EMPLOYER,), 60, (15, 2), "Délai à vérifier : hypothèse."
        ),
        Rule.EXIT: replace(_FOLLOWED, kept=365),
        Rule.EXIT_3: _FOLLOWED,
        Rule.EXIT_6: _FOLLOWED,
    }
)

# Rules whose item is done when its step of the contract is noted.
STEPS: Mapping[Rule, Step] = MappingProxyType({Rule(step.value): step for step in Step})
# Rules whose item is done when the situation of that moment is recorded.
FOLLOW_UPS: Mapping[Rule, FollowUp] = MappingProxyType(
    {Rule.EXIT: FollowUp.AT_EXIT, Rule.EXIT_3: FollowUp.AT_3_MONTHS, Rule.EXIT_6: FollowUp.AT_6_MONTHS}
)
_REVIEWS = {Rule.REVIEW_3: 3, Rule.REVIEW_6: 6, Rule.REVIEW_9: 9}
_AFTER_EXIT = {Rule.EXIT: 0, Rule.EXIT_3: 3, Rule.EXIT_6: 6}

REVIEW_OPENS = timedelta(days=15)  # P
CEILING_OPENS = 3  # months before, as the exit interview (P)
END_PAPERS_OPEN = 1  # month before (P)
MONTHS_TO_RECORD = 1  # to record a situation (P)


@dataclass(frozen=True, slots=True)
class Deadline:
    """Attendu de `opens_on` à `due_on`, les deux compris."""

    rule: Rule
    opens_on: date
    due_on: date
    why: str

    @property
    def principle(self) -> Principle:
        return PRINCIPLES[self.rule]

    @property
    def worth_until(self) -> date:
        """After that day a late item helps nobody and leaves the list."""
        return self.due_on + timedelta(days=self.principle.kept)

    def is_late(self, on: date) -> bool:
        return on > self.due_on

    def concerns(self, on: date, until: date) -> bool:
        """Open or due before `until`, and still worth asking for."""
        return min(self.opens_on, self.due_on) <= until and on <= self.worth_until


@dataclass(frozen=True, slots=True)
class StatementDays:
    """Jours du mois suivant où l'état de présence s'ouvre, se rappelle, devient une alerte (hypothèse)."""

    opens: int = deadlines.STATEMENT_DAYS[0]
    reminder: int = deadlines.STATEMENT_DAYS[1]
    alert: int = deadlines.STATEMENT_DAYS[2]


USUAL_DAYS = StatementDays()


@lru_cache(maxsize=512)
def statement(month: date, days: StatementDays = USUAL_DAYS) -> Deadline:
    opens_on, _, alert_on = deadlines.statement_dates(month, (days.opens, days.reminder, days.alert))
    why = "Sans état de présence déclaré sur SYLAé, l'aide de ce mois n'est pas versée."
    return Deadline(Rule.STATEMENT, opens_on, alert_on, why)


@lru_cache(maxsize=128)
def tutor_sheet(month: date) -> Deadline:
    """Fiche du mois d'un tuteur : ouverte avant la fin du mois, en retard au début du suivant."""
    why = "Ce que le tuteur a vu dans le mois prépare les points d'étape et le renouvellement."
    return Deadline(Rule.TUTOR_SHEET, sheets.opens_on(month), sheets.due_on(month), why)


@lru_cache(maxsize=4096)
def notice(rule: Rule, event: date, territory: Territory = Territory.METROPOLE) -> Deadline:
    """Suspension ou rupture : sept jours francs pour la signaler."""
    what = "Suspendu depuis le" if rule is Rule.SUSPENSION_NOTICE else "Rompu le"
    why = f"{what} {event:%d/%m/%Y} : sept jours francs pour le dire à l'autorité et au payeur (R5134-28)."
    return Deadline(rule, event, deadlines.notice_deadline(event, territory), why)


def immersion(spent: Period, contract: Period, others: Iterable[Period] = ()) -> Deadline:
    """Une immersion finit au plus tard un mois après son début, et tient avec les autres dans un quart du contrat."""
    latest = plus_months(spent.starts_on, MOST_MONTHS_EACH)
    due_on = min(spent.ends_on or latest, latest)
    total = sum(period.days or 0 for period in (spent, *others))
    share = f", {contract.days // SHARE_OF_CONTRACT} permis" if contract.days is not None else ""
    why = f"Un mois au plus, donc jusqu'au {latest:%d/%m/%Y} ; {total} jours d'immersion en tout{share} (D5134-50-1)."
    return Deadline(Rule.IMMERSION, spent.starts_on, due_on, why)


@lru_cache(maxsize=8192)
def of_start(rule: Rule, starts_on: date) -> Deadline:
    """Échéances comptées depuis le premier jour : embauche déclarée, points d'étape."""
    if rule is Rule.DPAE:
        opens_on = starts_on - timedelta(days=deadlines.DPAE_BEFORE)
        why = f"Entrée le {starts_on:%d/%m/%Y} : à faire avant la première heure, huit jours avant au plus tôt."
        return Deadline(rule, opens_on, starts_on, why)
    if rule is Rule.START_MEETING:
        due_on = plus_months(starts_on, deadlines.START_MEETING_WITHIN)
        why = f"Entrée le {starts_on:%d/%m/%Y} : la personne, son tuteur et la conseillère se voient dans le mois."
        return Deadline(rule, starts_on, due_on, why)
    due_on = plus_months(starts_on, _REVIEWS[rule])
    return Deadline(rule, due_on - REVIEW_OPENS, due_on, f"{_REVIEWS[rule]} mois depuis le {starts_on:%d/%m/%Y}.")


@lru_cache(maxsize=8192)
def of_end(rule: Rule, ends_on: date) -> Deadline:
    """Échéances comptées depuis le dernier jour prévu."""
    end = f"Fin prévue le {ends_on:%d/%m/%Y}"
    window = deadlines.exit_interview_window(ends_on)
    match rule:
        case Rule.EXIT_INTERVIEW:
            why = f"{end} : l'entretien se tient entre trois mois et un mois avant."
            return Deadline(rule, window.starts_on, window.ends_on, why)
        case Rule.RENEWAL:
            why = f"Fin de l'aide le {ends_on:%d/%m/%Y} : demander avant, deux mois avant de préférence."
            return Deadline(rule, window.starts_on, deadlines.renewal_recommended_on(ends_on), why)
        case Rule.CERTIFICATE:
            why = f"{end} : attestation remise un mois avant au plus tard."
            return Deadline(rule, window.starts_on, deadlines.certificate_deadline(ends_on), why)
        case _:
            why = f"{end} : certificat de travail, solde de tout compte et attestation ce jour-là."
            return Deadline(rule, minus_months(ends_on, END_PAPERS_OPEN), ends_on, why)


def ceiling(starts_on: date, earlier: Iterable[Period] = ()) -> Deadline:
    """24 mois en tout chez le même employeur, sauf exception écrite."""
    due_on = deadlines.ceiling_date(starts_on, earlier)
    why = f"Aidé depuis le {starts_on:%d/%m/%Y}, PEC précédents comptés : rien au-delà sans exception (L5134-25-1)."
    return Deadline(Rule.CEILING, minus_months(due_on, CEILING_OPENS), due_on, why)


@lru_cache(maxsize=8192)
def of_exit(rule: Rule, last_day: date) -> Deadline:
    """Situation à la sortie, à trois et à six mois : un mois pour la relever."""
    months = _AFTER_EXIT[rule]
    opens_on = plus_months(last_day, months) if months else last_day + ONE_DAY
    why = f"Sorti le {last_day:%d/%m/%Y} : sans réponse, la situation compte comme inconnue."
    return Deadline(rule, opens_on, plus_months(last_day, months + MONTHS_TO_RECORD), why)


def reminder_days(deadline: Deadline, days_before: Iterable[int], days: StatementDays = USUAL_DAYS) -> list[date]:
    """The days on which a reminder leaves, in order, none before the thing can be done.

    Those of the statement of presence are days of the month.
    """
    if deadline.rule is Rule.STATEMENT:
        first = deadline.opens_on.replace(day=1)
        return sorted({first.replace(day=days.reminder), first.replace(day=days.alert)})
    planned = {deadline.due_on - timedelta(days=number) for number in days_before}
    return sorted({min(max(day, deadline.opens_on), deadline.due_on) for day in planned})


def reminders(deadline: Deadline, on_days: Iterable[date]) -> list[tuple[date, Owner]]:
    """Who is reminded when: the first owner each time, the next ones the last time only."""
    on_days = list(on_days)
    first, *others = deadline.principle.owners
    return [(day, first) for day in on_days] + [(day, owner) for owner in others for day in on_days[-1:]]
