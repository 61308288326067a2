"""La formation : demi-journées, séances, émargement, minutes suivies, heures en centièmes.

Sources
  Attendance per half-day, signed by trainee and trainer: order of 21 December 2018 (R6332-26). H
  Only hours really attended are paid: same order. H
  Hours in hundredths (7,00 and never 7h00): notice of an OPCO, ministry model of certificate of 1 June 2020. H
  Nature of the action: L6313-1. H
  Closed list of reasons: funder-files §1.7 (P). No reason ever leaves the house.
"""

from regulations.enums import LabelledEnum


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
