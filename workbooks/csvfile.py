"""Reading a text file with separators as a workbook of one sheet: encoding and separator found, sizes bounded.

Every cell is a text; rows are numbered as records, from one, like the rows of a spreadsheet that opens the file.
"""

import csv
import os
from pathlib import Path

from workbooks.facts import SheetFacts
from workbooks.guard import OLE, ZIP
from workbooks.limits import Limits, Refused, too_heavy
from workbooks.read import Book, Rows, SheetData

SEPARATORS = ";\t,|"
SAMPLE = 20
MAX_FIELD = 32_767
NOT_A_TEXT = Refused(
    "pas_un_csv",
    "Ce fichier n'est pas un fichier texte (CSV). Enregistrez-le au format « CSV UTF-8 » ou .xlsx, puis renvoyez-le.",
)


def read_csv(path: str | os.PathLike, limits: Limits = Limits()) -> Book:
    """The file as a `Book` of one sheet named after it; `Refused` with a French sentence otherwise."""
    if os.path.getsize(path) > limits.max_bytes:
        raise limits.refuse_size()
    text, encoding = decoded(Path(path).read_bytes())
    separator = separator_of(text)
    facts = SheetFacts(name=Path(path).stem)
    sheet = SheetData(facts.name, facts, Rows(facts))
    try:
        for number, record in enumerate(csv.reader(text.splitlines(keepends=True), delimiter=separator), start=1):
            _add(sheet, number, record, limits)
    except csv.Error as error:
        raise Refused(
            "csv_illisible",
            "Ce fichier texte ne peut pas être découpé en colonnes : un guillemet y est sans doute ouvert et jamais "
            "fermé. Enregistrez-le au format .xlsx, puis renvoyez-le.",
        ) from error
    return Book([sheet], notes=[f"Encodage {encoding}, séparateur « {separator} »."])


def decoded(data: bytes) -> tuple[str, str]:
    """The text and the name of its encoding: UTF-8 with or without mark, UTF-16 with its mark, else Windows."""
    if data.startswith((ZIP, OLE, b"%PDF")):
        raise NOT_A_TEXT
    encodings = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text, encoding
    raise NOT_A_TEXT


def separator_of(text: str) -> str:
    """The separator that cuts most of the first lines, and cuts them most alike."""
    lines = [line for line in text.splitlines()[:SAMPLE] if line.strip()]

    def regularity(separator: str) -> tuple[int, int]:
        counts = [line.count(separator) for line in lines if separator in line]
        return max(map(counts.count, counts), default=0), sum(counts)

    return max(SEPARATORS, key=regularity)


def _add(sheet: SheetData, number: int, record: list[str], limits: Limits) -> None:
    if not any(record):
        return
    facts = sheet.facts
    facts.rows, facts.last_row = facts.rows + 1, number
    facts.last_column = max(facts.last_column, len(record))
    facts.cells += len(record)
    if facts.rows > limits.max_rows:
        raise too_heavy(f"plus de {limits.max_rows} lignes")
    if len(record) > limits.max_columns:
        raise too_heavy(f"plus de {limits.max_columns} colonnes")
    if any(len(value) > MAX_FIELD for value in record):
        raise too_heavy("un texte y est plus long que ce qu'une case peut contenir")
    sheet.rows.add(number, 1, record)
