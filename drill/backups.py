"""F9: backups are made while people write, and each is restored elsewhere: `python -m drill.backups ROUNDS=3`.

Each copy holds all that was acknowledged before it began. The last one is restored against the clock: from an empty
place to the page of somebody who has signed in.
"""

import random
import sys
import time
from concurrent.futures import wait
from pathlib import Path

from drill.running.acts import NOON, Office, compared
from drill.running.browser import Browser
from drill.running.goals import asked, at_most, every, none, verdict
from drill.running.site import Site, site

ROUNDS = asked("ROUNDS", 3)
CONTRACTS, ROLLS = 4, 1
MOST_MINUTES = 10


def main() -> int:
    with site(IMPEC_TODAY=NOON) as served:
        office = Office(served, 2 * CONTRACTS * ROUNDS, 2 * ROLLS * ROUNDS, migrated=True)
        served.start_web()
        copies = [copied(served, office) for _ in range(ROUNDS)]
        times, lost, half, signed_in = [], [], [], 0
        for archive, acknowledged in copies:
            with site(IMPEC_TODAY=NOON, SECRET_KEY=served.environment["SECRET_KEY"]) as other:
                started = time.perf_counter()
                other.run("restore", str(archive), "--without-erasures")
                other.run("setup")
                other.start_web()
                browser = Browser(other.base)
                signed_in += browser.sign_in(office.told["tutor"]).status == 302 and browser.get("/").status == 200
                times.append((time.perf_counter() - started) / 60)
                found = compared(other, acknowledged)
                lost, half = lost + found["lost"], half + found["half"] + found["twice"]
    goals = [
        every("F9 sauvegardes restaurées, connexion faite", signed_in, ROUNDS),
        none("F9 écritures confirmées avant la copie, absentes", lost),
        none("F9 opérations à moitié écrites", half),
        at_most("F9 d'une place vide à une page (RTO)", max(times), MOST_MINUTES, "min"),
    ]
    writes = sum(len(keys) for keys in copies[-1][1].values())
    return verdict(
        f"F9, sauvegardes faites pendant des écritures : {ROUNDS}, actes confirmés avant la dernière : {writes}", goals
    )


def copied(served: Site, office: Office) -> tuple[Path, dict[str, list[int]]]:
    """An archive, and what was acknowledged when it began."""
    folder = served.folder / "sauvegardes"
    before = set(folder.glob("*.tar"))
    wait(office.send_at_once(office.some(CONTRACTS, ROLLS)))
    sending = office.send_at_once(office.some(CONTRACTS, ROLLS))
    time.sleep(random.uniform(0, 1))
    acknowledged = office.noted()
    served.run("backup", "--to", str(folder))
    wait(sending)
    (archive,) = set(folder.glob("*.tar")) - before
    return archive, acknowledged


if __name__ == "__main__":
    sys.exit(main())
