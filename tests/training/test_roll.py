"""The page of the roll, with and without its script: it works, then how it refuses."""

import gzip
import re
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse

from contracts.models import Suspension
from regulations.contracts import SuspensionReason
from regulations.training import AttendanceStatus
from tests import builders as b
from training.models import RollSubmission, Signature

pytestmark = pytest.mark.django_db


# By the script of the page.
IMPORTED = {"training/hands.js", "training/pad.js", "training/queue.js", "accounts/waiting.js"}


@pytest.fixture
def half_day(world, settings):
    """A half-day that is being held."""
    settings.IMPEC_TODAY = "2026-03-10T10:00"
    return b.a_half_day(world.session, day=date(2026, 3, 10))


@pytest.fixture
def group(world):
    return [world.enrolment, world.other_contract.enrolment]


def address(half_day, name="roll"):
    return reverse(f"training:{name}", args=[half_day.pk])


def roll_of(group, seen="", **changes):
    data = {"request_id": str(uuid4())}
    for one in group:
        data |= {f"l{one.pk}-status": AttendanceStatus.PRESENT.value, f"l{one.pk}-seen": seen}
    return data | changes


def signed(name="Esther Parent"):
    return {"intervenant-typed_name": name, "intervenant-signs": "on"}


def text_of(answer):
    return answer.content.decode()


# --- The page, without script ---


def test_the_home_page_leads_to_the_roll_of_the_day_and_the_session_to_its_proofs(half_day, client_of, esther):
    browser = client_of(esther)
    assert address(half_day) in text_of(browser.get(reverse("home")))
    page = text_of(browser.get(reverse("training:session_detail", args=[half_day.session_id])))
    assert address(half_day, "signatures") in page


def test_the_trainer_takes_the_roll_signs_and_closes_in_one_sending(world, half_day, group, client_of, esther):
    data = roll_of(group, close="1", **{f"l{world.enrolment.pk}-status": "ABSENT"}, **signed())
    answer = client_of(esther).post(address(half_day), data, follow=True)
    half_day.refresh_from_db()
    assert half_day.closed_at
    assert half_day.countersigned_at
    assert Signature.objects.get().signer_name == "Esther Parent"
    minutes = {world.enrolment.pk: 0, world.other_contract.enrolment.pk: 210}
    assert dict(half_day.attendances.values_list("enrolment", "attended_minutes")) == minutes
    assert "la demi-journée est close" in text_of(answer)
    assert "avant la fin prévue (12:30)" in text_of(answer)


def test_everybody_is_present_by_default(half_day, client_of, esther):
    page = client_of(esther).get(address(half_day))
    assert [line.initial["status"] for line in page.context["lines"]] == ["PRESENT", "PRESENT"]


def test_a_double_click_takes_one_roll(half_day, group, client_of, esther):
    data = roll_of(group, **signed())
    browser = client_of(esther)
    for _ in range(2):
        assert browser.post(address(half_day), data).status_code == 302
    assert (half_day.attendances.count(), Signature.objects.count(), RollSubmission.objects.count()) == (2, 1, 1)


def test_an_impossible_lateness_is_said_and_what_was_typed_stays(world, half_day, group, client_of, esther):
    key = f"l{world.enrolment.pk}"
    data = roll_of(group) | {f"{key}-status": "LATE", f"{key}-minutes_late": "400"}
    page = client_of(esther).post(address(half_day), data)
    assert page.status_code == 422
    assert "400 minutes" in text_of(page)
    assert 'value="400"' in text_of(page)
    assert data["request_id"] in text_of(page)
    assert not half_day.attendances.exists()


def test_who_comes_second_sees_both_versions_and_overwrites_nothing(world, half_day, group, client_of, esther, claire):
    browser, second = client_of(esther), client_of(claire)
    browser.post(address(half_day), roll_of(group, **{f"l{world.enrolment.pk}-status": "ABSENT"}))
    page = second.post(address(half_day), roll_of(group))
    assert page.status_code == 409
    assert "BAUDRY Amina : « absent non justifié » par Esther PARENT" in text_of(page)
    assert "Vous aviez noté « présent »" in text_of(page)
    assert half_day.attendances.valid().get(enrolment=world.enrolment).status == "ABSENT"
    seen = {line["seen"].value() for line in page.context["lines"]}
    assert seen == {"ABSENT.0.0.", "PRESENT.0.0."}


@pytest.mark.parametrize(
    "half_filled, message",
    [({"intervenant-typed_name": "Esther Parent"}, "Cochez la case"), ({"intervenant-signs": "on"}, "Écrivez votre")],
)
def test_a_half_filled_signature_is_asked_again(half_day, group, client_of, esther, half_filled, message):
    page = client_of(esther).post(address(half_day), roll_of(group, **half_filled))
    assert page.status_code == 422
    assert message in text_of(page)
    assert not half_day.attendances.exists()


def test_a_page_played_with_says_so(half_day, group, client_of, esther):
    page = client_of(esther).post(address(half_day), roll_of(group, seen="MAYBE"))
    assert page.status_code == 422
    assert not half_day.attendances.exists()


def test_the_reason_of_an_absence_is_one_of_the_list(world, half_day, group, client_of, esther):
    key = f"l{world.enrolment.pk}"
    browser = client_of(esther)
    data = roll_of(group) | {f"{key}-status": "ABSENT", f"{key}-absence_reason": "Grippe"}
    assert browser.post(address(half_day), data).status_code == 422
    browser.post(address(half_day), data | {f"{key}-absence_reason": "ILLNESS"})
    assert half_day.attendances.get(enrolment=world.enrolment).absence_reason == "ILLNESS"


@pytest.mark.parametrize(
    "now, words",
    [
        pytest.param("2026-03-10T16:31", "L&#x27;appel est verrouillé depuis le", id="quatre heures après la fin"),
        pytest.param("2026-03-09T10:00", "à venir", id="la veille"),
    ],
)
def test_out_of_its_time_the_roll_is_shown_and_not_taken(half_day, group, client_of, esther, settings, now, words):
    settings.IMPEC_TODAY = now
    browser = client_of(esther)
    page = text_of(browser.get(address(half_day)))
    assert words.replace("&#x27;", "'") in page
    assert 'name="close"' not in page
    assert browser.post(address(half_day), roll_of(group)).status_code == 422
    assert not half_day.attendances.exists()


def test_a_locked_roll_is_reopened_with_a_reason_that_stays(half_day, group, client_of, esther, settings):
    settings.IMPEC_TODAY = "2026-03-11T08:00"
    browser = client_of(esther)
    assert "obligatoire" in text_of(browser.post(address(half_day, "reopen_half_day"), {"reason": " "})).lower()
    browser.post(address(half_day, "reopen_half_day"), {"reason": "Tablette oubliée"})
    browser.post(address(half_day), roll_of(group))
    assert half_day.attendances.count() == 2
    assert "Tablette oubliée" in text_of(browser.get(address(half_day)))


def test_a_whole_roll_is_closed_after_the_lock_without_reopening_it(half_day, group, client_of, esther, settings):
    browser = client_of(esther)
    browser.post(address(half_day), roll_of(group))
    settings.IMPEC_TODAY = "2026-03-13T08:00"
    assert "Clore sans rien changer" in text_of(browser.get(address(half_day)))
    browser.post(address(half_day, "close_half_day"))
    half_day.refresh_from_db()
    assert half_day.closed_at
    assert half_day.reopened_at is None


def test_a_person_who_is_not_on_the_list_is_added_with_a_reason(world, half_day, group, client_of, esther):
    stranger = b.an_enrolment(b.a_person(birth_name="LEROUX", first_name="Inès"), cohort=world.cohort)
    b.a_contract(enrolment=stranger, cohort=world.cohort, starts_on=date(2026, 4, 1))
    browser = client_of(esther)
    page = text_of(browser.get(address(half_day, "add_to_roll")))
    assert "LEROUX Inès" in page
    assert "BAUDRY Amina" not in page
    browser.post(address(half_day, "add_to_roll"), {"enrolment": stranger.pk, "reason": "Rattrape le module"})
    assert half_day.attendances.get().added_reason == "Rattrape le module"
    page = text_of(browser.get(address(half_day)))
    assert "LEROUX Inès" in page
    assert "Rattrape le module" in page


def test_a_person_of_a_cohort_one_does_not_see_cannot_be_added(half_day, client_of, esther):
    data = {"enrolment": b.an_enrolment().pk, "reason": "Rattrape le module"}
    assert "Sélectionnez un choix valide" in text_of(client_of(esther).post(address(half_day, "add_to_roll"), data))
    assert not half_day.attendances.exists()


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "is_said"),
    [
        pytest.param(date(2026, 3, 2), date(2026, 3, 10), True, id="dernier jour"),
        pytest.param(date(2026, 3, 10), None, True, id="en cours"),
        pytest.param(date(2026, 3, 2), date(2026, 3, 9), False, id="finie la veille"),
        pytest.param(date(2026, 3, 11), None, False, id="le lendemain"),
    ],
)
def test_a_suspended_contract_is_said_beside_the_name_without_its_reason(
    world, half_day, client_of, esther, starts_on, ends_on, is_said
):
    Suspension.objects.create(
        contract=world.contract, starts_on=starts_on, ends_on=ends_on, reason=SuspensionReason.PARENTAL
    )
    page = client_of(esther).get(address(half_day))
    told = {line.enrolment.pk: line.enrolment.is_suspended for line in page.context["lines"]}
    assert told == {world.enrolment.pk: is_said, world.other_contract.enrolment_id: False}
    assert text_of(page).count("Contrat suspendu ce jour-là") == is_said
    assert SuspensionReason.PARENTAL.label not in text_of(page)


def test_roll_page_asks_ten_queries_at_most(world, half_day, client_of, esther, django_assert_max_num_queries):
    browser = client_of(esther)
    browser.get(address(half_day))
    for _ in range(10):
        b.a_contract(enrolment=b.an_enrolment(cohort=world.cohort), cohort=world.cohort)
    with django_assert_max_num_queries(10):
        page = browser.get(address(half_day))
    assert len(page.context["lines"]) == 12


def test_the_countersignature_has_a_page_of_its_own(half_day, client_of, esther):
    browser = client_of(esther)
    assert "(obligatoire)" in text_of(browser.get(address(half_day, "countersign")))
    browser.post(address(half_day, "countersign"), {"typed_name": "Esther Parent", "signs": "on"})
    half_day.refresh_from_db()
    assert half_day.countersigned_at


def test_the_page_of_twelve_people_weighs_sixty_kilobytes_at_most(world, half_day, client_of, esther):
    """As it travels: the page as it is, its own sheets and scripts compressed as WhiteNoise serves them."""
    for _ in range(10):
        b.a_contract(enrolment=b.an_enrolment(cohort=world.cohort), cohort=world.cohort)
    page = text_of(client_of(esther).get(address(half_day)))
    parts = set(re.findall(r'(?:href|src)="/static/([^"#]+)', page)) | IMPORTED
    own = [Path(finders.find(part)).read_bytes() for part in parts if not part.startswith("bootstrap/")]
    weight = len(page.encode()) + sum(len(gzip.compress(part)) for part in own)
    assert len(own) >= 10
    assert weight <= 60_000
