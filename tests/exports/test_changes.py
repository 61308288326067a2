"""Depuis la dernière remise: what one delivery changes since the one before, told from the same rows."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.storage import default_storage

from cohorts.models import Person
from contracts import actions as contracts
from exports import actions
from exports.changes import NOT_NAMED, TITLE, Nature, changes_since
from exports.kept import kept_rows
from exports.models import Delivery, ExportProfile
from exports.registry import KINDS
from exports.scope import Destination
from regulations.contracts import BreakReason
from tests import builders as b
from tests.exports.helpers import TODAY, a_delivery, by_calamine, bytes_of, rows_of
from tests.training.paid import a_certificate, a_convention, an_expense
from tutoring.models import Tutorship

DATA = Path(__file__).parents[1] / "workbooks" / "data"


@pytest.fixture
def opco(world):
    found = b.a_financer()
    for site in (world.closerie, world.estran):
        b.a_financing(site.employer, found)
    return found


def sent(world, claire, code="O1", destination=None) -> Delivery:
    delivery = a_delivery(world.cohort, claire, code, destination)
    return actions.send_delivery(delivery=delivery, sent_on=TODAY, through="dépôt", by=claire)


def natures(delivery) -> list[tuple]:
    return [(line.nature, line.label) for line in changes_since(delivery).lines()]


def cells(line) -> dict:
    return {cell.column: (cell.before, cell.after) for cell in line.cells}


# --- It works


def test_an_amendment_a_break_and_a_new_tutor_are_three_lines(world, claire):
    """U4: exactly three lines, each with the old value and the new one."""
    broken = b.a_contract(cohort=world.cohort, establishment=world.estran)
    b.an_aid_request(broken)
    before = sent(world, claire, "D1")
    change = contracts.Change(effective_on=date(2026, 11, 2), weekly_hours=Decimal("30"))
    contracts.amend_contract(contract=world.contract, change=change, by=claire)
    contracts.break_contract(contract=broken, broken_on=date(2026, 11, 18), reason=BreakReason.RESIGNATION, by=claire)
    tutor = b.a_tutor(world.estran, last_name="LEROUX", first_name="Odile")
    Tutorship.objects.filter(contract=world.other_contract).update(tutor=tutor)
    found = changes_since(a_delivery(world.cohort, claire, "D1"))
    assert (found.previous, found.words) == (before, "3 modifiées")
    lines = {line.label.split(",")[0]: cells(line) for line in found.lines()}
    assert len(lines) == 3
    assert lines["BAUDRY Amina"]["Durée hebdomadaire"] == ("28,00\u00a0h", "30,00\u00a0h")
    assert lines["DA COSTA Zoé"]["Tuteur (nom, prénom)"] == ("GOSSELIN Christelle", "LEROUX Odile")
    person = broken.enrolment.person
    gone = lines[f"{person.birth_name} {person.first_name}"]
    assert (gone["Rupture anticipée"], gone["Date de rupture"]) == (("Non", "Oui"), ("", "18/11/2026"))


def test_rows_added_and_removed_are_told(world, claire, opco):
    sent(world, claire, destination=Destination(opco))
    newcomer = b.a_contract(cohort=world.cohort, establishment=world.closerie)
    world.other_contract.closed_on = TODAY
    world.other_contract.save()
    after = a_delivery(world.cohort, claire, destination=Destination(opco))
    person = newcomer.enrolment.person
    label = f"{person.birth_name} {person.first_name}, {world.closerie.name}"
    assert natures(after) == [
        (Nature.ADDED, label),
        (Nature.REMOVED, f"DA COSTA Zoé, {world.estran.name}"),
    ]
    assert changes_since(after).words == "+1, −1"
    assert (after.added_count, after.removed_count, after.changed_count) == (1, 1, 0)


def test_the_next_workbook_has_them_on_a_sheet_of_its_own(world, claire, opco):
    first = sent(world, claire, destination=Destination(opco))
    assert TITLE not in by_calamine(bytes_of(first)).sheet_names
    world.contract.job_title = "Agent d'entretien"
    world.contract.save()
    after = a_delivery(world.cohort, claire, destination=Destination(opco))
    assert rows_of(after, TITLE) == [
        {
            "Changement": "Modifiée",
            "Ligne": f"BAUDRY Amina, {world.closerie.name}",
            "Rang": 1.0,
            "Colonne": "Emploi occupé",
            "Avant": "Agent de service hospitalier",
            "Après": "Agent d'entretien",
        }
    ]
    told = {row["Information"]: row["Valeur"] for row in rows_of(after, "Informations")}
    assert told["Comparée à la remise"] == f"{first.number}, remise le 20/11/2026"


def test_nothing_changed_is_said(world, claire, opco):
    sent(world, claire, destination=Destination(opco))
    after = a_delivery(world.cohort, claire, destination=Destination(opco))
    assert (changes_since(after).words, changes_since(after).lines()) == ("aucun changement", [])
    assert rows_of(after, TITLE)[0]["Ligne"] == "Aucune ligne n'a changé."


def test_a_half_day_noted_again_is_one_line_changed(world, claire, opco):
    sent(world, claire, "O2", Destination(opco))
    row = world.half_day.attendances.get(enrolment=world.enrolment)
    row.voided_at, row.voided_by, row.correction_reason = b.TODAY.isoformat() + "T08:00Z", claire, "erreur"
    row.save()
    b.an_attendance(world.half_day, world.enrolment, "EXCUSED")
    (line,) = changes_since(a_delivery(world.cohort, claire, "O2", Destination(opco))).lines()
    assert line.label.startswith("BAUDRY Amina, 10/02/2026, Matin")
    assert cells(line)["Heures suivies"] == ("3,50\u00a0h", "0,00\u00a0h")


def test_the_first_delivery_is_compared_with_none(world, claire, opco):
    first = a_delivery(world.cohort, claire, destination=Destination(opco))
    found = changes_since(first)
    assert (found.previous, found.lines(), found.columns()) == (None, [], ([], []))


@pytest.mark.parametrize("other", ["prepared only", "another site", "another file"])
def test_only_what_the_same_recipient_has_is_compared(world, claire, opco, other):
    if other == "prepared only":
        a_delivery(world.cohort, claire, destination=Destination(opco))
    elif other == "another site":
        sent(world, claire, destination=Destination(opco, establishment=world.closerie))
    else:
        sent(world, claire, "O2", Destination(opco))
    assert a_delivery(world.cohort, claire, destination=Destination(opco)).compared_to is None


def test_a_file_of_the_coordination_is_compared_with_the_last_one_made(world, claire):
    first = a_delivery(world.cohort, claire)
    assert a_delivery(world.cohort, claire).compared_to == first


def test_columns_that_came_or_went_are_named_and_not_compared(world, claire, opco):
    sent(world, claire, destination=Destination(opco))
    columns = [
        {"key": "person.birth_name", "heading": "Nom", "on": True},
        {"key": "contract.job_title", "heading": "Poste", "on": True},
    ]
    before = [one["heading"] for one in ExportProfile.objects.get(code="O1").columns if one["on"]]
    ExportProfile.objects.create(code="O1", version=2, name="Court", columns=columns, valid_from=TODAY)
    world.contract.job_title = "Lingère"
    world.contract.save()
    found = changes_since(a_delivery(world.cohort, claire, destination=Destination(opco)))
    gone = [heading for heading in before if heading not in ("Nom de naissance", "Emploi occupé")]
    assert found.columns() == ([], gone)
    (line,) = found.lines()
    assert (line.label, cells(line)) == ("BAUDRY", {"Poste": ("Agent de service hospitalier", "Lingère")})


def test_whoever_left_every_file_is_not_named_again(world, claire, opco):
    sent(world, claire, destination=Destination(opco))
    Person.objects.filter(pk=world.neighbour.pk).update(objected_on=TODAY)
    after = a_delivery(world.cohort, claire, destination=Destination(opco))
    assert natures(after) == [(Nature.REMOVED, NOT_NAMED)]


def test_changes_are_read_by_pages(world, claire, opco):
    for _ in range(5):
        b.a_contract(cohort=world.cohort, establishment=world.closerie)
    sent(world, claire, destination=Destination(opco))
    world.cohort.contracts.update(job_title="Lingère")
    found = changes_since(a_delivery(world.cohort, claire, destination=Destination(opco)))
    whole = found.lines()
    assert (found.changed, len(whole)) == (7, 7)
    assert found.lines(2, 4) == whole[2:4]


def test_rows_that_left_in_the_recipients_own_workbook_are_compared_as_ours(world, claire):
    model = actions.receive_model(
        user=claire,
        code="D1",
        financer=None,
        name="Modèle 2026",
        valid_from=TODAY,
        file_name="modele.xlsx",
        content=(DATA / "modele-ddets.xlsx").read_bytes(),
    )
    actions.keep_model(model=model, user=claire)
    before = sent(world, claire, "D1")
    assert before.workbook_model == model
    Person.objects.filter(pk=world.person.pk).update(first_name="Amina-Rose")
    after = a_delivery(world.cohort, claire, "D1")
    found = changes_since(after)
    assert (found.previous, found.words) == (before, "1 modifiée")
    (line,) = found.lines()
    assert cells(line)["Prénom"] == ("Amina", "Amina-Rose")
    # Their workbook stays theirs: no sheet is added to it.
    assert TITLE not in by_calamine(bytes_of(after)).sheet_names


# --- The rows that are kept


@pytest.mark.parametrize("code", sorted(KINDS))
def test_rows_are_kept_as_they_left_with_their_rank_and_key(world, claire, code):
    convention = a_convention(world.cohort, world.closerie, world.enrolment)
    a_certificate(convention, world.enrolment, world.users["trainer"])
    an_expense(convention, world.enrolment)
    delivery = a_delivery(world.cohort, claire, code)
    rows = kept_rows(delivery)
    assert [row.position for row in rows] == list(range(1, delivery.row_count + 1))
    assert len({row.key for row in rows}) == delivery.row_count
    assert all(row.label for row in rows)
    assert kept_rows(delivery, 1, 2) == rows[1:2]


def test_kept_rows_do_not_change_when_the_world_does(world, claire):
    delivery = a_delivery(world.cohort, claire)
    before = kept_rows(delivery)
    Person.objects.filter(pk=world.person.pk).update(birth_name="AUTRE")
    assert kept_rows(delivery) == before


def test_no_key_is_written_in_the_workbook(world, claire):
    delivery = a_delivery(world.cohort, claire)
    assert "Clé" not in rows_of(delivery, "Stagiaires")[0]
    assert kept_rows(delivery)[0].key == f"{world.enrolment.pk}/{world.closerie.pk}"


def test_what_is_not_frozen_has_no_rows(world, claire, monkeypatch):
    monkeypatch.setattr("accounts.work.enqueue", lambda *arguments: None)
    asked = actions.new_delivery(cohort=world.cohort, code="O1", destination=Destination(), as_of=TODAY, author=claire)
    assert kept_rows(asked) == []
    assert not default_storage.exists("remises")
