"""Questions are answered and cells repaired on the page; everything is judged again, nothing typed is lost."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from cohorts.models import Person, ProtectedFacts
from contracts.models import Contract
from imports.actions import answer_rows, confirm_import
from tests.imports.books import AMINA, CLOSERIE, EMPLOYERS, PERSONS, save
from tutoring.models import Tutor, Tutorship

CONTRACTS = [
    "Employeur",
    "Salarié",
    "Début du contrat",
    "Fin prévue",
    "Durée hebdo",
    "Cohorte",
    "Tuteur",
    "Date décision",
]
TUTORS = ["Nom du tuteur", "Établissement", "Expérience"]


def asked(row):
    return [motif["cle"] for motif in row.content["motifs"] if motif["ouvert"]]


@pytest.fixture
def brought(preview, tmp_path):
    """`brought(Gens=[...])` gives the preview of that workbook."""
    return lambda **sheets: preview(save(tmp_path / "classeur.xlsx", **sheets))


def test_a_yes_or_no_is_answered(brought, claire):
    batch = brought(Gens=[[*PERSONS, "RQTH"], [*AMINA, "?"]])
    row = batch.rows.get()
    assert asked(row) == ["oui_non_illisible@F2"]
    batch = answer_rows(batch=batch, answers={row.pk: {"oui_non_illisible@F2": "non"}}, by=claire)
    assert batch.rows.get().verdict == "a_creer"
    confirm_import(batch=batch, by=claire)
    assert ProtectedFacts.objects.get().boeth == "NO"


def test_an_answer_can_be_taken_back(brought, claire):
    batch = brought(Gens=[[*PERSONS, "RQTH"], [*AMINA, "?"]])
    for answer, verdict in (("oui", "a_creer"), ("", "a_confirmer")):
        row = batch.rows.get()
        batch = answer_rows(batch=batch, answers={row.pk: {"oui_non_illisible@F2": answer}}, by=claire)
        assert batch.rows.get().verdict == verdict


def test_an_answer_that_was_not_offered_settles_nothing(brought, claire):
    batch = brought(Gens=[[*PERSONS, "RQTH"], [*AMINA, "?"]])
    batch = answer_rows(batch=batch, answers={batch.rows.get().pk: {"oui_non_illisible@F2": "peut-être"}}, by=claire)
    assert batch.rows.get().verdict == "a_confirmer"


def test_a_cell_is_repaired_on_the_page(brought, claire):
    batch = brought(Gens=[PERSONS, [*AMINA[:3], "31/02/1991", "SM 2026"]])
    row = batch.rows.get()
    assert row.verdict == "refusee"
    batch = answer_rows(batch=batch, answers={row.pk: {"=D2": "28/02/1991"}}, by=claire)
    confirm_import(batch=batch, by=claire)
    assert Person.objects.get().birth_date == date(1991, 2, 28)


def test_a_repaired_employer_frees_the_rows_that_wait_for_it(brought, claire):
    wrong = [CLOSERIE[0], "99998211900012", *CLOSERIE[2:]]
    contract = [CLOSERIE[0], "BAUDRY Amina", date(2026, 2, 2), date(2027, 2, 1), 28, "SM 2026"]
    batch = brought(Lieux=[EMPLOYERS, wrong], Gens=[PERSONS, AMINA], PEC=[CONTRACTS, contract])
    assert batch.rows.get(sheet="PEC").content["motifs"][0]["code"] == "employeur_refuse"
    batch = answer_rows(batch=batch, answers={batch.rows.get(sheet="Lieux").pk: {"=B2": CLOSERIE[1]}}, by=claire)
    assert set(batch.rows.values_list("verdict", flat=True)) == {"a_creer"}


def test_a_double_is_the_same_person_or_another(brought, claire):
    sheets = {"Gens": [PERSONS, AMINA, ["Mme", "Amina", "BAUDRY", AMINA[3], "SM 2026"]]}
    batch = brought(**sheets)
    row = batch.rows.get(number=3)
    assert asked(row) == ["doublon_probable@B3"]
    batch = answer_rows(batch=batch, answers={row.pk: {"doublon_probable@B3": "meme"}}, by=claire)
    assert batch.rows.get(number=3).verdict == "ignoree"
    batch = answer_rows(batch=batch, answers={batch.rows.get(number=3).pk: {"doublon_probable@B3": "autre"}}, by=claire)
    confirm_import(batch=batch, by=claire)
    assert Person.objects.count() == 2


def test_a_homonym_is_chosen(brought, claire):
    zoe = ["Mme", "BAUDRY", "Amina", date(1999, 1, 2), "SM 2026"]
    contract = [CLOSERIE[0], "BAUDRY Amina", date(2026, 2, 2), date(2027, 2, 1), 28, "SM 2026"]
    batch = brought(Lieux=[EMPLOYERS, CLOSERIE], Gens=[PERSONS, AMINA, zoe], PEC=[CONTRACTS, contract])
    row = batch.rows.get(sheet="PEC")
    assert asked(row) == ["homonymes@B2"]
    batch = answer_rows(batch=batch, answers={row.pk: {"homonymes@B2": "ligne-3"}}, by=claire)
    confirm_import(batch=batch, by=claire)
    assert Contract.objects.get().enrolment.person.birth_date == zoe[3]


def test_what_the_law_does_not_foresee_takes_a_written_reason(brought, claire):
    tutor = ["PERRIN Raymond", CLOSERIE[0], 1]
    batch = brought(Lieux=[EMPLOYERS, CLOSERIE], Tuteurs=[TUTORS, tutor])
    row = batch.rows.get(sheet="Tuteurs")
    reason = "Vingt ans de métier chez un autre employeur."
    batch = answer_rows(batch=batch, answers={row.pk: {"experience_insuffisante@C2": reason}}, by=claire)
    confirm_import(batch=batch, by=claire)
    assert reason in Tutor.objects.get().exception_reason


def test_a_fourth_person_takes_a_written_reason(brought, claire):
    people = [["Mme", name, "Amina", AMINA[3], "SM 2026"] for name in ("AUBE", "BERGE", "COLIN", "DUVAL")]
    days = date(2026, 2, 2), date(2027, 2, 1)
    contracts = [[CLOSERIE[0], f"{one[1]} Amina", *days, 28, "SM 2026", "HAMON Michelle"] for one in people]
    batch = brought(
        Lieux=[EMPLOYERS, CLOSERIE],
        Gens=[PERSONS, *people],
        Tuteurs=[TUTORS, ["HAMON Michelle", CLOSERIE[0], 8]],
        PEC=[CONTRACTS, *contracts],
    )
    row = batch.rows.get(sheet="PEC", verdict="a_confirmer")
    assert (row.number, asked(row)) == (5, ["tuteur_plus_de_trois@G5"])
    batch = answer_rows(batch=batch, answers={row.pk: {"tuteur_plus_de_trois@G5": "Accord de la DDETS."}}, by=claire)
    confirm_import(batch=batch, by=claire)
    assert Tutorship.objects.count() == 4
    assert Tutorship.objects.get(exception_reason="Accord de la DDETS.").contract.enrolment.person.birth_name == "DUVAL"


def test_a_contract_before_its_decision_is_recorded_as_unaided(brought, claire):
    contract = [CLOSERIE[0], "BAUDRY Amina", date(2026, 2, 2), date(2027, 2, 1), 28, "SM 2026", None, date(2026, 2, 5)]
    batch = brought(Lieux=[EMPLOYERS, CLOSERIE], Gens=[PERSONS, AMINA], PEC=[CONTRACTS, contract])
    row = batch.rows.get(sheet="PEC")
    batch = answer_rows(batch=batch, answers={row.pk: {"contrat_avant_decision@H2": "oui"}}, by=claire)
    confirm_import(batch=batch, by=claire)
    assert "avant la décision du 05/02/2026" in Contract.objects.get().unaided_reason


def test_a_row_can_be_left_aside(brought, claire):
    batch = brought(Gens=[PERSONS, AMINA])
    batch = answer_rows(batch=batch, answers={batch.rows.get().pk: {"ecarter": "oui"}}, by=claire)
    assert batch.rows.get().verdict == "ignoree"


def test_a_social_security_number_is_refused_as_an_answer(brought, claire):
    batch = brought(Gens=[PERSONS, [*AMINA[:3], "31/02/1991", "SM 2026"]])
    number = f"2910950129001{97 - 2910950129001 % 97:02d}"
    with pytest.raises(ValidationError, match="sécurité sociale"):
        answer_rows(batch=batch, answers={batch.rows.get().pk: {"=D2": number}}, by=claire)
    batch.refresh_from_db()
    assert number not in str(batch.answers)


def test_a_cell_of_another_row_is_not_repaired_from_here(brought, claire):
    batch = brought(Gens=[PERSONS, AMINA])
    with pytest.raises(ValidationError, match="n'est pas sur la ligne"):
        answer_rows(batch=batch, answers={batch.rows.get().pk: {"=B9": "AUTRE"}}, by=claire)


def test_a_written_import_waits_for_no_answer(brought, claire):
    batch = confirm_import(batch=brought(Gens=[PERSONS, AMINA]), by=claire)
    with pytest.raises(ValidationError, match="n'attend plus"):
        answer_rows(batch=batch, answers={}, by=claire)
