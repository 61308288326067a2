"""Conventions: one per employer, the same programme annexed, frozen once signed."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from accounts.rows import Conflict
from contracts.models import Amendment
from tests import builders as b
from tests.training.paid import a_convention, a_training_body, an_invoice
from training.actions.conventions import (
    Terms,
    change_convention,
    note_file_number,
    prepare_conventions,
    save_training_body,
    sign_convention,
)
from training.actions.planning import add_module, ensure_programme
from training.annex import annex_of, live_annex
from training.models import Convention

pytestmark = pytest.mark.django_db
SIGNED_ON = date(2026, 1, 30)


@pytest.fixture
def terms(world):
    return Terms(training_body=a_training_body(world.cohort.training_organisation), hourly_rate=Decimal("15.00"))


def prepared(world, terms):
    return {one.establishment.name: one for one in prepare_conventions(cohort=world.cohort, terms=terms)}


def sign(convention):
    return sign_convention(convention=convention, on=SIGNED_ON, today=b.TODAY)


def test_each_employer_gets_its_own_with_its_own_people(world, terms):
    found = prepared(world, terms)
    assert {name: one.number for name, one in found.items()} == {
        "Résidence La Closerie du Mont": "SM-2026-CONV-01",
        "Résidence mutualiste L'Estran": "SM-2026-CONV-02",
    }
    denis = found["Résidence La Closerie du Mont"]
    assert [row.enrolment for row in denis.trainees.all()] == [world.enrolment]
    assert (denis.planned_minutes, denis.hourly_rate, denis.title) == (420, Decimal("15.00"), "Socle commun ImPEC'")


def test_who_arrives_later_joins_the_one_that_is_not_signed(world, terms):
    denis = prepared(world, terms)["Résidence La Closerie du Mont"]
    late = b.a_contract(enrolment=b.an_enrolment(cohort=world.cohort), establishment=world.closerie)
    assert prepare_conventions(cohort=world.cohort, terms=terms) == [denis]
    assert denis.trainees.filter(enrolment=late.enrolment).exists()


def test_who_arrives_after_the_signature_has_another_one(world, terms):
    denis = sign(prepared(world, terms)["Résidence La Closerie du Mont"])
    b.a_contract(enrolment=b.an_enrolment(cohort=world.cohort), establishment=world.closerie)
    (second,) = prepare_conventions(cohort=world.cohort, terms=terms)
    assert second.number == "SM-2026-CONV-03"
    assert second != denis


def test_who_changed_employer_is_in_the_convention_of_each(world, terms):
    contract = world.contract
    Amendment.objects.create(
        contract=contract,
        kind="EMPLOYER",
        effective_on=date(2026, 6, 1),
        establishment_before=world.closerie,
        establishment_after=world.estran,
    )
    contract.establishment = world.estran
    contract.save()
    found = prepared(world, terms)
    assert all(one.trainees.filter(enrolment=world.enrolment).exists() for one in found.values())


def test_nothing_to_prepare_is_said(world, terms):
    prepared(world, terms)
    with pytest.raises(ValidationError, match="déjà dans une convention"):
        prepare_conventions(cohort=world.cohort, terms=terms)


def test_the_signed_programme_no_longer_changes_and_is_the_same_for_the_next(world, terms):
    found = prepared(world, terms)
    first = sign(found["Résidence La Closerie du Mont"])
    add_module(programme=ensure_programme(cohort=world.cohort), title="Nutrition", planned_minutes=210)
    second = sign(found["Résidence mutualiste L'Estran"])
    assert annex_of(first) == annex_of(second)
    assert ("Nutrition", 210) not in annex_of(second).modules
    assert ("Nutrition", 210) in live_annex(second).modules
    assert annex_of(first).minutes == 420


def test_a_signed_one_takes_its_file_number_and_nothing_else(world, terms):
    convention = sign(prepared(world, terms)["Résidence La Closerie du Mont"])
    assert note_file_number(convention=convention, file_number=" OS 2026-0417 ").file_number == "OS 2026-0417"
    with pytest.raises(ValidationError, match="ne change plus"):
        change_convention(convention=convention, trainees=[world.enrolment], hourly_rate=Decimal(16))
    with pytest.raises(ValidationError, match="ne change plus"):
        sign(convention)


def test_a_convention_without_price_is_not_signed(world, terms):
    convention = a_convention(world.cohort, world.closerie, world.enrolment, signed=False, hourly_rate=None)
    with pytest.raises(ValidationError, match="dit son prix"):
        sign(convention)
    with pytest.raises(ValidationError, match="pas les deux"):
        change_convention(
            convention=convention, trainees=[world.enrolment], hourly_rate=Decimal(15), group_price=Decimal(900)
        )


def test_it_is_not_signed_tomorrow_nor_without_anybody(world):
    convention = a_convention(world.cohort, world.closerie, signed=False)
    with pytest.raises(ValidationError, match="aujourd'hui ou avant"):
        sign_convention(convention=convention, on=date(2026, 11, 21), today=b.TODAY)
    with pytest.raises(ValidationError, match="nomme ses stagiaires"):
        sign(convention)


def test_two_people_who_correct_it_see_each_other(world):
    convention = a_convention(world.cohort, world.closerie, world.enrolment, signed=False)
    for value in ("16", "17"):
        act = {"convention": convention, "trainees": [world.enrolment], "version": 0, "hourly_rate": Decimal(value)}
        if value == "16":
            change_convention(**act)
        else:
            with pytest.raises(Conflict):
                change_convention(**act)
    assert Convention.objects.get().hourly_rate == 16


def test_a_trainee_already_invoiced_stays(world):
    other = b.a_contract(enrolment=b.an_enrolment(cohort=world.cohort), establishment=world.closerie).enrolment
    convention = a_convention(world.cohort, world.closerie, world.enrolment, other, signed=False)
    an_invoice(convention, (world.enrolment, 210))
    with pytest.raises(ValidationError, match="déjà une facture"):
        change_convention(convention=convention, trainees=[other])
    change_convention(convention=convention, trainees=[world.enrolment])
    assert [row.enrolment for row in convention.trainees.all()] == [world.enrolment]


@pytest.mark.parametrize(
    ("facts", "words"),
    [({"declaration_number": "2850000005"}, "11 chiffres"), ({"siret": "99998211900012"}, "clé de ce SIRET")],
)
def test_wrong_numbers_of_the_body_are_refused(world, facts, words):
    with pytest.raises(ValidationError, match=words):
        save_training_body(body=a_training_body(world.cohort.training_organisation), **facts)


def test_a_body_is_no_subcontractor_of_its_own(world, terms):
    with pytest.raises(ValidationError, match="lui-même"):
        prepare_conventions(
            cohort=world.cohort, terms=Terms(training_body=terms.training_body, subcontractor=terms.training_body)
        )


def test_each_sees_the_conventions_of_its_own(world, claire, denis, gaelle, esther, hugo, bruno, amina):
    mine = a_convention(world.cohort, world.closerie, world.enrolment)
    seen = {
        user.email: Convention.objects.visible_to(user).filter(pk=mine.pk).exists()
        for user in (claire, denis, gaelle, esther, hugo, bruno, amina)
        for user.acting_through in [user.memberships.first()]
    }
    assert [name.split("@")[0] for name, sees in seen.items() if sees] == ["claire", "denis", "esther"]
    private = [
        user.email.split("@")[0]
        for user in (claire, denis, gaelle, esther, hugo)
        if Convention.objects.private_to(user, b.TODAY).filter(pk=mine.pk).exists()
    ]
    assert private == ["claire", "denis"]
