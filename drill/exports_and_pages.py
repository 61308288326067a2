"""L3: three exports of five thousand rows while twenty people browse: `python -m drill.exports_and_pages`."""

import sys
import time

from drill.running.browser import Browser
from drill.running.crowd import Crowd
from drill.running.goals import at_most, every, verdict
from drill.running.site import Site, site

PEOPLE, EXPORTS = 20, 3
MOST_GET, MOST_EXPORT = 1.5, 60
MOST_WAIT = 4 * MOST_EXPORT


def main() -> int:
    with site() as served:
        told = served.told("load", f"prepare({PEOPLE}, 0)")
        crowd = Crowd(served, told["people"])
        served.start_web()
        served.start_worker()
        crowd.warm()
        with crowd.at_work():
            asked_for = [
                Browser(served.base, person["cookies"]).post(told["lists"][0], {"form_token": "liste"})
                for person in told["people"][:EXPORTS]
            ]
            times = waited_for(served)
    done = [seconds for seconds in times if seconds is not None]
    goals = [
        every("L3 exports demandés", sum(answer.status == 302 for answer in asked_for), EXPORTS),
        every("L3 exports finis", len(done), EXPORTS),
        at_most("L3 export le plus long", max(done, default=MOST_WAIT), MOST_EXPORT),
        *crowd.goals("L3", MOST_GET),
    ]
    return verdict(f"L3, {EXPORTS} exports de 5 000 lignes, {PEOPLE} personnes au travail", goals)


def waited_for(served: Site) -> list[float | None]:
    end = time.perf_counter() + MOST_WAIT
    while time.perf_counter() < end:
        times = served.told("load", "exports()")
        if len(times) == EXPORTS and None not in times:
            break
        time.sleep(5)
    return times


if __name__ == "__main__":
    sys.exit(main())
