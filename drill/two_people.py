"""C1: two people correct one contract at once: `python -m drill.two_people ROUNDS=50`.

Both have read the same version and send at the same instant. One is kept; the other is told, and sees both versions.
"""

import sys
from concurrent.futures import ThreadPoolExecutor

from drill.running.acts import DONE
from drill.running.browser import Answer, Browser
from drill.running.goals import asked, every, verdict
from drill.running.site import site

ROUNDS = asked("ROUNDS", 50)


def main() -> int:
    with site() as served:
        told = served.told("agency", "prepare(0, 0, 2)")
        form, pair = told["edited"], [Browser(served.base, cookies) for cookies in told["writers"]]
        served.start_web()
        with ThreadPoolExecutor(2) as hands:
            rounds = [list(hands.map(lambda one, n=n: sent(pair, form, n, one), range(2))) for n in range(ROUNDS)]
        kept = served.told("agency", f"edited({form['pk']})")
    settled = [n for n, answers in enumerate(rounds) if is_settled(n, answers)]
    winner = next(one for one in range(2) if rounds[-1][one].status == DONE)
    last = kept["job_title"] == trade(ROUNDS - 1, winner) and kept["version"] == ROUNDS
    goals = [
        every("C1 une saisie gardée, l'autre voit les deux versions", len(settled), ROUNDS),
        every("C1 lignes d'historique, une par saisie gardée", kept["changes"], ROUNDS),
        every("C1 la dernière saisie confirmée est en place", int(last), 1),
    ]
    return verdict(f"C1, {ROUNDS} fois deux personnes sur une fiche", goals)


def sent(pair: list[Browser], form: dict, round_: int, one: int) -> Answer:
    changed = {"job_title": trade(round_, one), "version": round_, "form_token": f"correction {round_} {one}"}
    return pair[one].post(form["address"], form["fields"] | changed)


def trade(round_: int, one: int) -> str:
    return f"Agent de service, essai {round_} de la personne {'AB'[one]}"


def is_settled(round_: int, answers: list[Answer]) -> bool:
    if sorted(answer.status for answer in answers) != [200, DONE]:
        return False
    told = next(answer.text for answer in answers if answer.status == 200)
    return "Deux personnes, une fiche" in told and all(trade(round_, one) in told for one in range(2))


if __name__ == "__main__":
    sys.exit(main())
