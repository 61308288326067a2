"""A database whose journal was cut: opened as the site opens it, and judged."""

import json
import random
import shutil
import tempfile
from pathlib import Path

from django.db import DatabaseError, connection

from contracts.models import Contract
from drill.worlds.agency import CLASS_CODE, is_whole

HEADER = 32


def judge(file: str, rounds: int) -> None:
    """Prints the writes kept without any damage, and what each damaged copy keeps."""
    with tempfile.TemporaryDirectory() as folder:
        whole = opened(copied(Path(file), Path(folder), lambda journal: None))
        copies = [opened(copied(Path(file), Path(folder), damaged)) for _ in range(rounds)]
    print(json.dumps({"whole": whole["kept"], "copies": copies}))


def copied(file: Path, folder: Path, change) -> Path:
    copy = folder / "copy.sqlite3"
    for one in folder.iterdir():
        one.unlink()
    shutil.copy(file, copy)
    journal = shutil.copy(file.with_name(f"{file.name}-wal"), copy.with_name(f"{copy.name}-wal"))
    change(Path(journal))
    return copy


def damaged(journal: Path) -> None:
    """Cut at a byte, or one byte wrong: what a power cut leaves."""
    place = random.randrange(HEADER, journal.stat().st_size)
    with journal.open("r+b") as file:
        if random.random() < 0.5:
            file.truncate(place)
            return
        file.seek(place)
        byte = file.read(1)
        file.seek(place)
        file.write(bytes([byte[0] ^ 0xFF]))


def opened(copy: Path) -> dict:
    connection.close()
    connection.settings_dict["NAME"] = str(copy)
    try:
        with connection.cursor() as cursor:
            faults = [one for (one,) in cursor.execute("PRAGMA integrity_check").fetchall() if one != "ok"]
            faults += cursor.execute("PRAGMA foreign_key_check").fetchall()
        rows = Contract.objects.exclude(enrolment__cohort__code=CLASS_CODE).order_by("pk")
        contracts = list(rows.prefetch_related("tutorships", "aid_requests"))
        half = [one.pk for one in contracts if not is_whole(one)]
    except DatabaseError as error:
        return {"kept": [], "faults": [str(error)], "half": []}
    finally:
        connection.close()
    kept = [one.enrolment_id for one in contracts]
    return {"kept": kept, "faults": [str(one) for one in faults], "half": half}
