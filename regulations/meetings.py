"""L'entretien : à trois au début, aux mois 3, 6 et 9, puis l'entretien de sortie.

Sources
  Interview of three at the signature of the application: service-public F21006. H
  One month left to hold it: choice of the programme. P
  Reviews at months 3, 6, 9: choice of the programme. P
  Exit interview between three months and one month before the end: service-public F21006. H
"""

from dataclasses import dataclass
from datetime import date

from regulations.deadlines import REVIEW_MONTHS, START_MEETING_WITHIN, Step, exit_interview_window, plus_months
from regulations.enums import LabelledEnum
from regulations.findings import Finding, Strength
from regulations.periods import Period


class MeetingKind(LabelledEnum):
    """Nature de l'entretien."""

    START = "START", "entretien tripartite de démarrage"
    REVIEW_3 = "REVIEW_3", "point d'étape à trois mois"
    REVIEW_6 = "REVIEW_6", "bilan à six mois"
    REVIEW_9 = "REVIEW_9", "point d'étape à neuf mois"
    EXIT = "EXIT", "entretien de sortie"
    OTHER = "OTHER", "autre entretien"

    @property
    def step(self) -> Step | None:
        """The step of the contract that holding it does."""
        return STEPS.get(self)


STEPS = {
    MeetingKind.START: Step.START_MEETING,
    MeetingKind.REVIEW_3: Step.REVIEW_3,
    MeetingKind.REVIEW_6: Step.REVIEW_6,
    MeetingKind.REVIEW_9: Step.REVIEW_9,
    MeetingKind.EXIT: Step.EXIT_INTERVIEW,
}
KINDS = {step: kind for kind, step in STEPS.items()}
REVIEWS = tuple(zip((MeetingKind.REVIEW_3, MeetingKind.REVIEW_6, MeetingKind.REVIEW_9), REVIEW_MONTHS, strict=True))


class Party(LabelledEnum):
    """Qui prend part à un entretien, signe ou tient une décision."""

    TRAINEE = "TRAINEE", "salarié stagiaire"
    TUTOR = "TUTOR", "tuteur"
    EMPLOYER = "EMPLOYER", "employeur"
    REFERENT = "REFERENT", "conseillère"


class MeetingWay(LabelledEnum):
    """Moyen de la signature."""

    TYPED = "TYPED", "nom écrit"
    DRAWN = "DRAWN", "signée au doigt"


@dataclass(frozen=True, slots=True)
class ExpectedMeeting:
    """Un entretien attendu : de quel jour à quel jour, et d'où vient ce délai."""

    kind: MeetingKind
    window: Period
    source: str

    @property
    def due_on(self) -> date:
        return self.window.ends_on


def expected_meetings(starts_on: date, ends_on: date | None, last_day: date | None) -> list[ExpectedMeeting]:
    """Ce que les dates du contrat appellent ; une rupture laisse tomber ce qu'elle précède, une prolongation ajoute.

    `last_day`: the day of the break, else the end. A broken contract has no exit interview: F21006 counts from its end.
    """
    start = Period(starts_on, plus_months(starts_on, START_MEETING_WITHIN))
    found = [ExpectedMeeting(MeetingKind.START, start, "F21006 ; un mois : choix du programme")]
    for kind, months in REVIEWS:
        day = plus_months(starts_on, months)
        found.append(ExpectedMeeting(kind, Period(plus_months(starts_on, months - 1), day), "choix du programme"))
    found = [one for one in found if last_day is None or one.due_on <= last_day]
    if ends_on is not None and last_day == ends_on:
        found.append(ExpectedMeeting(MeetingKind.EXIT, exit_interview_window(ends_on), "F21006"))
    return sorted(found, key=lambda one: one.due_on)


def meeting_findings(
    kind: MeetingKind, day: date, starts_on: date, ends_on: date | None, last_day: date | None
) -> list[Finding]:
    """Un entretien hors du contrat est refusé ; hors de sa fenêtre, on le dit."""
    if last_day is not None and day > last_day:
        message = f"Le contrat finit le {last_day:%d/%m/%Y} : choisissez un jour avant."
        return [Finding("entretien_hors_contrat", message, "dates du contrat")]
    window = {one.kind: one for one in expected_meetings(starts_on, ends_on, last_day)}.get(kind)
    if kind is not MeetingKind.EXIT or window is None or window.window.covers(day):
        return []
    opens, closes = window.window.starts_on, window.window.ends_on
    message = f"L'entretien de sortie se tient entre le {opens:%d/%m/%Y} et le {closes:%d/%m/%Y}."
    return [Finding("entretien_de_sortie_hors_fenetre", message, "F21006", Strength.QUESTION)]
