"""Sign a half-day: one row per person, which keeps who, when and by what way. Voided and redone, never edited."""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.crypto import salted_hmac

from accounts import clock, ink
from accounts.models import User
from accounts.rows import change, keep
from cohorts.models import Enrolment
from regulations.people import same_person_key
from regulations.training import AttendanceStatus, SignatureWay
from training.actions.opening import refuse_shut
from training.actions.planning import locked
from training.models import Attendance, HalfDay, Signature, TrainingRules
from training.rules import rules_on

DRAWN = (SignatureWay.TABLET, SignatureWay.PHONE)
# Neither I nor O, neither 0 nor 1: nobody takes one for the other when reading it from a wall.
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH = 6


@transaction.atomic
def sign(
    *,
    half_day: HalfDay,
    enrolment: Enrolment | None,
    way: SignatureWay,
    image: bytes | None,
    typed_name: str,
    device_at: datetime | None,
    device_id: str,
    request_id: UUID,
    by: User | None,
    at: datetime,
    taken_at: datetime | None = None,
) -> Signature:
    """Signer. Without an enrolment, it is the trainer. The same request again gives the same row.

    `taken_at`: when it was drawn, for a tablet that had no network; it is what the lock is judged by.
    """
    half_day = locked(half_day)
    known = Signature.objects.filter(request_id=request_id).first()
    if known is not None:
        return _same_request(known, half_day, enrolment)
    refuse_shut(half_day, taken_at or at)
    attendance = _attendance_of(half_day, enrolment)
    _refuse_twice(half_day, enrolment)
    signature = Signature(
        half_day=half_day,
        enrolment=enrolment,
        signer_name=_name_of(half_day, enrolment, by),
        way=way,
        server_at=at,
        device_at=device_at,
        device_id=device_id[:64],
        request_id=request_id,
        recorded_by=by,
    )
    _write(signature, image, " ".join(typed_name.split()))
    _note(half_day, enrolment, attendance, at)
    return keep(signature)


@transaction.atomic
def void_signature(*, signature: Signature, by: User | None, at: datetime, reason: str) -> Signature:
    """Annuler une signature : elle reste, avec qui, quand et pourquoi ; la personne peut signer à nouveau."""
    half_day = locked(signature.half_day)
    signature = Signature.objects.select_for_update(of=("self",)).get(pk=signature.pk)
    if signature.voided_at is not None:
        raise ValidationError("Cette signature est déjà annulée.")
    if not reason.strip():
        raise ValidationError({"void_reason": "Dites en quelques mots pourquoi cette signature est annulée."})
    refuse_shut(half_day, at)
    signature = change(signature, voided_at=at, voided_by=by, void_reason=reason.strip())
    if signature.enrolment_id is None:
        change(half_day, countersigned_at=None)
    else:
        _unsign(half_day, signature, by, at)
    return signature


def _unsign(half_day: HalfDay, signature: Signature, by: User | None, at: datetime) -> None:
    """The line of the roll said that she had signed: it is voided, and redone without."""
    for row in half_day.attendances.valid().filter(enrolment=signature.enrolment_id).exclude(signed_at=None):
        change(row, voided_at=at, voided_by=by, void_reason=signature.void_reason)
        row.pk, row._state.adding = None, True
        row.signed_at, row.recorded_at, row.recorded_by = None, at, by
        keep(row)


def _same_request(known: Signature, half_day: HalfDay, enrolment: Enrolment | None) -> Signature:
    if (known.half_day_id, known.enrolment_id) != (half_day.pk, enrolment.pk if enrolment else None):
        raise ValidationError("Cet envoi a déjà servi pour une autre signature : rechargez la page.")
    return known


def _attendance_of(half_day: HalfDay, enrolment: Enrolment | None) -> Attendance | None:
    """Her line of the roll. None while the roll is not taken: she may sign on her phone before it is."""
    if enrolment is None:
        return None
    row = half_day.attendances.valid().filter(enrolment=enrolment).first()
    if row is None and enrolment.cohort_id != half_day.session.cohort_id:
        raise ValidationError("Cette personne n'est pas de cette demi-journée : ajoutez-la d'abord à l'appel.")
    if row is not None and AttendanceStatus(row.status).is_absence:
        raise ValidationError(f"{enrolment.person.full_name} est notée absente : corrigez d'abord l'appel.")
    return row


def _refuse_twice(half_day: HalfDay, enrolment: Enrolment | None) -> None:
    if half_day.signatures.valid().filter(enrolment=enrolment).exists():
        who = f"{enrolment.person.full_name} a déjà signé" if enrolment else "L'intervenant a déjà signé"
        raise ValidationError(f"{who} cette demi-journée.", code="signed")


def _write(signature: Signature, image: bytes | None, typed_name: str) -> None:
    """The drawing and its hash, or the name she typed: her own."""
    if signature.way in DRAWN:
        fault = ink.fault_of(image) if image else ink.BLANK
        if fault:
            raise ValidationError(fault)
        signature.image, signature.image_sha256 = image, hashlib.sha256(image).hexdigest()
        return
    if signature.way == SignatureWay.PAPER:
        raise ValidationError("Une signature sur papier se note avec la photographie de sa feuille.")
    words = set(same_person_key(typed_name, "").split())
    if len(words) < 2:
        raise ValidationError("Écrivez votre prénom et votre nom.")
    person = signature.enrolment.person if signature.enrolment else None
    if person is not None and not words & set(same_person_key(person.full_name, "").split()):
        raise ValidationError(f"« {typed_name} » n'est pas le nom de {person.full_name}.")
    signature.signer_name = typed_name


def _note(half_day: HalfDay, enrolment: Enrolment | None, attendance: Attendance | None, at: datetime) -> None:
    """What lists and sums read without opening the proof."""
    if enrolment is None:
        change(half_day, countersigned_at=at, countersigned_on_paper=False)
    elif attendance is not None:
        change(attendance, signed_at=at)


def _name_of(half_day: HalfDay, enrolment: Enrolment | None, by: User | None) -> str:
    if enrolment is not None:
        return enrolment.person.full_name
    return (by.get_full_name() if by else "") or half_day.session.trainer_name or "Intervenant"


def class_code(half_day: HalfDay, at: datetime, rules: TrainingRules | None = None) -> str:
    """Code de la classe : il change toutes les minutes, et se relit de loin."""
    return _code(half_day, _window(at, rules))


def seconds_left(at: datetime, rules: TrainingRules) -> int:
    """Until the code changes."""
    length = max(rules.code_seconds, 1)
    return length - int(at.timestamp()) % length


def half_day_of_code(code: str, at: datetime, among: Iterable[HalfDay]) -> HalfDay | None:
    """The half-day whose code this is. The code of the window before still holds: it was read just then."""
    typed = "".join(code.upper().split()).replace("-", "").encode()
    window = _window(at)
    for half_day in among:
        if any(hmac.compare_digest(_code(half_day, one).encode(), typed) for one in (window, window - 1)):
            return half_day
    return None


def _window(at: datetime, rules: TrainingRules | None = None) -> int:
    rules = rules or rules_on(at.astimezone(clock.PARIS).date())
    return int(at.timestamp()) // max(rules.code_seconds, 1)


def _code(half_day: HalfDay, window: int) -> str:
    mixed = salted_hmac("training.class_code", f"{half_day.pk}/{window}", algorithm="sha256").digest()
    return "".join(LETTERS[byte % len(LETTERS)] for byte in mixed[:CODE_LENGTH])
