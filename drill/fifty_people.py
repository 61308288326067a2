"""L1: fifty people at work at once on five thousand people's files: `python -m drill.fifty_people SECONDS=60`.

Each opens a page every five seconds or so, one in ten being a form that is sent. Memory is compared between the end of
the first tenth and the end.
"""

import sys
import time

from drill.running.crowd import Crowd, mebibytes
from drill.running.goals import asked, at_most, verdict
from drill.running.site import site

SECONDS = asked("SECONDS", 60)
PEOPLE = asked("PEOPLE", 50)
MOST_GET, MOST_POST, MOST_GROWTH = 0.8, 1.2, 10


def main() -> int:
    with site() as served:
        crowd = Crowd(served, served.told("load", f"prepare({PEOPLE}, 0)")["people"])
        served.start_web()
        crowd.warm()
        with crowd.at_work():
            time.sleep(SECONDS / 10)
            before = mebibytes(served.children("web"))
            time.sleep(SECONDS * 9 / 10)
            after = mebibytes(served.children("web"))
    goals = [
        *crowd.goals("L1", MOST_GET, MOST_POST),
        at_most(f"L1 mémoire, de {before:.0f} à {after:.0f} Mio", 100 * (after / before - 1), MOST_GROWTH, "%"),
    ]
    return verdict(f"L1, {PEOPLE} personnes à la fois, {SECONDS} s", goals)


if __name__ == "__main__":
    sys.exit(main())
