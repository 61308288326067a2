"""La base de données que l'on copie pendant qu'elle sert, ou que l'on remet dans une place vide."""

import gzip
import os
import shutil
import sqlite3
import subprocess
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO

from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction

from impec.operations.archives import BLOCK, Copied

NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
LAST_MIGRATIONS = "SELECT app, MAX(name) FROM django_migrations GROUP BY app ORDER BY app"


class Sqlite:
    """Un fichier : copié par `VACUUM INTO`, remis sous son nom seulement quand tout y est fait."""

    part = "base.sqlite3.gz"

    def copy(self, folder: Path) -> tuple[Path, Copied]:
        """Through Django's connection: constraints call its functions. Writers go on meanwhile."""
        plain, packed = folder / "base.sqlite3", folder / self.part
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(plain)])
        copied = self._read(plain)
        with plain.open("rb") as source, gzip.open(packed, "wb", compresslevel=6) as target:
            shutil.copyfileobj(source, target, BLOCK)
        plain.unlink()
        return packed, copied

    def refuse_occupied(self) -> None:
        place = self._place()
        # To look into a base that is not there would make one.
        if place.exists():
            refuse_tables()
            connection.close()
        # What no connection holds would be read into the restored one.
        journal = _beside(place, "-wal")
        if journal.exists() and journal.stat().st_size:
            raise ValidationError(f"{journal} contient des écritures : arrêtez le site et les tâches, ou ôtez-le.")

    @contextmanager
    def filled(self, packed: IO[bytes], copied: Copied) -> Iterator[None]:
        """Inside, the connection leads to the copy beside the place; it takes the place at the end, whole."""
        place = self._place()
        place.parent.mkdir(parents=True, exist_ok=True)
        staged = place.with_name(f".{place.name}.restauration")
        try:
            _remove(staged)
            _unpack(packed, staged, copied.size)
            with _leading_to(staged):
                self._check()
                yield
                with connection.cursor() as cursor:
                    # All that was written stands in the file itself: no companion to carry along.
                    cursor.execute("PRAGMA journal_mode=DELETE")
            _remove(place)
            staged.replace(place)
        finally:
            _remove(staged)

    def _place(self) -> Path:
        return Path(connection.settings_dict["NAME"])

    def _read(self, plain: Path) -> Copied:
        tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite|_%' ESCAPE '|'"
        with closing(sqlite3.connect(f"{plain.as_uri()}?mode=ro", uri=True)) as copy, connection.wrap_database_errors:
            names = [name for (name,) in copy.execute(tables)]
            rows = {name: copy.execute(_count_of(name)).fetchone()[0] for name in sorted(names)}
            migrations = dict(copy.execute(LAST_MIGRATIONS).fetchall())
        return Copied("sqlite", self.part, plain.stat().st_size, migrations, rows)

    def _check(self) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA integrity_check")
                found = cursor.fetchall()
                cursor.execute("PRAGMA foreign_key_check")
                orphans = cursor.fetchall()
        except DatabaseError as error:
            raise ValidationError("La base de l'archive n'est pas une base SQLite lisible.") from error
        if found != [("ok",)]:
            raise ValidationError(f"La base de l'archive est abîmée : {found[0][0]}.")
        if orphans:
            raise ValidationError(
                f"La base de l'archive est abîmée : {len(orphans)} lignes désignent une ligne absente, la première de "
                f"{orphans[0][0]}."
            )


class Postgres:
    """Une base d'un serveur : copiée par `pg_dump` d'un seul regard, remise d'un seul tenant par `pg_restore`."""

    part = "base.dump"

    def copy(self, folder: Path) -> tuple[Path, Copied]:
        """The rows counted are those copied: both look through one snapshot, which stops nobody."""
        dump = folder / self.part
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            (snapshot,) = cursor.fetchone()
            rows = count_rows()
            cursor.execute(LAST_MIGRATIONS)
            migrations = dict(cursor.fetchall())
            options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={dump}"]
            run_client("pg_dump", *options)
        return dump, Copied("postgresql", self.part, dump.stat().st_size, migrations, rows)

    def refuse_occupied(self) -> None:
        refuse_tables()

    @contextmanager
    def filled(self, dump: IO[bytes], copied: Copied) -> Iterator[None]:
        """The place was empty: what fails takes away every table."""
        try:
            name = connection.settings_dict["NAME"]
            options = ["--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", f"--dbname={name}"]
            run_client("pg_restore", *options, source=dump)
            yield
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
        except BaseException:
            self._empty()
            raise

    def _empty(self) -> None:
        connection.close()
        with connection.schema_editor() as editor:
            for name in connection.introspection.table_names():
                editor.execute(editor.sql_delete_table % {"table": editor.quote_name(name)})


def place() -> Sqlite | Postgres:
    return {"sqlite": Sqlite, "postgresql": Postgres}[connection.vendor]()


def refuse_tables() -> None:
    tables = connection.introspection.table_names()
    if tables:
        raise ValidationError(
            f"La base {connection.settings_dict['NAME']} contient déjà {len(tables)} tables : une sauvegarde ne se "
            "restaure que dans une base vide. Donnez-en une autre par DATABASE_URL."
        )


def count_rows() -> dict[str, int]:
    with connection.cursor() as cursor:
        found = {}
        for name in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(_count_of(name))
            (found[name],) = cursor.fetchone()
    return found


def run_client(program: str, *options: str, source: IO[bytes] | None = None) -> None:
    """A program of PostgreSQL; the password goes by the environment, which the list of processes does not show."""
    base = connection.settings_dict
    told = {"HOST": base["HOST"], "PORT": base["PORT"], "USER": base["USER"], "PASSWORD": base["PASSWORD"]}
    environment = os.environ | {f"PG{name}": str(value) for name, value in told.items() if value}
    environment["PGDATABASE"] = base["NAME"]
    with tempfile.TemporaryFile() as errors:
        try:
            process = subprocess.Popen(
                [program, *options], env=environment, stdin=subprocess.PIPE, stdout=errors, stderr=errors
            )
        except FileNotFoundError:
            raise ValidationError(
                f"Le programme {program} manque : installez les outils de PostgreSQL de la version du serveur "
                "(sous Debian : apt-get install postgresql-client)."
            ) from None
        _feed(process, source)
        if process.wait():
            errors.seek(0)
            said = errors.read(2000).decode(errors="replace").strip()
            raise ValidationError(f"{program} a échoué : {said}")


def _feed(process: subprocess.Popen, source: IO[bytes] | None) -> None:
    """What stops reading has said why: that is read after."""
    try:
        with process.stdin:
            if source:
                shutil.copyfileobj(source, process.stdin, BLOCK)
    except BrokenPipeError:
        return
    except BaseException:
        process.kill()
        process.wait()
        raise


def _count_of(table: str) -> str:
    return " ".join(("SELECT COUNT(*) FROM", connection.ops.quote_name(table)))


@contextmanager
def _leading_to(path: Path) -> Iterator[None]:
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = str(path)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


def _unpack(packed: IO[bytes], target: Path, size: int) -> None:
    """No more bytes than the manifest says: a small part could unpack to more than the disk holds."""
    left = size + 1
    try:
        with gzip.open(packed) as source, target.open("xb") as file:
            target.chmod(0o600)
            while left and (chunk := source.read(min(BLOCK, left))):
                file.write(chunk)
                left -= len(chunk)
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise ValidationError("La base de l'archive ne se décompresse pas.") from error
    if target.stat().st_size != size:
        raise ValidationError("La base de l'archive n'a pas la taille que dit le manifeste.")


def _beside(place: Path, suffix: str) -> Path:
    return place.with_name(f"{place.name}{suffix}")


def _remove(place: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        _beside(place, suffix).unlink(missing_ok=True)
