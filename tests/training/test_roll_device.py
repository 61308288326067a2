"""What a tablet sends and asks for, and the proofs of a half-day: it works, then how it refuses."""

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
from tests import builders as b
from tests.training.drawings import a_drawing
from training.models import Attendance, Signature
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


def text_of(answer):
    return answer.content.decode()


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
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    script = answer.content.decode()
    for name in ("accounts/page-keeper.js", "training/roll-worker.js"):
        assert Path(finders.find(name)).read_text(encoding="utf-8") in script


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
