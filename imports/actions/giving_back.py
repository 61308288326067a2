"""*Rendre le classeur*: one's own file with its faults marked in it; else a plain list of the lines to correct."""

import io
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

from django.utils.text import capfirst

from accounts import clock
from accounts.journal import DOWNLOAD, log_access
from accounts.models import User
from imports.actions.receiving import WORKBOOK, local_path
from imports.models import ImportBatch
from imports.vocabulary import Verdict
from imports.words import REPAIR, Weight
from workbooks.limits import Refused
from workbooks.listed import COLUMNS, NAMES, Fault
from workbooks.mark import mark
from workbooks.write import Fact, Sheet, write_workbook

AUTHOR = "ImPEC'"
NOT_ONES_OWN = Refused(
    "pas_le_sien", "Seule la personne qui a déposé un classeur .xlsx le retrouve annoté, pendant 24 heures."
)
NOTHING_LEFT = Refused("rien", "Rien n'est à corriger, ou l'aperçu de ce fichier a été effacé au bout de 24 heures.")
NO_LONGER_KEPT = Refused("efface", "Ce fichier a été effacé, comme tout fichier déposé depuis plus de 24 heures.")
TO_CORRECT = "Corrigez cette case."
ANSWER = "Répondez."
TO_ANSWER = "À répondre sur la page de l'import, ou corrigez cette case."
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
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rendu.xlsx"
        try:
            _mark(batch, path, faults, user)
            name = "a-corriger"
        except Refused as reason:
            _list(path, faults, reason)
            name = "liste-a-corriger"
        file = io.BytesIO(path.read_bytes())
    log_access(user=user, action=DOWNLOAD, obj=batch, count=len(faults), file_sha256=batch.sha256)
    return GivenBack(file, f"{name}-{batch.pk}.xlsx")


def _mark(batch: ImportBatch, path: Path, faults: Sequence[Fault], user: User) -> None:
    if not faults:
        raise NOTHING_LEFT
    if not can_be_marked(batch, user):
        raise NOT_ONES_OWN
    on = clock.today()
    intro = (
        f"{len(faults)} point{'s' * (len(faults) > 1)} à corriger, au {on:%d/%m/%Y}. Corrigez les cases colorées dans "
        "leurs feuilles, enregistrez, puis renvoyez ce classeur : il sera relu en entier, sans cette feuille, et ce "
        "qui est déjà enregistré restera inchangé. Les réponses données sur la page seront redemandées."
    )
    try:
        with local_path(batch) as source:
            mark(source, path, faults, author=AUTHOR, intro=intro)
    except FileNotFoundError as error:
        raise NO_LONGER_KEPT from error


def _list(path: Path, faults: Sequence[Fault], reason: Refused) -> None:
    sheet = Sheet(NAMES[0], COLUMNS, [each.values for each in faults])
    write_workbook(path, [sheet], informations=[Fact("Pourquoi une liste", reason.message)], application=AUTHOR)


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
        cell = motif["cellule"] or f"{starts.get(sheet, 'A')}{number}"
        read = f"\N{NO-BREAK SPACE}: « {motif['lu']} »" if motif["lu"] else ""
        said = f"{capfirst(motif['champ'])}{read}. " if motif["champ"] else ""
        details = f" ({motif['precisions']})" if motif["precisions"] else ""
        yield Fault(sheet, cell, f"{number} {name}".strip(), f"{said}{motif['dit']}{details}", _advice(motif))


def _advice(motif: dict) -> str:
    """What the page says to do, said where there is no page."""
    advice = TO_CORRECT if motif["conseil"] == REPAIR else motif["conseil"]
    if motif["poids"] != Weight.QUESTION:
        return advice
    return TO_ANSWER if advice in ("", ANSWER) else f"{advice} {TO_ANSWER}"
