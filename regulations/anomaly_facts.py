"""Ce que lisent les règles d'anomalies : demi-journées, présences, signatures, vacations, conventions, en valeurs.

Instants are aware, in the local time in which they are told.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from regulations.calendar import Territory
from regulations.enums import LabelledEnum
from regulations.periods import Period
from regulations.training import R6332_26

PROGRAMME = "Règle du programme"


class AnomalyRule(LabelledEnum):
    """Règle d'anomalie : son code, puis ce qu'on lit dans la liste."""

    HOLIDAY = "HOLIDAY", "jour férié"
    SUNDAY = "SUNDAY", "dimanche"
    TWO_AT_ONCE = "TWO_AT_ONCE", "deux séances à la fois"
    OVER_SHIFT = "OVER_SHIFT", "séance pendant une vacation"
    OVER_LEAVE = "OVER_LEAVE", "séance pendant un congé"
    OVER_SUSPENSION = "OVER_SUSPENSION", "séance pendant une suspension"
    NOT_AS_PLANNED = "NOT_AS_PLANNED", "heures signées et prévues différentes"
    NOT_AS_CONVENTION = "NOT_AS_CONVENTION", "heures signées et convention différentes"
    OUTSIDE_CONVENTION = "OUTSIDE_CONVENTION", "hors des dates de la convention"
    UNSIGNED_TRAINEE = "UNSIGNED_TRAINEE", "sans signature du stagiaire"
    UNSIGNED_TRAINER = "UNSIGNED_TRAINER", "sans signature de l'intervenant"
    SIGNED_EARLY = "SIGNED_EARLY", "intervenant signé avant la fin"
    SIGNED_LATE = "SIGNED_LATE", "intervenant signé trop tard"
    TOGETHER = "TOGETHER", "groupe entier signé en même temps"
    SAME_IMAGE = "SAME_IMAGE", "même tracé deux fois"
    OUTSIDE_CONTRACT = "OUTSIDE_CONTRACT", "hors du contrat"
    NOTHING_NOTED = "NOTHING_NOTED", "jour déclaré sans demi-journée suivie"
    LONG_DAY = "LONG_DAY", "journée trop longue"

    @property
    def source(self) -> str:
        return SOURCES.get(self, PROGRAMME)


SOURCES = {
    AnomalyRule.HOLIDAY: "L3133-1",
    AnomalyRule.SUNDAY: "L3132-3",
    AnomalyRule.NOT_AS_PLANNED: R6332_26,
    AnomalyRule.NOT_AS_CONVENTION: "D6353-1 ; " + R6332_26,
    AnomalyRule.OUTSIDE_CONVENTION: "D6353-1",
    AnomalyRule.UNSIGNED_TRAINEE: R6332_26,
    AnomalyRule.UNSIGNED_TRAINER: R6332_26,
    AnomalyRule.NOTHING_NOTED: R6332_26,
}


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Réglages datés qui valent le jour d'une demi-journée."""

    most_minutes_a_day: int = 420
    together_seconds: int = 5
    countersign_days: int = 7
    lock_hours: int = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """Une demi-journée : ses instants, sa séance, la signature de l'intervenant."""

    pk: int
    starts_at: datetime
    ends_at: datetime
    planned_minutes: int
    part: str = ""
    module: str = ""
    trainer: str = ""
    countersigned_at: datetime | None = None
    countersigned_on_paper: bool = False
    is_cancelled: bool = False
    is_replaced: bool = False
    territory: Territory = Territory.METROPOLE
    thresholds: Thresholds = Thresholds()
    # Read by most rules, for each row: worked out once.
    day: date = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "day", self.starts_at.date())

    @property
    def words(self) -> str:
        return f"{as_day(self.day)} ({self.part})" if self.part else as_day(self.day)

    @property
    def settled_from(self) -> datetime:
        """Before that instant the roll may still be completed: nothing is missing yet."""
        return self.ends_at + timedelta(hours=self.thresholds.lock_hours)

    def overlaps(self, other: "Slot | Shift") -> bool:
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """Une ligne d'émargement qui tient. `attended` : la personne était là, même en retard."""

    slot: Slot
    enrolment: int
    person: int
    minutes: int
    attended: bool = True
    minutes_missed: int = 0
    minutes_unknown: bool = False
    signed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Ink:
    """Signature sur écran ; sans inscription, celle de l'intervenant. `at` : l'heure de l'appareil, sinon la nôtre."""

    half_day: int
    enrolment: int | None
    at: datetime
    image_sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """Une vacation ou un congé déclaré."""

    starts_at: datetime
    ends_at: datetime
    is_leave: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """La convention de l'employeur, pour une personne : ses dates, ses heures."""

    number: str
    period: Period
    planned_minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Ce que les règles lisent, d'une cohorte ou de plusieurs, à un instant. By enrolment where it is a mapping."""

    at: datetime
    slots: list[Slot] = field(default_factory=list)
    presences: list[Presence] = field(default_factory=list)
    inks: list[Ink] = field(default_factory=list)
    contracts: dict[int, list[Period]] = field(default_factory=dict)
    suspensions: dict[int, list[Period]] = field(default_factory=dict)
    shifts: dict[int, list[Shift]] = field(default_factory=dict)
    agreements: dict[int, list[Agreement]] = field(default_factory=dict)
    # Enrolments expected at each half-day.
    expected: dict[int, list[int]] = field(default_factory=dict)
    attended: list[Presence] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "attended", [one for one in self.presences if one.attended])


@dataclass(frozen=True, slots=True)
class Anomaly:
    """Un constat : la règle, la demi-journée, la personne quand il y en a une, la phrase avec ses dates."""

    rule: AnomalyRule
    half_day: int
    day: date
    message: str
    enrolment: int | None = None

    @property
    def key(self) -> tuple[int, int | None, str]:
        """What an answer is given to."""
        return self.half_day, self.enrolment, self.rule.value


def as_day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
