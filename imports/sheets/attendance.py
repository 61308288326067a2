"""Présences : une ligne par personne, une colonne par demi-journée, un code par case."""

import re
from dataclasses import dataclass, field
from datetime import date

from imports import cells, days
from imports.grid import Grid, Place
from imports.recognition import FIRST_ROWS, Field, Found, Shape, heading_texts, known_headings, match_columns
from imports.register import CohortEntry, HalfDayEntry, PersonEntry, Register
from imports.rows import Row, Table
from imports.sheets import links
from imports.sheets.sessions import CANCELLED, PART_NAMES, PARTS
from imports.vocabulary import Choice, Motif, Nature, Verdict
from regulations.training import AttendanceStatus, HalfDayPart
from workbooks.places import letters
from workbooks.read import Cell, Content

SHAPE = Shape(
    Nature.ATTENDANCE,
    (
        Field("numero", "N°", ("N°", "numéro"), is_read=False),
        Field(
            "personne",
            "stagiaire",
            ("Stagiaire", "nom prénom", "nom et prénom", "salarié", "participant", "nom", "bénéficiaire", "apprenant"),
            is_required=True,
        ),
        Field("employeur", "employeur", ("Employeur", "établissement", "structure")),
    ),
    keys=("personne",),
    titles=("Émargement", "présences", "appel", "feuille de présence"),
)

PRESENT, ABSENT, EXCUSED, LATE = "P", "A", "AJ", "R"
LEGEND = {PRESENT: "present", ABSENT: "absent_non_justifie", EXCUSED: "absent_justifie", LATE: "retard"}
STATUS = {
    PRESENT: AttendanceStatus.PRESENT,
    ABSENT: AttendanceStatus.ABSENT,
    EXCUSED: AttendanceStatus.EXCUSED,
    LATE: AttendanceStatus.LATE,
}
CODE_WORDS = {
    "present": PRESENT, "presente": PRESENT, "absent": ABSENT, "absente": ABSENT, "abs": ABSENT, "ab": ABSENT,
    "absence": ABSENT, "abs j": EXCUSED, "absj": EXCUSED, "a j": EXCUSED, "absent justifie": EXCUSED, "exc": EXCUSED,
    "excuse": EXCUSED, "excusee": EXCUSED, "retard": LATE, "ret": LATE,
}  # fmt: skip
OUT = {"/", "-", "—", "–", "\\", "x/", "//"}
_LATE = re.compile(r"(?:r|ret|retard)\.? ?(\d{1,3}) ?(?:mn|min|minutes?|')?")
_DAY_IN_HEADING = re.compile(r"(\d{1,2}[/.\-]\d{1,2}(?:[/.\-]\d{2,4})?)\s*(.*)", re.DOTALL)
WHAT_TO_NOTE = (
    Choice(PRESENT, "Présent"),
    Choice(ABSENT, "Absent non justifié"),
    Choice(EXCUSED, "Absent justifié"),
    Choice(LATE, "Retard"),
    Choice("rien", "Ne rien noter"),
)
KEEP_OR_NOT = (Choice("garder", "Garder cette présence"), Choice("rien", "Ne pas la noter"))
LONGEST_LATE = 480


@dataclass
class Roll(Found):
    """A sheet of attendance: which columns are half-days."""

    moments: dict[int, "Moment"] = field(default_factory=dict)


@dataclass
class Moment:
    """One column: its day and half-day as written above it, and the half-day it is about."""

    column: int
    day: date | None
    part: HalfDayPart | None
    correction: str = ""
    written: str = ""
    half_day: HalfDayEntry | None = None
    motifs: list[Motif] = field(default_factory=list)

    def as_json(self) -> dict:
        facts = {
            "date": self.day.isoformat() if self.day else None,
            "demi_journee": PART_NAMES.get(self.part),
            "ligne_seance": self.half_day.row if self.half_day else None,
            "etat_seance": self.half_day.facts.get("etat") if self.half_day else None,
        }
        if self.correction:
            facts["corrections"] = [{"champ": "date", "code": self.correction}]
        if self.motifs:
            facts["verdict"] = str(Verdict.ASK)
            facts["motifs"] = [motif.as_json() for motif in self.motifs]
        return facts


def find_roll(grid: Grid) -> Roll | None:
    """Days side by side, with their half-days, and a heading for names: that is a sheet of attendance."""
    for row in grid.numbers()[:FIRST_ROWS]:
        moments = {
            column: moment for column in _columns(grid, row) if (moment := _moment(grid, row, column)) is not None
        }
        if len(moments) < 2:
            continue
        rows = (row, row + 1) if _parts_below(grid, row + 1, moments) else (row,)
        # A row of data with several moments says no half-day.
        if sum(moment.part is not None for moment in moments.values()) * 2 < len(moments):
            continue
        for names_on in (rows, (row - 1, *rows)):
            if (roll := _roll(grid, rows, names_on, moments)) is not None:
                return roll
    return None


def _roll(grid: Grid, rows: tuple[int, ...], names_on: tuple[int, ...], moments: dict[int, "Moment"]) -> Roll | None:
    headings = heading_texts(grid, names_on)
    matched = match_columns(headings, known_headings(SHAPE.fields))
    columns = {column: name for column, (name, _) in matched.items() if column not in moments}
    if "personne" not in columns.values():
        return None
    others = {one: text for one, text in headings.items() if one not in columns and one not in moments}
    return Roll(SHAPE, list(rows), columns, headings, others, score=len(moments) + 2.0, moments=moments)


def _columns(grid: Grid, row: int) -> list[int]:
    columns = set(grid.rows.get(row, {}))
    for area in grid._merges.get(row, ()):
        columns.update(range(area.first_column, min(area.last_column, area.first_column + 5) + 1))
    return sorted(columns)


def _moment(grid: Grid, row: int, column: int) -> Moment | None:
    place = grid.at(row, column)
    cell = place.cell
    if cell.kind in (Content.DATE, Content.INSTANT):
        return Moment(column, days.day(cell.value, on=date.max).value, None)
    if cell.kind is not Content.TEXT:
        return None
    match = _DAY_IN_HEADING.search(cell.value)
    if match is None or len(cell.value) > 40:
        return None
    part = PARTS.get(cells.folded(match[2])) or PARTS.get(cells.folded(cell.value[: match.start()]).split(" ")[-1])
    return Moment(column, None, part, "date_texte", match[1])


def _parts_below(grid: Grid, row: int, moments: dict[int, Moment]) -> bool:
    parts = {column: PARTS.get(cells.folded(grid.at(row, column).cell.value)) for column in moments}
    if not any(parts.values()):
        return False
    for column, part in parts.items():
        moments[column].part = part or moments[column].part
    return True


def settle_columns(table: Table, register: Register) -> CohortEntry | None:
    """Which cohort the sheet is about, then which half-day each column is."""
    roll = table.found
    cohort = _cohort_of(table, register)
    for moment in roll.moments.values():
        if moment.day is None:
            moment.day = _written_day(moment.written, table, cohort)
        _find_half_day(moment, table, register, cohort)
    return cohort


def _cohort_of(table: Table, register: Register) -> CohortEntry | None:
    above = [
        cells.one_line(cell.value)
        for row in table.grid.numbers()
        if row < table.found.heading_rows[0]
        for cell in table.grid.filled(row).values()
    ]
    for title in (*above, table.name):
        found = register.cohorts.mentioned_in(title)
        if len(found) == 1:
            return found[0]
    return register.default_cohort


def _written_day(written: str, table: Table, cohort: CohortEntry | None) -> date | None:
    """« 24/03/2026 »; « 24/03 » takes the year that puts it inside the cohort."""
    found = days.day(written, on=table.on).value
    if found is not None or cohort is None:
        return found
    for year in range(cohort.starts_on.year, cohort.ends_on.year + 1):
        day = days.day(f"{written}/{year}", on=table.on).value
        if day and cohort.starts_on <= day <= cohort.ends_on:
            return day
    return None


def _find_half_day(moment: Moment, table: Table, register: Register, cohort: CohortEntry | None) -> None:
    if moment.day and moment.part and cohort:
        found = register.half_days_at(cohort.pk, moment.day, moment.part.value)
        # Two modules at the same moment cannot be told apart by a column.
        moment.half_day = next((one for one in found if not one.is_cancelled), found[0] if found else None)
    where = f"{letters(moment.column)}{table.found.heading_rows[0]}"
    if moment.half_day is None:
        moment.motifs.append(Motif("seance_introuvable", "date", moment.written or cells.shown(moment.day), where))
    elif not moment.half_day.is_there:
        entry = moment.half_day
        details = {"ligne": entry.row, "feuille": entry.sheet}
        moment.motifs.append(Motif("ligne_en_attente", "date", cells.shown(moment.day), where, details))


@dataclass(frozen=True)
class Mark:
    """One case to write."""

    half_day: HalfDayEntry
    status: AttendanceStatus
    late: int = 0
    late_unknown: bool = False


def judge(row: Row, register: Register, cohort: CohortEntry | None) -> None:
    if cohort is None:
        row.stop("cohorte_manquante")
    row.links["cohort"] = cohort
    employer = register.employers.exactly(cells.folded(row.raw("employeur")))
    read = cells.plain_text(row.raw("personne"))
    person = links.find_person(row, register, cohort, employer[0] if len(employer) == 1 else None)
    row.links["person"] = person
    links.lean_on_person(row, person)
    contracts = register.contracts_of(person, cohort.pk) if person and cohort else []
    reading = _Reading(row, person, [one.broken_on for one in contracts if one.broken_on])
    for moment in row.table.found.moments.values():
        reading.take(moment)
    row.links["marks"] = reading.marks
    row.extras = {
        "personne": person.name if person else None,
        "date_naissance": person.birth_date.isoformat() if person and person.birth_date else None,
        "contrat": next((one.number for one in contracts if one.number), None),
        "lu": read,
        "codes": reading.codes,
        "demi_journees": reading.counts(),
        "anomalies": reading.anomalies,
    }
    row.values = {"personne": row.extras["personne"], "date_naissance": row.extras["date_naissance"]}
    _compare(row, register, person)


class _Reading:
    """The cases of one person, from the first half-day to the last."""

    def __init__(self, row: Row, person: PersonEntry | None, breaks: list[date]) -> None:
        self.row, self.person = row, person
        self.last_day = max(breaks, default=None)
        self.marks: list[Mark] = []
        self.codes: dict[str, str] = {}
        self.anomalies: list[dict] = []
        self.blanks = 0

    def counts(self) -> dict[str, int]:
        codes = list(self.codes.values())
        return {code: codes.count(code) for code in (PRESENT, LATE, EXCUSED, ABSENT)} | {"non_renseigne": self.blanks}

    def take(self, moment: Moment) -> None:
        half_day = moment.half_day
        if half_day is not None and half_day.is_cancelled:
            return
        row = self.row
        place = row.table.grid.at(row.number, moment.column)
        written = cells.one_line(place.cell.value)
        if not written:
            self._blank(moment, place.address)
        elif written not in OUT and not cells.folded(written).startswith("annul"):
            self._written(moment, place, written)

    def _written(self, moment: Moment, place: Place, written: str) -> None:
        row = self.row
        own = row.table.grid.rows.get(row.number, {}).get(moment.column)
        code, late, correction = read_code(place.cell)
        if place.is_merged and (own is None or own.kind is Content.EMPTY):
            correction = "fusion_depliee"
        if code is None:
            code = self._unknown(written, place.address)
            if code is None:
                return
        if not self._may_be_noted(moment, place.address, written):
            return
        self.codes[letters(moment.column)] = code
        if correction:
            self._mention(
                place.address, None if correction == "fusion_depliee" else place.cell.value, code, late, correction
            )
        self._mark(moment, code, late)

    def _mark(self, moment: Moment, code: str, late: int) -> None:
        if moment.half_day is not None and moment.half_day.is_there:
            unknown = code == LATE and not late
            self.marks.append(Mark(moment.half_day, STATUS[code], late, unknown))

    def _mention(self, where: str, lu: object, code: str, late: int, correction: str) -> None:
        fact = {"cellule": where, "lu": lu, "verdict": str(Verdict.CREATE), "retenu": code}
        if late:
            fact["minutes"] = late
        self.anomalies.append(fact | {"corrections": [{"code": correction}]})

    def _ask(self, code: str, lu: object, where: str, choices: tuple[Choice, ...], **details: object) -> str | None:
        answer = self.row.ask_of_cell(code, lu, where=where, choices=choices, **details)
        if answer is None:
            motif = {"code": code, **details}
            self.anomalies.append({"cellule": where, "lu": lu, "verdict": str(Verdict.ASK), "motifs": [motif]})
        return answer

    def _unknown(self, written: str, where: str) -> str | None:
        answer = self._ask("code_inconnu", written, where, WHAT_TO_NOTE)
        return answer if answer in STATUS else None

    def _blank(self, moment: Moment, where: str) -> None:
        """A session that was held and nothing in the case: never an absence."""
        held = moment.half_day is not None and moment.half_day.is_there and moment.day <= self.row.table.on
        gone = self.last_day is not None and moment.day is not None and moment.day > self.last_day
        if not held or gone or moment.half_day.facts.get("etat") == CANCELLED:
            return
        answer = self._ask("non_renseigne", None, where, WHAT_TO_NOTE)
        if answer is None:
            self.blanks += 1
        elif answer in STATUS:
            self.codes[letters(moment.column)] = answer
            self._mark(moment, answer, 0)

    def _may_be_noted(self, moment: Moment, where: str, written: str) -> bool:
        if moment.day is None:
            return True
        if moment.half_day is not None and moment.day > self.row.table.on:
            self._ask("seance_a_venir", written, where, (Choice("rien", "Ne rien noter"),))
            return False
        if self.last_day is not None and moment.day > self.last_day:
            end = self.last_day.isoformat()
            return self._ask("presence_apres_fin_de_contrat", written, where, KEEP_OR_NOT, fin_reelle=end) == "garder"
        return True


def read_code(cell: Cell) -> tuple[str | None, int, str]:
    """Code of the legend, minutes late, and the correction to mention."""
    raw = cells.plain_text(cell.value)
    if raw in LEGEND:
        return raw, 0, ""
    written = cells.unaccented(cells.one_line(raw))
    if match := _LATE.fullmatch(written):
        late = int(match[1])
        return (LATE, late, "retard_minutes") if late <= LONGEST_LATE else (None, 0, "")
    code = written.upper() if written.upper() in LEGEND else CODE_WORDS.get(cells.folded(raw))
    return code, 0, "casse_et_espaces" if code else ""


def _compare(row: Row, register: Register, person: PersonEntry | None) -> None:
    """Nothing recorded yet: to create; the same: unchanged; else what differs is shown."""
    marks = row.links["marks"]
    if person is None or person.pk is None:
        return
    recorded = {id(mark): register.attendances.get((mark.half_day.pk, person.pk)) for mark in marks}
    if marks and not any(recorded.values()):
        return
    row.known = person
    for mark in marks:
        new, old = (str(mark.status), mark.late, mark.late_unknown), recorded[id(mark)]
        if new != old:
            row.change(_when(mark.half_day), shown(*old) if old else None, shown(*new))


def _when(half_day: HalfDayEntry) -> str:
    return f"{half_day.day:%d/%m/%Y} {HalfDayPart.label_of(half_day.part)}"


def shown(status: str, late: int, late_unknown: bool) -> str:
    minutes = f" ({late} min)" if late else ""
    return f"{AttendanceStatus.label_of(status)}{minutes}"
