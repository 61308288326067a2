"""F3: the disk is full: `python -m drill.disk_full ROUNDS=10`, as root, on Linux.

The database lies on a small disk in memory. Each round fills it but for some random bytes, sends forms, makes room and
sends again those that were turned away.
"""

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from drill.running.acts import DONE, NOON, Office, is_said
from drill.running.goals import asked, every, verdict
from drill.running.site import site

ROUNDS = asked("ROUNDS", 10)
CONTRACTS, ROLLS = 6, 1
MEBIBYTES = 48
MOST_LEFT = 48 * 1024


def main() -> int:
    with site(IMPEC_TODAY=NOON) as served:
        if os.geteuid() != 0 or not served.is_sqlite:
            print("F3 : NON JOUÉ, il faut SQLite et être root pour monter un petit disque")
            return 0
        office = Office(served, CONTRACTS * ROUNDS, ROLLS * ROUNDS)
        with small_disk(served.folder / "small") as disk:
            shutil.move(served.file, disk)
            served.environment["DATABASE_URL"] = f"sqlite:///{disk / served.file.name}"
            served.environment["MEDIA_ROOT"] = str(disk / "media")
            served.start_web()
            turned_away, said, taken = judged(office, disk)
            goals = [
                every("F3 refus dits en français (503 ou 507, Retry-After)", said, turned_away),
                every("F3 formulaires acceptés ensuite, sans redémarrage", taken, turned_away),
                *office.goals("F3"),
            ]
            served.end()
    return verdict(f"F3, disque plein {ROUNDS} fois", goals)


def judged(office: Office, disk: Path) -> tuple[int, int, int]:
    """How many were turned away, how many of them in so many words, how many taken once there was room."""
    turned_away = said = taken = 0
    for _ in range(ROUNDS):
        forms = office.some(CONTRACTS, ROLLS)
        with filled(disk):
            answers = [one.result() for one in office.send_at_once(forms)]
        lost = [(form, one) for form, one in zip(forms, answers, strict=True) if one is None or one.status != DONE]
        again = [one.result() for one in office.send_at_once(form for form, _ in lost)]
        turned_away += len(lost)
        said += sum(is_said(answer) for _, answer in lost)
        taken += sum(answer is not None and answer.status == DONE for answer in again)
    return turned_away, said, taken


@contextmanager
def filled(disk: Path) -> Iterator[None]:
    free = shutil.disk_usage(disk).free
    filler = disk / "filler"
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(free - random.randrange(MOST_LEFT), 1))
    yield
    filler.unlink()


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={MEBIBYTES}m", "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


if __name__ == "__main__":
    sys.exit(main())
