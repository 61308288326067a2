"""In a browser: a pack asked for, taken, read offline; a file compared with its printed fingerprint."""

import hashlib
import zipfile
from contextlib import closing

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from exports.models import EvidencePack
from tests.browser.page_checks import sideways
from tests.training.paid import a_certificate, a_convention

CHECK = "/verifier/"
# Above what the browser's own cryptography is given: read by pieces.
LARGE = 70 * 1024 * 1024


@pytest.fixture
def proved(world):
    convention = a_convention(world.cohort, world.closerie, world.enrolment)
    a_certificate(convention, world.enrolment, world.users["trainer"])
    return world


def test_a_pack_is_asked_for_taken_and_read_offline(proved, claire, browser, open_page, accessibility_faults, tmp_path):
    page = open_page(claire, width=320)
    page.goto(reverse("cohort_page", args=[proved.cohort.pk]))
    page.get_by_role("link", name="Dossier de preuves").click()
    assert accessibility_faults(page) == []
    page.get_by_label("La coordination de la cohorte").check()
    page.get_by_role("button", name="Préparer le dossier").click()
    assert accessibility_faults(page) == []
    assert sideways(page) == 0
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger le dossier").click()
    with zipfile.ZipFile(download.value.path()) as archive:
        archive.extractall(tmp_path)
    pages = [tmp_path / "index.html", *sorted(tmp_path.glob("contrats/**/*.html"))]
    assert len(pages) == 4
    with closing(browser.new_context(offline=True, viewport={"width": 320, "height": 800})) as away:
        offline = away.new_page()
        for path in pages:
            offline.goto(path.as_uri())
            assert accessibility_faults(offline) == [], path
            assert sideways(offline) == 0, path
    page.goto(reverse("exports:evidence_list"))
    assert accessibility_faults(page) == []
    assert sideways(page) == 0


@pytest.mark.parametrize("width", [1280, 320])
def test_the_public_page_is_accessible(db, open_page, accessibility_faults, width):
    page = open_page(width=width)
    page.goto(CHECK)
    assert accessibility_faults(page) == []
    assert sideways(page) == 0


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"abc", id="three letters of the standard"),
        pytest.param(b"x" * 119, id="two blocks at the end"),
        pytest.param(b"\x00\xff" * (LARGE // 2) + b"fin", id="read by pieces"),
    ],
)
def test_a_file_is_compared_with_its_fingerprint_without_being_sent(db, open_page, tmp_path, content):
    file = tmp_path / "remise.zip"
    file.write_bytes(content)
    page = open_page()
    page.goto(f"{CHECK}#{hashlib.sha256(content).hexdigest().upper()}")
    sent = []
    # The browser may still ask for the icon of the site.
    page.on("request", lambda request: sent.append(request.url) if "/static/" not in request.url else None)
    page.get_by_label("Fichier à vérifier").set_input_files(file)
    page.get_by_text("C'est le même fichier.").wait_for()
    assert sent == []


def test_pieces_and_the_browser_agree_at_every_length(db, open_page):
    """Lengths around the ends of blocks, in pieces that do not fall on them."""
    page = open_page()
    page.goto(CHECK)
    wrong = page.evaluate(
        """async () => {
          const script = document.querySelector("script[src*='exports/check']").src;
          const { Sum } = await import(script.replace("check", "sha256"));
          const wrong = [];
          for (let length = 0; length < 200; length += 1) {
            const bytes = Uint8Array.from({ length }, (_, index) => (index * 37 + length) % 256);
            const sum = new Sum();
            for (let start = 0; start < length; start += 23) sum.add(bytes.subarray(start, start + 23));
            const expected = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
            if (sum.end().join() !== expected.join()) wrong.push(length);
          }
          return wrong;
        }"""
    )
    assert wrong == []


def test_another_file_and_a_wrong_fingerprint_are_told(db, open_page, tmp_path):
    file = tmp_path / "remise.zip"
    file.write_bytes(b"autre")
    page = open_page()
    page.goto(CHECK)
    page.get_by_label("Fichier à vérifier").set_input_files(file)
    page.get_by_text("est lu.").wait_for()
    page.get_by_label("Empreinte SHA-256 donnée avec le fichier").fill("1234")
    assert page.get_by_text("celle-ci en a 4").is_visible()
    page.get_by_label("Empreinte SHA-256 donnée avec le fichier").fill("a" * 64)
    assert page.get_by_text("Ce n'est pas le même fichier.").is_visible()


def test_a_pack_opens_the_public_page_with_its_fingerprint(proved, claire, open_page):
    page = open_page(claire)
    page.goto(reverse("exports:ask_evidence", args=[proved.cohort.pk]))
    page.get_by_label("La coordination de la cohorte").check()
    page.get_by_role("button", name="Préparer le dossier").click()
    page.get_by_role("link", name=CHECK).click()
    given = page.get_by_label("Empreinte SHA-256 donnée avec le fichier")
    expect(given).to_have_value(EvidencePack.objects.get().sha256)
