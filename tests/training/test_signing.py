"""A signature is a proof: who, when, by what way. It works, then how it refuses."""

import hashlib
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from accounts import clock, ink
from regulations.training import AttendanceStatus, SignatureWay
from tests import builders as b
from tests.training.drawings import a_blank, a_drawing, a_png
from training import actions
from training.models import Signature, TrainingRules

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 10)
AT = clock.parse("2026-03-10T12:20")


@pytest.fixture
def half_day(world):
    return b.a_half_day(world.session, day=DAY)


@pytest.fixture
def present(world, half_day, esther):
    entry = actions.RollEntry(enrolment=world.enrolment)
    return actions.record_roll(half_day=half_day, entries=[entry], by=esther, at=AT)[0]


def sign(half_day, enrolment=None, **changes):
    facts = {
        "way": SignatureWay.TABLET,
        "image": a_drawing(),
        "typed_name": "",
        "device_at": AT,
        "device_id": "tablette-1",
        "request_id": uuid4(),
        "by": None,
        "at": AT,
        **changes,
    }
    return actions.sign(half_day=half_day, enrolment=enrolment, **facts)


def test_a_signature_keeps_who_when_and_by_what_way(world, half_day, present, esther):
    late_clock = AT - timedelta(hours=3)
    signature = sign(half_day, world.enrolment, device_at=late_clock, by=esther)
    assert (signature.signer_name, signature.way, signature.recorded_by) == ("BAUDRY Amina", "TABLET", esther)
    assert (signature.server_at, signature.device_at, signature.device_id) == (AT, late_clock, "tablette-1")
    assert bytes(signature.image) == a_drawing()
    assert signature.image_sha256 == hashlib.sha256(a_drawing()).hexdigest()
    present.refresh_from_db()
    assert present.signed_at == AT


def test_five_replays_make_one_signature(world, half_day, present):
    request = uuid4()
    assert len({sign(half_day, world.enrolment, request_id=request).pk for _ in range(5)}) == 1
    assert half_day.signatures.count() == 1


def test_a_second_signature_is_refused_and_the_first_stays(world, half_day, present):
    sign(half_day, world.enrolment)
    with pytest.raises(ValidationError, match="BAUDRY Amina a déjà signé"):
        sign(half_day, world.enrolment, image=a_drawing(2))
    assert bytes(half_day.signatures.get().image) == a_drawing()


def test_the_trainer_countersigns_once(half_day, esther):
    signature = sign(half_day, way=SignatureWay.TYPED, image=None, typed_name="Esther  Parent", by=esther)
    half_day.refresh_from_db()
    assert (signature.enrolment, signature.signer_name, half_day.countersigned_at) == (None, "Esther Parent", AT)
    with pytest.raises(ValidationError, match="intervenant a déjà signé"):
        sign(half_day, by=esther)


def test_a_typed_name_signs_for_whoever_cannot_draw(world, half_day, present):
    signature = sign(half_day, world.enrolment, way=SignatureWay.TYPED, image=None, typed_name="amina baudry")
    assert (signature.signer_name, bytes(signature.image), signature.image_sha256) == ("amina baudry", b"", "")


@pytest.mark.parametrize("typed, match", [("Amina", "prénom et votre nom"), ("Zoé Da Costa", "n'est pas le nom")])
def test_a_typed_name_is_her_own(world, half_day, present, typed, match):
    with pytest.raises(ValidationError, match=match):
        sign(half_day, world.enrolment, way=SignatureWay.TYPED, image=None, typed_name=typed)


def test_she_may_sign_on_her_phone_before_the_roll_is_taken(world, half_day, esther):
    sign(half_day, world.enrolment, way=SignatureWay.PHONE)
    entry = actions.RollEntry(enrolment=world.enrolment)
    [row] = actions.record_roll(half_day=half_day, entries=[entry], by=esther, at=AT + timedelta(minutes=5))
    assert row.signed_at == AT


def test_a_correction_of_the_roll_keeps_the_signature(world, half_day, present, esther):
    sign(half_day, world.enrolment)
    late = actions.RollEntry(enrolment=world.enrolment, status=AttendanceStatus.LATE, minutes_late=10)
    [row] = actions.record_roll(half_day=half_day, entries=[late], by=esther, at=AT)
    assert (row.attended_minutes, row.signed_at) == (200, AT)


def test_a_correction_of_minutes_keeps_what_was_signed_on_paper(world, half_day, esther):
    entry = actions.RollEntry(enrolment=world.enrolment)
    actions.record_roll(half_day=half_day, entries=[entry], by=esther, at=AT, source="PAPER", on_paper=True)
    late = actions.RollEntry(enrolment=world.enrolment, status=AttendanceStatus.LATE, minutes_late=10)
    [row] = actions.record_roll(half_day=half_day, entries=[late], by=esther, at=AT)
    assert row.signed_on_paper
    absent = actions.RollEntry(enrolment=world.enrolment, status=AttendanceStatus.ABSENT)
    [row] = actions.record_roll(half_day=half_day, entries=[absent], by=esther, at=AT)
    assert not row.signed_on_paper


def test_whoever_signed_is_not_noted_absent(world, half_day, present, esther):
    sign(half_day, world.enrolment)
    absent = actions.RollEntry(enrolment=world.enrolment, status=AttendanceStatus.ABSENT)
    with pytest.raises(ValidationError, match="annulez d'abord sa signature"):
        actions.record_roll(half_day=half_day, entries=[absent], by=esther, at=AT)


def test_a_voided_signature_stays_with_its_reason_and_another_is_made(world, half_day, present, esther):
    first = sign(half_day, world.enrolment)
    actions.void_signature(signature=first, by=esther, at=AT, reason="Signé sur la ligne de sa voisine")
    first.refresh_from_db()
    assert (first.voided_by, first.void_reason) == (esther, "Signé sur la ligne de sa voisine")
    assert half_day.attendances.valid().get().signed_at is None
    present.refresh_from_db()
    assert (present.signed_at, present.voided_by) == (AT, esther)
    sign(half_day, world.enrolment, image=a_drawing(2))
    assert half_day.attendances.valid().get().signed_at == AT
    with pytest.raises(ValidationError, match="déjà annulée"):
        actions.void_signature(signature=first, by=esther, at=AT, reason="Encore")


def test_the_trainer_s_own_signature_can_be_voided(half_day, esther):
    signature = sign(half_day, by=esther)
    with pytest.raises(ValidationError, match="pourquoi"):
        actions.void_signature(signature=signature, by=esther, at=AT, reason=" ")
    actions.void_signature(signature=signature, by=esther, at=AT, reason="Mauvaise séance")
    half_day.refresh_from_db()
    assert half_day.countersigned_at is None


def test_an_absent_person_does_not_sign(world, half_day, esther):
    absent = actions.RollEntry(enrolment=world.enrolment, status=AttendanceStatus.ABSENT)
    actions.record_roll(half_day=half_day, entries=[absent], by=esther, at=AT)
    with pytest.raises(ValidationError, match="notée absente"):
        sign(half_day, world.enrolment)


def test_a_stranger_to_the_half_day_does_not_sign(half_day):
    with pytest.raises(ValidationError, match="n'est pas de cette demi-journée"):
        sign(half_day, b.an_enrolment())


@pytest.mark.parametrize("at", ["2026-03-09T23:50", "2026-03-10T16:31"], ids=["la veille", "verrouillée à 16 h 30"])
def test_a_signature_out_of_time_is_refused(half_day, at):
    with pytest.raises(ValidationError, match=r"pas d'avance|verrouillé"):
        sign(half_day, at=clock.parse(at))
    assert not Signature.objects.exists()


def test_what_was_drawn_in_time_without_network_is_kept_when_it_arrives_late(world, half_day, esther):
    signature = sign(half_day, world.enrolment, at=AT + timedelta(days=1), taken_at=AT)
    assert (signature.server_at, signature.device_at) == (AT + timedelta(days=1), AT)


def test_a_cancelled_half_day_is_not_signed(world, half_day):
    actions.cancel_half_day(half_day=half_day, on=DAY, reason="Neige")
    with pytest.raises(ValidationError, match="annulée"):
        sign(half_day, world.enrolment)


def test_a_closed_half_day_is_not_signed(world, half_day, present, esther):
    actions.close_half_day(half_day=half_day, by=esther, at=AT, expected=[world.enrolment])
    with pytest.raises(ValidationError, match="close"):
        sign(half_day, world.enrolment)


def test_one_request_does_not_sign_twice_elsewhere(world, half_day, present):
    request = sign(half_day, world.enrolment).request_id
    with pytest.raises(ValidationError, match="rechargez"):
        sign(half_day, world.other_contract.enrolment, request_id=request)


@pytest.mark.parametrize(
    "image, message",
    [
        pytest.param(b"", ink.BLANK, id="rien"),
        pytest.param(a_blank(), ink.BLANK, id="feuille blanche"),
        pytest.param(b"\xff\xd8\xff\xe0 photo", ink.NOT_AN_IMAGE, id="JPEG"),
        pytest.param(a_drawing()[:-30], ink.NOT_AN_IMAGE, id="coupée"),
        pytest.param(a_drawing().replace(b"IDAT", b"IDAX"), ink.NOT_AN_IMAGE, id="abîmée"),
        pytest.param(a_png(b"\0" * 50_000_000, 120, 40), ink.BLANK, id="qui se déplie en 50 Mo"),
        pytest.param(a_png(b"", 60_000, 60_000), ink.NOT_AN_IMAGE, id="annoncée géante"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(60_000), ink.TOO_BIG, id="trop lourde"),
    ],
)
def test_what_is_not_a_drawing_is_refused(world, half_day, present, image, message):
    with pytest.raises(ValidationError) as refusal:
        sign(half_day, world.enrolment, image=image)
    assert refusal.value.messages == [message]


def test_a_picture_smaller_inside_than_announced_is_refused():
    assert (ink.fault_of(a_drawing()), ink.fault_of(a_png(b"", 120, 40))) == ("", ink.NOT_AN_IMAGE)


def test_the_code_of_the_class_changes_and_the_last_one_still_holds(world, half_day):
    TrainingRules.objects.create(valid_from=date(2018, 1, 1), code_seconds=60)
    other = b.a_half_day(world.session, day=DAY, part="AFTERNOON")
    code = actions.class_code(half_day, AT)
    assert len(code) == 6
    assert not set(code) & set("IO01")
    assert actions.class_code(half_day, AT + timedelta(seconds=60)) != code
    among = [other, half_day]
    typed = f" {code[:3].lower()}-{code[3:]} "
    assert actions.half_day_of_code(typed, AT, among) == half_day
    assert actions.half_day_of_code(code, AT + timedelta(seconds=60), among) == half_day
    assert actions.half_day_of_code(code, AT + timedelta(seconds=121), among) is None
    assert actions.half_day_of_code("é", AT, among) is None
    assert actions.half_day_of_code(code, AT, [other]) is None
