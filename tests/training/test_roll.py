"""The page of the roll, with and without its script: it works, then how it refuses."""

import gzip
import json
import re
from base64 import b64encode
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import qrcode
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from accounts import clock
from accounts.models import AccessLog
from regulations.training import AttendanceStatus
from tests import builders as b
from tests.training.drawings import a_drawing
from training.models import Attendance, RollSubmission, Signature
from training.qr import qr_of

pytestmark = pytest.mark.django_db

DRAWING = "data:image/png;base64,"


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


# --- The tablet ---


def body_of(group, **changes):
    lines = [{"enrolment": one.pk, "seen": "", "mark": "PRESENT.0.0."} for one in group]
    at = clock.true_now().isoformat()
    signature = {
        "request_id": str(uuid4()),
        "enrolment": group[0].pk,
        "way": "TABLET",
        "image": DRAWING + b64encode(a_drawing()).decode(),
        "device_at": at,
    }
    facts = {"request_id": str(uuid4()), "device_id": "tablette", "taken_at": at, "device_at": at}
    return facts | {"lines": lines, "signatures": [signature], "closes": False} | changes


def post(browser, half_day, body):
    return browser.post(address(half_day, "roll_sendings"), json.dumps(body), content_type="application/json")


def test_a_sending_is_kept_and_answers_what_is_known_now(half_day, group, client_of, esther):
    answer = post(client_of(esther), half_day, body_of(group))
    assert answer.status_code == 200
    assert answer.json()["known"] == {str(one.pk): "PRESENT.0.0." for one in group}
    assert half_day.attendances.exclude(signed_at=None).count() == 1


def test_five_replays_of_a_queue_leave_one_row_of_each(half_day, group, client_of, esther):
    browser, body = client_of(esther), body_of(group, closes=True)
    answers = [post(browser, half_day, body).json() for _ in range(5)]
    assert all(answer["outcome"] == answers[0]["outcome"] for answer in answers)
    assert (half_day.attendances.count(), half_day.signatures.count()) == (2, 1)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"request_id": "12"}, id="numéro"),
        pytest.param({"lines": [{"enrolment": "1", "seen": "", "mark": "PRESENT.0.0."}]}, id="personne en texte"),
        pytest.param({"lines": [{"enrolment": True, "seen": "", "mark": "PRESENT.0.0."}]}, id="personne vraie"),
        pytest.param({"lines": [{"enrolment": 10**30, "seen": "", "mark": "PRESENT.0.0."}]}, id="personne énorme"),
        pytest.param({"lines": "tous"}, id="lignes en texte"),
        pytest.param({"lines": [{}]}, id="ligne vide"),
        pytest.param({"device_at": "hier"}, id="heure"),
        pytest.param({"device_at": "2026-03-10T09:00"}, id="heure sans fuseau"),
        pytest.param({"device_id": "x" * 65}, id="appareil trop long"),
        pytest.param({"signatures": [{"request_id": str(uuid4()), "enrolment": None, "way": "FAX"}]}, id="moyen"),
        pytest.param(
            {"signatures": [{"request_id": str(uuid4()), "enrolment": None, "way": "TABLET", "image": "é"}]}, id="tracé"
        ),
    ],
)
def test_what_no_tablet_sends_is_refused_in_french(half_day, group, client_of, esther, change):
    answer = post(client_of(esther), half_day, body_of(group, **change))
    assert answer.status_code == 409
    assert "rechargez la page" in answer.json()["message"]
    assert not half_day.attendances.exists()


@pytest.mark.parametrize("body", ["", "[]", "null", "{", "[" * 100_000, '{"request_id": 1e999}'])
def test_what_is_not_json_is_refused_in_french(half_day, client_of, esther, body):
    answer = client_of(esther).post(address(half_day, "roll_sendings"), body, content_type="application/json")
    assert answer.status_code == 409
    assert "illisible" in answer.json()["message"]


def test_a_social_security_number_typed_as_a_name_is_refused_and_not_kept(half_day, group, client_of, esther):
    number = "2 91 09 50 123 456 78"
    one = {"request_id": str(uuid4()), "enrolment": None, "way": "TYPED", "typed_name": number}
    answer = post(client_of(esther), half_day, body_of(group, signatures=[one]))
    assert answer.status_code == 409
    assert not Signature.objects.exists()


def test_the_people_of_another_agency_are_not_sent_for(half_day, client_of, esther):
    answer = post(client_of(esther), half_day, body_of([b.an_enrolment()]))
    assert "n'est plus de vos cohortes" in answer.json()["message"]
    assert not Attendance.objects.filter(half_day=half_day).exists()


def test_a_signed_out_tablet_is_sent_to_sign_in_and_loses_nothing(half_day, group, client_of, esther):
    browser, body = client_of(None), body_of(group)
    assert post(browser, half_day, body).status_code == 302
    browser.force_login(esther)
    assert post(browser, half_day, body).status_code == 200


def test_the_token_of_an_old_page_is_asked_for_again(half_day, group, esther):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(esther)
    assert post(browser, half_day, body_of(group)).status_code == 403
    token = browser.get(address(half_day, "roll_state")).json()["token"]
    answer = browser.post(
        address(half_day, "roll_sendings"),
        json.dumps(body_of(group)),
        content_type="application/json",
        headers={"X-CSRFToken": token},
    )
    assert answer.status_code == 200


def test_the_state_tells_who_signed_and_gives_the_code(half_day, group, client_of, esther):
    browser = client_of(esther)
    post(browser, half_day, body_of(group))
    state = browser.get(address(half_day, "roll_state")).json()
    assert (state["signed"], state["trainer"]) == ([group[0].pk], False)
    assert "<strong>1 sur 2</strong> ont signé" in state["html"]
    assert "Code QR de la page où signer" in state["html"]


def test_the_drawing_of_the_code_has_the_squares_of_the_code():
    """Line by line, the runs drawn are those of the library's own matrix."""
    address = "https://impec.example/signer/?code=ABC234"
    code = qrcode.QRCode(border=2)
    code.add_data(address)
    dark = {(x, y) for y, row in enumerate(code.get_matrix()) for x, is_dark in enumerate(row) if is_dark}
    runs = [[int(number) for number in run] for run in re.findall(r"M(\d+) (\d+)\.5h(\d+)", qr_of(address))]
    assert {(x + step, y) for x, y, length in runs for step in range(length)} == dark


def test_the_worker_is_served_beside_the_pages_that_it_keeps(client_of):
    answer = client_of(None).get(reverse("training:roll_worker"))
    assert answer["Content-Type"] == "text/javascript"
    assert answer.content == Path(finders.find("training/roll-worker.js")).read_bytes()


def test_signing_out_wipes_what_the_tablet_keeps(client_of, esther):
    browser = client_of(esther)
    assert "Clear-Site-Data" not in browser.get(reverse("home"))
    assert browser.post(reverse("account_logout"))["Clear-Site-Data"] == '"storage"'


# --- The proofs ---


def test_the_proofs_show_both_clocks_and_the_oddity_and_the_reading_is_logged(half_day, group, client_of, esther):
    browser = client_of(esther)
    wrong = (clock.true_now() + timedelta(hours=3, minutes=5)).isoformat()
    body = body_of(group, device_at=wrong, taken_at=wrong)
    body["signatures"][0]["device_at"] = wrong
    outcome = post(browser, half_day, body).json()["outcome"]
    assert "L'horloge de cet appareil avance de 3 h 0" in outcome["notes"][0]
    page = text_of(browser.get(address(half_day, "signatures")))
    assert "Signature tracée par BAUDRY Amina" in page
    assert "avance de 3 h" in page
    assert AccessLog.objects.filter(action="read", purpose="signatures d'une demi-journée").count() == 1


def test_a_signature_is_voided_with_a_reason_and_stays_among_the_proofs(half_day, group, client_of, esther):
    browser = client_of(esther)
    post(browser, half_day, body_of(group))
    signature = Signature.objects.get()
    route = reverse("training:void_signature", args=[signature.pk])
    browser.post(route, {"reason": "Signé à la place de sa voisine"})
    assert "Signé à la place de sa voisine" in text_of(browser.get(address(half_day, "signatures")))
    assert "a déjà" not in text_of(browser.get(address(half_day)))


@pytest.mark.parametrize("name", ["roll", "add_to_roll", "signatures", "roll_state", "countersign"])
def test_another_training_body_gets_404(half_day, client_of, name):
    stranger = b.a_membership(organisation=b.an_organisation("TRAINING_BODY"), role="TRAINER").user
    assert client_of(stranger).get(address(half_day, name)).status_code == 404


@pytest.mark.parametrize("name", ["roll", "signatures", "roll_state"])
def test_neither_employer_nor_trainee_reads_a_roll(half_day, client_of, denis, amina, name):
    assert client_of(denis).get(address(half_day, name)).status_code == 403
    assert client_of(amina).get(address(half_day, name)).status_code == 403


def test_the_page_of_twelve_people_weighs_sixty_kilobytes_at_most(world, half_day, client_of, esther):
    """As it travels: the page as it is, its own sheets and scripts compressed as WhiteNoise serves them."""
    for _ in range(10):
        b.a_contract(enrolment=b.an_enrolment(cohort=world.cohort), cohort=world.cohort)
    page = text_of(client_of(esther).get(address(half_day)))
    parts = set(re.findall(r'(?:href|src)="/static/([^"#]+)', page)) | {"training/pad.js", "training/queue.js"}
    own = [Path(finders.find(part)).read_bytes() for part in parts if not part.startswith("bootstrap/")]
    weight = len(page.encode()) + sum(len(gzip.compress(part)) for part in own)
    assert len(own) >= 9
    assert weight <= 60_000
