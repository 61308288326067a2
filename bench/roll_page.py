"""The roll of twelve people, one absent, signed on the tablet and closed, by script: `python -m bench.roll_page`.

What a script takes is what the site makes people wait: eleven signatures drawn, the trainer's, and the closing. The
median of `ROUNDS` counts, against what we aim at; each round is a fresh database.
"""

import os
import tempfile
import time
from statistics import median

from playwright.sync_api import Browser, sync_playwright

from bench.running.served import served
from scripts.browser import launch
from tests.browser.roll_gestures import draw, mark, sign

ROUNDS = int(os.environ.get("ROUNDS", "5"))
MOST_SECONDS = 60
NOON = "2026-03-10T12:00"


def taken(browser: Browser) -> float:
    """Seconds from the roll that is opened to the half-day that is closed."""
    shape = {"viewport": {"width": 768, "height": 1024}, "locale": "fr-FR"}
    with (
        tempfile.TemporaryDirectory() as folder,
        served("roll_page", folder, IMPEC_TODAY=NOON, DEBUG="1", MFA_REQUIRED="0") as (base, told),
        browser.new_context(base_url=base, **shape) as window,
    ):
        window.add_cookies([told["session"] | {"url": base}])
        page = window.new_page()
        start = time.perf_counter()
        page.goto(told["roll"])
        mark(page, "NOM 05 Camille", "absent non justifié")
        page.get_by_role("button", name="Passer la tablette").click()
        names = page.get_by_role("dialog").get_by_role("listitem").all_inner_texts()
        for seed, name in enumerate(names):
            sign(page, name, seed)
        page.get_by_role("button", name="Rendre la tablette").click()
        page.get_by_role("button", name="Clore la demi-journée").click()
        draw(page, 30)
        page.get_by_role("button", name="Signer et clore").click()
        page.get_by_text("la demi-journée est close").wait_for()
        elapsed = time.perf_counter() - start
    assert len(names) == 11, names
    return elapsed


def main() -> None:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        times = [taken(browser) for _ in range(ROUNDS)]
        browser.close()
    ratio = median(times) / MOST_SECONDS
    print("twelve people, one absent, eleven signatures, countersigned and closed by script:")
    print(f"{ratio:.2f} of {MOST_SECONDS} s, median of {ROUNDS}, load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
