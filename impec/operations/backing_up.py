"""Sauvegarder : la base d'abord, les fichiers ensuite, pendant que l'application sert."""

import fcntl
import os
import re
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import FileSystemStorage, default_storage

from accounts import clock
from accounts.journal import log_access
from accounts.models import AccessLog
from impec.operations import databases, media
from impec.operations.archives import FILES, Told, Writer, sum_beside

ACTION = "backup"
# Universal time: no hour of it comes twice a year.
NAME = "impec_%Y-%m-%d_%H%M%SZ.tar"
NAMED = re.compile(r"impec_\d{4}-\d{2}-\d{2}_\d{6}Z\.tar")
UNFINISHED = ".en-cours-"


@dataclass(frozen=True)
class Backup:
    """Une sauvegarde faite."""

    path: Path
    sha256: str
    size: int
    rows: int
    files: int
    forgotten: int


def back_up(*, folder: Path, forget_after: int | None = None) -> Backup:
    """A row is never without its file: what is stored after the copy of the database belongs to the next backup."""
    refuse_place(folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone(folder), tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=folder) as workshop:
        now = clock.true_now()
        target = folder / now.astimezone(UTC).strftime(NAME)
        if target.exists():
            raise ValidationError(f"{target} existe déjà : recommencez dans une seconde.")
        written = Path(workshop, target.name)
        sha256, rows, files = _write(written, now)
        _put(written, target, sha256)
        forgotten = forget(folder, now - timedelta(days=forget_after), target) if forget_after else 0
    filters = {"fichiers": files, "oubliées": forgotten}
    log_access(user=None, action=ACTION, count=rows, filters=filters, file_sha256=sha256)
    return Backup(target, sha256, target.stat().st_size, rows, files, forgotten)


def refuse_place(folder: Path) -> None:
    """Among the files that are kept it would be copied by the next one."""
    kept_here = isinstance(default_storage, FileSystemStorage)
    if kept_here and folder.resolve().is_relative_to(Path(default_storage.location).resolve()):
        raise ValidationError("Les sauvegardes ne vont pas dans le dossier des fichiers gardés : donnez-en un autre.")


def default_folder() -> Path:
    return settings.VAR_DIR / "sauvegardes"


def forget(folder: Path, before: datetime, latest: Path) -> int:
    """Archives of ours in that folder, older than said by their own names; the latest stays whatever its age."""
    ours = [path for path in folder.iterdir() if NAMED.fullmatch(path.name) and path != latest]
    old = [path for path in ours if made_at(path) < before]
    for path in old:
        path.unlink()
        sum_beside(path).unlink(missing_ok=True)
    return len(old)


def made_at(path: Path) -> datetime:
    return datetime.strptime(path.name, NAME).replace(tzinfo=UTC)


def last_backup() -> datetime | None:
    """What this database remembers; one that comes back remembers those before its own copy."""
    return AccessLog.objects.filter(action=ACTION).order_by("-pk").values_list("at", flat=True).first()


def _write(path: Path, now: datetime) -> tuple[str, int, int]:
    """The sum of the archive, the rows and the files it holds."""
    with path.open("xb") as file:
        path.chmod(0o600)
        told = Told(file)
        with tarfile.open(fileobj=told, mode="w|", format=tarfile.PAX_FORMAT) as tar:
            writer = Writer(tar, now)
            packed, copied = databases.place().copy(path.parent)
            with packed.open("rb") as source:
                writer.add(copied.name, source, packed.stat().st_size)
            packed.unlink()
            files = sum(_add(writer, name) for name in media.names())
            writer.finish(copied)
        file.flush()
        os.fsync(file.fileno())
    return told.digest.hexdigest(), sum(copied.rows.values()), files


def _add(writer: Writer, name: str) -> bool:
    with media.opened(name) as found:
        if found is None:
            return False
        writer.add(f"{FILES}{name}", *found)
        return True


def _put(written: Path, target: Path, sha256: str) -> None:
    """The sum first: an archive that is seen can be checked."""
    told = sum_beside(written)
    told.write_text(f"{sha256}  {target.name}\n", encoding="ascii")
    told.chmod(0o600)
    told.replace(sum_beside(target))
    written.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One at a time in a folder: whatever else is unfinished there was left by one that was killed."""
    held = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ValidationError(f"Une sauvegarde est déjà en cours dans {folder}.") from None
        for left in folder.glob(f"{UNFINISHED}*"):
            shutil.rmtree(left)
        yield
    finally:
        os.close(held)
