"""The recipients' own workbooks, filled, then opened, computed and converted by a spreadsheet that many of them use."""

import shutil
import subprocess
import zipfile

import pytest

from exports.scope import Destination
from tests import builders as b
from tests.exports.helpers import a_delivery, bytes_of
from tests.exports.test_workbook_models import DDETS, kept
from workbooks.read import Content, read_workbook
from workbooks.survey import survey

PICTURES = ("xl/media/", "xl/charts/chart")
pytestmark = pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not on this machine")


def opened_by_libreoffice(path, target):
    alone = f"-env:UserInstallation={(path.parent / 'profile').as_uri()}"
    command = ["soffice", alone, "--headless", "--convert-to", target, "--outdir", path.parent / "out", path]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    return path.parent / "out" / f"{path.stem}.{target}"


def computed(book):
    """Sheet, row, column of each formula, and what its cell shows."""
    return {(data.name, *place): data.cell(*place).kind for data in book.sheets for place in data.facts.formulas}


def pictures(path):
    """How many images, charts, text boxes."""
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        drawn = b"".join(archive.read(name) for name in names if name.startswith("xl/drawings/drawing"))
        return [*(sum(name.startswith(start) for name in names) for start in PICTURES), drawn.count(b"</xdr:sp>")]


def lists(found):
    return {(name, one.letter): one.choices for name, block in found.blocks for one in block.columns}


@pytest.fixture
def opco(world):
    """One trainee of one employer, with everything that the workbook of its OPCO asks."""
    financer = b.a_financer()
    b.a_financing(world.closerie.employer, financer, member_number="OS-500417")
    world.person.title, world.person.education_level = "MME", "3"
    world.person.save()
    world.contract.professional_category = "3"
    world.contract.save()
    return financer


@pytest.mark.parametrize("code", ["O1", "D1"])
def test_a_filled_workbook_opens_computes_and_converts(world, claire, opco, tmp_path, code):
    if code == "O1":
        kept(claire, financer=opco)
        delivery = a_delivery(world.cohort, claire, destination=Destination(opco, establishment=world.closerie))
    else:
        kept(claire, DDETS, code="D1")
        delivery = a_delivery(world.cohort, claire, "D1")
    sent = tmp_path / f"{code}.xlsx"
    sent.write_bytes(bytes_of(delivery))
    saved = opened_by_libreoffice(sent, "xlsx")
    formulas = computed(read_workbook(saved))
    assert formulas.keys() >= computed(read_workbook(sent)).keys()
    assert Content.ERROR not in formulas.values()
    before, after = survey(sent), survey(saved)
    assert [one.protected for one in after.sheets] == [one.protected for one in before.sheets]
    assert [one.hidden for one in after.sheets] == [one.hidden for one in before.sheets]
    assert lists(after) == lists(before)
    assert pictures(saved) == pictures(sent)
    assert opened_by_libreoffice(sent, "pdf").read_bytes().startswith(b"%PDF")
