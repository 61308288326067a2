"""Forms that write several tables, sent by several people, and what the site acknowledged."""

import json
import threading
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import cycle

from drill.running.browser import BROKEN, Answer, Browser
from drill.running.goals import Goal, every, none
from drill.running.site import Site

# Half-days of the world are of that morning, and may be called for four hours after their end.
NOON = "2026-03-10T12:00"
DONE = 302
TURNED_AWAY = {503: "Service occupé", 507: "Plus de place"}


class Office:
    """Contracts recorded with their tutor and request, half-days called and closed: each form once, or again when
    its answer was lost."""

    def __init__(self, site: Site, contracts: int, rolls: int, writers: int = 4, migrated: bool = False):
        self.site = site
        if migrated:
            site.run("setup")
        self.told = site.told("agency", f"prepare({contracts}, {rolls}, {writers}, tables={not migrated})")
        self.cookies = cycle(self.told["writers"])
        self.contracts, self.rolls = iter(self.told["contracts"]), iter(self.told["rolls"])
        self.acknowledged: dict[str, set[int]] = {"contracts": set(), "rolls": set()}
        self.answers: list[Answer] = []
        self.broken: list[tuple[str, dict]] = []
        self.people = ThreadPoolExecutor(writers + 1)
        self._noting = threading.Lock()

    def some(self, contracts: int, rolls: int) -> list[tuple[str, dict]]:
        """Forms that nobody has sent yet."""
        found = [("contracts", next(self.contracts)) for _ in range(contracts)]
        return found + [("rolls", next(self.rolls)) for _ in range(rolls)]

    def send_at_once(self, forms: Iterable[tuple[str, dict]]) -> list[Future]:
        return [self.people.submit(self.send, kind, form) for kind, form in forms]

    def send(self, kind: str, form: dict) -> Answer | None:
        """None when the site died before it answered."""
        try:
            answer = self.browser_of(kind).post(form["address"], form["fields"])
        except BROKEN:
            with self._noting:
                self.broken.append((kind, form))
            return None
        with self._noting:
            self.answers.append(answer)
            if answer.status == DONE:
                self.acknowledged[kind].add(form["pk"])
        return answer

    def browser_of(self, kind: str) -> Browser:
        return Browser(self.site.base, next(self.cookies) if kind == "contracts" else self.told["trainer"])

    def warm(self) -> None:
        """Each process reads pages and templates at its first requests."""
        for cookies in self.told["writers"]:
            Browser(self.site.base, cookies).get(self.told["contracts"][-1]["address"])

    def lost_ones(self) -> list[tuple[str, dict]]:
        """Whose answer never came, handed back once."""
        with self._noting:
            found, self.broken = self.broken, []
        return found

    def noted(self) -> dict[str, list[int]]:
        """What was acknowledged so far."""
        with self._noting:
            return {kind: sorted(keys) for kind, keys in self.acknowledged.items()}

    def compared(self) -> dict:
        return compared(self.site, self.noted())

    def goals(self, name: str) -> list[Goal]:
        """What every drill of writes promises."""
        found, count = self.compared(), sum(len(keys) for keys in self.acknowledged.values())
        return [
            every(f"{name} écritures confirmées et retrouvées", count - len(found["lost"]), count),
            none(f"{name} opérations à moitié écrites", found["half"]),
            none(f"{name} opérations écrites deux fois", found["twice"]),
        ]


def compared(site: Site, acknowledged: dict[str, list[int]]) -> dict:
    """What a database holds beside what was acknowledged."""
    path = site.folder / "acknowledged.json"
    path.write_text(json.dumps(acknowledged))
    return site.told("agency", f"compare({str(path)!r})")


def is_said(answer: Answer | None) -> bool:
    """Turned away in French, with when to come back and nothing of what failed."""
    if answer is None or answer.status not in TURNED_AWAY:
        return False
    said = TURNED_AWAY[answer.status] in answer.text and "Retry-After" in answer.headers
    return said and "Traceback" not in answer.text
