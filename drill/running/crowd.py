"""People at work at the same time: what they ask for, how long they wait, what memory it takes."""

import random
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from drill.running.acts import DONE
from drill.running.browser import BROKEN, Answer, Browser
from drill.running.goals import Goal, at_most, none, percentile
from drill.running.site import Site

# Seconds for which somebody reads a page before the next one.
READING = (3, 7)
# One page in ten is a form that is sent.
FORMS = 0.1


class Crowd:
    def __init__(self, served: Site, people: list[dict]):
        self.served = served
        self.people = people
        self.read: list[Answer] = []
        self.sent: list[Answer] = []
        self.faults: list[str] = []
        self._over = threading.Event()

    def warm(self) -> None:
        """The first requests of a process read the programme and its templates: they are not counted."""
        for person in self.people[:4]:
            for page in person["pages"]:
                Browser(self.served.base, person["cookies"]).get(page)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        threads = [threading.Thread(target=self._work, args=[person]) for person in self.people]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._over.set()
            for thread in threads:
                thread.join()

    def _work(self, person: dict) -> None:
        browser, version = Browser(self.served.base, person["cookies"]), 0
        pause = random.uniform(0, READING[1])
        while not self._over.wait(pause):
            if random.random() < FORMS:
                changes = {"job_title": f"Agent, version {version}", "version": version}
                form = person["edited"]
                sending = partial(browser.post, form["address"], form["fields"] | changes)
                if self._noted(self.sent, DONE, sending):
                    version += 1
            else:
                self._noted(self.read, 200, partial(browser.get, random.choice(person["pages"])))
            pause = random.uniform(*READING)

    def _noted(self, answers: list[Answer], expected: int, act: Callable[[], Answer]) -> bool:
        try:
            answer = act()
        except BROKEN as error:
            self.faults.append(type(error).__name__)
            return False
        answers.append(answer)
        if answer.status != expected:
            self.faults.append(str(answer.status))
        return answer.status == expected

    def goals(self, name: str, most_get: float, most_post: float | None = None) -> list[Goal]:
        found = [
            none(f"{name} réponses inattendues, sur {len(self.read) + len(self.sent)}", self.faults),
            at_most(f"{name} 95 % des pages", ninety_fifth(self.read), most_get),
        ]
        return found + (
            [at_most(f"{name} 95 % des formulaires", ninety_fifth(self.sent), most_post)] if most_post else []
        )


def ninety_fifth(answers: Iterable[Answer]) -> float:
    return percentile((answer.seconds for answer in answers), 0.95)


def mebibytes(pids: Iterable[int]) -> float:
    """Resident memory of these processes."""
    lines = [line for pid in pids for line in Path(f"/proc/{pid}/status").read_text().splitlines()]
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024
