"""Writing a row: what the database would refuse is said in French first, and nobody overwrites anybody."""

import re

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from regulations.nir import nir_findings

# A SHA-256 that we computed: nobody typed it, and one in two thousand holds thirteen digits of that shape.
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")


class Conflict(ValidationError):
    """Two people, one form: `current` is the row as the other one left it."""

    def __init__(self, current: models.Model):
        message = "Une autre personne a enregistré cette fiche depuis que vous l'avez ouverte."
        super().__init__(message, code="conflict")
        self.current = current


def keep(row: models.Model) -> models.Model:
    """Checked, then saved. Another one may have written the same between the two: the check is then made again."""
    refuse_social_security_numbers(row)
    row.full_clean()
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        row.full_clean()
        raise
    return row


def change(row: models.Model, *, version: int | None = None, **facts: object) -> models.Model:
    """Locks, compares the version the form was opened with, writes what differs and nothing else.

    Inside a transaction. Without `version` (commands, imports) the last writer wins.
    """
    current = type(row)._base_manager.select_for_update().get(pk=row.pk)
    if version is not None and current.version != version:
        raise Conflict(current)
    changed = [name for name, value in facts.items() if getattr(current, name) != value]
    for name in changed:
        setattr(current, name, facts[name])
    if changed:
        if hasattr(current, "version"):
            current.version += 1
        keep(current)
    return current


def refuse_social_security_numbers(row: models.Model) -> None:
    texts = [field for field in row._meta.concrete_fields if isinstance(field, models.CharField | models.TextField)]
    errors = {}
    for field in texts:
        text = str(getattr(row, field.attname) or "")
        findings = [] if _FINGERPRINT.fullmatch(text) else nir_findings(text)
        if findings:
            errors[field.name] = [finding.message for finding in findings]
    if errors:
        raise ValidationError(errors)
