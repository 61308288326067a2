"""The six frequent rejections, each found by what causes it and opening what mends it; O5 says the same."""

from datetime import date

import pytest
from django.urls import reverse

from cohorts.models import Person
from exports.changes import changes_since
from exports.rejections import rejections
from exports.scope import Destination, FileScope
from tests import builders as b
from tests.exports.helpers import TODAY, a_delivery, rows_of
from tests.training.paid import AT, a_certificate, a_convention, a_held_half_day
from training.actions.invoices import void_line
from training.models import Convention, HalfDay


@pytest.fixture
def paid(world):
    """Amina certified for March at Denis's, whose financer has its delays: nothing to say but her other days."""
    world.opco = b.a_financer(days_before_start=15, days_after_end=30)
    b.a_financing(world.closerie.employer, world.opco)
    world.convention = a_convention(world.cohort, world.closerie, world.enrolment, file_number="OS-1")
    world.certificate = a_certificate(world.convention, world.enrolment, world.users["trainer"])
    HalfDay.objects.filter(pk=world.half_day.pk).update(countersigned_on_paper=True)
    world.scope = FileScope(world.cohort, Destination(world.opco), TODAY, world.users["coordinator"])
    return world


def found(scope, number):
    return rejections(scope)[number - 1].findings


def test_a_sound_file_has_nothing_to_mend(paid):
    assert [(one.number, one.result) for one in rejections(paid.scope)] == [
        (number, "rien à signaler") for number in range(1, 7)
    ]


def test_a_half_day_without_signature_opens_its_roll(paid):
    half_day = a_held_half_day(paid.cohort, date(2026, 4, 14), paid.enrolment, countersigned_on_paper=False)
    paid.enrolment.attendances.filter(half_day=half_day).update(signed_on_paper=False, signed_at=None)
    told = found(paid.scope, 1)
    assert [(one.who, one.what) for one in told] == [
        ("BAUDRY Amina", "14/04/2026, matin : sans signature de la stagiaire"),
        ("", "14/04/2026, matin : sans signature du formateur"),
    ]
    assert {one.url for one in told} == {f"/socle/demi-journees/{half_day.pk}/appel/"}


def test_a_day_outside_the_convention_opens_it(paid):
    Convention.objects.filter(pk=paid.convention.pk).update(starts_on=date(2026, 3, 11))
    days = found(paid.scope, 2)
    assert "10/03/2026" in days[0].what
    assert days[0].url == paid.convention.get_absolute_url()


def test_who_has_no_convention_at_all_is_said(paid, claire):
    whole = FileScope(paid.cohort, Destination(), TODAY, claire)
    a_held_half_day(paid.cohort, date(2026, 4, 14), paid.other_contract.enrolment)
    told = {one.who: one.what for one in found(whole, 2)}
    assert "aucune convention" in told["DA COSTA Zoé"]


def test_a_name_changed_since_the_certificate_is_a_misspelling(paid):
    paid.person.birth_name = "BEAUDRY"
    paid.person.save()
    (told,) = found(paid.scope, 3)
    assert "« BAUDRY Amina », la fiche dit « BEAUDRY Amina »" in told.what
    assert told.url == paid.certificate.get_absolute_url()


def test_certified_followed_and_invoiced_hours_are_compared(paid, claire):
    paid.enrolment.attendances.filter(half_day__day=date(2026, 3, 10)).update(attended_minutes=180)
    assert "3,50 h certifiées, 3,00 h suivies" in found(paid.scope, 4)[0].what
    paid.enrolment.attendances.filter(half_day__day=date(2026, 3, 10)).update(attended_minutes=210)
    void_line(line=paid.convention.invoice_lines.get(), by=claire, at=AT, reason="Erreur")
    assert "aucune facturée" in found(paid.scope, 4)[0].what


def test_a_convention_that_is_over_is_compared_with_what_is_certified(paid):
    Convention.objects.filter(pk=paid.convention.pk).update(ends_on=date(2026, 10, 30))
    (told,) = found(paid.scope, 4)
    assert "84,00 h prévues, 3,50 h certifiées" in told.what


def test_a_closed_establishment_is_named(paid):
    paid.closerie.closed_on = date(2026, 6, 1)
    paid.closerie.save()
    (told,) = found(paid.scope, 5)
    assert "fermé le 01/06/2026" in told.what


def test_a_convention_of_another_establishment_is_named(paid, claire):
    Convention.objects.filter(pk=paid.convention.pk).update(establishment=paid.estran)
    whole = FileScope(paid.cohort, Destination(), TODAY, claire)
    (told,) = found(whole, 5)
    assert (paid.estran.siret in told.what, paid.closerie.siret in told.what) == (True, True)


def test_a_late_file_is_said_and_an_unknown_delay_is_not_a_yes(paid, claire):
    Convention.objects.filter(pk=paid.convention.pk).update(file_number="")
    (told,) = found(paid.scope, 6)
    assert "aucun numéro de dossier" in told.what
    paid.opco.days_after_end = None
    paid.opco.save()
    Convention.objects.filter(pk=paid.convention.pk).update(file_number="OS-1")
    assert rejections(paid.scope)[5].result == "non vérifié : aucun délai saisi pour OPCO Santé"
    paid.opco.days_before_start, paid.opco.days_after_end = None, 30
    paid.opco.save()
    assert rejections(paid.scope)[5].result == "non vérifié : aucun délai saisi pour OPCO Santé"


def test_the_control_costs_the_same_whatever_the_people(paid, claire, django_assert_max_num_queries):
    for _ in range(4):
        contract = b.a_contract(cohort=paid.cohort, establishment=paid.closerie)
        a_held_half_day(paid.cohort, date(2026, 5, 12), contract.enrolment, countersigned_on_paper=False)
    with django_assert_max_num_queries(30):
        rejections(paid.scope)


def test_the_workbook_says_the_six_and_their_rows(paid, claire):
    paid.person.birth_name = "BEAUDRY"
    paid.person.save()
    delivery = a_delivery(paid.cohort, claire, "O5")
    rows = rows_of(delivery, "Contrôles")
    assert [(row["N°"], row["Points à corriger"]) for row in rows if row["N°"] == 3] == [(3.0, 1.0)]
    assert [row["Motif de rejet"] for row in rows] == [one.label for one in rejections(paid.scope)]
    mend = rows_of(delivery, "À corriger")
    assert "BEAUDRY Amina" in {row["Stagiaire (nom, prénom)"] for row in mend}
    assert delivery.to_whom == "coordination de la cohorte"


def test_the_next_control_says_what_was_mended(paid, claire):
    name = paid.person.birth_name
    Person.objects.filter(pk=paid.person.pk).update(birth_name="BEAUDRY")
    a_delivery(paid.cohort, claire, "O5")
    Person.objects.filter(pk=paid.person.pk).update(birth_name=name)
    (line,) = changes_since(a_delivery(paid.cohort, claire, "O5")).lines()
    assert line.label == "Nom mal orthographié"
    assert {cell.column: (cell.before, cell.after) for cell in line.cells} == {
        "Points à corriger": ("1", "0"),
        "Résultat": ("à corriger", "rien à signaler"),
    }


def test_what_nobody_could_verify_is_not_said_sound(paid, claire, client_of):
    paid.opco.days_after_end = None
    paid.opco.save()
    address = reverse("exports:prepare") + f"?code=O2&cohorte={paid.cohort.pk}&au=20/11/2026"
    page = client_of(claire).get(address).content.decode()
    assert "6. Dossier envoyé en retard (aucun délai saisi pour OPCO Santé)" in page
    assert page.index("non vérifié") < page.index("6. Dossier envoyé en retard")
