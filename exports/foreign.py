"""Filling the recipient's own workbook: the model that stands, its rows and cells, what it would refuse, its proof."""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.core.exceptions import ValidationError

from accounts.disclosure import refused_columns
from accounts.models import Organisation
from exports.catalogue import CATALOGUE
from exports.entries import ENTRIES, EntrySource
from exports.kinds import KEY, NAMING
from exports.mapping import HOURS, Mapping, column_fields
from exports.models import WorkbookModel
from exports.registry import KINDS
from exports.scope import Destination, FileScope
from exports.shaping import in_words
from workbooks.columns import Column, Kind
from workbooks.edit import CannotFill
from workbooks.expected import Expected
from workbooks.fill import Entry, Filled, Tail, fill
from workbooks.kept import compare_parts
from workbooks.survey import Survey


@dataclass(frozen=True)
class Misfit:
    """Valeur hors liste : de qui ou de quelle feuille, quelle colonne ou case, ce qui est écrit, où le corriger."""

    who: str
    column: str
    value: str
    address: str = ""

    def __str__(self) -> str:
        return f"{self.who}, « {self.column} » : « {self.value} » n'est pas dans la liste du destinataire"


@dataclass(frozen=True)
class Cells:
    """Ce qui s'écrit : les lignes, dans l'ordre des colonnes de la correspondance, et de qui est chacune."""

    columns: list[Column]
    rows: list[tuple]
    names: list[str]
    positions: list[int]
    # What each row is about from one delivery to the next: kept, never written.
    keys: list[str]


def latest_model(agency: Organisation, code: str, destination: Destination, on: date) -> WorkbookModel | None:
    """The last version for this file and recipient, mapped or not; the coordination's own files have none."""
    if not (destination.financer or destination.ddets):
        return None
    line = WorkbookModel.objects.of_line(agency=agency, code=code, financer=destination.financer)
    models = line.select_related("financer")
    latest = models.latest(on)
    if latest is None or latest.is_kept:
        return latest
    # A correction of the mapping of the same file stops nothing while it is being written.
    former = models.exclude(mapped_at=None).latest(on)
    return former if former and former.sha256 == latest.sha256 else latest


def model_for(scope: FileScope, code: str, on: date) -> WorkbookModel | None:
    """The model that this file fills; ValidationError when the recipient's has changed and nobody has mapped it yet.

    A model that names one employer serves the files of one employer: the list of all of them stays ours.
    """
    model = latest_model(scope.cohort.agency, code, scope.destination, on)
    if model is None:
        return None
    if not model.is_kept:
        raise ValidationError(
            f"Le classeur de {model.to_whom} a changé ({model}) : dites d'abord ce qui va dans ses colonnes, ou "
            "retirez cette version."
        )
    mapping = Mapping.from_dict(model.mapping)
    return None if mapping.is_per_employer and scope.destination.establishment is None else model


def read_cells(scope: FileScope, code: str, mapping: Mapping) -> Cells:
    """The rows of the file in the order of the mapping, with who each is about."""
    naming = [key for key in column_fields(code) if key in NAMING and key not in ("row.number", "cohort.code")]
    extra = [key for key in (*naming, *([HOURS] if mapping.skips_without_hours else [])) if key not in mapping.keys]
    keys = [*mapping.keys, *extra]
    if refused := refused_columns(code, keys):
        raise ValidationError(f"Ces colonnes ne peuvent pas partir dans ce fichier : {', '.join(refused)}.")
    columns = [Column(key, CATALOGUE[key].label, CATALOGUE[key].kind) for key in keys]
    kind, rows, names, positions, row_keys = KINDS[code], [], [], [], []
    asked = [*columns, KEY]
    for position, row in enumerate(kind.content(scope, asked).sheets[0].rows):
        line = dict(zip((column.key for column in asked), row, strict=True))
        if mapping.skips_without_hours and not line[HOURS]:
            continue
        rows.append(tuple(row[: len(mapping.keys)]))
        names.append(_who(line, len(rows)))
        positions.append(position)
        row_keys.append(line[KEY.key])
    return Cells(columns[: len(mapping.keys)], rows, names, positions, row_keys)


def _who(line: dict, number: int) -> str:
    parts = (line.get("person.name"), line.get("person.birth_name"), line.get("person.first_name"))
    return " ".join(str(part) for part in parts if part) or f"Ligne {number}"


def misfits(scope: FileScope, code: str, mapping: Mapping, survey: Survey, cells: Cells) -> list[Misfit]:
    """Every value that the recipient's lists do not have."""
    sheet = survey.sheet(mapping.sheet)
    block = sheet.block if sheet else None
    found = []
    for index, letter in enumerate(mapping.columns):
        column = block.column(letter) if block else None
        if column is None or column.choices is None:
            continue
        codes = mapping.codes.get(letter, {})
        for number, row in enumerate(cells.rows):
            text = _told(row[index])
            if text and codes.get(text, text) not in column.choices:
                found.append((number, column.heading, text))
    addresses = _addresses(scope, code) if found else []
    return [
        Misfit(cells.names[number], heading, text, addresses[cells.positions[number]] if addresses else "")
        for number, heading, text in found
    ]


def misfit_entries(survey: Survey, entries: Sequence[Entry]) -> Iterator[Misfit]:
    """The same for the cells filled one by one."""
    for entry in entries:
        cell, text = survey.cell(entry.place), _told(entry.value)
        if text and cell and cell.choices is not None and text not in cell.choices:
            yield Misfit(f"Feuille « {cell.sheet} »", cell.label or cell.place, text)


def _addresses(scope: FileScope, code: str) -> list[str]:
    """Where each row is mended, in the order of the file; none for a table of totals."""
    kind = KINDS[code]
    return [kind.place(row).url for row in kind.rows(scope)] if kind.rows else []


def _told(value: object) -> str:
    return "" if value is None else in_words(value)


@dataclass(frozen=True)
class Asked:
    """Ce que le classeur d'un destinataire demande de ce périmètre, lu une fois."""

    scope: FileScope
    code: str
    mapping: Mapping
    survey: Survey
    cells: Cells
    entries: list[Entry]

    @classmethod
    def read(cls, scope: FileScope, code: str, model: WorkbookModel) -> "Asked":
        mapping, survey = Mapping.from_dict(model.mapping), Survey.from_dict(model.survey)
        cells = read_cells(scope, code, mapping) if mapping.columns else Cells([], [], [], [], [])
        return cls(scope, code, mapping, survey, cells, _entries(scope, mapping))

    def refusals(self) -> list[str | Misfit]:
        """What the recipient would send back: nobody, more rows than it has, values out of its lists."""
        mapping, rows, found = self.mapping, len(self.cells.rows), []
        room = None if mapping.last_row is None else mapping.last_row - mapping.first_row + 1
        if mapping.columns and not rows:
            why = "personne n'y a d'heures prévues" if mapping.skips_without_hours else "rien n'y est à porter"
            found.append(f"« {mapping.sheet} » partirait vide : {why}.")
        if mapping.columns and room is not None and rows > room:
            found.append(
                f"« {mapping.sheet} » a {room} lignes et ne s'allonge pas : il en faudrait {rows}. Demandez au "
                "destinataire un modèle plus long, ou préparez un fichier par établissement."
            )
        found += misfits(self.scope, self.code, mapping, self.survey, self.cells)
        return [*found, *misfit_entries(self.survey, self.entries)]

    def refuse(self) -> None:
        if found := self.refusals():
            raise ValidationError([f"{one}." if isinstance(one, Misfit) else one for one in found])


def refusals(scope: FileScope, code: str, model: WorkbookModel) -> list[str | Misfit]:
    """Before anything is built."""
    return Asked.read(scope, code, model).refusals()


def refuse_values(scope: FileScope, code: str, model: WorkbookModel) -> None:
    Asked.read(scope, code, model).refuse()


# --- Writing


def fill_model(
    scope: FileScope, code: str, model: WorkbookModel, path: Path, expected: Expected
) -> tuple[Filled, Cells]:
    """The filled copy and what its rows say. Every part that nothing had to change keeps its bytes: it is checked."""
    asked = Asked.read(scope, code, model)
    asked.refuse()
    mapping, survey, cells = asked.mapping, asked.survey, asked.cells
    empty = path.with_name(f"modele-{model.pk}.xlsx")
    with model.file.open("rb") as source, empty.open("wb") as target:
        shutil.copyfileobj(source, target)
    tails = [_tail(mapping, cells)] if cells.rows else []
    entries = [*_emptied(survey, mapping), *asked.entries]
    try:
        filled = fill(empty, path, entries=entries, tails=tails, expected=expected)
    except CannotFill as refusal:
        raise ValidationError(refusal.problems) from refusal
    _refuse_other_parts(empty, path, survey, mapping)
    return filled, cells


def _tail(mapping: Mapping, cells: Cells) -> Tail:
    kinds, columns = {}, []
    for index, (letter, column) in enumerate(zip(mapping.columns, cells.columns, strict=True)):
        codes = mapping.codes.get(letter)
        values = [row[index] for row in cells.rows]
        if codes:
            values = [None if value is None else codes.get(in_words(value), in_words(value)) for value in values]
        kinds[letter] = Kind.TEXT if codes else column.kind
        columns.append(values)
    rows = list(zip(*columns, strict=True))
    return Tail(mapping.sheet, mapping.first_row, kinds, rows, mapping.last_row)


def _emptied(survey: Survey, mapping: Mapping) -> Iterator[Entry]:
    """An example leaves nothing of itself: its columns that nothing is written in are emptied."""
    sheet = survey.sheet(mapping.sheet)
    block = sheet.block if sheet else None
    for row in block.examples if block else ():
        for column in block.columns:
            if column.is_open and (column.letter not in mapping.columns or row != mapping.first_row):
                yield Entry(f"'{mapping.sheet.replace(chr(39), chr(39) * 2)}'!{column.letter}{row}", None)


def _entries(scope: FileScope, mapping: Mapping) -> list[Entry]:
    source = EntrySource(scope)
    return [Entry(place, ENTRIES[key].read(source), ENTRIES[key].kind) for place, key in mapping.cells.items()]


def _refuse_other_parts(empty: Path, path: Path, survey: Survey, mapping: Mapping) -> None:
    written = {mapping.sheet} if mapping.columns else set()
    written |= {cell.sheet for place in mapping.cells if (cell := survey.cell(place))}
    if unexplained := compare_parts(empty, path, written).unexplained:
        raise ValidationError(f"Remise bloquée : des parties du modèle ont changé ({', '.join(unexplained)}).")
