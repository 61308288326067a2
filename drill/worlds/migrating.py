"""Five thousand people in the tables of yesterday, and what a database says of itself."""

import hashlib
import json

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.exceptions import IrreversibleError
from django.db.migrations.executor import MigrationExecutor

from bench.worlds import lists
from drill.worlds.load import EMPLOYERS, PEOPLE, TUTORS


def prepare() -> None:
    """In the tables of `setup`; then the last migration of each room that can be taken back is. Prints which."""
    lists.SITES, lists.TUTORS = 2 * EMPLOYERS, TUTORS
    lists.build(PEOPLE)
    rooms = [config.label for config in apps.get_app_configs() if config.path.startswith(str(settings.BASE_DIR))]
    taken_back = [name for room in reversed(rooms) if (name := take_back(room))]
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    print(json.dumps(taken_back))


def take_back(room: str) -> str:
    """The room and the migration, or nothing where it has only one or cannot lose it."""
    executor = MigrationExecutor(connection)
    applied = sorted(name for label, name in executor.loader.applied_migrations if label == room)
    if len(applied) < 2:
        return ""
    try:
        executor.migrate([(room, applied[-2])])
    except IrreversibleError:
        return ""
    return f"{room} {applied[-1]}"


def state() -> None:
    """Prints tables, indexes and constraints as one fingerprint, the rows of each table, and what is wrong."""
    with connection.cursor() as cursor:
        schema = cursor.execute("SELECT type, name, sql FROM sqlite_master ORDER BY type, name").fetchall()
        tables = [name for kind, name, _ in schema if kind == "table" and not name.startswith(("sqlite_", "django_"))]
        counts = {name: count_of(cursor, name) for name in tables}
        faults = [one for (one,) in cursor.execute("PRAGMA integrity_check").fetchall() if one != "ok"]
        faults += [str(one) for one in cursor.execute("PRAGMA foreign_key_check").fetchall()]
    fingerprint = hashlib.sha256(json.dumps(schema).encode()).hexdigest()
    print(json.dumps({"schema": fingerprint, "rows": counts, "faults": faults}))


def count_of(cursor, table: str) -> int:
    return cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}").fetchone()[0]  # noqa: S608
