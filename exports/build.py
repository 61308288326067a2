"""From the scope to a verified workbook, under a temporary name: nothing here is kept unless everything agrees."""

import shutil
import tempfile
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from openpyxl import load_workbook

from accounts import clock
from accounts.disclosure import refused_columns, refused_in_sheet
from accounts.models import User
from exports.changes import Tracked, Tracking
from exports.foreign import Cells, fill_model
from exports.kinds import KEY
from exports.models import Delivery
from exports.registry import KINDS
from exports.scope import DDETS, Destination, FileScope
from exports.shaping import shaped, written_columns
from workbooks.columns import Column, Kind
from workbooks.expected import Expected
from workbooks.fill import Filled
from workbooks.limits import Refused
from workbooks.verify import Verification, verify
from workbooks.write import INFORMATIONS, Fact, Sheet, Written, write_workbook

APPLICATION = "ImPEC'"
OFFICIAL_FIRST = "Document de suivi : en cas d'écart, les saisies officielles l'emportent."
EMPTY_MEANS = "Une cellule vide veut dire « inconnu », jamais zéro."
LEFT_BEHIND = timedelta(days=1)
DIFFERENCES_TOLD = 5

Step = Callable[[int, int, str], object]


@dataclass(frozen=True)
class Built:
    """Un classeur écrit et relu sans écart."""

    written: Written | Filled
    verification: Verification
    row_count: int
    # None when nothing of its rows is kept: they are then compared with nothing.
    tracked: Tracked | None = None


@contextmanager
def workshop() -> Iterator[Path]:
    """A folder of our own for unfinished files: what a killed worker left there goes the next day."""
    folder = Path(settings.VAR_DIR) / "exports"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    limit = (clock.true_now() - LEFT_BEHIND).timestamp()
    for left in folder.iterdir():
        if left.stat().st_mtime < limit:
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=folder) as own:
        yield Path(own)


def scope_of(delivery: Delivery, author: User) -> FileScope:
    recipient = None if delivery.financer_id else delivery.recipient
    destination = Destination(delivery.financer, recipient, delivery.establishment, ddets=delivery.word == DDETS)
    return FileScope(delivery.cohort, destination, delivery.as_of, author)


def build(delivery: Delivery, author: User, folder: Path, step: Step = lambda done, total, words: None) -> Built:
    """ValidationError, in words, when there is nothing to say, when a column may not leave, when a cell differs."""
    scope, kind = scope_of(delivery, author), KINDS[delivery.code]
    columns = allowed_columns(delivery)
    total = kind.count(scope)
    refuse_nothing(total)
    if delivery.workbook_model:
        return _filled(delivery, scope, total, folder, step)
    content = kind.content(scope, [*columns, KEY])
    path = folder / delivery.file_name
    tracking = Tracking(delivery, content.sheets[0], folder)
    with Expected(folder) as expected, closing(tracking):
        sheets = [shaped(tracking.sheet, delivery.profile), *content.sheets[1:], *tracking.others]
        refuse_unlisted(delivery.code, sheets[1:])
        # No progress is noted between the rows: writing to the database while they are being read would ask SQLite
        # to go on from a state that somebody else may have changed.
        step(0, total, "Lecture des données et écriture du classeur")
        written = write_workbook(
            path,
            sheets,
            informations=[*informations(delivery, scope, author), *followings(delivery, tracking), *content.facts],
            application=APPLICATION,
            expected=expected,
        )
        refuse_nothing(written.rows[kind.main_sheet])
        verification = checked(path, expected, lambda rows: step(rows, total, "Relecture par un second lecteur"))
        tracked = tracking.ended()
    refuse_other_headings(path, sheets)
    return Built(written, verification, written.rows[kind.main_sheet], tracked)


def _filled(delivery: Delivery, scope: FileScope, total: int, folder: Path, step: Step) -> Built:
    """The recipient's own workbook: what may leave is judged again, and every cell is read again."""
    path = folder / delivery.file_name
    with Expected(folder) as expected:
        step(0, total, "Remplissage du classeur du destinataire")
        filled, cells = fill_model(scope, delivery.code, delivery.workbook_model, path, expected)
        verification = checked(path, expected, lambda rows: step(rows, total, "Relecture par un second lecteur"))
    return Built(filled, verification, len(cells.rows), _kept(delivery, cells, folder))


def _kept(delivery: Delivery, cells: Cells, folder: Path) -> Tracked | None:
    """The rows of their workbook are compared like ours; nothing is added to it, the page tells the changes."""
    if not cells.rows:
        return None
    rows = ((*row, key) for row, key in zip(cells.rows, cells.keys, strict=True))
    sheet = Sheet(KINDS[delivery.code].main_sheet, [*cells.columns, KEY], rows)
    tracking = Tracking(delivery, sheet, folder)
    with closing(tracking):
        deque(tracking.sheet.rows, maxlen=0)
        return tracking.ended()


def allowed_columns(delivery: Delivery) -> list[Column]:
    """Those of the profile, none of which is off the recipient's allow-list."""
    columns = written_columns(delivery.profile)
    refused = refused_columns(delivery.code, [column.key for column in columns])
    if refused:
        raise ValidationError(
            f"Le profil {delivery.profile} contient des colonnes qui ne peuvent pas partir dans ce fichier : "
            f"{', '.join(refused)}. Faites-le corriger."
        )
    return columns


def refuse_unlisted(code: str, others: Sequence[Sheet]) -> None:
    """The sheets that follow the main one are no profile's: their columns have their own list."""
    for sheet in others:
        refused = refused_in_sheet(code, sheet.title, [column.key for column in sheet.columns])
        if refused:
            raise ValueError(f"{code}, {sheet.title}: columns that may not leave: {refused}")


def refuse_nothing(rows: int) -> None:
    if not rows:
        raise ValidationError(
            "Il n'y a aucune ligne à remettre pour ce destinataire à cette date : aucun fichier n'est produit."
        )


def checked(path: Path, expected: Expected, progress: Callable[[int], object]) -> Verification:
    """Every cell read again by another reader in another process. A difference blocks the file and is named."""
    try:
        verification = verify(path, expected, progress=progress)
    except Refused as refusal:
        raise ValidationError(
            f"Remise bloquée : le classeur écrit n'a pas pu être relu. {refusal.message}"
        ) from refusal
    if not verification.ok:
        named = " ; ".join(str(one) for one in verification.differences[:DIFFERENCES_TOLD])
        raise ValidationError(f"Remise bloquée : {verification.message}. {named}.")
    return verification


def refuse_other_headings(path: Path, sheets: Sequence[Sheet]) -> None:
    """The second look at the allow-lists: what the written file shows, not what was meant."""
    book = load_workbook(path, read_only=True)
    try:
        shown = [(one.title, list(next(one.iter_rows(max_row=1, values_only=True)))) for one in book.worksheets]
        hidden = [one.title for one in book.worksheets if one.sheet_state != "visible"]
    finally:
        book.close()
    meant = [(sheet.title, [column.heading for column in sheet.columns]) for sheet in sheets]
    if shown[:-1] != meant or shown[-1][0] != INFORMATIONS or hidden:
        raise ValidationError("Remise bloquée : le classeur écrit montre des colonnes ou des feuilles imprévues.")


def informations(delivery: Delivery, scope: FileScope, author: User) -> list[Fact]:
    """What, for whom, up to which day, by whom, from which filters: the first questions of an inspector."""
    return [
        Fact("Export", f"{delivery.profile.name} ({delivery.code})"),
        Fact("Remise n°", delivery.number, Kind.CODE),
        Fact("Destinataire", delivery.to_whom),
        Fact("Généré le", timezone.localtime(delivery.prepared_at).replace(tzinfo=None, microsecond=0), Kind.INSTANT),
        Fact("Généré par", f"{author}, {delivery.cohort.agency}"),
        Fact("Périmètre", scope.words()),
        Fact("Arrêté au", delivery.as_of, Kind.DATE),
        Fact("Version du profil", str(delivery.profile)),
        Fact("Format des dates", delivery.profile.get_date_format_display()),
        Fact("Cellules vides", EMPTY_MEANS),
        Fact("Durées", "Heures en centièmes, chacune arrondie une fois depuis ses propres minutes."),
        Fact("Portée", OFFICIAL_FIRST),
    ]


def followings(delivery: Delivery, tracking: Tracking) -> Iterator[Fact]:
    """What came before this file: the one that it corrects, the one that it is compared with."""
    if delivery.replaces:
        yield Fact("Remplace la remise", f"{delivery.replaces.number} : {delivery.replace_reason}")
    if tracking.previous:
        yield Fact("Comparée à la remise", f"{tracking.previous.number}, {tracking.previous.when}")
