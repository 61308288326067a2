"""Acts on files that go out: ask for one, freeze it once verified, note that it was sent, take a copy of it."""

import hashlib
from datetime import date, datetime, timedelta
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import slugify

from accounts import clock, work
from accounts.actions import log_access
from accounts.models import User
from accounts.rows import keep
from accounts.scope import acting_membership
from cohorts.models import Cohort
from employers.models import Establishment
from exports import build, checks
from exports.build import Built
from exports.catalogue import levels_of
from exports.models import Delivery, ExportProfile, ListExport
from exports.registry import KINDS
from exports.scope import Destination, FileScope
from workbooks.write import Written

PROTECTED = frozenset({"P2", "P3"})
EMPLOYER_FILES = ("O1", "O2")
FOLDER = "remises"
LIST_LIFE = timedelta(hours=24)
ORPHAN_AGE = timedelta(days=1)
NOT_REFERENT = (
    "Ce fichier porte des données protégées : seule une personne référente de la cohorte peut le préparer et l'ouvrir."
)


def new_delivery(*, cohort: Cohort, code: str, destination: Destination, as_of: date, author: User) -> Delivery:
    """Remise : numérotée, journalisée avant d'être construite, confiée à un travail."""
    kind = KINDS.get(code)
    if kind is None or destination.word not in kind.goes_to:
        raise ValidationError("Ce fichier n'est pas destiné à ce destinataire.")
    profile = ExportProfile.objects.current(code, clock.today())
    if profile is None:
        raise ValidationError(
            "Aucun profil n'est en vigueur pour ce fichier : demandez à l'administration de le charger."
        )
    refuse_author(author, cohort, profile)
    scope = FileScope(cohort, destination, as_of, author)
    total = kind.count(scope)
    build.refuse_nothing(total)
    if kind.is_nominative:
        refuse_uninformed(scope)
    return _number(scope, profile, total)


@transaction.atomic
def _number(scope: FileScope, profile: ExportProfile, total: int) -> Delivery:
    """One cohort at a time, so that two deliveries asked at once take two numbers that follow each other."""
    cohort = Cohort.objects.select_for_update(of=("self",)).get(pk=scope.cohort.pk)
    now = clock.now()
    destination = scope.destination
    delivery = Delivery(
        cohort=cohort,
        number=next_number(cohort, destination.word, timezone.localtime(now).date()),
        code=profile.code,
        profile=profile,
        recipient=destination.recipient,
        financer=destination.financer,
        establishment=destination.establishment,
        filters=scope.filters(),
        as_of=scope.as_of,
        author=scope.author,
        prepared_at=now,
    )
    delivery.file_name = free_name(delivery)
    build.allowed_columns(delivery)
    keep(delivery)
    log_access(
        user=scope.author,
        action="export",
        obj=delivery,
        count=total,
        filters=delivery.filters,
        purpose=f"{delivery.code}, {delivery.to_whom}"[:200],
    )
    delivery.job = work.start_job(
        key=f"delivery/{delivery.public_id}",
        kind="export",
        label=f"Remise {delivery.number} : {profile.name}",
        arguments={"delivery": delivery.pk},
        user=scope.author,
        membership=acting_membership(scope.author),
    )
    delivery.save(update_fields=["job"])
    return delivery


def refuse_author(author: User, cohort: Cohort, profile: ExportProfile) -> None:
    if (
        not author.has_perm("exports.make_delivery")
        or not Cohort.objects.visible_to(author).filter(pk=cohort.pk).exists()
    ):
        raise ValidationError("Vous ne pouvez pas préparer de fichier pour cette cohorte.")
    if is_protected(profile) and not is_referent(author, cohort):
        raise ValidationError(NOT_REFERENT)


def is_protected(profile: ExportProfile) -> bool:
    """Does it hold private (P2) or protected (P3) data?"""
    return bool(PROTECTED & levels_of(column["key"] for column in profile.columns if column["on"]))


def is_referent(user: User, cohort: Cohort) -> bool:
    return Cohort.objects.followed_by(user, clock.today()).filter(pk=cohort.pk).exists()


def refuse_uninformed(scope: FileScope) -> None:
    stopping = checks.refusals(scope)
    if stopping:
        raise ValidationError([f"{check.label} : {check.count}. {check.advice}" for check in stopping])


def next_number(cohort: Cohort, word: str, day: date) -> str:
    """2026-11-OPCO-03: the month, the recipient, the rank of the delivery in its cohort."""
    return f"{day:%Y-%m}-{word}-{cohort.deliveries.count() + 1:02d}"


def free_name(delivery: Delivery) -> str:
    """ASCII, with the second; a second later when another file of the cohort already took it."""
    whose = delivery.establishment.siret if delivery.establishment else "tous"
    instant = timezone.localtime(delivery.prepared_at)
    while True:
        name = f"{delivery.code}_{slugify(delivery.cohort.code)}_{whose}_{instant:%Y-%m-%d_%H%M%S}.xlsx"
        if not Delivery.objects.filter(cohort=delivery.cohort, file_name=name).exists():
            return name
        instant += timedelta(seconds=1)


def store(path: Path, name: str, sha256: str) -> str:
    """The bytes in their place, read again from there: the fingerprint is that of what was kept."""
    with path.open("rb") as file:
        kept = default_storage.save(name, File(file))
    with default_storage.open(kept, "rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
            default_storage.delete(kept)
            raise ValidationError("Le fichier gardé n'est pas celui qui a été relu : rien n'est remis. Recommencez.")
    return kept


def freeze_delivery(*, delivery: Delivery, built: Built, kept: str) -> Delivery:
    """Figée : octets, empreinte, comptes. Inside the transaction that ends the job; afterwards nothing changes it."""
    current = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
    if current.is_frozen:
        raise ValidationError(f"La remise {current.number} est déjà figée.")
    current.file = kept
    current.byte_count = built.written.size
    current.sha256 = built.written.sha256
    current.row_count = built.row_count
    current.cell_count = built.verification.cells
    current.verification = built.verification.message
    current.frozen_at = clock.now()
    keep(current)
    log_access(
        user=current.author,
        action="freeze",
        obj=current,
        count=current.row_count,
        filters=current.filters,
        file_sha256=current.sha256,
    )
    return current


@transaction.atomic
def send_delivery(*, delivery: Delivery, sent_on: date, through: str, by: User) -> Delivery:
    """Remise au destinataire : il la voit et peut la télécharger, s'il a un compte ; sinon on note la voie prise."""
    current = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
    if not current.is_frozen:
        raise ValidationError("Ce fichier n'est pas encore prêt : on ne remet qu'un fichier relu et figé.")
    if current.sent_at is not None:
        raise ValidationError(f"La remise {current.number} est déjà notée remise.")
    if not has_recipient(current):
        raise ValidationError("Ce fichier est celui de la coordination : il n'a pas de destinataire au dehors.")
    if sent_on > clock.today() or sent_on < timezone.localtime(current.frozen_at).date():
        raise ValidationError({"sent_on": "La date de remise va du jour où le fichier est prêt à aujourd'hui."})
    now = timezone.localtime(clock.now())
    current.sent_at = now if sent_on == now.date() else clock.at(sent_on, now.time())
    current.sent_by, current.sent_through = by, through
    keep(current)
    log_access(
        user=by, action="send", obj=current, count=current.row_count, file_sha256=current.sha256, purpose=through
    )
    return current


def has_recipient(delivery: Delivery) -> bool:
    """A file of the whole cohort stays with the coordination."""
    return bool(delivery.recipient_id or delivery.financer_id or delivery.code in build.FOR_DDETS)


def may_open(user: User, delivery: Delivery) -> bool:
    """Whoever sees the row may not always open the file: private and protected data have fewer readers."""
    membership = acting_membership(user)
    if not delivery.is_frozen or membership is None or not user.has_perm("exports.view_delivery"):
        return False
    if user.has_perm("exports.make_delivery"):
        return not is_protected(delivery.profile) or is_referent(user, delivery.cohort)
    if delivery.recipient_id == membership.organisation_id:
        return delivery.sent_at is not None
    # An employer reads what was sent about its own people, without the criteria of the aid.
    own = delivery.establishment_id and Establishment.objects.of_organisation(membership.organisation_id).filter(
        pk=delivery.establishment_id
    )
    return bool(own) and own.exists() and delivery.code in EMPLOYER_FILES


def take_copy(*, delivery: Delivery, user: User, request: HttpRequest | None = None) -> File:
    """The open file; who takes it is written down before."""
    log_access(
        user=user,
        action="download",
        obj=delivery,
        count=delivery.row_count,
        file_sha256=delivery.sha256,
        request=request,
    )
    return delivery.file.open("rb")


def take_list(*, export: ListExport, user: User, request: HttpRequest | None = None) -> File:
    log_access(
        user=user,
        action="download",
        obj=export,
        count=export.row_count,
        file_sha256=export.sha256,
        request=request,
    )
    return export.file.open("rb")


@transaction.atomic
def ask_list(*, name: str, title: str, query: str, author: User) -> ListExport:
    """A long list is written by a job; asked for again, it is another one."""
    export = keep(ListExport(name=name, query=query, author=author))
    log_access(user=author, action="export", obj=export, filters={"liste": name}, purpose="liste")
    export.job = work.start_job(
        key=f"list/{export.public_id}",
        kind="list",
        label=f"Export de la liste « {title} »"[:200],
        arguments={"list_export": export.pk},
        user=author,
        membership=acting_membership(author),
    )
    export.save(update_fields=["job"])
    return export


def keep_list(*, export: ListExport, written: Written, kept: str) -> ListExport:
    export.file, export.file_name = kept, written.path.name
    export.sha256, export.row_count = written.sha256, sum(written.rows.values())
    export.save()
    log_access(
        user=export.author,
        action="freeze",
        obj=export,
        count=export.row_count,
        filters={"liste": export.name},
        file_sha256=export.sha256,
    )
    return export


def purge_list_exports(*, before: datetime) -> int:
    """List exports live a day."""
    old = list(ListExport.objects.filter(asked_at__lt=before))
    for export in old:
        if export.file:
            default_storage.delete(export.file.name)
        export.delete()
    return len(old)


def remove_orphans() -> int:
    """Stored files that no delivery names, once they are older than any attempt."""
    _, names = default_storage.listdir(FOLDER) if default_storage.exists(FOLDER) else ((), ())
    limit = clock.true_now() - ORPHAN_AGE
    removed = 0
    for name in names:
        path = f"{FOLDER}/{name}"
        if default_storage.get_modified_time(path) < limit and not Delivery.objects.filter(file=path).exists():
            default_storage.delete(path)
            removed += 1
    return removed
