"""A roster brought by an employer or an agency: trainees alone are kept; then how it refuses."""

import io
import json
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from regulations.training import HalfDayPart
from tests import builders as b
from training.models import RosterShift

pytestmark = pytest.mark.django_db

DATA = Path(__file__).resolve().parent / "data"
WORKBOOK = DATA / "planning-ehpad.xlsx"
EXPECTED = json.loads((DATA / "planning-ehpad.expected.json").read_text(encoding="utf-8"))
PARIS = ZoneInfo("Europe/Paris")
TRAINEES = (("GAUDIN", "Caroline"), ("MARÉCHAL", "Émilie"))


@pytest.fixture
def trainees(world):
    """The two subsidised contracts of the facility, at Denis's."""
    found = {}
    for birth_name, first_name in TRAINEES:
        person = b.a_person(birth_name=birth_name, first_name=first_name, agency=world.cohort.agency)
        enrolment = b.an_enrolment(person, world.cohort, seat=world.seat)
        b.a_contract(enrolment=enrolment, cohort=world.cohort, establishment=world.closerie)
        found[person.full_name] = enrolment
    for day in (date(2026, 3, 10), date(2026, 3, 24)):
        for part in HalfDayPart:
            b.a_half_day(world.session, day=day, part=part)
    return found


@pytest.fixture
def send(world, client_of, denis):
    browser = client_of(denis)
    address = reverse("imports:roster", args=[world.cohort.pk])

    def upload(content=None, **data):
        if content is not None:
            data["file"] = SimpleUploadedFile("planning.xlsx", content)
        return browser.post(address, data)

    return upload


def changed(arrange):
    book = load_workbook(WORKBOOK)
    arrange(book["MARS"])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def words(page):
    return " ".join(page.content.decode().replace("\xa0", " ").replace("&#x27;", "'").split())


def kept_of(enrolment):
    rows = RosterShift.objects.filter(enrolment=enrolment).order_by("starts_at")
    local = [(row.kind, row.code, row.starts_at.astimezone(PARIS), row.ends_at.astimezone(PARIS)) for row in rows]
    return {
        "vacations": [
            {"code": code, "debut": f"{start:%Y-%m-%dT%H:%M}", "fin": f"{end:%Y-%m-%dT%H:%M}"}
            for kind, code, start, end in local
            if kind == "WORK"
        ],
        "conges": [f"{start:%Y-%m-%d}" for kind, _, start, _ in local if kind == "LEAVE"],
    }


# --- it works ---


def test_shifts_and_leave_of_the_trainees_are_those_expected_and_no_other(trainees, send):
    page = send(WORKBOOK.read_bytes())
    assert not RosterShift.objects.exists()
    answer = send(planning=page.context["packed"])
    assert answer.status_code == 302
    assert {name: kept_of(enrolment) for name, enrolment in trainees.items()} == EXPECTED["salaries_pec"]
    assert set(RosterShift.objects.values_list("enrolment", flat=True)) == {one.pk for one in trainees.values()}


def test_what_it_hinders_is_what_was_expected(trainees, send):
    [shown] = send(WORKBOOK.read_bytes()).context["found"]
    parts = {}
    for half_day, clashes in shown["clashes"]:
        for clash in clashes:
            key = (clash.name, half_day.day.isoformat(), clash.cause)
            parts.setdefault(key, []).append(half_day.get_part_display())
    found = [
        {"personne": name, "seance": f"{day} {' et '.join(halves)}", "cause": cause}
        for (name, day, cause), halves in parts.items()
    ]
    causes = {"repos_insuffisant": "repos insuffisant", "conge": "en congé", "en_poste": "en poste"}
    expected = [
        {"personne": one["personne"], "seance": one["seance"], "cause": causes[one["cause"]]}
        for one in EXPECTED["conflits"]
    ]
    assert sorted(found, key=str) == sorted(expected, key=str)


def test_details_are_said_as_people_would(trainees, send):
    page = words(send(WORKBOOK.read_bytes()))
    assert "nuit finie le 10/03 à 7 h 00, séance à 9 h 00 : 2 h de repos au lieu de 11 h" in page
    assert "en congé du 09/03 au 13/03" in page
    assert "en poste de 6 h 45 à 14 h 15" in page


def test_the_rest_of_the_team_is_counted_and_never_named(trainees, send):
    page = send(WORKBOOK.read_bytes())
    assert "10 autres lignes de l'équipe sont ignorées" in words(page)
    others = [agent["nom"] for agent in EXPECTED["agents"].values() if agent["nom"] not in trainees]
    assert len(others) == 10
    assert not [name for name in others if name in words(page)]


def test_the_night_of_the_last_day_ends_in_the_next_month_and_belongs_to_its_own(trainees, send):
    content = changed(lambda sheet: sheet.__setitem__("AH12", "N"))
    send(planning=send(content).context["packed"])
    last = RosterShift.objects.filter(enrolment=trainees["GAUDIN Caroline"]).latest("starts_at")
    assert (last.starts_at.astimezone(PARIS).month, last.ends_at.astimezone(PARIS).month) == (3, 4)
    send(planning=send(WORKBOOK.read_bytes()).context["packed"])
    last = RosterShift.objects.filter(enrolment=trainees["GAUDIN Caroline"]).latest("starts_at")
    assert last.code == "M"


def test_a_month_imported_again_replaces_itself_and_leaves_the_others(trainees, send):
    send(planning=send(WORKBOOK.read_bytes()).context["packed"])
    before = RosterShift.objects.count()
    page = send(changed(lambda sheet: sheet.__setitem__("E12", "R")))
    assert f"Les {before} vacations déjà connues de ce mois seront remplacées" in words(page)
    send(planning=page.context["packed"])
    assert RosterShift.objects.count() == before - 1


def test_a_leave_keeps_no_code_that_could_say_why(trainees, send):
    def arrange(sheet):
        sheet["E12"], sheet["A27"] = "MAL", "MAL = arrêt maladie"

    send(planning=send(changed(arrange)).context["packed"])
    leave = RosterShift.objects.get(enrolment=trainees["GAUDIN Caroline"], kind="LEAVE")
    assert leave.code == ""


def test_who_is_missing_from_the_grid_is_named(trainees, world, send):
    assert "BAUDRY Amina" in send(WORKBOOK.read_bytes()).context["found"][0]["matched"].missing


def test_the_agency_brings_it_too_and_the_neighbour_finds_nobody(trainees, world, client_of, claire, gaelle):
    address = reverse("imports:roster", args=[world.cohort.pk])
    for user, count in ((claire, 2), (gaelle, 0)):
        file = SimpleUploadedFile("planning.xlsx", WORKBOOK.read_bytes())
        page = client_of(user).post(address, {"file": file})
        assert len(page.context["found"][0]["matched"].months) == count


# --- how it refuses ---


def test_an_unknown_code_is_refused_with_its_cell_and_the_others_are_kept(trainees, send):
    page = send(changed(lambda sheet: sheet.__setitem__("E12", "Z9")))
    assert "Cellule E12 : « Z9 » n'est pas dans la légende (CA, M, N, R, S)" in words(page)
    send(planning=page.context["packed"])
    assert set(RosterShift.objects.values_list("enrolment", flat=True)) == {trainees["MARÉCHAL Émilie"].pk}


def test_an_unknown_trainee_is_refused_by_her_row_and_her_name(trainees, send):
    page = send(changed(lambda sheet: sheet.__setitem__("A12", "GODIN Caroline")))
    assert "Ligne 12, « GODIN Caroline » : marquée PEC, mais aucune stagiaire" in words(page)


def test_two_rows_of_one_name_are_refused(trainees, send):
    page = send(changed(lambda sheet: sheet.__setitem__("A13", "gaudin caroline")))
    assert "Lignes 12 et 13 : deux lignes portent ce nom" in words(page)
    assert page.context["packed"] == ""


def test_the_same_month_on_two_sheets_is_refused_and_another_month_is_not(trainees, send):
    book = load_workbook(WORKBOOK)
    again = book.copy_worksheet(book["MARS"])
    again.title = "MARS bis"
    kept = io.BytesIO()
    book.save(kept)
    page = send(kept.getvalue())
    assert "Feuilles MARS et MARS bis : le même mois y est deux fois" in words(page)
    assert page.context["packed"] == ""


def test_a_social_security_number_is_never_said_back(trainees, send):
    page = send(changed(lambda sheet: sheet.__setitem__("A12", "2 69 05 49 588 157 80")))
    assert "588 157" not in words(page)


@pytest.mark.parametrize(
    ("arrange", "said"),
    [
        pytest.param(
            lambda sheet: sheet.__setitem__("A1", "PLANNING HÉBERGEMENT"),
            "le titre ne dit pas le mois et l'année",
            id="sans mois",
        ),
        pytest.param(
            lambda sheet: sheet.__setitem__("A1", "PLANNING - AVRIL 2026"), "31 jours numérotés, avril 2026", id="avril"
        ),
        pytest.param(
            lambda sheet: sheet.__setitem__("A1", "PLANNING - MARS 2027"),
            "cellule D3 : le 1 mars 2027 n'est pas un « D »",
            id="autre année",
        ),
        pytest.param(lambda sheet: sheet.delete_rows(20, 7), "la légende manque", id="sans légende"),
        pytest.param(lambda sheet: sheet.delete_rows(4), "Aucune feuille ne ressemble à un planning", id="sans jours"),
    ],
)
def test_a_grid_that_cannot_be_read_says_what_to_write(trainees, send, arrange, said):
    page = send(changed(arrange))
    assert said in words(page)
    assert page.context["packed"] == ""


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"%PDF-1.7 ceci est une image", "n'est pas", id="pas un classeur"),
        pytest.param(b"PK\x03\x04 tronque", "abîmé", id="abîmé"),
        pytest.param(b"x" * (6 << 20), "dépasse 5 Mo", id="trop gros"),
    ],
)
def test_a_file_that_is_no_workbook_is_refused(trainees, send, content, said):
    assert said in words(send(content))


def test_a_preview_of_somebody_else_or_changed_on_the_way_writes_nothing(trainees, world, send, client_of, claire):
    packed = send(WORKBOOK.read_bytes()).context["packed"]
    address = reverse("imports:roster", args=[world.cohort.pk])
    client_of(claire).post(address, {"planning": packed})
    send(planning=f"{packed}x")
    assert not RosterShift.objects.exists()
