"""Every table that could hold something of a person says what becomes of it when she is erased."""

from collections import Counter

import pytest
from django.apps import apps
from django.db import models

from accounts.disclosure import FIELD_CLASSES
from cohorts.models import Person
from impec.erasing.fates import APART, FATES, NOT_HERS, SEARCHED
from tests.sources import MODELS

BY_MODEL = {fate.model: fate for fate in FATES}
TEXTS = (models.CharField, models.TextField, models.JSONField, models.BinaryField, models.FileField)


def reaching_her() -> set[str]:
    """Models with a path of foreign keys to a person."""
    found, fresh = {Person}, [Person]
    while fresh:
        linked = {rel.related_model for rel in fresh.pop()._meta.related_objects} & set(MODELS)
        fresh += linked - found
        found |= linked
    return {model._meta.label for model in found}


def needs_a_fate(model, name: str) -> bool:
    column, level = model._meta.get_field(name), FIELD_CLASSES[model._meta.label][name]
    is_text = isinstance(column, TEXTS) and not column.choices and not column.is_relation
    return level in ("P2", "P3") or (level == "P1" and is_text)


def told(*texts: str) -> Counter:
    return Counter(name for text in texts for name in text.split())


def test_each_model_that_reaches_a_person_has_its_fate_and_no_other():
    assert sorted(BY_MODEL) == sorted(reaching_her())
    assert len(FATES) == len(BY_MODEL)


@pytest.mark.parametrize("fate", FATES, ids=lambda fate: fate.model)
def test_each_path_leads_to_the_person(fate):
    model = apps.get_model(fate.model)
    for step in fate.path.split("__"):
        column = model._meta.get_field("id" if step == "pk" else step)
        model = column.related_model or model
    assert model is Person


@pytest.mark.parametrize("fate", [fate for fate in FATES if not fate.is_deleted], ids=lambda fate: fate.model)
def test_each_text_and_each_private_field_has_one_fate(fate):
    model = apps.get_model(fate.model)
    named = told(fate.now, fate.end, fate.stays)
    waited = {name for name in FIELD_CLASSES[fate.model] if needs_a_fate(model, name)}
    assert waited - named.keys() == set()
    assert [name for name, count in named.items() if count > 1] == []
    assert named.keys() - FIELD_CLASSES[fate.model].keys() == set()
    assert fate.values.keys() | fate.keys.keys() <= told(fate.now, fate.end).keys()


def test_each_other_text_is_searched_or_is_not_hers():
    others = [label for label in FIELD_CLASSES if label not in BY_MODEL]
    waited, named = set(), Counter()
    for label in others:
        model = apps.get_model(label)
        texts = [name for name in FIELD_CLASSES[label] if isinstance(model._meta.get_field(name), TEXTS)]
        waited |= {f"{label}.{name}" for name in texts if needs_a_fate(model, name)}
    for table in (SEARCHED, APART, NOT_HERS):
        named.update(f"{label}.{name}" for label, names in table.items() for name in names.split())
    assert waited - named.keys() == set()
    assert [name for name, count in named.items() if count > 1] == []
    assert {name.rpartition(".")[0] for name in named} <= set(others)


def test_what_is_blanked_at_once_is_free_text_or_private():
    """Figures, hashes and numbers of proofs are in no list of what is blanked."""
    proofs = {
        "amount",
        "minutes",
        "sha256",
        "row_hash",
        "image_sha256",
        "number",
        "verification_code",
        "planned_minutes",
    }
    blanked = {f"{fate.model}.{name}" for fate in FATES for name in told(fate.now, fate.end)}
    assert {name for name in blanked if name.rpartition(".")[2] in proofs} == set()
