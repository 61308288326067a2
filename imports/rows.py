"""One row being judged: cells read by field, what was put right, what stops it, what the user answered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from imports import cells, days
from imports.cells import Read
from imports.grid import Grid, Place
from imports.recognition import Found
from imports.vocabulary import Choice, Correction, Motif, Nature, Verdict, Weight
from regulations.nir import looks_like_nir
from workbooks.places import address, letters
from workbooks.read import EMPTY, Cell, Content

# A number that could be one: fewer digits are never looked at.
NIR_DIGITS = 13
YES = Choice("oui", "Oui, c'est bien cela")


@dataclass
class Answers:
    """What the user said about one sheet: repaired cells, answers by row, rows left aside."""

    repairs: dict[str, str] = field(default_factory=dict)
    rows: dict[int, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, kept: Mapping) -> "Answers":
        rows = {int(number): dict(answers) for number, answers in kept.get("lignes", {}).items() if number.isdigit()}
        return cls(dict(kept.get("cellules", {})), rows)

    def to(self, row: int, key: str) -> str | None:
        return self.rows.get(row, {}).get(key) or None

    def leaves_out(self, row: int) -> bool:
        return bool(self.rows.get(row, {}).get("ecarter"))


@dataclass
class Table:
    """A recognised sheet, ready to be judged row by row."""

    grid: Grid
    found: Found
    answers: Answers
    on: date
    notes: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.grid.name

    @property
    def nature(self) -> Nature:
        return self.found.nature

    def column(self, name: str) -> int | None:
        return self._columns().get(name)

    def _columns(self) -> dict[str, int]:
        if not hasattr(self, "_by_name"):
            self._by_name = {name: column for column, name in self.found.columns.items()}
        return self._by_name


class Row:
    """Values, motifs and corrections of one row, as they are found."""

    def __init__(self, table: Table, number: int, above: "Row | None" = None) -> None:
        self.table = table
        self.number = number
        self.above = above
        self.motifs: list[Motif] = []
        # Of one cell among many: asked too, but the rest of the row does not wait for them.
        self.cell_motifs: list[Motif] = []
        self.corrections: list[Correction] = []
        self.values: dict[str, object] = {}
        self.extras: dict[str, object] = {}
        self.changes: list[tuple[str, object, object]] = []
        self.known: object = None
        self.links: dict[str, object] = {}
        self.settled: Verdict | None = None
        if number in table.grid.hidden_rows:
            self.correct(None, "ligne_masquee")
        self._refuse_nir()

    # --- what was found ---

    def stop(
        self, code: str, name: str | None = None, lu: object = None, *, where: str | None = None, **details
    ) -> Motif:
        motif = Motif(code, name, cells.shown(lu), where or self.address(name), details)
        self.motifs.append(motif)
        return motif

    def ask(
        self,
        code: str,
        name: str | None = None,
        lu: object = None,
        *,
        choices: tuple[Choice, ...] = (),
        wants_reason: bool = False,
        where: str | None = None,
        **details,
    ) -> str | None:
        """The answer to this question; None when it is still open, and the row then waits."""
        motif = self.stop(code, name, lu, where=where, **details)
        motif.choices, motif.wants_reason = choices, wants_reason
        return self.answer_to(motif)

    def ask_of_cell(self, code: str, lu: object, *, where: str, choices: tuple[Choice, ...], **details) -> str | None:
        motif = Motif(code, None, cells.shown(lu), where, details, choices)
        self.cell_motifs.append(motif)
        return self.answer_to(motif)

    def answer_to(self, motif: Motif) -> str | None:
        answer = self.table.answers.to(self.number, motif.key)
        if answer is not None and (motif.wants_reason or any(answer == choice.value for choice in motif.choices)):
            motif.answer = answer
        return motif.answer

    def correct(self, name: str | None, code: str) -> None:
        correction = Correction(name, code)
        if correction not in self.corrections:
            self.corrections.append(correction)

    def forgive(self, name: str, code: str) -> None:
        """Not worth mentioning after all."""
        self.corrections = [one for one in self.corrections if one != Correction(name, code)]

    def change(self, label: str, old: object, new: object) -> None:
        self.changes.append((label, old, new))

    @property
    def verdict(self) -> Verdict:
        if self.settled is not None:
            return self.settled
        weights = {motif.weight for motif in self.motifs if motif.weight is not Weight.QUESTION or motif.is_open}
        if Weight.IGNORED in weights:
            return Verdict.IGNORE
        if Weight.REFUSAL in weights:
            return Verdict.REFUSE
        if weights:
            return Verdict.ASK
        if self.known is None:
            return Verdict.CREATE
        return Verdict.UPDATE if self.changes else Verdict.SAME

    def address(self, name: str | None) -> str | None:
        column = self.table.column(name) if name else None
        return f"{letters(column)}{self.number}" if column else None

    # --- cells ---

    def place(self, name: str) -> Place:
        """The cell of this field: merged or « idem » cells give the value that holds here."""
        column = self.table.column(name)
        if column is None:
            return Place(EMPTY, "")
        place = self.table.grid.at(self.number, column)
        if place.is_merged and place.cell is not EMPTY:
            self.correct(name, "fusion_depliee")
            self._refuse_borrowed(name, place.cell)
        if cells.is_ditto(place.cell.value) and self.above is not None:
            self.correct(name, "idem_deplie")
            place = place._replace(cell=self.above.place_quietly(name).cell)
            self._refuse_borrowed(name, place.cell)
        return place

    def place_quietly(self, name: str) -> Place:
        """As `place`, for the row below: what it says is said there only."""
        said = len(self.corrections)
        place = self.place(name)
        del self.corrections[said:]
        return place

    def raw(self, name: str) -> object:
        return self.place(name).cell.value

    def read(self, name: str, reader: Callable[[object], Read], **options) -> object:
        """The value of a field through its reader; what stops it is noted with its cell."""
        place = self.place(name)
        value = self._value_of(name, place)
        read = reader(value, **options) if value is not None else cells.NOTHING_READ
        if place.is_repaired:
            # What was typed here is not something to report back.
            read = read._replace(correction="valeur_corrigee" if read.value is not None else "")
        if read.correction:
            self.correct(name, read.correction)
        if read.motif:
            self.stop_or_ask(name, read)
        elif read.value is None and self.is_required(name) and not self.has_stopped(name):
            # A formula that shows nothing was most likely never computed.
            self.stop("formule_sans_resultat" if place.cell.formula else "champ_obligatoire_vide", name)
        self.values[name] = read.value
        return read.value

    def _value_of(self, name: str, place: Place) -> object:
        cell = place.cell
        if cell.kind is Content.ERROR:
            self.stop("erreur_de_formule", name, cell.value)
            return None
        if cell.lacks_result:
            self.stop("formule_sans_resultat", name)
            return None
        return cell.value

    def stop_or_ask(self, name: str, read: Read) -> None:
        if read.value is not None:
            self.ask(read.motif, name, read.lu, choices=(YES,), lu_comme=cells.plain_text(read.value))
        else:
            self.stop(read.motif, name, read.lu)

    def is_required(self, name: str) -> bool:
        return name in self.table.found.starred or self.table.found.shape.field(name).is_required

    def has_stopped(self, name: str) -> bool:
        return any(motif.champ == name for motif in self.motifs)

    def is_empty(self, name: str) -> bool:
        return not cells.one_line(self.raw(name))

    # --- readers used by all natures ---

    def text(self, name: str, most: int = 200) -> str | None:
        found = self.read(name, cells.text)
        if found is not None and len(found) > most:
            self.stop("texte_trop_long", name, None, longueur=len(found), au_plus=most)
            self.values[name] = None
        return self.values[name]

    def day(self, name: str, *, is_birth: bool = False) -> date | None:
        return self.read(name, days.day, on=self.table.on, date_1904=self.table.grid.date_1904, is_birth=is_birth)

    def decimal(self, name: str, reader: Callable[[object], Read] = cells.number) -> Decimal | None:
        return self.read(name, reader)

    def lenient(self, name: str, reader: Callable[[object], Read]) -> object:
        """A value one can do without: what cannot be read is left out, and that is said."""
        place = self.place(name)
        value = None if place.cell.kind is Content.ERROR or place.cell.lacks_result else place.cell.value
        read = reader(value) if value is not None else cells.NOTHING_READ
        if read.motif:
            read = Read(correction="valeur_non_reprise")
        if read.correction:
            self.correct(name, read.correction)
        self.values[name] = read.value
        return read.value

    def choice(
        self, name: str, labels: Mapping[str, str], synonyms: Mapping[str, str], *, code: str = "libelle_inconnu"
    ) -> str | None:
        """A code of a closed list; an unknown wording is a question with the list as its answers."""
        place = self.place(name)
        read = cells.choice(self._value_of(name, place), labels, synonyms)
        found = read.value
        if read.correction and not place.is_repaired:
            self.correct(name, read.correction)
        if read.motif:
            choices = (*(Choice(value, label) for value, label in labels.items()), Choice("vide", "laisser vide"))
            answer = self.ask(code, name, read.lu, choices=choices)
            found = answer if answer != "vide" else None
        elif found is None and self.is_required(name) and not self.has_stopped(name):
            self.stop("champ_obligatoire_vide", name)
        self.values[name] = labels[found] if found else None
        return found

    def yes_no(self, name: str) -> bool | None:
        place = self.place(name)
        read = cells.yes_no(self._value_of(name, place))
        found = read.value
        if read.motif:
            choices = (Choice("oui", "Oui"), Choice("non", "Non"), Choice("inconnu", "Non vérifié"))
            answer = self.ask(read.motif, name, read.lu, choices=choices)
            found = {"oui": True, "non": False}.get(answer or "")
        self.values[name] = found
        return found

    def _refuse_nir(self) -> None:
        """Neither the value nor its place in a text is kept: only that there was one."""
        forbidden = self.table.found.forbidden
        for column, cell in self.table.grid.rows.get(self.number, {}).items():
            if column not in forbidden and could_be_nir(cell):
                self.motifs.append(Motif("nir_interdit", cellule=address(self.number, column)))

    def _refuse_borrowed(self, name: str, cell: Cell) -> None:
        """The number of a row above, that a merge or « idem » would repeat here."""
        if could_be_nir(cell) and not any(motif.code == "nir_interdit" for motif in self.motifs):
            self.motifs.append(Motif("nir_interdit", cellule=self.address(name)))


def could_be_nir(cell: Cell) -> bool:
    value = cell.value
    if cell.kind is Content.NUMBER:
        # The result of a division has as many digits and is no number of anybody.
        value = str(value) if isinstance(value, int) else ""
    elif cell.kind is not Content.TEXT:
        return False
    if len(value) < NIR_DIGITS or sum(map(str.isdigit, value)) < NIR_DIGITS - 2:
        return False
    return looks_like_nir(value)
