"""Packs of proofs: everything a reader may see, nothing else, and fingerprints that hold."""

import hashlib
import os
import re
import subprocess
import zipfile
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import clock, work
from accounts.models import AccessLog, Message
from contracts import actions
from contracts.models import AidPayment, DoneStep, PresenceStatement
from exports.actions import evidence
from exports.actions.keeping import remove_orphans
from exports.evidence.archive import Archive
from exports.evidence.registry import SECTIONS
from exports.models import EvidencePack
from regulations.deadlines import Step
from regulations.employers import FinancerKind
from regulations.training import SignatureWay
from tests import builders as b
from tests.exports.packs import a_pack, folder_of, opened, reader, rows_of, text_of
from tests.training.drawings import a_drawing
from tests.training.paid import a_certificate, a_convention
from training.models import Signature
from tutoring.models import Observation

MARCH = date(2026, 3, 1)
NOTE = "Très à l'aise avec les résidents"


@pytest.fixture
def proofs(world):
    """Amina has one of each proof; her employer's OPCO is Hugo's."""
    claire = world.users["coordinator"]
    funder = world.users["funder"].memberships.get().organisation
    financer = b.a_financer(FinancerKind.OPCO_SANTE, organisation=funder)
    b.a_financing(world.closerie.employer, financer)
    b.a_financing(world.estran.employer, b.a_financer(FinancerKind.UNIFORMATION))
    world.certificate = a_certificate(
        a_convention(world.cohort, world.closerie, world.enrolment), world.enrolment, world.users["trainer"]
    )
    Signature.objects.create(
        half_day=world.half_day,
        enrolment=world.enrolment,
        signer_name="Amina BAUDRY",
        way=SignatureWay.TABLET,
        image=a_drawing(),
        image_sha256=hashlib.sha256(a_drawing()).hexdigest(),
    )
    request = world.contract.aid_requests.get()
    PresenceStatement.objects.create(
        aid_request=request,
        month=MARCH,
        establishment=world.closerie,
        parts=30,
        expected_amount=Decimal("520.87"),
        confirmed_by=claire,
        declared_on=date(2026, 4, 2),
    )
    AidPayment.objects.create(
        aid_request=request, month=MARCH, amount=Decimal("520.87"), paid_on=date(2026, 4, 20), line_key="2026-03"
    )
    Observation.objects.create(
        tutorship=world.tutorship, observed_on=date(2026, 4, 14), skill="Faire un lit", level="ALONE", note=NOTE
    )
    return world


def test_a_pack_holds_every_proof_of_every_contract(proofs):
    pack = a_pack(proofs)
    files = opened(pack)
    amina = folder_of(files, "baudry")
    assert pack.contract_count == 2
    assert folder_of(files, "da-costa") != amina
    assert ["Mois", "Parts aidées", "sur", "Aide attendue", "Déclaré le"] in rows_of(
        files[f"{amina}/etats-de-presence.csv"]
    )
    assert ["03/2026", "520,87\u00a0€", "20/04/2026"] in rows_of(files[f"{amina}/versements.csv"])
    assert any(NOTE in row for row in rows_of(files[f"{amina}/observations.csv"]))
    assert rows_of(files[f"{amina}/tuteurs.csv"])[1][:2] == ["HAMON", "Bruno"]
    assert [row[0] for row in rows_of(files[f"{amina}/emargements.csv"])[1:]] == ["10/02/2026", "10/03/2026"]
    number = proofs.certificate.number
    assert rows_of(files[f"{amina}/certificats.csv"])[1][0] == number
    certificate = next(files[path] for path in files if path.startswith(f"{amina}/certificats/"))
    assert f"N° <strong>{number}</strong>" in certificate.decode()


def test_the_drawing_of_a_signature_is_on_the_page_and_its_fingerprint_in_the_table(proofs):
    files = opened(a_pack(proofs))
    amina = folder_of(files, "baudry")
    assert "data:image/png;base64," in files[f"{amina}/dossier.html"].decode()
    fingerprint = hashlib.sha256(a_drawing()).hexdigest()
    assert any(fingerprint in row for row in rows_of(files[f"{amina}/emargements.csv"]))


def test_the_index_says_what_is_inside_and_opens_each_contract(proofs):
    files = opened(a_pack(proofs))
    index = files["index.html"].decode()
    for link in re.findall(r'href="([^"#]+)"', index):
        assert link in files
    assert "BAUDRY Amina" in index
    assert "20/11/2026" in index


def test_every_link_of_every_page_stays_inside(proofs):
    files = opened(a_pack(proofs))
    for path, content in files.items():
        if not path.endswith(".html"):
            continue
        folder = path.rpartition("/")[0].split("/") if "/" in path else []
        for link in re.findall(r'(?:href|src)="([^"#]+)"', content.decode()):
            if link.startswith("data:"):
                continue
            up = link.count("../")
            there = "/".join([*folder[: len(folder) - up], link.replace("../", "")])
            assert there in files, f"{path} → {link}"


def test_sums_hold_and_a_changed_byte_is_named(proofs, tmp_path):
    pack = a_pack(proofs)
    with pack.file.open("rb") as file, zipfile.ZipFile(file) as archive:
        archive.extractall(tmp_path)

    def check():
        return subprocess.run(
            ["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=tmp_path, capture_output=True, text=True, check=False
        )

    assert check().returncode == 0, check().stdout
    sums = tmp_path / "SHA256SUMS"
    assert hashlib.sha256(sums.read_bytes()).hexdigest() == pack.sums_sha256
    changed = next(tmp_path.glob("contrats/*/versements.csv"))
    changed.write_bytes(changed.read_bytes().replace(b"520,87", b"520,88"))
    assert check().stdout.splitlines()[0].startswith(str(changed.relative_to(tmp_path)))


def test_the_manifest_names_every_file_with_its_size(proofs):
    pack = a_pack(proofs)
    files = opened(pack)
    told = {row[0]: row for row in rows_of(files["manifest.csv"])[1:]}
    assert set(files) - set(told) == {"manifest.csv", "SHA256SUMS"}
    assert all(int(row[1]) == len(files[path]) for path, row in told.items())
    assert len(files) == pack.file_count


def test_what_is_done_before_the_first_day_and_after_the_last_one_is_in_it(world):
    world.contract.ends_on = date(2026, 10, 31)
    world.contract.save()
    for step, day in ((Step.DPAE, date(2026, 1, 28)), (Step.END_PAPERS, date(2026, 11, 5))):
        DoneStep.objects.create(contract=world.contract, step=step, done_on=day)
    files = opened(a_pack(world))
    steps = rows_of(files[f"{folder_of(files, 'baudry')}/etapes.csv"])[1:]
    assert [row[1] for row in steps] == ["28/01/2026", "05/11/2026"]


def test_the_place_of_today_is_offered_before_a_move_to_come(world):
    annex = b.an_establishment(employer=world.closerie.employer, name="Annexe")
    move = actions.Change(effective_on=date(2026, 12, 1), establishment=annex)
    actions.amend_contract(contract=world.contract, change=move, by=world.users["coordinator"])
    world.contract.refresh_from_db()
    assert reader(world, "EMPLOYER", contract=world.contract).establishment == world.closerie


def test_the_same_facts_give_the_same_bytes(proofs, settings):
    first = a_pack(proofs)
    settings.IMPEC_TODAY = "2026-11-20T18:42"
    assert a_pack(proofs).sha256 == first.sha256


def test_a_new_fact_gives_other_bytes(proofs):
    first = a_pack(proofs)
    AidPayment.objects.create(
        aid_request=proofs.contract.aid_requests.get(),
        month=date(2026, 4, 1),
        amount=Decimal("100"),
        paid_on=date(2026, 5, 20),
        line_key="2026-04",
    )
    assert a_pack(proofs).sha256 != first.sha256


# --- Only what the reader may see ---


@pytest.mark.parametrize(
    "audience, name, given, withheld",
    [
        pytest.param("DDETS", "", ["520,87", "HAMON"], [NOTE, "data:image", "certificats/"], id="DDETS"),
        pytest.param("OPCO", "", ["data:image", "certificats/"], ["520,87", "HAMON", NOTE, "DA COSTA"], id="OPCO"),
        pytest.param("EMPLOYER", "Closerie", ["520,87", NOTE], ["data:image", "DA COSTA"], id="employeur"),
        pytest.param("AGENCY", "", ["520,87", NOTE, "data:image", "DA COSTA"], [], id="coordination"),
    ],
)
def test_each_reader_gets_its_own_and_nothing_else(proofs, audience, name, given, withheld):
    pack = a_pack(proofs, audience, name or ("OPCO Santé" if audience == "OPCO" else ""))
    text = text_of(pack) + "\n".join(opened(pack))
    assert [words for words in given if words not in text] == []
    assert [words for words in withheld if words in text] == []


def test_no_section_shows_a_highly_protected_field():
    shown = {field for section in SECTIONS for column in section.columns for field in column.fields.split()}
    assert not {one for one in shown if "absence_reason" in one or "ProtectedFacts" in one or "Barrier" in one}


def test_what_is_withheld_is_said(proofs):
    index = opened(a_pack(proofs, "DDETS"))["index.html"].decode()
    assert "Ce destinataire ne reçoit pas" in index
    assert "Savoir-faire observés" in index


def test_a_pack_of_one_contract_holds_that_one(proofs):
    pack = a_pack(proofs, contract=proofs.contract)
    assert pack.contract_count == 1
    assert "DA COSTA" not in text_of(pack)


def test_names_of_files_are_plain_and_text_is_never_a_formula(proofs):
    person = proofs.person
    person.first_name, person.birth_name = "=cmd|' /C calc'!A0", "Ñandú 𝕏 <b>"
    person.save()
    files = opened(a_pack(proofs))
    assert all(re.fullmatch(r"[A-Za-z0-9/._-]+", path) for path in files)
    assert "&lt;b&gt;" in files["index.html"].decode()
    facts = next(rows_of(content) for path, content in files.items() if "cmd" in path and path.endswith("faits.csv"))
    assert ["Prénom", "'=cmd|' /C calc'!A0"] in facts


# --- Acts and pages ---


def test_only_a_referent_prepares_one(proofs):
    other = b.a_user("zelie@agence.example")
    b.a_membership(other, proofs.cohort.agency)
    with pytest.raises(ValidationError, match="référente"):
        evidence.ask_evidence(cohort=proofs.cohort, reader=reader(proofs, "AGENCY"), author=other)


def test_a_reader_without_any_contract_gets_no_pack(proofs):
    found = reader(proofs, "DDETS")
    proofs.contract.aid_requests.update(refused=True, rate=None)
    proofs.other_contract.aid_requests.update(refused=True, rate=None)
    with pytest.raises(ValidationError, match="rien à rassembler"):
        evidence.ask_evidence(cohort=proofs.cohort, reader=found, author=proofs.users["coordinator"])


def test_the_recipient_sees_it_once_shared_and_takes_it_by_name(proofs, client_of):
    pack = a_pack(proofs, "OPCO", "OPCO Santé")
    hugo = client_of(proofs.users["funder"])
    address = reverse("exports:evidence_detail", args=[pack.pk])
    assert hugo.get(address).status_code == 404
    claire = client_of(proofs.users["coordinator"])
    claire.post(reverse("exports:evidence_share", args=[pack.pk]))
    assert hugo.get(address).status_code == 200
    taken = hugo.get(reverse("exports:evidence_download", args=[pack.pk]))
    assert hashlib.sha256(b"".join(taken.streaming_content)).hexdigest() == pack.sha256
    line = AccessLog.objects.get(action="download", object_id=str(pack.pk))
    assert (line.user, line.file_sha256) == (proofs.users["funder"], pack.sha256)
    message = Message.objects.get(key__startswith="evidence/")
    assert pack.sums_sha256 in message.body
    assert "BAUDRY" not in message.body


def test_sharing_twice_is_refused(proofs):
    pack = a_pack(proofs, "OPCO", "OPCO Santé")
    evidence.share_evidence(pack=pack, by=proofs.users["coordinator"])
    with pytest.raises(ValidationError, match="déjà remis"):
        evidence.share_evidence(pack=pack, by=proofs.users["coordinator"])


def test_without_an_account_it_is_handed_over_otherwise(proofs):
    pack = a_pack(proofs)
    with pytest.raises(ValidationError, match="pas de compte"):
        evidence.share_evidence(pack=pack, by=proofs.users["coordinator"])


def test_next_door_sees_none_of_it(proofs, client_of):
    pack = a_pack(proofs, "EMPLOYER", "Closerie")
    evidence.share_evidence(pack=pack, by=proofs.users["coordinator"])
    assert client_of(proofs.users["neighbour"]).get(pack.get_absolute_url()).status_code == 404
    assert client_of(proofs.users["employer"]).get(pack.get_absolute_url()).status_code == 200


def test_it_is_asked_for_from_the_pages(proofs, client_of):
    claire = client_of(proofs.users["coordinator"])
    address = reverse("exports:ask_contract_evidence", args=[proofs.contract.pk])
    page = claire.get(address)
    assert "DDETS" in page.content.decode()
    answer = claire.post(address, {"pour": "DDETS"}, follow=True)
    assert EvidencePack.objects.get().contract == proofs.contract
    assert "Télécharger le dossier" in answer.content.decode()
    refused = claire.post(address, {})
    assert "Choisissez pour qui est ce dossier." in refused.content.decode()


def test_a_coordinator_who_does_not_follow_the_cohort_does_not_open_it(proofs, client_of):
    pack = a_pack(proofs)
    proofs.cohort.referents.all().delete()
    claire = client_of(proofs.users["coordinator"])
    assert claire.get(reverse("exports:evidence_download", args=[pack.pk])).status_code == 403


def test_who_may_not_open_a_pack_does_not_share_it(proofs, client_of):
    pack = a_pack(proofs, "OPCO", "OPCO Santé")
    proofs.cohort.referents.all().delete()
    claire, address = client_of(proofs.users["coordinator"]), reverse("exports:evidence_share", args=[pack.pk])
    assert address not in claire.get(pack.get_absolute_url()).content.decode()
    assert "référente" in claire.post(address).content.decode()
    pack.refresh_from_db()
    assert pack.shared_at is None


def test_queries_do_not_grow_with_the_contracts(proofs):
    """Two chunks cost what one costs, twice: contracts of the same chunk share their queries."""

    def cost():
        asked = evidence.ask_evidence(
            cohort=proofs.cohort, reader=reader(proofs, "AGENCY"), author=proofs.users["coordinator"]
        )
        with CaptureQueriesContext(connection) as queries:
            work.run_job(asked.job_id)
        return len(queries)

    before = cost()
    for _ in range(4):
        contract = b.a_contract(establishment=proofs.closerie, enrolment=b.an_enrolment(cohort=proofs.cohort))
        b.a_tutorship(contract)
    assert cost() <= before + 2


def test_left_over_archives_go(proofs, settings, tmp_path):
    kept = a_pack(proofs)
    folder = settings.MEDIA_ROOT / "preuves"
    stray = folder / "reste.zip"
    stray.write_bytes(b"zip")
    old = (clock.true_now() - timedelta(days=2)).timestamp()
    for path in folder.iterdir():
        os.utime(path, (old, old))
    assert remove_orphans() == 1
    assert not stray.exists()
    assert kept.file.storage.exists(kept.file.name)


def test_a_broken_archive_leaves_its_error(tmp_path):
    with pytest.raises(ZeroDivisionError), Archive(tmp_path / "a.zip", b.TODAY) as archive:
        archive.add("a", (bytes([1 // part]) for part in (1, 0)))
    assert archive.zipped is None
