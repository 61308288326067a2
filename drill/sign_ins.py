"""L2: thirty people sign in within ten seconds while others work: `python -m drill.sign_ins`."""

import random
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from drill.running.browser import Answer, Browser
from drill.running.crowd import Crowd
from drill.running.goals import at_most, every, verdict
from drill.running.site import Site, site

PEOPLE, SIGNING_IN, WITHIN = 10, 30, 10
MOST_SIGN_IN, MOST_GET = 15, 2


def main() -> int:
    with site() as served:
        told = served.told("load", f"prepare({PEOPLE}, {SIGNING_IN})")
        crowd = Crowd(served, told["people"])
        served.start_web()
        crowd.warm()
        with crowd.at_work(), ThreadPoolExecutor(SIGNING_IN) as hands:
            answers = list(hands.map(lambda account: signed_in(served, account), told["tutors"]))
    inside = [answer for answer in answers if answer.status == 302 and answer.headers["Location"] == "/"]
    goals = [
        every("L2 connexions faites", len(inside), SIGNING_IN),
        at_most("L2 connexion la plus longue", max(answer.seconds for answer in answers), MOST_SIGN_IN),
        *crowd.goals("L2", MOST_GET),
    ]
    return verdict(f"L2, {SIGNING_IN} connexions en {WITHIN} s, {PEOPLE} personnes au travail", goals)


def signed_in(served: Site, account: dict) -> Answer:
    time.sleep(random.uniform(0, WITHIN))
    return Browser(served.base).sign_in(account)


if __name__ == "__main__":
    sys.exit(main())
