"""« Connu et expliqué »: an anomaly gets its answer, which can be taken back; the fact itself stays."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from accounts.rows import change, keep
from cohorts.models import Enrolment
from regulations.anomaly_facts import AnomalyRule
from regulations.findings import refusals
from regulations.free_text import forbidden_findings
from training.models import AnomalyAnswer, HalfDay


@transaction.atomic
def explain_anomaly(
    *, half_day: HalfDay, enrolment: Enrolment | None, rule: AnomalyRule, text: str, by: User, at: datetime
) -> AnomalyAnswer:
    """Connu et expliqué : la raison est gardée avec qui et quand, l'anomalie reste lisible."""
    text = " ".join(text.split())
    if not text:
        raise ValidationError({"text": "Dites en quelques mots ce qui explique cette anomalie."})
    if forbidden := refusals(forbidden_findings(text)):
        raise ValidationError({"text": [finding.message for finding in forbidden]})
    return keep(
        AnomalyAnswer(
            half_day=half_day, enrolment=enrolment, rule=rule.value, text=text, answered_at=at, answered_by=by
        )
    )


@transaction.atomic
def take_back_explanation(*, answer: AnomalyAnswer, reason: str, by: User, at: datetime) -> AnomalyAnswer:
    """Reprendre : l'anomalie attend de nouveau ; l'explication annulée reste avec qui, quand et pourquoi."""
    answer = AnomalyAnswer.objects.select_for_update(of=("self",)).get(pk=answer.pk)
    if answer.voided_at is not None:
        raise ValidationError("Cette explication est déjà reprise.")
    if not reason.strip():
        raise ValidationError({"reason": "Dites en quelques mots pourquoi vous la reprenez."})
    return change(answer, voided_at=at, voided_by=by, void_reason=" ".join(reason.split()))
