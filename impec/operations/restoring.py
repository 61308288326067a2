"""Restaurer : une archive remise dans une place vide, où rien ne part deux fois et où qui est effacé le reste."""

import os
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django_q.models import OrmQ

from accounts import outbox, work
from accounts.journal import log_access
from impec.erasing import ledger
from impec.operations import archives, databases, media
from impec.operations.archives import Archive, Copied

ACTION = "restore"
NO_LEDGER = (
    "Le registre des effacements manque : les personnes effacées depuis la sauvegarde reviendraient. Donnez-le par "
    "--erasures, ou dites --without-erasures si personne n'a jamais été effacé."
)


@dataclass(frozen=True)
class Restored:
    """Ce qu'une restauration a remis, fermé, retenu et effacé de nouveau."""

    made_at: datetime
    rows: int
    files: int
    sessions: int
    messages: int
    jobs: int
    erased: int
    is_migrated: bool


def restore(*, path: Path, sha256: str, erasures: Path | None) -> Restored:
    """All of it, or nothing: what fails leaves the place empty. `erasures` is None when it is known that none exist."""
    place = databases.place()
    place.refuse_occupied()
    media.refuse_occupied()
    with archives.opened(path, sha256) as archive, ExitStack() as undo:
        copied = archive.manifest.database
        refuse_other(copied)
        files = undo.enter_context(media.filled(archive.files()))
        undo.enter_context(place.filled(archive.open_database(), copied))
        refuse_missing_rows(copied)
        done = _set_right(archive, files, erasures)
        if erasures:
            keep_ledger(erasures)
        log_access(user=None, action=ACTION, count=done.rows, filters=_told(done), file_sha256=sha256)
    # A power failure after the last word takes nothing back.
    os.sync()
    return done


def find_ledger(given: Path | None) -> Path:
    """The one that is given, else this installation's own; refused at once when a line of either cannot be read."""
    found = given or settings.ERASURE_LEDGER
    if given and not given.is_file():
        raise ValidationError(f"Le registre des effacements {given} n'existe pas.")
    if not found.is_file():
        raise ValidationError(NO_LEDGER)
    for path in (found, settings.ERASURE_LEDGER):
        ledger.read(path)
    return found


def keep_ledger(given: Path) -> None:
    """What another place remembered is remembered here too, for the next restoration."""
    known = set(ledger.read(settings.ERASURE_LEDGER))
    for line in ledger.read(given):
        if line not in known:
            ledger.append(line)


def refuse_other(copied: Copied) -> None:
    if copied.vendor != connection.vendor:
        raise ValidationError(
            f"L'archive vient de {databases.NAMES.get(copied.vendor, copied.vendor)}, et cette installation est sur "
            f"{databases.NAMES[connection.vendor]} : donnez par DATABASE_URL une base vide de même nature."
        )
    known = MigrationLoader(None).disk_migrations
    newer = [f"{app} {name}" for app, name in sorted(copied.migrations.items()) if (app, name) not in known]
    if newer:
        raise ValidationError(
            f"L'archive est plus récente que ce programme, qui ne connaît pas {', '.join(newer)} : mettez-le d'abord à "
            "jour."
        )


def refuse_missing_rows(copied: Copied) -> None:
    found = databases.count_rows()
    wrong = sorted(name for name in found.keys() | copied.rows.keys() if found.get(name) != copied.rows.get(name))
    if wrong:
        raise ValidationError(f"La base remise n'a pas les lignes que dit le manifeste, dans {', '.join(wrong)}.")


def _set_right(archive: Archive, files: int, erasures: Path | None) -> Restored:
    """To the tables of this program; then nobody is signed in and nothing waits to leave; then who was erased goes."""
    is_migrated = _migrate()
    sessions, _ = Session.objects.all().delete()
    UserSession.objects.all().delete()
    OrmQ.objects.all().delete()
    return Restored(
        made_at=archive.manifest.made_at,
        rows=sum(archive.manifest.database.rows.values()),
        files=files,
        sessions=sessions,
        messages=outbox.hold_unsent(),
        jobs=work.hold_waiting(),
        erased=ledger.replay(erasures) if erasures else 0,
        is_migrated=is_migrated,
    )


def _migrate() -> bool:
    """Whether the archive was older than this program."""
    executor = MigrationExecutor(connection)
    is_older = bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if is_older:
        call_command("migrate", verbosity=0, interactive=False)
    return is_older


def _told(done: Restored) -> dict:
    return {
        "copie": done.made_at.isoformat(),
        "fichiers": done.files,
        "messages retenus": done.messages,
        "travaux retenus": done.jobs,
        "personnes effacées de nouveau": done.erased,
    }
