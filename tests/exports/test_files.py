"""What each file holds: values and types as two readers find them, and nobody else's rows."""

import hashlib
from datetime import date, datetime, time
from decimal import Decimal

import pytest

from accounts.disclosure import FILE_COLUMNS
from cohorts.models import ProtectedFacts
from contracts.models import Contract, Suspension
from exports.catalogue import CATALOGUE
from exports.registry import KINDS
from exports.scope import Destination
from regulations.employers import FinancerKind
from regulations.nir import heading_looks_like_nir
from regulations.training import AttendanceStatus
from tests import builders as b
from tests.exports.helpers import a_delivery, by_calamine, by_openpyxl, bytes_of, rows_of, texts_of
from tests.training.paid import all_papers
from training.models import Attendance


def cell(content, sheet, heading, row=2):
    page = by_openpyxl(content)[sheet]
    column = [one.value for one in page[1]].index(heading) + 1
    return page.cell(row, column)


@pytest.fixture
def financed(world):
    """Denis's employer at OPCO Santé, Gaëlle's at Uniformation."""
    world.opco = b.a_financer()
    b.a_financing(world.closerie.employer, world.opco, member_number="OS-500417")
    world.other = b.a_financer(FinancerKind.UNIFORMATION)
    b.a_financing(world.estran.employer, world.other, member_number="U-77120")
    return world


# --- O1


def test_the_list_of_trainees_has_its_three_sheets(world, claire):
    book = by_calamine(bytes_of(a_delivery(world.cohort, claire)))
    assert book.sheet_names == ["Stagiaires", "Synthèse", "Informations"]


def test_cells_have_the_type_of_what_they_say(financed, claire):
    content = bytes_of(a_delivery(financed.cohort, claire))
    siret = cell(content, "Stagiaires", "SIRET employeur")
    assert (siret.value, siret.data_type, siret.number_format) == ("99998211900011", "s", "@")
    birth = cell(content, "Stagiaires", "Date de naissance")
    assert (birth.value, birth.number_format) == (datetime(1991, 9, 30), "dd/mm/yyyy")
    hours = cell(content, "Stagiaires", "Heures réalisées")
    assert (hours.value, hours.data_type, hours.number_format) == (3.5, "n", "0.00")
    weekly = cell(content, "Stagiaires", "Temps de travail hebdomadaire")
    assert (weekly.value, weekly.number_format) == (28, "0.00")


def test_the_second_reader_finds_the_same(financed, claire):
    amina = rows_of(a_delivery(financed.cohort, claire), "Stagiaires")[0]
    assert amina["Nom de naissance"] == "BAUDRY"
    assert amina["SIRET employeur"] == "99998211900011"
    assert amina["Date de naissance"] == date(1991, 9, 30)
    assert amina["N° d'adhérent OPCO"] == "OS-500417"
    assert amina["Heures prévues"] == 3.5


def test_unknown_stays_empty_and_zero_stays_zero(world, claire):
    Attendance.objects.filter(enrolment=world.enrolment).delete()
    world.person.birth_date = None
    world.person.save()
    amina = rows_of(a_delivery(world.cohort, claire), "Stagiaires")[0]
    assert amina["Date de naissance"] == ""
    assert amina["Coût pédagogique HT"] == ""
    assert amina["Heures réalisées"] == 0


def test_the_summary_adds_minutes_and_rounds_once(world, claire):
    # 200 minutes are 3,33 h; twice 200 are 6,67 h, not 6,66.
    Attendance.objects.update(attended_minutes=200)
    rows = rows_of(a_delivery(world.cohort, claire), "Synthèse")
    assert [row["Heures réalisées"] for row in rows] == [3.33, 3.33, 6.67]
    assert rows[-1]["Stagiaires"] == 2


def test_a_financer_receives_the_employees_of_its_employers_only(financed, claire):
    delivery = a_delivery(financed.cohort, claire, destination=Destination(financed.opco))
    assert [row["Nom de naissance"] for row in rows_of(delivery, "Stagiaires")] == ["BAUDRY"]
    assert not {"DA COSTA", "Zoé", financed.estran.siret, financed.estran.name} & texts_of(delivery)


def test_who_finances_is_read_on_the_day(financed, claire):
    financing = financed.closerie.employer.financings.get()
    financing.valid_to = date(2026, 6, 30)
    financing.save()
    b.a_financing(financed.closerie.employer, financed.other, valid_from=date(2026, 7, 1), member_number="U-1")
    names = [
        [row["Nom de naissance"] for row in rows_of(delivery, "Stagiaires")]
        for delivery in (
            a_delivery(financed.cohort, claire, destination=Destination(financed.opco), as_of=date(2026, 6, 30)),
            a_delivery(financed.cohort, claire, destination=Destination(financed.other), as_of=date(2026, 7, 1)),
        )
    ]
    assert names == [["BAUDRY"], ["BAUDRY", "DA COSTA"]]


def test_a_neighbours_rows_are_not_in_an_establishments_file(financed, claire):
    for code in ("O1", "O2"):
        delivery = a_delivery(
            financed.cohort, claire, code, destination=Destination(financed.opco, establishment=financed.closerie)
        )
        assert not any("DA COSTA" in str(text) or financed.estran.siret in str(text) for text in texts_of(delivery))


def test_two_contracts_with_one_employer_are_one_trainee(world, claire):
    Contract.objects.filter(pk=world.contract.pk).update(ends_on=date(2026, 2, 28))
    b.a_contract(enrolment=world.enrolment, establishment=world.closerie, starts_on=date(2026, 3, 1))
    later = b.a_half_day(world.session, day=date(2026, 3, 10))
    b.an_attendance(later, world.enrolment)
    rows = [row for row in rows_of(a_delivery(world.cohort, claire), "Stagiaires") if row["Prénom"] == "Amina"]
    assert [(row["Heures prévues"], row["Heures réalisées"]) for row in rows] == [(7, 7)]


# --- O2


def test_the_attendance_report_has_a_row_per_person_and_half_day(world, claire):
    delivery = a_delivery(world.cohort, claire, "O2")
    rows = rows_of(delivery, "Présences")
    assert [row["Stagiaire (nom, prénom)"] for row in rows] == ["BAUDRY Amina", "DA COSTA Zoé"]
    first = rows[0]
    assert (first["Date"], first["Demi-journée"], first["Début"]) == (date(2026, 2, 10), "Matin", time(9))
    assert (first["Durée"], first["Heures suivies"], first["Statut"]) == (3.5, 3.5, "Présent")
    assert (first["Signé stagiaire"], first["Signé formateur"]) == ("Oui", "Non")


def test_absences_say_justified_or_not_and_never_why(world, claire):
    Attendance.objects.filter(enrolment=world.enrolment).update(
        status=AttendanceStatus.EXCUSED, absence_reason="ILLNESS", attended_minutes=0
    )
    delivery = a_delivery(world.cohort, claire, "O2")
    amina = rows_of(delivery, "Présences")[0]
    assert (amina["Statut"], amina["Motif"], amina["Heures suivies"]) == ("Absent justifié", "justifiée", 0)
    assert amina["Signé stagiaire"] == ""
    assert not any("maladie" in str(text).lower() for text in texts_of(delivery))


def test_a_voided_row_does_not_leave(world, claire):
    row = Attendance.objects.get(enrolment=world.enrolment)
    row.voided_at = datetime.fromisoformat("2026-02-11T10:00+01:00")
    row.save()
    rows = rows_of(a_delivery(world.cohort, claire, "O2"), "Présences")
    assert [one["Stagiaire (nom, prénom)"] for one in rows] == ["DA COSTA Zoé"]


def test_anomalies_name_what_a_financer_would_refuse(world, claire):
    Attendance.objects.filter(enrolment=world.enrolment).update(signed_on_paper=False)
    b.a_half_day(world.session, day=date(2026, 3, 10))
    said = {row["Constat"] for row in rows_of(a_delivery(world.cohort, claire, "O2"), "Anomalies")}
    assert "Suivie sans signature du stagiaire." in said
    assert "Suivie sans signature du formateur." in said
    assert "1 demi-journée passée sans appel." in said


def test_a_presence_outside_the_contract_is_an_anomaly_and_no_hour(world, claire):
    before = b.a_half_day(world.session, day=date(2026, 1, 20))
    b.an_attendance(before, world.enrolment)
    delivery = a_delivery(world.cohort, claire, "O2")
    assert date(2026, 1, 20) not in [row["Date"] for row in rows_of(delivery, "Présences")]
    assert any("hors des dates du contrat" in row["Constat"] for row in rows_of(delivery, "Anomalies"))


def test_hours_agree_between_the_two_files(world, claire):
    Attendance.objects.update(attended_minutes=200)
    trainees = rows_of(a_delivery(world.cohort, claire), "Stagiaires")
    report = rows_of(a_delivery(world.cohort, claire, "O2"), "Par stagiaire")
    assert [row["Heures réalisées"] for row in trainees] == [row["Heures suivies"] for row in report]


# --- D1 and D2


def test_the_follow_up_holds_aided_contracts_only(world, claire):
    world.other_contract.aid_requests.update(refused=True)
    rows = rows_of(a_delivery(world.cohort, claire, "D1"), "Contrats")
    assert [row["Nom"] for row in rows] == ["BAUDRY"]


def test_the_follow_up_says_the_contract_and_its_aid(world, claire):
    content = bytes_of(a_delivery(world.cohort, claire, "D1"))
    number = cell(content, "Contrats", "N° de décision d'aide")
    assert (number.data_type, number.number_format, len(number.value)) == ("s", "@", 12)
    amount = cell(content, "Contrats", "Aide attendue mensuelle")
    assert (Decimal(str(amount.value)), amount.number_format) == (Decimal("520.87"), '#,##0.00\\ "€"')
    rate = cell(content, "Contrats", "Taux de prise en charge")
    assert (rate.value, rate.number_format) == (0.5, "0.00\\ %")
    assert cell(content, "Contrats", "Tuteur (nom, prénom)").value == "HAMON Bruno"
    assert cell(content, "Contrats", "État du contrat").value == "en cours"


def test_protected_criteria_are_yes_no_or_not_checked(world, claire):
    ProtectedFacts.objects.create(person=world.person, boeth="YES", priority_district="NO")
    amina, zoe = rows_of(a_delivery(world.cohort, claire, "D1"), "Contrats")
    assert (amina["BOETH"], amina["QPV"], amina["FRR"]) == ("oui", "non", "non vérifié")
    # Nobody ever looked: « NV » for the DDETS, and never « non ».
    assert {zoe[name] for name in ("BOETH", "QPV", "FRR")} == {"non vérifié"}
    assert zoe["Minimum social"] == ""


def test_a_suspension_leaves_with_its_dates_and_without_its_reason(world, claire):
    Suspension.objects.create(
        contract=world.contract, starts_on=date(2026, 11, 9), ends_on=date(2026, 12, 4), reason="WORK_STOPPAGE"
    )
    delivery = a_delivery(world.cohort, claire, "D1")
    amina = rows_of(delivery, "Contrats")[0]
    assert (amina["Suspension du"], amina["État du contrat"]) == (date(2026, 11, 9), "suspendu")
    assert not any("arrêt de travail" in str(text) for text in texts_of(delivery))


def test_private_contact_details_leave_in_no_file(world, claire):
    secret = {"phone": "0639980001", "email": "secret@courriel.example", "address": "3 rue du Puits"}
    for name, value in secret.items():
        setattr(world.person, name, value)
    world.person.jobseeker_number = "5000137B"
    world.person.save()
    all_papers(world)
    for code in KINDS:
        texts = " ".join(map(str, texts_of(a_delivery(world.cohort, claire, code))))
        assert not [value for value in (*secret.values(), "5000137B") if value in texts]


def test_protected_criteria_are_never_in_the_financers_files(world, claire):
    ProtectedFacts.objects.create(person=world.person, boeth="YES", priority_district="YES", benefit_kind="RSA")
    all_papers(world)
    for code in ("O1", "O2", "O3", "O4"):
        texts = " ".join(map(str, texts_of(a_delivery(world.cohort, claire, code))))
        assert not [word for word in ("QPV", "RSA", "BOETH", "RQTH", "FRR") if word in texts]


def test_the_quantitative_table_counts_and_says_how(world, claire):
    ProtectedFacts.objects.create(person=world.person, boeth="NO", priority_district="YES")
    delivery = a_delivery(world.cohort, claire, "D2")
    lines = {row["Indicateur"]: row for row in rows_of(delivery, "Indicateurs")}
    entries = lines["Entrées effectives"]
    assert (entries["Total"], entries["Femmes"], entries["Hommes"], entries["QPV"]) == (2, 2, 0, 1)
    # Known of one of the two: no; known of nobody: not said.
    assert (entries["BOETH"], entries["DELD"]) == (0, "")
    assert (lines["Heures réalisées"]["Heures"], lines["Heures réalisées"]["Total"]) == (7, "")
    # « n sur N » below ten people, without a percentage.
    present = lines["Contrats en cours le jour de l'arrêté"]
    assert (present["Total"], present["Sur"], present["Taux"]) == (2, 2, "")
    method = rows_of(delivery, "Méthode")
    assert [row["Indicateur"] for row in method] == list(lines)
    assert all(row["Comment il est calculé"] for row in method)


def test_the_quantitative_table_names_nobody(world, claire):
    texts = " ".join(map(str, texts_of(a_delivery(world.cohort, claire, "D2"))))
    assert not [name for name in ("BAUDRY", "Amina", "DA COSTA", "HAMON") if name in texts]


def test_no_criterion_is_crossed_with_an_employer(world, claire):
    heads = rows_of(a_delivery(world.cohort, claire, "D2"), "Par employeur")[0].keys()
    assert not {"QPV", "FRR", "BOETH", "RSA", "DELD", "Femmes", "Hommes"} & heads


# --- All of them


@pytest.mark.parametrize("code", sorted(KINDS))
def test_every_file_tells_what_it_is(world, claire, code):
    all_papers(world)
    delivery = a_delivery(world.cohort, claire, code)
    facts = {row["Information"]: row["Valeur"] for row in rows_of(delivery, "Informations")}
    assert facts["Remise n°"] == delivery.number
    assert facts["Généré par"] == "Claire MOREL, Agence d'Avranches"
    assert facts["Arrêté au"] == date(2026, 11, 20)
    assert "SM 2026" in facts["Périmètre"]
    assert "les saisies officielles l'emportent" in facts["Portée"]
    assert facts[f"Lignes de la feuille « {KINDS[code].main_sheet} »"] == delivery.row_count


@pytest.mark.parametrize("name", ["=cmd|'/c calc'!A1", "+33", "-1", "@SUM(A1)", "=1+1"])
def test_a_name_like_a_formula_stays_text(world, claire, name):
    world.person.birth_name = name
    world.person.save()
    found = cell(bytes_of(a_delivery(world.cohort, claire)), "Stagiaires", "Nom de naissance")
    assert (found.value, found.data_type, found.quotePrefix) == (name, "s", True)


@pytest.mark.parametrize(
    "name, read",
    [
        pytest.param("Zo\x07é", "Zo\ufffdé", id="control character"),
        pytest.param("Zoé 🌊", "Zoé 🌊", id="emoji"),
        pytest.param("زوي", "زوي", id="right to left"),
        pytest.param("Zoe\u0301", "Zoe\u0301", id="combining accent"),
        pytest.param("<b>&amp;", "<b>&amp;", id="marks"),
    ],
)
def test_an_odd_name_breaks_nothing(world, claire, name, read):
    world.person.first_name = name
    world.person.save()
    delivery = a_delivery(world.cohort, claire)
    assert delivery.is_frozen
    assert rows_of(delivery, "Stagiaires")[0]["Prénom"] == read
    assert by_openpyxl(bytes_of(delivery))["Stagiaires"]["E2"].value == read


def test_the_fingerprint_is_that_of_the_bytes(world, claire):
    delivery = a_delivery(world.cohort, claire)
    content = bytes_of(delivery)
    assert hashlib.sha256(content).hexdigest() == delivery.sha256
    assert len(content) == delivery.byte_count


def test_no_column_could_ask_for_a_social_security_number():
    assert not [field for field in CATALOGUE.values() if heading_looks_like_nir(field.label)]


def test_every_column_that_may_leave_is_in_the_catalogue():
    assert {key for keys in FILE_COLUMNS.values() for key in keys} <= CATALOGUE.keys()


@pytest.mark.parametrize("code", ["O1", "O2"])
def test_the_financers_files_can_hold_nothing_highly_protected(code):
    assert not [key for key in FILE_COLUMNS[code] if CATALOGUE[key].level == "P3"]
