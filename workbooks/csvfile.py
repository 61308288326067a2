"""Reading a text with separators as a workbook of one sheet: encoding and separator found, sizes bounded.

Every cell is a text; rows are numbered as records, from one, like the rows of a spreadsheet that opens the file. The
file is read as a stream: what is refused for its length was never held whole.
"""

import codecs
import csv
import os
from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from workbooks.facts import SheetFacts
from workbooks.guard import OLE, ZIP
from workbooks.limits import Limits, Refused, too_heavy, too_many_rows
from workbooks.read import Book, Rows, SheetData

SEPARATORS = ";\t,|"
SAMPLE = 20
BLOCK = 1 << 16
MAX_FIELD = 32_767
TOLD_EVERY = 500
NOT_A_TEXT = Refused(
    "pas_un_csv",
    "Ce fichier n'est pas un fichier texte (CSV). Enregistrez-le au format « CSV UTF-8 » ou .xlsx, puis renvoyez-le.",
)
NOT_IN_COLUMNS = Refused(
    "csv_illisible",
    "Ce fichier texte ne peut pas être découpé en colonnes : un guillemet y est sans doute ouvert et jamais "
    "fermé. Enregistrez-le au format .xlsx, puis renvoyez-le.",
)

Progress = Callable[[int], None]


def read_csv(path: str | os.PathLike, limits: Limits = Limits(), progress: Progress | None = None) -> Book:
    """The file as a `Book` of one sheet named after it; `Refused` with a French sentence otherwise."""
    encoding = check_text(path, limits)
    with open(path, encoding=encoding, newline="") as file:
        separator = separator_of(islice(file, SAMPLE))
        file.seek(0)
        sheet = _sheet(Path(path).stem, csv.reader(file, delimiter=separator), limits, progress)
    return Book([sheet], notes=[f"Encodage {encoding}, séparateur « {separator} »."])


def check_text(path: str | os.PathLike, limits: Limits = Limits()) -> str:
    """The encoding of a file that may be read; `Refused` for every other file."""
    if os.path.getsize(path) > limits.max_bytes:
        raise limits.refuse_size()
    with open(path, "rb") as file:
        return encoding_of(file)


def encoding_of(file: BinaryIO) -> str:
    """UTF-8 with or without mark, UTF-16 with its mark, else Windows."""
    start = file.read(4)
    if start.startswith((ZIP, OLE, b"%PDF")):
        raise NOT_A_TEXT
    encodings = ("utf-16",) if start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        file.seek(0)
        if _decodes(file, encoding):
            return encoding
    raise NOT_A_TEXT


def _decodes(file: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while block := file.read(BLOCK):
            if "\0" in decoder.decode(block):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def separator_of(lines: Iterable[str]) -> str:
    """The separator that cuts most of the first lines, and cuts them most alike."""
    lines = [line for line in lines if line.strip()]

    def regularity(separator: str) -> tuple[int, int]:
        counts = [line.count(separator) for line in lines if separator in line]
        return max(map(counts.count, counts), default=0), sum(counts)

    return max(SEPARATORS, key=regularity)


def _sheet(name: str, records: Iterable[list[str]], limits: Limits, progress: Progress | None) -> SheetData:
    facts = SheetFacts(name=name)
    sheet = SheetData(facts.name, facts, Rows(facts))
    try:
        for number, record in enumerate(records, start=1):
            _add(sheet, number, record, limits)
            if progress and number % TOLD_EVERY == 0:
                progress(number)
    except csv.Error as error:
        raise NOT_IN_COLUMNS from error
    return sheet


def _add(sheet: SheetData, number: int, record: list[str], limits: Limits) -> None:
    if not any(record):
        return
    facts = sheet.facts
    facts.rows, facts.last_row = facts.rows + 1, number
    facts.last_column = max(facts.last_column, len(record))
    facts.cells += len(record)
    if facts.rows > limits.max_rows:
        raise too_many_rows(limits, number)
    if len(record) > limits.max_columns:
        raise too_heavy(f"plus de {limits.max_columns} colonnes")
    if any(len(value) > MAX_FIELD for value in record):
        raise too_heavy("un texte y est plus long que ce qu'une case peut contenir")
    sheet.rows.add(number, 1, record)
