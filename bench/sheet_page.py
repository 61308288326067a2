"""The tutor's sheet on a slow line, as production serves it: `python -m bench.sheet_page`.

Chromium's own emulation of a network, 400 ms and 400 kbit/s. Each view opens in a window that has kept nothing; usable
means that the page is laid out and its scripts have run. The median of `ROUNDS` counts, against what we aim at.
"""

import os
import tempfile
import time
from statistics import median

from playwright.sync_api import CDPSession, Page, sync_playwright

from bench.running.served import served
from scripts.browser import launch

ROUNDS = int(os.environ.get("ROUNDS", "5"))
LATENCY_MS, BYTES_A_SECOND = 400, 400_000 / 8
SLOW = {"offline": False, "latency": LATENCY_MS, "downloadThroughput": BYTES_A_SECOND}
MOST_BYTES, MOST_SECONDS, HOUSE_SECONDS, MOST_TO_SENT = 80_000, 2, 4, 90
USABLE = "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd / 1000"


def view(page: Page, address: str) -> tuple[int, float]:
    """Bytes over the wire, redirections included, and seconds until usable."""
    devtools = slowed(page)
    weights: list[float] = []
    devtools.on("Network.loadingFinished", lambda told: weights.append(told["encodedDataLength"]))
    devtools.on("Network.requestWillBeSent", lambda told: weights.append(redirected(told)))
    page.goto(address, wait_until="load")
    return round(sum(weights)), page.evaluate(USABLE)


def slowed(page: Page) -> CDPSession:
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", SLOW | {"uploadThroughput": BYTES_A_SECOND})
    return devtools


def sent(page: Page, address: str) -> float:
    """Seconds from the message that is touched to the sheet that is received: one level, how it goes, « Envoyer »."""
    slowed(page)
    start = time.perf_counter()
    page.goto(address)
    page.get_by_role("group").get_by_label("seul", exact=True).first.check()
    page.get_by_label("tout va bien").check()
    page.get_by_role("button", name="Envoyer").click()
    page.get_by_text("est envoyée. Merci.").or_(page.get_by_text("Tout est envoyé")).first.wait_for()
    return time.perf_counter() - start


def redirected(told: dict) -> float:
    return told.get("redirectResponse", {}).get("encodedDataLength", 0)


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        served("sheet_page", folder) as (base, told),
        sync_playwright() as playwright,
    ):
        browser = launch(playwright)
        facts = {"base_url": base, "viewport": {"width": 320, "height": 640}, "locale": "fr-FR"}
        found: dict[str, list[tuple[int, float]]] = {"link": [], "sheet": []}
        # Templates are read at the first view.
        with browser.new_context(**facts) as window:
            window.new_page().goto(told["link"])
        for _ in range(ROUNDS):
            with browser.new_context(**facts) as window:
                found["link"].append(view(window.new_page(), told["link"]))
        with browser.new_context(**facts) as window:
            page = window.new_page()
            page.goto(told["link"])
            page.get_by_role("button", name="Ouvrir").click()
            page.get_by_role("heading", name="Fiche").wait_for()
            known = window.storage_state()
        times = []
        for _ in range(ROUNDS):
            with browser.new_context(**facts, storage_state=known) as window:
                found["sheet"].append(view(window.new_page(), told["sheet"]))
            with browser.new_context(**facts, storage_state=known) as window:
                times.append(sent(window.new_page(), told["sheet"]))
        browser.close()
    print(f"{LATENCY_MS} ms, 400 kbit/s, median of {ROUNDS}, load {os.getloadavg()[0]:.1f}; nothing kept beforehand")
    print(f"{'':<8}{'bytes':>8}{'of 80 kB':>10}{'usable, of 2 s':>16}{'of 4 s':>8}   aim: ≤ 1")
    for name, views in found.items():
        weight, seconds = median(one[0] for one in views), median(one[1] for one in views)
        shares = f"{weight / MOST_BYTES:10.2f}{seconds / MOST_SECONDS:16.2f}{seconds / HOUSE_SECONDS:8.2f}"
        print(f"{name:<8}{weight:8.0f}{shares}")
    print(f"filled in and received by script: {median(times) / MOST_TO_SENT:.2f} of {MOST_TO_SENT} s")


if __name__ == "__main__":
    main()
