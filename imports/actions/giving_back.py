"""*Rendre le classeur*: one's own file with its faults marked in it; else a plain list of the lines to correct."""

import io
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from django.utils.text import capfirst

from accounts import clock
from accounts.journal import log_access
from accounts.models import User
from imports.actions.receiving import WORKBOOK, local_path
from imports.models import ImportBatch
from imports.vocabulary import Verdict
from imports.words import Weight
from workbooks.limits import Refused
from workbooks.listed import COLUMNS, NAMES, Fault
from workbooks.mark import mark
from workbooks.places import address, row_and_column
from workbooks.write import Sheet, write_workbook

AUTHOR = "ImPEC'"
STOPPING = (Weight.REFUSAL, Weight.QUESTION, Weight.WAIT)


class GivenBack(NamedTuple):
    """A workbook, and the name under which it is downloaded."""

    file: BinaryIO
    name: str


def can_be_marked(batch: ImportBatch, user: User) -> bool:
    """Only whoever sent a workbook gets it back, as long as it is kept: a day."""
    return bool(batch.file) and batch.uploaded_by_id == user.pk and batch.file.name.endswith(WORKBOOK)


def give_back(*, batch: ImportBatch, user: User) -> GivenBack:
    """Marked if it can be, else the list. The file that was received stays as it is."""
    faults = faults_of(batch)
    is_marked = False
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rendu.xlsx"
        if faults and can_be_marked(batch, user):
            is_marked = _marked(batch, path, faults)
        if not is_marked:
            write_workbook(path, [Sheet(NAMES[0], COLUMNS, [each.values for each in faults])], application=AUTHOR)
        file = io.BytesIO(path.read_bytes())
    log_access(user=user, action="import_given_back", obj=batch, count=len(faults), file_sha256=batch.sha256)
    return GivenBack(file, f"{'a-corriger' if is_marked else 'liste-a-corriger'}-{batch.pk}.xlsx")


def _marked(batch: ImportBatch, path: Path, faults: list[Fault]) -> bool:
    on = clock.today()
    intro = (
        f"{len(faults)} point{'s' * (len(faults) > 1)} à corriger, au {on:%d/%m/%Y}. Corrigez les cases colorées dans "
        "leurs feuilles, enregistrez, puis renvoyez ce classeur : les couleurs et cette feuille n'y seront pas lues."
    )
    with local_path(batch) as source:
        try:
            mark(source, path, faults, author=AUTHOR, intro=intro)
        except Refused:
            return False
    return True


def faults_of(batch: ImportBatch) -> list[Fault]:
    """What the preview says of every line that waits for somebody, in the order of the workbook."""
    rows = batch.rows.exclude(verdict=Verdict.IGNORE).order_by("position")
    starts = {sheet["nom"]: sheet["colonnes"][0][0] for sheet in batch.sheets if sheet.get("colonnes")}
    kept = rows.values_list("sheet", "number", "name", "content")
    return [fault for row in kept for fault in _faults(*row, starts)]


def _faults(sheet: str, number: int, name: str, content: dict, starts: dict[str, str]) -> Iterator[Fault]:
    for motif in content["motifs"]:
        if motif["reponse"] or motif["poids"] not in STOPPING:
            continue
        # What is said of a whole line is said on its first column.
        cell = motif["cellule"] or address(number, row_and_column(f"{starts.get(sheet, 'A')}1")[1])
        read = f"\N{NO-BREAK SPACE}: « {motif['lu']} »" if motif["lu"] else ""
        said = f"{capfirst(motif['champ'])}{read}. " if motif["champ"] else ""
        details = f" ({motif['precisions']})" if motif["precisions"] else ""
        yield Fault(sheet, cell, f"{number} {name}".strip(), f"{said}{motif['dit']}{details}", motif["conseil"])
