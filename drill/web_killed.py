"""F1: the web processes are killed while forms arrive: `python -m drill.web_killed ROUNDS=20`.

One round in two kills the processes that serve, which gunicorn starts again; the other one kills all of it, which is
then started by hand. Half of the forms whose answer was lost are sent again, as by somebody who clicks once more.
"""

import os
import random
import signal
import sys
import time
from concurrent.futures import wait

from drill.running.acts import NOON, Office
from drill.running.browser import BROKEN, Browser
from drill.running.goals import asked, at_most, every, verdict
from drill.running.site import Site, site

ROUNDS = asked("ROUNDS", 20)
MOST_SECONDS = 5
CONTRACTS, ROLLS = 4, 1


def main() -> int:
    with site(IMPEC_TODAY=NOON) as served:
        office = Office(served, CONTRACTS * ROUNDS, ROLLS * ROUNDS)
        served.start_web()
        restarts = [killed(served, office, round_) for round_ in range(ROUNDS)]
        unanswered = len(office.broken)
        again = office.lost_ones()[::2]
        wait(office.send_at_once(again))
        refused = [answer for answer in office.answers if answer.status != 302]
        goals = [
            *office.goals("F1"),
            every("F1 formulaires renvoyés acceptés une fois", len(again) - len(office.broken), len(again)),
            every("F1 réponses sans refus ni erreur", len(office.answers) - len(refused), len(office.answers)),
            at_most("F1 redémarrage le plus long", max(restarts), MOST_SECONDS),
        ]
    return verdict(f"F1, site tué {ROUNDS} fois, {unanswered} réponses perdues", goals)


def killed(served: Site, office: Office, round_: int) -> float:
    """Seconds from the death to the next page."""
    sending = office.send_at_once(office.some(CONTRACTS, ROLLS))
    time.sleep(random.uniform(0, 0.4))
    started = time.perf_counter()
    if round_ % 2:
        served.kill("web")
        served.start_web()
    else:
        for pid in served.children("web"):
            os.kill(pid, signal.SIGKILL)
    answered(served)
    seconds = time.perf_counter() - started
    wait(sending)
    return seconds


def answered(served: Site) -> None:
    while True:
        try:
            if Browser(served.base).get("/aide").status == 200:
                return
        except BROKEN:
            time.sleep(0.05)


if __name__ == "__main__":
    sys.exit(main())
