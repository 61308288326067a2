"""The browser of tests and screenshots: the machine's Chromium, else the one Playwright fetched.

Run as a program it makes sure that there is one and that it starts; exit code EX_UNAVAILABLE (69) says that none
could be had.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Browser, Playwright, sync_playwright

# Playwright's driver needs libatomic1, and a page without a font has no width.
DEBIAN_PACKAGES = ["chromium", "fonts-liberation", "libatomic1"]
# A test browser talks to the test server and to nobody else.
SWITCHES = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]


def launch(playwright: Playwright) -> Browser:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    return playwright.chromium.launch(executable_path=found, args=SWITCHES)


def starts() -> bool:
    try:
        with sync_playwright() as playwright:
            launch(playwright).close()
    # A missing library of the system ends Playwright's own driver with a bare Exception.
    except Exception:
        return False
    return True


def main() -> int:
    if starts():
        return 0
    subprocess.run([Path(__file__).parent / "debian_packages.sh", *DEBIAN_PACKAGES], check=False)
    if starts():
        return 0
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    if starts():
        return 0
    print(
        "ImPEC : aucun navigateur Chromium. Sous Debian : apt-get install " + " ".join(DEBIAN_PACKAGES), file=sys.stderr
    )
    return os.EX_UNAVAILABLE


if __name__ == "__main__":
    sys.exit(main())
