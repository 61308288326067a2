"""F2: the worker is killed while it builds files and sends mails: `python -m drill.worker_killed ROUNDS=10`.

Each round asks for two deliveries and five mails, starts the worker and kills all of it at a random moment. The two
minutes in which nobody else may take up its work are over at once: the drill moves their end, it does not wait.
"""

import random
import sys
import time

from drill.running.goals import asked, at_most, every, none, verdict
from drill.running.site import site

ROUNDS = asked("ROUNDS", 10)
DELIVERIES, MESSAGES = 2, 5
# A worker reads the programme for some seconds before it works.
MOMENTS = (2, 9)
MOST_CYCLES = 20


def main() -> int:
    with site() as served:
        served.told("tasks", "prepare()")
        for round_ in range(ROUNDS):
            served.told("tasks", f"ask({round_}, {DELIVERIES}, {MESSAGES})")
            served.start_worker()
            time.sleep(random.uniform(*MOMENTS))
            served.kill("worker")
        given_up = left = 0
        served.start_worker()
        for _ in range(MOST_CYCLES):
            told = served.told("tasks", "unstick()")
            given_up, left = given_up + told["failed"], told["waiting"]
            if not left:
                break
            time.sleep(10)
        served.stop("worker")
        found = served.told("tasks", "compare()")
        stack_traces = served.log("worker").count("Traceback")
    goals = [
        every(
            "F2 remises produites une fois, entières", found["deliveries"] - len(found["faults"]), DELIVERIES * ROUNDS
        ),
        every("F2 courriels partis", found["sent"], MESSAGES * ROUNDS),
        every("F2 fichiers de courriel, un par message", found["files"], MESSAGES * ROUNDS),
        none("F2 fichiers que rien ne nomme", found["leftovers"]),
        at_most("F2 travaux ou messages bloqués", left, 0, ""),
    ]
    title = (
        f"F2, tâches tuées {ROUNDS} fois, {given_up} travail relancé après trois morts, {stack_traces} erreurs dites"
    )
    return verdict(title, goals)


if __name__ == "__main__":
    sys.exit(main())
