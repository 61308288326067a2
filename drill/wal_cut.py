"""F5: the power goes and SQLite's journal is cut anywhere: `python -m drill.wal_cut ROUNDS=100`.

The site writes, then dies with its journal as it is. Each round opens a copy whose journal is cut at a random byte, or
has one byte wrong: it opens, is whole, and holds the first so many of the acts that were acknowledged.
"""

import shutil
import sqlite3
import sys
from concurrent.futures import wait
from contextlib import closing
from pathlib import Path

from drill.running.acts import NOON, Office
from drill.running.goals import asked, every, verdict
from drill.running.site import Site, site

ROUNDS = asked("ROUNDS", 100)
FORMS = 30


def main() -> int:
    with site(IMPEC_TODAY=NOON) as served:
        if not served.is_sqlite:
            print("F5 : sans objet avec PostgreSQL, qui tient son propre journal")
            return 0
        acknowledged, file = written(served)
        told = served.told("cut", f"judge({str(file)!r}, {ROUNDS})")
    whole, copies = told["whole"], told["copies"]
    sound = [one for one in copies if not one["faults"]]
    prefixes = [one for one in sound if one["kept"] == whole[: len(one["kept"])] and not one["half"]]
    goals = [
        every("F5 sans coupure, actes confirmés et retrouvés", len(acknowledged & set(whole)), len(acknowledged)),
        every("F5 bases qui s'ouvrent, intègres, clés comprises", len(sound), ROUNDS),
        every("F5 bases qui gardent les premiers actes, entiers", len(prefixes), ROUNDS),
    ]
    kept = {len(one["kept"]) for one in sound}
    return verdict(f"F5, journal coupé ou abîmé à {ROUNDS} endroits, de {min(kept)} à {max(kept)} actes gardés", goals)


def written(served: Site) -> tuple[set[int], Path]:
    """What was acknowledged, and a copy of the file with its journal as the power left them.

    While somebody reads, the journal is not folded back into the file: the last one to close folds it, and removes it.
    """
    copy = served.file.with_name("cut.sqlite3")
    office = Office(served, FORMS, 0)
    with closing(sqlite3.connect(served.file, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM contracts_contract").fetchone()
        served.start_web()
        wait(office.send_at_once(office.some(FORMS, 0)))
        served.kill("web")
        for ending in ("", "-wal"):
            shutil.copy(f"{served.file}{ending}", f"{copy}{ending}")
    return office.acknowledged["contracts"], copy


if __name__ == "__main__":
    sys.exit(main())
