"""Small workbooks as people make them: `a_book(sheet=[rows])`, read through the child process like any other."""

from datetime import date
from pathlib import Path

from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from workbooks.read import Book, read_workbook

EMPLOYERS = ["Raison sociale", "SIRET", "Statut", "IDCC", "OPCO"]
CLOSERIE = ["Résidence La Closerie du Mont", "99998211900011", "Association", 29, "OPCO Santé"]
PERSONS = ["Civilité", "Nom", "Prénom", "Né(e) le", "Cohorte"]
AMINA = ["Mme", "BAUDRY", "Amina", date(1991, 9, 30), "SM 2026"]


def save(path: Path, *, date_1904: bool = False, arrange=None, **sheets: list[list]) -> Path:
    book = Workbook()
    book.remove(book.active)
    if date_1904:
        book.epoch = CALENDAR_MAC_1904
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    if arrange:
        arrange(book)
    book.save(path)
    return path


def a_book(folder: Path, **sheets) -> Book:
    return read_workbook(save(folder / "classeur.xlsx", **sheets))
