"""F6: the mail server is down, then up: `python -m drill.mail_down SECONDS=30`.

People are invited while nothing listens on the port of the mails, as fast as with a server that answers. It then
starts, and each mail leaves once. Two minutes pass between two trials of a message: the drill moves their end.
"""

import sys
import time
from collections import Counter

from drill.running.browser import Answer, Browser
from drill.running.goals import asked, at_most, every, none, percentile, verdict
from drill.running.mailbox import mailbox
from drill.running.site import Site, site
from scripts.with_postgres import free_port

SECONDS = asked("SECONDS", 30)
# Each person may invite twenty others a day.
INVITERS, INVITATIONS = 4, 40
MEMBERS = "/membres/"
MOST_POST = 1.2
MOST_CYCLES = 20


def main() -> int:
    port = free_port()
    with site(MAIL_DIR="", MAIL_URL=f"smtp://127.0.0.1:{port}?tls=0") as served:
        told = served.told("agency", f"prepare(0, 0, {INVITERS})")
        inviters = [Browser(served.base, cookies) for cookies in told["writers"]]
        served.start_web()
        served.start_worker()
        answers = [invited(inviters, number) for number in range(INVITATIONS)]
        time.sleep(SECONDS)
        held_back = served.told("tasks", "hurry()")
        with mailbox(port) as received:
            left = emptied(served)
        served.stop("worker")
    goals = [
        every(
            "F6 invitations acceptées, serveur absent",
            sum(one.headers.get("Location") == MEMBERS for one in answers),
            INVITATIONS,
        ),
        at_most("F6 95 % des envois de formulaire", percentile((one.seconds for one in answers), 0.95), MOST_POST),
        every("F6 courriels en attente avant son retour", held_back, INVITATIONS),
        every("F6 courriels partis après", len(set(received)), INVITATIONS),
        none("F6 courriels partis deux fois", [name for name, count in Counter(received).items() if count > 1]),
        at_most("F6 courriels encore en attente", left, 0, ""),
    ]
    return verdict(f"F6, serveur de courriel absent {SECONDS} s", goals)


def invited(inviters: list[Browser], number: int) -> Answer:
    fields = {"email": f"invitee{number}@agence.example", "role": "COORDINATOR", "form_token": f"invitation {number}"}
    return inviters[number % len(inviters)].post(f"{MEMBERS}inviter/", fields)


def emptied(served: Site) -> int:
    """What still waits when the drill stops waiting."""
    for _ in range(MOST_CYCLES):
        if not (left := served.told("tasks", "hurry()")):
            return 0
        time.sleep(5)
    return left


if __name__ == "__main__":
    sys.exit(main())
