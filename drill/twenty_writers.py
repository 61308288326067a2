"""C2: twenty people write in one cohort: `python -m drill.twenty_writers SECONDS=60`.

Each records a contract with its tutor and its request, waits a few seconds as one does between two forms, and goes on.
"""

import random
import sys
import time

from drill.running.acts import DONE, NOON, Office
from drill.running.goals import asked, at_most, every, percentile, verdict
from drill.running.site import site

SECONDS = asked("SECONDS", 60)
WRITERS = 20
# Seconds between two forms of one person.
BETWEEN = (3, 7)
MOST_SECONDS = 1


def main() -> int:
    with site(IMPEC_TODAY=NOON) as served:
        each = SECONDS // BETWEEN[0] + 1
        office = Office(served, WRITERS * each, 0, WRITERS)
        served.start_web()
        # The first request of a process reads the programme: nobody waits for it after the morning.
        office.warm()
        end = time.perf_counter() + SECONDS
        writing = [office.people.submit(written, office, office.some(each, 0), end) for _ in range(WRITERS)]
        for one in writing:
            one.result()
        accepted = [answer for answer in office.answers if answer.status == DONE]
        goals = [
            every("C2 formulaires acceptés, base jamais dite occupée", len(accepted), len(office.answers)),
            at_most("C2 95 % des envois", percentile((one.seconds for one in office.answers), 0.95), MOST_SECONDS),
            *office.goals("C2"),
        ]
    return verdict(f"C2, {WRITERS} personnes écrivent {SECONDS} s dans une cohorte", goals)


def written(office: Office, forms: list[tuple[str, dict]], end: float) -> None:
    time.sleep(random.uniform(0, BETWEEN[1]))
    for kind, form in forms:
        if time.perf_counter() > end:
            return
        office.send(kind, form)
        time.sleep(random.uniform(*BETWEEN))


if __name__ == "__main__":
    sys.exit(main())
