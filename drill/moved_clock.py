"""F7: days on which clocks misbehave: `python -m drill.moved_clock PAGES=12`.

The demonstration is looked at on both changes of hour, on 29 February and in the last minute of a year: everybody in it
opens her home page and what it leads to, half of it on each side of the moment. What ages, ends of contracts and links
become on such days is told by the tests.
"""

import re
import sys

from drill.running.browser import Browser
from drill.running.goals import asked, every, none, verdict
from drill.running.site import site

PAGES = asked("PAGES", 12)
# Two seconds before the clock jumps, in the hour that comes twice, and before midnight.
MOMENTS = (
    "2026-03-29T01:59:58",
    "2026-10-25T02:59:58",
    "2026-10-25T02:30:00+01:00",
    "2028-02-29T23:59:50",
    "2026-12-31T23:59:50",
)
OURS = re.compile(r'href="(/[^"#]*)"')
# Leaving is not looking, and files answer for themselves.
NOT_PAGES = ("/static/", "/compte/deconnexion/")


def main() -> int:
    seen, faults = 0, []
    with site(IMPEC_TODAY="2026-11-20") as served:
        people = served.told("cast", "prepare()")
        for moment in MOMENTS:
            served.environment["IMPEC_TODAY"] = moment
            served.start_web()
            for login, cookies in people.items():
                found = looked_at(Browser(served.base, cookies))
                seen += len(found)
                faults += [f"{moment} {login} {path} {status}" for path, status in found.items() if status != 200]
            served.stop("web")
    goals = [
        every("F7 pages ouvertes", seen - len(faults), seen),
        none("F7 pages en défaut", faults),
    ]
    return verdict(f"F7, {len(MOMENTS)} instants, {len(people)} personnes", goals)


def looked_at(browser: Browser) -> dict[str, int]:
    """The status of the home page and of the first pages it leads to."""
    home = browser.get("/")
    paths = dict.fromkeys(path.replace("&amp;", "&") for path in OURS.findall(home.text))
    pages = [path for path in paths if path != "/" and not path.startswith(NOT_PAGES)]
    return {"/": home.status} | {path: status_of(browser, path) for path in pages[:PAGES]}


def status_of(browser: Browser, path: str) -> int:
    """Of where it leads: some entries of the menu choose their page by themselves."""
    answer = browser.get(path)
    target = answer.headers.get("Location", "")
    return browser.get(target).status if answer.status == 302 and target.startswith("/") else answer.status


if __name__ == "__main__":
    sys.exit(main())
