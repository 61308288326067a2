"""A person with a row in every table that can speak of her, each text of which bears a mark."""

import uuid
from datetime import date, time
from decimal import Decimal

from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models

from accounts import clock
from cohorts.models import Person
from impec.erasing.fates import FATES

DAY = date(2026, 10, 5)
# Constraints that one value for every column of a kind would break.
SPECIAL = {
    "contracts.PresenceStatement": {"month": date(2026, 3, 1), "parts": Decimal(30), "whole": 30},
    "contracts.AidPayment": {"month": date(2026, 3, 1), "amount": Decimal("412.50"), "voided_at": None},
    "contracts.Suspension": {"starts_on": date(2026, 5, 1), "ends_on": date(2026, 5, 6)},
    "contracts.Amendment": {"hours_before": Decimal(20), "hours_after": Decimal(24), "kind": "HOURS"},
    "cohorts.Referral": {"answered_on": None, "outcome": "", "refusal_reason": ""},
    "training.CalendarFeed": {"establishment": None},
    "training.TraineeLink": {"expires_at": clock.at(date(2027, 1, 1), time(9))},
    "exports.EvidencePack": {"frozen_at": clock.at(DAY, time(9)), "sha256": "a" * 64, "sums_sha256": "b" * 64},
    "training.RosterShift": {"starts_at": clock.at(DAY, time(8)), "ends_at": clock.at(DAY, time(16))},
    "training.Unavailability": {"weekday": 2},
    "tutoring.TutorSheet": {"month": date(2026, 10, 1), "absent_all_month": False},
    "tutoring.Meeting": {"held_on": DAY, "minutes": 45, "present": "TRAINEE TUTOR"},
}
# One of a kind, which the world already holds.
ALREADY = ("cohorts.Person", "cohorts.Enrolment", "contracts.Contract", "cohorts.Erasure")

# The value of a column of each kind, that bears the mark where it is a text.
MADE = (
    (models.UUIDField, lambda said: uuid.uuid4()),
    (models.EmailField, lambda said: f"{said}x@courriel.example"),
    (models.URLField, lambda said: f"https://example.org/{said}"),
    (models.CharField | models.TextField, lambda said: said),
    (models.BinaryField, str.encode),
    (models.DateTimeField, lambda said: clock.at(DAY, time(9))),
    (models.DateField, lambda said: DAY),
    (models.TimeField, lambda said: time(9)),
    (models.BooleanField, lambda said: True),
    (models.DecimalField, lambda said: Decimal(1)),
)


def mark(label: str, name: str) -> str:
    return f"marque-{label.rpartition('.')[2]}-{name}.".lower()


def fill(person: Person, by) -> None:
    """Every table of `FATES`, then her own columns and those of her enrolment and contract."""
    for fate in reversed(FATES):
        model = apps.get_model(fate.model)
        if fate.model in ALREADY or model._base_manager.filter(**{fate.path: person.pk}).exists():
            _mark_rows(fate, model, person)
        else:
            _a_row(fate, model, person, by)


def _mark_rows(fate, model, person) -> None:
    """Rows of the world: their free texts bear a mark too."""
    rows = model._base_manager.filter(**{fate.path: person.pk})
    texts = [column for column in model._meta.concrete_fields if is_free(column)]
    kept = {"public_code", "identity_key", "search_text", "birth_name", "usual_name", "first_name", "phone"}
    for row in rows:
        for column in texts:
            if column.name not in kept and not column.unique and (column.max_length or 99) > 40:
                setattr(row, column.name, mark(fate.model, column.name))
        row.save()


def _a_row(fate, model, person, by):
    values = {column.name: _value(fate, column, person, by) for column in model._meta.concrete_fields}
    values = {name: value for name, value in values.items() if value is not None}
    return model.objects.create(**values | SPECIAL.get(fate.model, {}))


def _value(fate, column, person, by):
    if column.primary_key:
        return None
    if column.is_relation:
        return _linked(fate, column, person, by)
    if isinstance(column, models.FileField):
        return default_storage.save(f"essai/{mark(fate.model, column.name)}bin", ContentFile(b"octets"))
    if column.choices:
        return column.choices[0][0]
    return _plain(fate, column)


def _plain(fate, column):
    said = mark(fate.model, column.name)
    if column.null:
        return None
    if isinstance(column, models.JSONField):
        return dict.fromkeys(fate.keys.get(column.name, ()), said) | {"minutes": 210}
    made = next((make for kind, make in MADE if isinstance(column, kind)), lambda said: 1)(said)
    return made[: column.max_length] if isinstance(made, str) and column.max_length else made


def _linked(fate, column, person, by):
    first = fate.path.partition("__")[0]
    target = column.related_model
    if column.name == first or (not column.null and _path_of(target)):
        return _of_hers(target, person)
    if target is get_user_model():
        return by
    if column.null:
        return None
    return target._base_manager.first()


def _path_of(model) -> str:
    return next((fate.path for fate in FATES if fate.model == model._meta.label), "")


def _of_hers(model, person):
    return model._base_manager.get(**{_path_of(model): person.pk}) if model is not Person else person


def is_free(column) -> bool:
    is_text = isinstance(column, models.CharField | models.TextField) and not isinstance(column, models.FileField)
    return is_text and not column.choices and not isinstance(column, models.EmailField | models.URLField)


def everything() -> str:
    """All the tables of the database, as one text."""
    return "\n".join(lines())


def lines() -> list[str]:
    """One for each row: its model, then its values as they are written there."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        columns = [column.attname for column in model._meta.concrete_fields]
        for row in model._base_manager.order_by("pk").values_list(*columns):
            values = [bytes(value) if isinstance(value, memoryview) else value for value in row]
            found.append(f"{model._meta.label} {dict(zip(columns, values, strict=True))!r}")
    return found


def holding(*words: str) -> set[str]:
    """The models that hold one of these words in one of their rows."""
    return {line.partition(" ")[0] for line in lines() if any(word.lower() in line.lower() for word in words)}
