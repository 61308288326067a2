"""What a profile does to the cells of a file: own headings, formats, codes of the recipient, cells that must be filled.

The values come from the kind of file; nothing here changes what they mean.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError

from exports.catalogue import CATALOGUE
from exports.models import ExportProfile
from workbooks.columns import Column, Kind
from workbooks.write import Sheet

DAYS = {"FRENCH": "dd/mm/yyyy", "ISO": "yyyy-mm-dd", "SHORT": "dd/mm/yy"}
# Kind → word kept in the profile → what people read, what a spreadsheet reads. The first one is the usual one.
FORMATS: dict[Kind, dict[str, tuple[str, str]]] = {
    Kind.EUROS: {"": ("1 234,50 €", ""), "NUMBER": ("1234,50, sans signe", "0.00")},
    Kind.HOURS: {"": ("7,00", ""), "FREE": ("7 ou 7,5", "General")},
    Kind.DECIMAL: {"": ("7,00", ""), "FREE": ("7 ou 7,5", "General")},
    Kind.PERCENT: {"": ("50,00 %", ""), "WHOLE": ("50 %", "0\\ %")},
    Kind.MONTH: {"": ("03/2026", ""), "ISO": ("2026-03", "yyyy-mm")},
    Kind.DATE: {
        "": ("celui du profil", ""),
        **{word: (label, DAYS[word]) for word, label in ExportProfile.DateFormat.choices},
    },
}
# Kinds whose values may become codes: those with words in them.
CODED = frozenset({Kind.TEXT, Kind.YES_NO})
YES_NO = {True: "Oui", False: "Non"}


@dataclass(frozen=True, slots=True)
class Chosen:
    """Une colonne d'un profil."""

    key: str
    heading: str
    required: bool = False
    codes: tuple[tuple[str, str], ...] = ()
    format: str = ""

    @classmethod
    def read(cls, kept: dict) -> "Chosen":
        return cls(
            kept["key"],
            kept["heading"],
            bool(kept.get("required")),
            tuple(kept.get("codes", {}).items()),
            kept.get("format", ""),
        )

    def kept(self) -> dict:
        """As a profile keeps it; what is usual is not written."""
        found = {"key": self.key, "heading": self.heading, "on": True}
        if self.required:
            found["required"] = True
        if self.codes:
            found["codes"] = dict(self.codes)
        if self.format:
            found["format"] = self.format
        return found

    @property
    def field(self):
        return CATALOGUE[self.key]

    @property
    def format_words(self) -> str:
        """What people read of its own format; empty when it is the usual one."""
        return FORMATS.get(self.field.kind, {}).get(self.format, ("", ""))[0] if self.format else ""

    def number_format(self, days: str) -> str:
        kind = self.field.kind
        if kind is Kind.INSTANT:
            return "" if days == DAYS["FRENCH"] else f"{days} hh:mm"
        own = FORMATS.get(kind, {}).get(self.format, ("", ""))[1]
        return own or (days if kind is Kind.DATE and days != DAYS["FRENCH"] else "")

    @property
    def is_special(self) -> bool:
        """Something is to be looked at in each of its cells."""
        return self.required or bool(self.codes)


def chosen_of(profile: ExportProfile) -> list[Chosen]:
    """The columns of a profile that are on, in order."""
    return [Chosen.read(kept) for kept in profile.columns if kept["on"]]


def written_columns(profile: ExportProfile) -> list[Column]:
    """The same, as the kinds of file read them: codes come after."""
    days = DAYS[profile.date_format]
    return [
        Column(
            one.key,
            one.heading,
            one.field.kind,
            one.field.width,
            one.field.wrap,
            one.number_format(days),
        )
        for one in chosen_of(profile)
    ]


def problem(one: Chosen, value: object) -> str:
    """What is wrong with a value, in words; empty when nothing is."""
    if value in (None, ""):
        return "case vide, le profil la veut remplie" if one.required else ""
    if one.codes and in_words(value) not in dict(one.codes):
        return f"« {in_words(value)} » n'a pas de code dans le profil"
    return ""


def in_words(value: object) -> str:
    return YES_NO[value] if isinstance(value, bool) else str(value)


def shaped(sheet: Sheet, profile: ExportProfile) -> Sheet:
    """The main sheet as the recipient wants it; ValidationError for the first cell that it would refuse."""
    special = [(place, one) for place, one in enumerate(chosen_of(profile)) if one.is_special]
    if not special:
        return sheet
    coded = {one.key for _, one in special if one.codes}
    columns = [replace(column, kind=Kind.TEXT) if column.key in coded else column for column in sheet.columns]
    return replace(sheet, columns=columns, rows=_judged(sheet.rows, special))


def _judged(rows: Iterable[Sequence], special: list[tuple[int, Chosen]]) -> Iterator[Sequence]:
    codes = {place: dict(one.codes) for place, one in special}
    for number, row in enumerate(rows, start=2):
        cells = list(row)
        for place, one in special:
            wrong = problem(one, cells[place])
            if wrong:
                raise ValidationError(
                    f"Ligne {number}, colonne « {one.heading} » : {wrong}. Le contrôle avant envoi mène à la fiche."
                )
            if codes[place] and cells[place] not in (None, ""):
                cells[place] = codes[place][in_words(cells[place])]
        yield cells
