"""D3, F1, F2 and B1 as a second reader finds them: figures that come from rows, small numbers masked, unknown said."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from cohorts.models import Barrier, Person, ProtectedFacts
from contracts.models import Contract
from exports import bpf, esf, grant, review
from exports.kinds import KEY
from exports.scope import Destination, FileScope
from regulations.people import BarrierCategory, BenefitKind, Checked
from tests import builders as b
from tests.exports.helpers import TODAY, a_delivery, by_openpyxl, bytes_of, rows_of, texts_of
from tests.training.paid import a_certificate, a_convention, a_held_half_day, an_expense


@pytest.fixture
def scope(world, claire):
    claire.acting_through = claire.memberships.get()
    return FileScope(world.cohort, Destination(), TODAY, claire)


@pytest.fixture
def paid(world):
    """Amina's March at Denis's association, its papers and its expenses."""
    b.a_financing(world.closerie.employer, b.a_financer())
    world.convention = a_convention(world.cohort, world.closerie, world.enrolment)
    world.certificate = a_certificate(world.convention, world.enrolment, world.users["trainer"])
    an_expense(world.convention, world.enrolment, granted_amount=Decimal("30.00"))
    an_expense(world.convention, world.enrolment, "PAY", quantity=Decimal("3.5"), unit_amount=Decimal("15.10"))
    return world


def a_barrier(person, lifted_on=None):
    return Barrier.objects.create(
        person=person, category=BarrierCategory.MOBILITY, raised_on=date(2026, 3, 2), lifted_on=lifted_on
    )


# --- D3


def test_the_review_has_its_nine_blocks_in_order(world, claire):
    rows = rows_of(a_delivery(world.cohort, claire, "D3", Destination()), "Bilan")
    assert list(dict.fromkeys(row["Bloc"] for row in rows)) == list(review.BLOCKS)
    assert all(row["Comment il est calculé"] for row in rows)


def test_a_figure_and_how_it_is_counted_are_printed_side_by_side(world, claire):
    sheet = by_openpyxl(bytes_of(a_delivery(world.cohort, claire, "D3", Destination())))["Bilan"]
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert not sheet.col_breaks.brk


def test_one_to_four_people_are_never_told(world, claire, scope):
    """Two people in the cohort: no count between one and four may be read, in a cell or in words."""
    found = review.lines(scope)
    assert not [line for line in found if line.count in (1, 2, 3, 4)]
    entries = next(line for line in found if line.label == "Entrées effectives")
    assert (entries.count, entries.words) == (None, "< 5")


def test_those_without_any_barrier_are_not_told_by_subtraction(world, claire, scope):
    """Thirteen entries, twelve with an action to do: the total minus what is shown would name the one without."""
    for number in range(11):
        contract = b.a_contract(cohort=world.cohort, establishment=world.closerie)
        b.an_aid_request(contract, order=world.order)
        a_barrier(contract.enrolment.person, lifted_on=date(2026, 6, 1) if number else None)
    a_barrier(world.person, lifted_on=date(2026, 6, 1))
    lines = [line for line in review.lines(scope) if line.block == review.BARRIERS]
    assert [(line.label, line.count) for line in lines][:1] == [("Personnes avec une action à mener", None)]
    assert [line.words for line in lines] == ["masqué", "12", "masqué"]


def test_a_crossing_with_protected_data_needs_eleven_people(world, claire, scope):
    publics = [line for line in review.lines(scope) if line.block == review.PUBLICS]
    assert {line.words for line in publics} == {"masqué : moins de 11 personnes"}
    for _ in range(11):
        contract = b.a_contract(cohort=world.cohort, establishment=world.closerie)
        b.an_aid_request(contract, order=world.order)
    lines = {line.label: line for line in review.lines(scope) if line.block == review.PUBLICS}
    assert "masqué : moins de 11 personnes" not in {line.words for line in lines.values()}
    qpv = lines["En quartier prioritaire (QPV)"]
    assert (qpv.count, qpv.words) == (None, "inconnu")


@pytest.mark.parametrize(
    ("count", "out_of", "shown"),
    [
        pytest.param(0, None, "", id="zero names nobody"),
        pytest.param(4, None, "< 5", id="four"),
        pytest.param(5, None, "", id="five"),
        pytest.param(18, 19, "masqué", id="one other person would be found"),
        pytest.param(19, 19, "", id="all of them"),
        pytest.param(0, 3, "masqué", id="a small whole"),
    ],
)
def test_what_hides_a_number(count, out_of, shown):
    assert review.hidden(count, out_of) == shown


def test_the_review_names_nobody(world, claire):
    texts = {str(text) for text in texts_of(a_delivery(world.cohort, claire, "D3", Destination()))}
    assert not [text for text in texts if "BAUDRY" in text or "DA COSTA" in text]


def test_the_review_needs_a_referent(world, claire):
    world.cohort.referents.all().update(valid_to=date(2026, 1, 1))
    with pytest.raises(ValidationError, match="personne référente"):
        a_delivery(world.cohort, claire, "D3", Destination())


# --- F1


def test_participants_have_the_twenty_nine_columns(world, claire):
    ProtectedFacts.objects.create(person=world.person, benefit_kind=BenefitKind.RSA, boeth=Checked.YES)
    delivery = a_delivery(world.cohort, claire, "F1", Destination())
    rows = rows_of(delivery, "Participants")
    amina = next(row for row in rows if row["NOM"] == "BAUDRY")
    assert len(amina) == 29
    assert amina["BRSA"] == "Oui"
    assert {"RSA", "BOETH"} <= set(amina["Critères d'éligibilité"].split(", "))
    assert amina["Date d'entrée"] == world.contract.starts_on
    assert {amina[name] for name in ("Foyer monoparental", "Sans domicile stable", "Catégorie France Travail")} == {
        esf.UNTOLD
    }
    assert by_openpyxl(bytes_of(delivery))["Participants"]["D2"].number_format == "dd/mm/yyyy"


def test_unknown_is_never_no(world, claire, scope):
    ProtectedFacts.objects.create(person=world.person)
    rows = [row for row in esf.followed(scope) if row.person == world.person]
    assert esf.has_rsa(rows[0]) == esf.UNTOLD
    assert esf.eligibility(rows[0]) is None or "RSA" not in esf.eligibility(rows[0])


def indicators(scope):
    """Code → women, men, total, not known."""
    return {code: tuple(counts) for code, _, *counts in esf.content(scope, [KEY]).sheets[1].rows}


def test_the_indicators_count_the_unknown_apart(world, scope):
    """Amina's criteria are known, Zoé's are not."""
    ProtectedFacts.objects.create(person=world.person, boeth=Checked.YES)
    found = indicators(scope)
    assert (found["EECO01"], found["EECO12"]) == ((2, 0, 2, 0), (1, 0, 1, 1))


@pytest.mark.parametrize(
    ("born", "code"),
    [
        pytest.param(date(2008, 2, 11), "EECO06", id="17, FSE+ EECO06"),
        pytest.param(date(2008, 2, 10), "EECO07", id="18, FSE+ EECO07"),
        pytest.param(date(1996, 2, 11), "EECO07", id="29, FSE+ EECO07"),
        pytest.param(date(1996, 2, 10), None, id="30, none of the three"),
        pytest.param(date(1971, 2, 11), None, id="54, none of the three"),
        pytest.param(date(1971, 2, 10), "EECO08", id="55, FSE+ EECO08"),
    ],
)
def test_ages_are_those_of_the_day_she_enters(world, scope, born, code):
    Contract.objects.filter(pk=world.contract.pk).update(starts_on=date(2026, 2, 10))
    Person.objects.update(birth_date=None)
    Person.objects.filter(pk=world.person.pk).update(birth_date=born)
    found = indicators(scope)
    assert {one for one in ("EECO06", "EECO07", "EECO08") if found[one][2]} == ({code} if code else set())
    assert {found[one][3] for one in ("EECO06", "EECO07", "EECO08")} == {1}


@pytest.mark.parametrize(("level", "code"), [("2", "EECO09"), ("3", "EECO10"), ("4", "EECO10"), ("5", "EECO11")])
def test_levels_are_those_of_the_isced(world, scope, level, code):
    Person.objects.update(education_level="")
    Person.objects.filter(pk=world.person.pk).update(education_level=level)
    found = indicators(scope)
    assert {one for one in ("EECO09", "EECO10", "EECO11") if found[one][2]} == {code}


# --- F2


def test_the_account_says_what_is_known_and_leaves_the_rest_empty(paid, claire):
    delivery = a_delivery(paid.cohort, claire, "F2", Destination())
    rows = rows_of(delivery, "Tableau")
    by_label = {row["Poste"]: row for row in rows}
    # 84 hours at 15 euros for one trainee; one half-day invoiced.
    teaching = by_label["Achats : prestations de formation"]
    assert (teaching["Prévision"], teaching["Réalisation"], teaching["%"]) == (1260.0, 52.5, 0.0417)
    assert by_label["Autres services extérieurs : déplacements des stagiaires"]["Réalisation"] == 37.0
    assert by_label["Charges de personnel : heures de formation des stagiaires"]["Réalisation"] == 52.85
    assert by_label["Subventions : financeurs de la formation"]["Réalisation"] == 30.0
    rent = by_label["Services extérieurs"]
    assert (rent["Prévision"], rent["Réalisation"], rent["D'où vient le chiffre"]) == ("", "", grant.ELSEWHERE)
    total = by_label["Total connu des charges"]
    assert (total["Réalisation"], total["%"]) == (142.35, "")


def test_the_account_goes_to_the_ddets_too(paid, claire):
    assert a_delivery(paid.cohort, claire, "F2", Destination(ddets=True)).to_whom == "DDETS"


def test_the_account_adds_up(paid, scope):
    for side in (grant.COSTS, grant.INCOME):
        rows = [one for one in grant.accounts(scope) if one.side == side]
        *parts, total = rows
        assert total.done == sum(one.done for one in parts if one.done is not None)


# --- B1


def test_the_yearly_report_counts_people_once_and_their_hours(paid, claire):
    a_held_half_day(paid.cohort, date(2026, 4, 14), paid.enrolment, paid.other_contract.enrolment)
    rows = rows_of(a_delivery(paid.cohort, claire, "B1", Destination()), "Préparation")
    by_line = {(row["Cadre"], row["Ligne"]): row for row in rows}
    totals = [by_line[key] for key in (("F-1", "total (1)"), ("F-3", "total (3)"), ("F-4", "total (4)"))]
    assert len({(row["Stagiaires"], row["Heures"]) for row in totals}) == 1
    private, public = by_line["F-1", "a"], by_line["F-1", "e"]
    assert private["Stagiaires"] + public["Stagiaires"] == totals[0]["Stagiaires"] == 2
    # 52,50 euros invoiced, rounded to the unit, paid by an OPCO for an association.
    assert (by_line["C", "2h"]["Montant HT (€)"], by_line["C", "1"]["Montant HT (€)"]) == (53, "")


def test_another_year_is_not_this_one(paid, claire):
    scope = FileScope(paid.cohort, Destination(), date(2027, 2, 1), claire)
    assert bpf.followed(scope) == []
    assert bpf.count(scope) == 0


@pytest.mark.parametrize(
    ("category", "financer", "line"),
    [
        pytest.param("ASSOCIATION", "OPCO_SANTE", "2h", id="BPF, C-2h : OPCO"),
        pytest.param("PUBLIC_HOSPITAL", "ANFH", "3", id="BPF, C-3 : public"),
        pytest.param("ASSOCIATION", None, "1", id="BPF, C-1 : entreprise"),
    ],
)
def test_who_pays_has_its_line(category, financer, line):
    assert bpf._payer(category, financer) == line


@pytest.mark.parametrize(("euros", "whole"), [("52.50", 53), ("52.49", 52), ("0.50", 1)])
def test_amounts_are_rounded_to_the_unit(euros, whole):
    assert bpf.unit(Decimal(euros)) == whole
