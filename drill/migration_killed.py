"""F8: an update of the tables is killed on five thousand people's rows: `python -m drill.migration_killed ROUNDS=5`.

The last migration of each room that can be taken back is taken back, then done again on a copy, and killed at a random
moment. What it leaves is sound, and doing it again ends on the tables and the rows of an update that nobody killed.
"""

import os
import random
import shutil
import signal
import sys
import time

from drill.running.goals import asked, at_most, every, none, verdict
from drill.running.site import Site, site

ROUNDS = asked("ROUNDS", 5)
MOST_SECONDS = 60


def main() -> int:
    with site() as served:
        if not served.is_sqlite:
            print("F8 : NON JOUÉ sur PostgreSQL, dont la base ne se copie pas comme un fichier")
            return 0
        served.run("setup")
        migrations = served.told("migrating", "prepare()")
        served.environment["DATABASE_URL"] = f"sqlite:///{copied(served, 'whole')}"
        started = time.perf_counter()
        served.run("migrate", "--verbosity", "0")
        seconds = time.perf_counter() - started
        whole = served.told("migrating", "state()")
        rounds = [killed(served, number, seconds) for number in range(ROUNDS)]
    goals = [
        none("F8 défauts d'intégrité après la mort", [fault for left, _ in rounds for fault in left["faults"]]),
        every(
            "F8 reprises qui finissent sur les mêmes tables et lignes", sum(end == whole for _, end in rounds), ROUNDS
        ),
        at_most("F8 mise à jour sans interruption", seconds, MOST_SECONDS),
    ]
    return verdict(f"F8, {len(migrations)} migrations tuées {ROUNDS} fois", goals)


def killed(served: Site, number: int, seconds: float) -> tuple[dict, dict]:
    """What the death left, and what doing it again makes of it."""
    served.environment["DATABASE_URL"] = f"sqlite:///{copied(served, f'copy{number}')}"
    process = served.manage("migrate", "--verbosity", "0")
    time.sleep(random.uniform(seconds / 4, seconds))
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    left = served.told("migrating", "state()")
    served.run("migrate", "--verbosity", "0")
    return left, served.told("migrating", "state()")


def copied(served: Site, name: str):
    """Nobody writes in the one that is copied: it is the first, whole."""
    return shutil.copy(served.folder / "drill.sqlite3", served.folder / f"{name}.sqlite3")


if __name__ == "__main__":
    sys.exit(main())
