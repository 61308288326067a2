"""C3: each form is sent five times at once, then once more: `python -m drill.replays ROUNDS=10`.

Contracts with their tutor, half-days called and closed, invitations and corrections: one effect each, and the first
result again.
"""

import sys
from concurrent.futures import ThreadPoolExecutor

from drill.running.acts import DONE, NOON, Office
from drill.running.browser import Browser
from drill.running.goals import asked, every, none, verdict
from drill.running.site import site

ROUNDS = asked("ROUNDS", 10)
TIMES = 5


def main() -> int:
    with site(IMPEC_TODAY=NOON) as served:
        office = Office(served, ROUNDS, ROUNDS, writers=1)
        edited, claire = office.told["edited"], office.browser_of("contracts")
        served.start_web()
        faults = []
        for number in range(ROUNDS):
            acts = [
                *((office.browser_of(kind), form["address"], form["fields"]) for kind, form in office.some(1, 1)),
                (claire, "/membres/inviter/", invitation(number)),
                (claire, edited["address"], edited["fields"] | correction(number)),
            ]
            faults += [fault for act in acts for fault in sent_again(*act)]
        found = served.told("agency", "replayed()")
        kept = served.told("agency", f"edited({edited['pk']})")
        compared = office.compared()
    goals = [
        none("C3 envois répétés qui ne rendent pas le premier résultat", faults),
        every("C3 contrats et appels, un par formulaire", compared["kept"], 2 * ROUNDS),
        none("C3 opérations à moitié écrites ou écrites deux fois", compared["half"] + compared["twice"]),
        every("C3 invitations, une par formulaire", found["invitations"], ROUNDS),
        every("C3 courriels d'invitation, un par formulaire", found["messages"], ROUNDS),
        every("C3 corrections, une par formulaire", kept["changes"], ROUNDS),
    ]
    return verdict(f"C3, {4 * ROUNDS} formulaires envoyés {TIMES + 1} fois", goals)


def sent_again(browser: Browser, address: str, fields: dict) -> list[str]:
    with ThreadPoolExecutor(TIMES) as hands:
        answers = list(hands.map(lambda _: browser.post(address, fields), range(TIMES)))
    answers.append(browser.post(address, fields))
    places = {answer.headers.get("Location") for answer in answers}
    statuses = sorted({answer.status for answer in answers})
    return [] if statuses == [DONE] and len(places) == 1 else [f"{address} {statuses}"]


def invitation(number: int) -> dict:
    return {"email": f"invitee{number}@agence.example", "role": "COORDINATOR", "form_token": f"invitation {number}"}


def correction(number: int) -> dict:
    return {"job_title": f"Agent de service, essai {number}", "version": number, "form_token": f"correction {number}"}


if __name__ == "__main__":
    sys.exit(main())
