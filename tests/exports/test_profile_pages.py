"""Pages of the profiles: columns moved without a script, a new version saved, the original one back."""

import pytest
from django.urls import reverse

from exports.forms.profiles import moved
from exports.models import ExportProfile
from tests.browser.page_checks import keyboard_faults, sideways
from tests.exports.helpers import TODAY


@pytest.fixture
def o1(world):
    return ExportProfile.objects.get(code="O1")


@pytest.fixture
def address(o1):
    return reverse("exports:profile_edit", args=[o1.pk])


def typed(*keys, **changes):
    found = {"name": "Liste courte", "date_format": "FRENCH", "valid_from": "20/11/2026", "for_whom": "", "seen": 1}
    found |= {f"heading-{key}": key.partition(".")[2] for key in keys}
    return found | {"key": list(keys), "form_token": "un-jeton"} | changes


NAME, BORN, TITLE = "person.birth_name", "person.birth_date", "person.title"


@pytest.mark.parametrize(
    ("gesture", "after", "expected"),
    [
        ("up b", "", ["b", "a", "c"]),
        ("up a", "", ["a", "b", "c"]),
        ("down b", "", ["a", "c", "b"]),
        ("down c", "", ["a", "b", "c"]),
        ("remove b", "", ["a", "c"]),
        ("remove x", "", ["a", "b", "c"]),
        (f"add {NAME}", "", ["a", "b", "c", NAME]),
        (f"add {NAME}", "first", [NAME, "a", "b", "c"]),
        (f"add {NAME}", "a", ["a", NAME, "b", "c"]),
        ("add nothing.known", "", ["a", "b", "c"]),
        ("dance b", "", ["a", "b", "c"]),
    ],
)
def test_each_button_moves_one_column(gesture, after, expected):
    assert moved(["a", "b", "c"], gesture, after) == expected


def test_a_moved_column_keeps_what_was_typed_and_writes_nothing(o1, address, claire, client_of):
    asked = typed(NAME, BORN, gesture=f"up {BORN}") | {f"heading-{BORN}": "Né le"}
    page = client_of(claire).post(address, asked).content.decode()
    assert page.index('value="Né le"') < page.index('value="birth_name"')
    assert "Un point est à corriger" not in page
    assert ExportProfile.objects.filter(code="O1").count() == 1


def test_saving_makes_the_version_of_the_agency(o1, address, claire, client_of):
    asked = typed(NAME, TITLE) | {f"codes-{TITLE}": "Mme = 2\nM. = 1", f"required-{NAME}": "on"}
    answer = client_of(claire).post(address, asked)
    version = ExportProfile.objects.get(code="O1", version=2)
    assert answer.url == version.get_absolute_url()
    assert version.columns == [
        {"key": NAME, "heading": "birth_name", "on": True, "required": True},
        {"key": TITLE, "heading": "title", "on": True, "codes": {"Mme": "2", "M.": "1"}},
    ]
    page = client_of(claire).get(answer.url).content.decode().replace("&#x27;", "'")
    assert "Mme → 2" in page
    assert "Revenir au profil d'origine" in page
    assert o1.get_absolute_url() in page


def test_the_list_shows_what_is_in_force(o1, address, claire, client_of):
    client = client_of(claire)
    assert "Liste des stagiaires" in client.get(reverse("exports:profile_list")).content.decode()
    client.post(address, typed(NAME))
    page = client.get(reverse("exports:profile_list")).content.decode()
    assert ("Liste courte" in page, "Liste des stagiaires" in page) == (True, False)


def test_the_original_profile_comes_back(o1, address, claire, client_of):
    client = client_of(claire)
    client.post(address, typed(NAME))
    short = ExportProfile.objects.get(code="O1", version=2)
    client.post(reverse("exports:profile_restore", args=[short.pk]), {"valid_from": "20/11/2026"})
    assert ExportProfile.objects.get(code="O1", version=3).columns == o1.columns
    assert ExportProfile.objects.current("O1", TODAY, agency=short.agency).version == 3


# --- It refuses, and keeps what was typed


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({f"codes-{TITLE}": "Mme : 2"}, "Ligne 1, « Mme : 2 »"),
        ({f"codes-{TITLE}": "Mme = 2\nMme = 3"}, "a déjà un code plus haut"),
        ({f"heading-{TITLE}": ""}, "Titre"),
        ({"key": []}, "Gardez au moins une colonne"),
        ({"key": [NAME, "protected.boeth"], "heading-protected.boeth": "Autre"}, "ne peut pas recevoir : BOETH"),
        ({"valid_from": "19/11/2026"}, "au plus tôt"),
        ({"seen": 0}, "La version 1 a été enregistrée depuis"),
        ({"for_whom": "financeur-999999"}, "for_whom"),
    ],
)
def test_what_cannot_be_saved_is_said(o1, address, claire, client_of, changes, words):
    answer = client_of(claire).post(address, typed(NAME, TITLE) | changes)
    page = answer.content.decode().replace("&#x27;", "'")
    assert (answer.status_code, words in page, "Liste courte" in page) == (200, True, True)
    assert ExportProfile.objects.filter(code="O1").count() == 1


def test_a_profile_of_another_agency_is_not_found(o1, claire, client_of, hugo):
    agency = hugo.memberships.get().organisation
    theirs = ExportProfile.objects.create(
        code="O1", version=7, name="À eux", columns=o1.columns, valid_from=TODAY, agency=agency
    )
    for name in ("profile_detail", "profile_edit", "profile_restore"):
        assert client_of(claire).get(reverse(f"exports:{name}", args=[theirs.pk])).status_code == 404


@pytest.mark.parametrize("width", [1280, 320])
def test_columns_move_by_keyboard_at_any_width(o1, address, claire, open_page, accessibility_faults, width):
    page = open_page(claire, width=width)
    page.goto(reverse("exports:profile_list"))
    assert (accessibility_faults(page), sideways(page)) == ([], 0)
    page.goto(address)
    button = page.get_by_role("button", name="Descendre Nom de naissance")
    button.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.textContent") == "Descendre Nom de naissance"
    assert page.locator(".profile-column legend").nth(3).inner_text().startswith("4. Nom de naissance")
    assert (accessibility_faults(page), sideways(page)) == ([], 0)
    page.get_by_role("button", name="Enregistrer cette version").first.click()
    page.wait_for_url("**/profils/*/")
    assert (accessibility_faults(page), sideways(page), keyboard_faults(page)) == ([], 0, [])
    assert [kept["key"] for kept in ExportProfile.objects.get(code="O1", version=2).columns][2:4] == [
        "person.usual_name",
        "person.birth_name",
    ]
