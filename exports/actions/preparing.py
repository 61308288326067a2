"""Asking for a delivery: refusals first, then its number, its line in the journal, its job."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from accounts import clock, work
from accounts.actions import log_access
from accounts.models import User
from accounts.rows import keep
from accounts.scope import acting_membership
from cohorts.models import Cohort
from exports import build, checks, foreign
from exports.actions.opening import refuse_author
from exports.actions.profiles import profile_for
from exports.models import Delivery, ExportProfile, WorkbookModel
from exports.registry import KINDS
from exports.scope import Destination, FileScope


@dataclass(frozen=True)
class Correction:
    """Ce qu'une remise remplace, et pourquoi."""

    replaces: Delivery
    reason: str


def new_delivery(
    *,
    cohort: Cohort,
    code: str,
    destination: Destination,
    as_of: date,
    author: User,
    correction: Correction | None = None,
) -> Delivery:
    """Remise : numérotée, journalisée avant d'être construite, confiée à un travail."""
    kind = KINDS.get(code)
    if kind is None or destination.word not in kind.goes_to:
        raise ValidationError("Ce fichier n'est pas destiné à ce destinataire.")
    profile = profile_for(code, cohort, destination, clock.today())
    if profile is None:
        raise ValidationError(
            "Aucun profil n'est en vigueur pour ce fichier : demandez à l'administration de le charger."
        )
    scope = FileScope(cohort, destination, as_of, author)
    model = foreign.model_for(scope, code, clock.today())
    refuse_author(author, cohort, profile, model)
    total = kind.count(scope)
    build.refuse_nothing(total)
    refuse_unfit(scope, code, None if model else profile)
    if model:
        foreign.refuse_values(scope, code, model)
    return _number(scope, profile, model, total, correction)


@transaction.atomic
def _number(
    scope: FileScope, profile: ExportProfile, model: WorkbookModel | None, total: int, correction: Correction | None
) -> Delivery:
    """One cohort at a time, so that two deliveries asked at once take two numbers that follow each other."""
    cohort = Cohort.objects.select_for_update(of=("self",)).get(pk=scope.cohort.pk)
    if correction:
        refuse_replaced(correction.replaces)
    now = clock.now()
    destination = scope.destination
    delivery = Delivery(
        cohort=cohort,
        number=next_number(cohort, destination.word, timezone.localtime(now).date()),
        code=profile.code,
        profile=profile,
        workbook_model=model,
        recipient=destination.recipient,
        financer=destination.financer,
        establishment=destination.establishment,
        filters=scope.filters(),
        as_of=scope.as_of,
        author=scope.author,
        prepared_at=now,
        replaces=correction.replaces if correction else None,
        replace_reason=correction.reason if correction else "",
    )
    delivery.file_name = free_name(delivery)
    build.allowed_columns(delivery)
    keep(delivery)
    _start(delivery, total)
    return delivery


def _start(delivery: Delivery, total: int) -> None:
    """The line of the journal, then the job that builds it."""
    log_access(
        user=delivery.author,
        action="export",
        obj=delivery,
        count=total,
        filters=delivery.filters,
        purpose=f"{delivery.code}, {delivery.to_whom}"[:200],
    )
    delivery.job = work.start_job(
        key=f"delivery/{delivery.public_id}",
        kind="export",
        label=f"Remise {delivery.number} : {delivery.profile.name}",
        arguments={"delivery": delivery.pk},
        user=delivery.author,
        membership=acting_membership(delivery.author),
    )
    delivery.save(update_fields=["job"])


def refuse_replaced(delivery: Delivery) -> None:
    """One correction at a time, so that each delivery says which single one takes its place."""
    standing = delivery.replaced_by.not_failed().order_by("-pk").first()
    if standing:
        raise ValidationError(
            f"La remise {delivery.number} est déjà remplacée par la {standing.number} : corrigez celle-ci s'il le faut."
        )


def refuse_unfit(scope: FileScope, code: str, profile: ExportProfile | None) -> None:
    """People who were told nothing of their file; cells that the profile wants filled."""
    stopping = checks.refusals(scope, code, profile)
    if stopping:
        raise ValidationError([f"{check.label} : {check.count}. {check.advice}" for check in stopping])


def next_number(cohort: Cohort, word: str, day: date) -> str:
    """2026-11-OPCO-03: the month, the recipient, the rank among what this cohort delivers to it in the month."""
    start = f"{day:%Y-%m}-{word}-"
    taken = cohort.deliveries.filter(number__startswith=start).values_list("number", flat=True)
    rank = max((int(number.removeprefix(start)) for number in taken), default=0) + 1
    return f"{start}{rank:02d}"


def free_name(delivery: Delivery) -> str:
    """ASCII, with the second; a second later when another file of the cohort already took it."""
    whose = delivery.establishment.siret if delivery.establishment else "tous"
    instant = timezone.localtime(delivery.prepared_at)
    while True:
        name = f"{delivery.code}_{slugify(delivery.cohort.code)}_{whose}_{instant:%Y-%m-%d_%H%M%S}.xlsx"
        if not Delivery.objects.filter(cohort=delivery.cohort, file_name=name).exists():
            return name
        instant += timedelta(seconds=1)
