"""The promises of the rows: their French names, what protects them, who may see them, what remembers their changes."""

import re

import pytest
from auditlog.registry import auditlog
from django.core.management import call_command
from django.db import models

from regulations.nir import heading_looks_like_nir
from tests.sources import MODELS

FIELDS = {
    f"{model._meta.label}.{field.name}": field
    for model in MODELS
    for field in model._meta.get_fields()
    if isinstance(field, models.Field) and not field.auto_created
}

# A row goes with the one it is a part of.
PARTS = {
    "accounts.Invitation.invited_by",
    "accounts.Invitation.organisation",
    "accounts.Membership.user",
    "accounts.SentForm.user",
    "cohorts.Barrier.person",
    "cohorts.Milestone.cohort",
    "cohorts.MilestoneTemplate.template",
    "cohorts.PersonNote.person",
    "cohorts.ProtectedFacts.person",
    "contracts.ContractDraft.author",
    "contracts.ContractDraft.enrolment",
    "imports.ImportRow.batch",
    "training.Module.programme",
    "training.Programme.template",
    "tutoring.Block.grid",
    "tutoring.Skill.block",
}
# A link that may be cut: the row says enough without it.
LINKS = {
    "accounts.Job.membership",
    "accounts.Reminder.message",
    "cohorts.Adviser.user",
    "cohorts.Person.user",
    "exports.Delivery.job",
    "exports.EvidencePack.job",
    "exports.ListExport.job",
    "tutoring.Tutor.user",
}

# Written by the house and never edited, or gone within the day: their history is their own content.
NOT_AUDITED = {
    "accounts.AccessLog",
    "accounts.ChainHead",
    "accounts.Job",
    "accounts.Message",
    "accounts.Reminder",
    "accounts.Seal",
    "accounts.SealedEntry",
    "accounts.SealedGap",
    "accounts.SentForm",
    "contracts.ContractDraft",
    "exports.ListExport",
    "imports.ImportRow",
    "imports.ImportedRecord",
    "training.RollSubmission",
}

# The same for everybody, or only ever reached through a row that has its scope.
NOT_SCOPED = {
    "accounts.ChainHead",
    "accounts.Message",
    "accounts.Organisation",
    "accounts.ReminderSetting",
    "accounts.Seal",
    "accounts.SealedEntry",
    "accounts.SealedGap",
    "accounts.SentForm",
    "accounts.User",
    "cohorts.CohortTemplate",
    "cohorts.MilestoneTemplate",
    "cohorts.Prescriber",
    "contracts.AidOrder",
    "contracts.AidRules",
    "contracts.EntryStop",
    "contracts.RsaRate",
    "contracts.SmicRate",
    "employers.Financer",
    "training.ExpenseCap",
    "training.Module",
    "training.Programme",
    "training.TrainingBody",
    "training.TrainingRules",
    "tutoring.Block",
    "tutoring.Grid",
    "tutoring.Skill",
    "tutoring.TutoringRules",
}

SOCIAL_SECURITY = re.compile(r"(^|_)(nir|nirpp|ssn|secu|securite_sociale|social_security\w*|insee_number)(_|$)", re.I)


def labels(found) -> list[str]:
    return sorted(model._meta.label for model in found)


def test_every_field_has_its_french_name_in_lower_case():
    def is_named(field):
        first = str(field.verbose_name).split()[0]
        # Acronyms keep their capitals: SIRET, QPV, IDCC…
        return field._verbose_name is not None and "_" not in first and (not first[0].isupper() or first.isupper())

    assert [name for name, field in FIELDS.items() if not is_named(field)] == []


def test_every_model_has_its_french_name():
    def is_named(model):
        return {"verbose_name", "verbose_name_plural"} <= model._meta.original_attrs.keys()

    assert labels(model for model in MODELS if not is_named(model)) == []


def test_no_model_sorts_by_itself():
    assert labels(model for model in MODELS if model._meta.ordering) == []


def test_no_model_hides_logic_in_saving():
    assert labels(model for model in MODELS if {"save", "delete"} & vars(model).keys()) == []


def test_money_hours_and_rates_are_not_floats():
    assert [name for name, field in FIELDS.items() if isinstance(field, models.FloatField)] == []


def test_no_field_could_hold_a_social_security_number():
    def is_suspect(field):
        return SOCIAL_SECURITY.search(field.name) or heading_looks_like_nir(str(field.verbose_name))

    assert [name for name, field in FIELDS.items() if is_suspect(field)] == []


def test_nothing_takes_a_proof_away_with_it():
    after = {
        name: field.remote_field.on_delete for name, field in FIELDS.items() if field.many_to_one or field.one_to_one
    }
    assert {name for name, act in after.items() if act is models.CASCADE} == PARTS
    assert {name for name, act in after.items() if act not in (models.CASCADE, models.PROTECT)} == LINKS


def test_every_row_is_audited_or_says_why_not():
    audited = set(auditlog.get_models())
    assert labels(model for model in MODELS if model not in audited) == sorted(NOT_AUDITED)


def test_every_row_has_its_scope():
    def has_scope(model):
        return hasattr(model._default_manager.get_queryset(), "visible_to")

    assert labels(model for model in MODELS if not has_scope(model)) == sorted(NOT_SCOPED)


def test_every_constraint_speaks():
    """Named `<model>_<what>`, with a message of its own."""

    def is_mute(model, constraint):
        is_named = constraint.name.replace("_", "").startswith(model._meta.model_name)
        return not is_named or constraint.violation_error_message == constraint.default_violation_error_message

    constraints = [(model, constraint) for model in MODELS for constraint in model._meta.constraints]
    assert [constraint.name for model, constraint in constraints if is_mute(model, constraint)] == []


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
