"""What the columns of a payer's file are: by their headings, by what was chosen once, or to be chosen.

Some screens and exports have headings we do not know, or none: somebody then says which column is which, and that is
kept for the next file with the same headings.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from imports import cells
from imports.days import day
from imports.grid import Grid
from imports.payments.amounts import amount
from imports.payments.months import months
from imports.recognition import LONGEST_HEADING, Field, Found, Shape, find_table, heading_texts
from imports.vocabulary import Nature
from regulations.nir import heading_looks_like_nir

SHAPE = Shape(
    Nature.PAYMENTS,
    (
        Field(
            "decision",
            "numéro de décision",
            ("N° de décision", "numéro de décision", "décision", "n° décision", "n° de convention", "n° dossier"),
        ),
        Field("dispositif", "dispositif", ("Dispositif", "type de contrat", "mesure"), is_read=False),
        Field("siret", "SIRET", ("SIRET employeur", "SIRET", "n° SIRET", "établissement SIRET")),
        Field("employeur", "employeur", ("Raison sociale", "employeur", "structure", "nom de l'employeur")),
        Field("nom", "nom", ("Nom", "nom du salarié", "nom de famille", "nom et prénom", "salarié", "bénéficiaire")),
        Field("prenom", "prénom", ("Prénom", "prénom du salarié")),
        Field("debut", "début de l'aide", ("Début de l'aide", "date de début", "début"), is_read=False),
        Field("fin", "fin de l'aide", ("Fin de l'aide", "date de fin", "fin"), is_read=False),
        Field(
            "mois",
            "mois payé",
            ("Mois concerné", "mois", "période", "mois payé", "période concernée", "mois d'aide"),
            is_required=True,
        ),
        Field("nature", "nature", ("Nature", "type de ligne", "libellé", "type de paiement", "nature du paiement")),
        Field("heures", "heures aidées", ("Heures hebdo. aidées", "heures", "durée hebdomadaire"), is_read=False),
        Field("taux", "taux", ("Taux (%)", "taux de prise en charge", "taux"), is_read=False),
        Field(
            "montant",
            "montant",
            ("Montant (€)", "montant", "montant versé", "montant payé", "montant net", "somme versée"),
            is_required=True,
        ),
        Field(
            "paye_le",
            "payée le",
            ("Mis en paiement le", "date de paiement", "payé le", "date de virement", "versé le", "date de versement"),
            is_required=True,
        ),
        Field("virement", "virement", ("Réf. virement", "n° de virement", "référence du virement", "virement")),
    ),
    keys=("montant",),
    titles=("Paiements", "édition paiements", "versements"),
)
READ_FIELDS = tuple(one for one in SHAPE.fields if one.is_read)
SAMPLE = 40
LAST_ONES = ("paye_le", "montant")
MOST_HEADING_ROWS = 40
_LONG_NUMBER = re.compile(r"\d{6}")


@dataclass
class Layout:
    """The columns of one sheet, how they are known, and what is still missing to read its lines."""

    grid: Grid
    found: Found
    signature: str
    is_chosen: bool = False
    is_proposed: bool = False
    can_date: bool = False

    @property
    def missing(self) -> list[str]:
        """Labels of what no column gives; an empty list when the lines can be read."""
        names = set(self.found.columns.values())
        lacks = [one.label for one in SHAPE.fields if one.is_required and one.name not in names]
        if self.can_date and SHAPE.field("paye_le").label in lacks:
            lacks.remove(SHAPE.field("paye_le").label)
        if "decision" not in names and not {"siret", "nom"} <= names:
            lacks.append("numéro de décision, ou SIRET et nom")
        return lacks or (["votre accord sur les colonnes proposées"] if self.is_proposed else [])

    @property
    def first_row(self) -> int:
        """Where the lines begin."""
        return self.found.heading_rows[-1] + 1 if self.found.heading_rows else min(self.grid.numbers(), default=1)


def layout_of(grid: Grid, kept: Mapping[str, Mapping[str, str]], *, can_date: bool = False) -> Layout | None:
    """`kept`: signature of the headings → column number → field, as somebody chose. None for an empty sheet."""
    if not grid.numbers():
        return None
    known = find_table(grid, (SHAPE,))
    rows = known.heading_rows if known else _heading_rows(grid)
    headings = known.headings if known else (heading_texts(grid, tuple(rows)) if rows else {})
    signature = signature_of(headings, grid)
    if chosen := kept.get(signature):
        return Layout(grid, _as_chosen(rows, headings, chosen), signature, is_chosen=True, can_date=can_date)
    found = known or Found(SHAPE, rows, {}, headings)
    layout = Layout(grid, found, signature, can_date=can_date)
    return _proposed(layout) if layout.missing else layout


def _proposed(layout: Layout) -> Layout:
    """What headings do not tell, by what each column looks like: for somebody to confirm, never read as it is."""
    found = layout.found
    guessed = _guessed(layout, taken=set(found.columns.values()))
    found.columns |= {column: name for column, name in guessed.items() if column not in found.columns}
    layout.is_proposed = bool(guessed)
    return layout


def signature_of(headings: Mapping[int, str], grid: Grid) -> str:
    """The same headings in the same columns; without any, the same number of columns."""
    text = "|".join(f"{column}:{cells.folded(heading)}" for column, heading in sorted(headings.items()))
    width = max((column for row in grid.numbers()[:SAMPLE] for column in grid.filled(row)), default=0)
    return hashlib.sha256((text or f"sans titre:{width}").encode()).hexdigest()


def _as_chosen(rows: list[int], headings: dict[int, str], chosen: Mapping[str, str]) -> Found:
    names = {one.name for one in READ_FIELDS}
    columns = {int(column): name for column, name in chosen.items() if name in names}
    forbidden = [column for column, heading in headings.items() if heading_looks_like_nir(heading)]
    columns = {column: name for column, name in columns.items() if column not in forbidden}
    unknown = {column: text for column, text in headings.items() if column not in columns and column not in forbidden}
    return Found(SHAPE, rows, columns, headings, unknown, forbidden)


def _heading_rows(grid: Grid) -> list[int]:
    """The first row made of words alone with as many cells as the lines below it."""
    numbers = grid.numbers()[:MOST_HEADING_ROWS]
    widest = max((len(grid.filled(number)) for number in numbers), default=0)
    for number in numbers:
        texts = [cells.one_line(cell.value) for cell in grid.filled(number).values()]
        if len(texts) > max(2, widest // 2) and all(map(_is_heading, texts)):
            return [number]
    return []


def _is_heading(text: str) -> bool:
    return len(text) <= LONGEST_HEADING and not _LONG_NUMBER.search(text) and not _says_a_value(text)


def _says_a_value(text: str) -> bool:
    return amount(text).value is not None or months(text).value is not None


def _guessed(layout: Layout, taken: set[str]) -> dict[int, str]:
    numbers = [number for number in layout.grid.numbers() if number >= layout.first_row][:SAMPLE]
    columns: dict[int, list[object]] = {}
    for number in numbers:
        for column, cell in layout.grid.filled(number).items():
            if column not in layout.found.forbidden:
                columns.setdefault(column, []).append(cell.value)
    guessed: dict[int, str] = {}
    for name, looks_like in LOOKS.items():
        likely = [
            column
            for column, values in sorted(columns.items())
            if column not in guessed and 2 * sum(map(looks_like, values)) > len(numbers)
        ]
        if likely and name not in taken:
            # Dates and amounts of the aid come before those of the payment.
            guessed[likely[-1] if name in LAST_ONES else likely[0]] = name
    return guessed


def _has_digits(count: int, least: int | None = None) -> Callable[[object], bool]:
    return lambda value: (least or count) <= len(_digits(value)) <= count


def _digits(value: object) -> str:
    text = re.sub(r"\s", "", cells.plain_text(value))
    return text if text.isdigit() else ""


def _looks_like_month(value: object) -> bool:
    return months(value).value is not None and not _looks_like_day(value)


def _looks_like_day(value: object) -> bool:
    return not cells.is_number(value) and day(value, on=cells.date(2026, 1, 1)).value is not None


def _looks_like_amount(value: object) -> bool:
    return amount(value).value is not None and bool(re.search(r"[.,]\d", cells.plain_text(value)))


def _looks_like_transfer(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[A-Za-z]{1,4}[\d-]{5,}", value.strip()) is not None


LOOKS: dict[str, Callable[[object], bool]] = {
    "siret": _has_digits(14),
    "decision": _has_digits(12, 11),
    "virement": _looks_like_transfer,
    "paye_le": _looks_like_day,
    "mois": _looks_like_month,
    "montant": _looks_like_amount,
}
