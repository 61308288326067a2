"""The pictures of README.md, taken from a demonstration made for them: python -m scripts.tour [FOLDER].

The demonstration is that of `make run`, in a folder and on a port of its own; it is thrown away afterwards.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import Locator, Page, sync_playwright

from scripts.browser import launch
from scripts.with_postgres import free_port

ROOT = Path(__file__).resolve().parent.parent
WORKBOOK = ROOT / "tests" / "imports" / "data" / "agence-suivi-cohorte.xlsx"
# What a deployment would set has no say in a demonstration.
OF_A_DEPLOYMENT = ("DATABASE_URL", "MAIL_DIR", "MAIL_URL", "MEDIA_ROOT", "MEDIA_STORAGE", "Q_BROKER")
MORNING = "2026-11-20T09:00"
PATIENCE_SECONDS = 600
STEP_SECONDS = 120
WIDTH, PHONE_WIDTH, HEIGHT, MARGIN = 1280, 375, 900, 12


@contextmanager
def demonstration() -> Iterator[tuple[str, list[dict]]]:
    """A demonstration of its own, web and worker: its address and its accounts."""
    with tempfile.TemporaryDirectory(prefix="impec-tour-") as place:
        address = f"http://127.0.0.1:{free_port()}"
        kept = {name: value for name, value in os.environ.items() if name not in OF_A_DEPLOYMENT}
        process = subprocess.Popen(
            [ROOT / "scripts" / "run.sh"],
            env=kept | {"IMPEC_VAR": place, "IMPEC_TODAY": MORNING, "PORT": address.rpartition(":")[2]},
            start_new_session=True,
        )
        try:
            wait_for(process, address)
            accounts = json.loads((Path(place) / "comptes.json").read_text(encoding="utf-8"))
            yield address, accounts
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()


def wait_for(process: subprocess.Popen, address: str) -> None:
    """Until the pages and the worker answer."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(f"{address}/sante", timeout=30):
                return
        except OSError:
            time.sleep(1)
    sys.exit("ImPEC : la démonstration n'a pas démarré.")


def sign_in(page: Page, account: dict) -> None:
    page.goto("/compte/connexion/")
    page.locator("input[name=login]").fill(account["login"])
    page.locator("input[name=password]").fill(account["password"])
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_url("**/")


# --- The pages: each function goes there and returns the last thing its picture shows ---


def home(page: Page) -> Locator:
    # Opened again: the welcome that follows a sign-in is no part of this page.
    page.goto("/")
    return page.locator("main")


def cohort(page: Page) -> Locator:
    page.goto("/")
    page.get_by_role("link", name="ImPEC Sud Manche", exact=True).click()
    return page.locator("main section", has_text="Le même calendrier en tableau").last


def preview(page: Page) -> Locator:
    page.goto("/imports/nouveau/")
    page.locator("input[type=file]").set_input_files(WORKBOOK)
    page.get_by_role("button", name="Lire ce classeur").click()
    return page.locator("main:has-text('Abandonner cet import') tbody tr").nth(2)


def contract(page: Page) -> Locator:
    page.goto("/contrats/")
    page.get_by_role("link", name="LACROIX HERVÉ Stéphanie").click()
    return page.get_by_text("avril 2026")


def money(page: Page) -> Locator:
    page.goto("/")
    page.get_by_role("link", name="ImPEC Sud Manche", exact=True).click()
    page.goto(f"{page.url}argent/")
    return page.locator("main section", has_text="Par employeur, à ce jour").last


def roll(page: Page) -> Locator:
    page.goto("/socle/seances/?du=20/11/2026&au=20/11/2026")
    page.get_by_role("link", name="Appel").first.click()
    return page.get_by_text("Enregistrer sans clore")


def certificate(page: Page) -> Locator:
    page.goto("/socle/certificats/")
    page.get_by_role("link", name="SM-2026-CR-001").click()
    return page.get_by_text("Code de vérification")


def delivery(page: Page) -> Locator:
    page.goto("/fichiers/nouveau/")
    page.get_by_role("link", name="O1, OPCO Santé, tous les employeurs").click()
    page.get_by_role("button", name="Préparer le fichier").click()
    page.get_by_role("link", name="Télécharger le classeur").wait_for()
    return page.get_by_role("heading", name="Depuis la dernière remise").locator("..")


def workbook(page: Page) -> Locator:
    page.goto("/fichiers/modeles/")
    page.get_by_role("link", name="Liste et relevé de dépenses").click()
    return page.get_by_role("row").nth(14)


def committee(page: Page) -> Locator:
    page.goto("/")
    page.get_by_role("link", name="ImPEC Sud Manche", exact=True).click()
    page.goto(f"{page.url}comite/")
    return page.locator("main")


def sheet(page: Page) -> Locator:
    page.goto("/ma-fiche/")
    return page.get_by_role("button", name="Envoyer")


def answer(page: Page) -> Locator:
    page.goto("/fichiers/remises/")
    page.get_by_role("link", name="2026-11-DDETS-03").click()
    page.get_by_role("link", name="Répondre ligne par ligne").click()
    return page.get_by_role("button", name="Répondre").locator("..")


# Beginning of the login → width of the window → picture → the page it shows.
PICTURES = {
    "claire@": (
        WIDTH,
        {
            "accueil": home,
            "cohorte": cohort,
            "apercu-import": preview,
            "contrat": contract,
            "argent": money,
            "appel": roll,
            "certificat": certificate,
            "remise": delivery,
            "classeur": workbook,
            "comite": committee,
        },
    ),
    "bruno@": (PHONE_WIDTH, {"fiche": sheet}),
    "helene@": (WIDTH, {"reponse": answer}),
}


def take(page: Page, path: Path, last: Locator) -> None:
    last.wait_for()
    box = last.bounding_box()
    height = round(box["y"] + box["height"]) + MARGIN
    # A window as tall as the picture: bars that stick to its foot are where one sees them.
    width = page.viewport_size["width"]
    page.set_viewport_size({"width": width, "height": height})
    page.screenshot(path=path)
    page.set_viewport_size({"width": width, "height": HEIGHT})
    print(path)


def take_all(address: str, accounts: list[dict], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for login, (width, pages) in PICTURES.items():
            window = browser.new_context(
                base_url=address,
                locale="fr-FR",
                timezone_id="Europe/Paris",
                reduced_motion="reduce",
                viewport={"width": width, "height": HEIGHT},
            )
            page = window.new_page()
            page.set_default_timeout(STEP_SECONDS * 1000)
            sign_in(page, next(account for account in accounts if account["login"].startswith(login)))
            for name, go in pages.items():
                take(page, folder / f"{name}.png", go(page))
            window.close()
        browser.close()


if __name__ == "__main__":
    with demonstration() as (address, accounts):
        take_all(address, accounts, Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "tour")
