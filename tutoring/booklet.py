"""E1, livret de suivi d'une personne : les mêmes lignes sur la page et dans le classeur, selon qui les lit."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from accounts.disclosure import may_see
from accounts.roles import Role
from accounts.scope import acting_role
from accounts.templatetags.french import as_day
from contracts.models import Contract
from regulations.contracts import ContractKind
from tutoring.both_views import Both, BothOfBlock, both_views
from tutoring.grids import grid_of, observed_of
from tutoring.models import DiscussedPoint, Meeting, Observation, OwnView, TutorSheet
from workbooks.columns import Kind

# Referents read everything that is not confidential; the others, what disclosure allows.
AUDIENCES = {Role.EMPLOYER: "EMPLOYER", Role.TUTOR: "TUTOR"}


@dataclass(frozen=True, slots=True)
class Field:
    """Une colonne, et la donnée qu'elle montre : qui ne peut pas la voir n'a pas la colonne."""

    heading: str
    value: Callable[[object], object]
    source: str
    kind: Kind = Kind.TEXT

    def is_for(self, audience: str | None) -> bool:
        return audience is None or may_see(audience, *self.source.rsplit(".", 1))


@dataclass(frozen=True, slots=True)
class Part:
    """Une partie du livret : ses colonnes et ses lignes."""

    title: str
    fields: list[Field]
    rows: list

    def cells(self) -> list[list]:
        return [[field.value(row) for field in self.fields] for row in self.rows]

    def words(self) -> list[list[str]]:
        """As the page shows them."""
        return [[as_day(value) if isinstance(value, date) else value or "" for value in line] for line in self.cells()]


OBSERVATION, VIEW, POINT = "tutoring.Observation", "tutoring.OwnView", "tutoring.DiscussedPoint"
SHEET, MEETING, TUTOR, TUTORSHIP = "tutoring.TutorSheet", "tutoring.Meeting", "tutoring.Tutor", "tutoring.Tutorship"


@dataclass(frozen=True, slots=True)
class Line:
    """Un savoir-faire de la grille, son bloc, les deux regards."""

    part: BothOfBlock
    both: Both


SKILLS = (
    Field("Bloc", lambda line: line.part.block.title, f"{OBSERVATION}.skill"),
    Field("Bloc du diplôme", lambda line: line.part.block.diploma_block, f"{OBSERVATION}.skill"),
    Field("Savoir-faire", lambda line: line.both.skill.words, f"{OBSERVATION}.skill"),
    Field("Niveau vu par le tuteur", lambda line: _level(line.both.observation), f"{OBSERVATION}.level"),
    Field("Vu le", lambda line: _on(line.both.observation, "observed_on"), f"{OBSERVATION}.observed_on", Kind.DATE),
    Field("Ce que dit la stagiaire", lambda line: _face(line.both.own_view), f"{VIEW}.face"),
    Field("Dit le", lambda line: _on(line.both.own_view, "said_on"), f"{VIEW}.said_on", Kind.DATE),
)
OBSERVATIONS = (
    Field("Le", lambda row: row.observed_on, f"{OBSERVATION}.observed_on", Kind.DATE),
    Field("Savoir-faire", lambda row: row.skill, f"{OBSERVATION}.skill"),
    Field("Niveau", lambda row: row.get_level_display(), f"{OBSERVATION}.level"),
    Field("Note", lambda row: row.note, f"{OBSERVATION}.note"),
)
VIEWS = (
    Field("Le", lambda row: row.said_on, f"{VIEW}.said_on", Kind.DATE),
    Field("Savoir-faire", lambda row: row.skill, f"{VIEW}.skill"),
    Field("Ce que dit la stagiaire", lambda row: row.get_face_display(), f"{VIEW}.face"),
    Field("Ses mots", lambda row: row.sentence, f"{VIEW}.sentence"),
)
POINTS = (
    Field("Le", lambda row: row.discussed_on, f"{POINT}.discussed_on", Kind.DATE),
    Field("Savoir-faire", lambda row: row.own_view.skill, f"{VIEW}.skill"),
    Field("Ce qui est décidé", lambda row: row.text, f"{POINT}.text"),
)
SHEETS = (
    Field("Mois", lambda row: row.month, f"{SHEET}.month", Kind.DATE),
    Field("Remplie le", lambda row: row.observed_on, f"{SHEET}.observed_on", Kind.DATE),
    Field("Absente tout le mois", lambda row: "oui" if row.absent_all_month else "non", f"{SHEET}.absent_all_month"),
    Field("Comment cela va", lambda row: row.get_mood_display(), f"{SHEET}.mood"),
    Field("Note", lambda row: row.note, f"{SHEET}.note"),
)
# The shared part of the minutes; confidential notes are another model, which nothing here reads.
MEETINGS = (
    Field("Tenu le", lambda row: row.held_on, f"{MEETING}.held_on", Kind.DATE),
    Field("Entretien", lambda row: row.get_kind_display(), f"{MEETING}.kind"),
    Field("Étaient présents", lambda row: row.present_words, f"{MEETING}.present"),
    Field("Ce qui va bien", lambda row: row.going_well, f"{MEETING}.going_well"),
    Field("Ce qui reste à travailler", lambda row: row.to_work_on, f"{MEETING}.to_work_on"),
    Field("Ce qui est convenu", lambda row: row.agreed, f"{MEETING}.agreed"),
)
TUTORS = (
    Field("Tuteur", lambda row: str(row.tutor), f"{TUTOR}.last_name"),
    Field("Fonction", lambda row: row.tutor.job_title, f"{TUTOR}.job_title"),
    Field("Du", lambda row: row.starts_on, f"{TUTORSHIP}.starts_on", Kind.DATE),
    Field("Au", lambda row: row.ends_on, f"{TUTORSHIP}.ends_on", Kind.DATE),
)


def facts_of(contract: Contract, on: date) -> list[tuple[str, object]]:
    last = as_day(contract.last_day) if contract.last_day else "sans fin prévue"
    return [
        ("Personne", contract.enrolment.person.full_name),
        ("Cohorte", contract.cohort),
        ("Employeur", contract.establishment.employer),
        ("Établissement", contract.establishment),
        ("Emploi", contract.job_title),
        ("Contrat", f"{ContractKind(contract.kind).label}, du {as_day(contract.starts_on)} au {last}"),
        ("Arrêté au", as_day(on)),
    ]


def parts_of(contract: Contract, user, on: date) -> list[Part]:
    """Rows through their scope, columns through disclosure; a part without a row or a column is left out."""
    audience = AUDIENCES.get(acting_role(user))
    seen = observed_of(contract).filter(pk__in=Observation.objects.visible_to(user), observed_on__lte=on)
    views = OwnView.objects.visible_to(user).filter(contract=contract, said_on__lte=on)
    points = DiscussedPoint.objects.visible_to(user).filter(contract=contract, discussed_on__lte=on)
    sheets = TutorSheet.objects.visible_to(user).standing().filter(tutorship__contract=contract)
    meetings = Meeting.objects.visible_to(user).filter(contract=contract, held_on__lte=on)
    found = [
        _part("Savoir-faire", SKILLS, _lines(contract, on), audience),
        _part("Observations", OBSERVATIONS, seen, audience),
        _part("Regards de la stagiaire", VIEWS, views.order_by("said_on", "pk"), audience),
        _part("Points discutés", POINTS, points.select_related("own_view").order_by("discussed_on", "pk"), audience),
        _part("Fiches du mois", SHEETS, sheets.order_by("month", "received_at", "pk"), audience),
        _part("Entretiens", MEETINGS, meetings.order_by("held_on", "pk"), audience),
        _part("Tuteurs", TUTORS, contract.tutorships.select_related("tutor").order_by("starts_on", "pk"), audience),
    ]
    return [part for part in found if part.fields and part.rows]


def _lines(contract: Contract, on: date) -> list[Line]:
    grid = grid_of(contract, on)
    parts = both_views(contract, grid) if grid else []
    return [Line(part, both) for part in parts for both in part.lines]


def _part(title: str, fields: Iterable[Field], rows: Iterable, audience: str | None) -> Part:
    return Part(title, [field for field in fields if field.is_for(audience)], list(rows))


def _level(observation: Observation | None) -> str | None:
    return observation.get_level_display() if observation else None


def _face(own_view: OwnView | None) -> str | None:
    return own_view.get_face_display() if own_view else None


def _on(row: object | None, name: str) -> date | None:
    return getattr(row, name) if row else None
