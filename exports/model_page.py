"""What the page of a recipient's workbook shows: each place, its field, its list; what changed since the last file."""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError

from accounts import clock
from exports import foreign
from exports.catalogue import CATALOGUE
from exports.coding import known_values
from exports.entries import ENTRIES
from exports.mapping import Mapping, listed_columns
from exports.models import ExportProfile, WorkbookModel
from exports.scope import FileScope
from exports.shaping import chosen_of
from workbooks.blocks import SurveyColumn
from workbooks.changes import Change, compare_surveys
from workbooks.survey import Survey


@dataclass(frozen=True)
class Line:
    """Une place du classeur et ce qu'on y écrit."""

    place: str
    heading: str
    field: str
    example: str
    state: str
    choices: tuple[str, ...] = ()
    is_unsure: bool = False


@dataclass(frozen=True)
class Own:
    """Le classeur du destinataire, au moment de préparer : s'il se remplit, ce qui l'en empêche."""

    model: WorkbookModel | None = None
    fills: bool = False
    blocked: str = ""
    misfits: list = field(default_factory=list)


def own_workbook(scope: FileScope, code: str) -> Own:
    today = clock.today()
    latest = foreign.latest_model(scope.cohort.agency, code, scope.destination, today)
    if latest is None:
        return Own()
    try:
        model = foreign.model_for(scope, code, today)
    except ValidationError as refusal:
        return Own(latest, blocked=" ".join(refusal.messages))
    if model is None:
        return Own(latest)
    return Own(model, fills=True, misfits=foreign.refusals(scope, code, model))


def headings_of(profile: ExportProfile, model: WorkbookModel | None) -> list[str]:
    """The columns that a file shows: those filled in the recipient's workbook, else those of the profile."""
    if model is None:
        return [one.heading for one in chosen_of(profile)]
    survey, mapping = Survey.from_dict(model.survey), Mapping.from_dict(model.mapping)
    return [line.heading for line in lines_of(survey, mapping) if line.field]


def lines_of(survey: Survey, mapping: Mapping, *, of_cells: bool = False) -> list[Line]:
    if of_cells:
        return [
            _line(mapping, cell.place, cell.label, ENTRIES.get(mapping.cells.get(cell.place, "")), cell, cell.locked)
            for cell in survey.cells
        ]
    sheet = survey.sheet(mapping.sheet)
    return [
        _line(
            mapping,
            column.letter,
            column.heading,
            CATALOGUE.get(mapping.columns.get(column.letter, "")),
            column,
            not column.is_open,
        )
        for column in (sheet.block.columns if sheet and sheet.block else ())
    ]


def _line(mapping: Mapping, place: str, heading: str, field, found, is_closed: bool) -> Line:
    return Line(
        place,
        heading,
        field.label if field else "",
        getattr(field, "example", "") if field else "",
        _closed_because(found) if is_closed else "",
        tuple(found.choices or ()),
        place in mapping.unsure,
    )


def _closed_because(found) -> str:
    if isinstance(found, SurveyColumn):
        if found.computed:
            return "calculée par le destinataire"
        if found.filled:
            return "déjà remplie par le destinataire"
        if found.choices_lost:
            return "liste perdue"
    return "verrouillée par le destinataire"


def changes_of(model: WorkbookModel, survey: Survey) -> list[Change]:
    """Since the version that it replaces, when that was another file."""
    former = model.replaces
    if former is None or former.sha256 == model.sha256:
        return []
    return compare_surveys(Survey.from_dict(former.survey), survey)


def missing_codes(survey: Survey, mapping: Mapping) -> list[tuple[str, list[str]]]:
    """Heading of each listed column → our values that have no place in its list."""
    found = []
    for column, key in listed_columns(survey, mapping):
        known = {*mapping.codes.get(column.letter, {}), *column.choices}
        missing = [value for value in known_values(key) if value not in known]
        if missing:
            found.append((column.heading, missing))
    return found
