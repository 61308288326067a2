"""Answer a warning: what was done, once, kept to judge the rule by."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from accounts.rows import keep
from contracts.models import Contract
from regulations.warnings import Warning
from tutoring.models import WarningAnswer


@transaction.atomic
def answer_warning(
    *, contract: Contract, warning: Warning, text: str, was_useful: bool | None, by: User, at: datetime
) -> WarningAnswer:
    """Traité : la réponse reste avec les faits ; un fait nouveau alerte à nouveau."""
    if not text.strip():
        raise ValidationError({"text": "Dites en une phrase ce qui a été fait."})
    return keep(
        WarningAnswer(
            contract=contract,
            rule=warning.rule,
            fact_key=warning.key[:200],
            facts=warning.facts[:500],
            text=text.strip(),
            was_useful=was_useful,
            answered_at=at,
            answered_by=by,
        )
    )
