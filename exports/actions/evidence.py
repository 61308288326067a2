"""Packs of proofs: asked for, frozen with their fingerprints, shared with whom they were made for, taken."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import slugify

from accounts import clock, work
from accounts.actions import log_access, post_message
from accounts.models import User
from accounts.roles import Role
from accounts.rows import keep
from accounts.scope import acting_membership
from cohorts.models import Cohort
from contracts.models import Contract
from exports.actions.opening import is_referent
from exports.evidence.archive import Zipped
from exports.evidence.scope import Reader, contracts_for
from exports.models import EvidencePack

EVIDENCE_NOT_REFERENT = (
    "Un dossier de preuves porte des données privées : seule une personne référente de la cohorte peut le préparer, "
    "l'ouvrir et le remettre."
)
NOTHING = "Aucun contrat ne regarde ce destinataire aujourd'hui : il n'y a rien à rassembler."


def refuse_evidence_author(author: User, cohort: Cohort) -> None:
    seen = Cohort.objects.visible_to(author).filter(pk=cohort.pk).exists()
    if not author.has_perm("exports.make_delivery") or not seen:
        raise ValidationError("Vous ne pouvez pas préparer de dossier pour cette cohorte.")
    if not is_referent(author, cohort):
        raise ValidationError(EVIDENCE_NOT_REFERENT)


def ask_evidence(*, cohort: Cohort, reader: Reader, author: User, contract: Contract | None = None) -> EvidencePack:
    """Dossier de preuves : numéroté, journalisé, confié à un travail."""
    refuse_evidence_author(author, cohort)
    today = clock.today()
    count = contracts_for(cohort, reader, author, today, contract).count()
    if not count:
        raise ValidationError(NOTHING)
    return _number_pack(cohort, reader, author, contract, count)


@transaction.atomic
def _number_pack(cohort: Cohort, reader: Reader, author: User, contract: Contract | None, count: int) -> EvidencePack:
    """One cohort at a time, so that two packs asked at once take two numbers."""
    cohort = Cohort.objects.select_for_update(of=("self",)).get(pk=cohort.pk)
    now = clock.now()
    pack = EvidencePack(
        cohort=cohort,
        number=f"{timezone.localtime(now):%Y-%m}-PREUVES-{cohort.evidence_packs.count() + 1:02d}",
        contract=contract,
        audience=reader.audience,
        recipient=reader.organisation,
        financer=reader.financer,
        establishment=reader.establishment,
        as_of=timezone.localtime(now).date(),
        author=author,
        asked_at=now,
    )
    pack.file_name = f"{slugify(pack.number)}_{slugify(cohort.code)}_{slugify(reader.audience)}.zip"
    keep(pack)
    log_access(
        user=author,
        action="export",
        obj=pack,
        count=count,
        filters={"cohorte": cohort.code, "contrat": contract.pk if contract else None, "pour": reader.key},
        purpose=f"dossier de preuves, {pack.to_whom}"[:200],
    )
    pack.job = work.start_job(
        key=f"evidence/{pack.public_id}",
        kind="evidence",
        label=f"Dossier de preuves {pack.number}",
        arguments={"pack": pack.pk},
        user=author,
        membership=acting_membership(author),
    )
    pack.save(update_fields=["job"])
    return pack


def freeze_evidence(*, pack: EvidencePack, zipped: Zipped, contracts: int, kept: str) -> EvidencePack:
    """Figé : octets, empreintes, comptes. Inside the transaction that ends the job; nothing changes it afterwards."""
    current = EvidencePack.objects.select_for_update(of=("self",)).get(pk=pack.pk)
    if current.is_frozen:
        raise ValidationError(f"Le dossier {current.number} est déjà figé.")
    current.file, current.byte_count, current.sha256 = kept, zipped.size, zipped.sha256
    current.sums_sha256, current.file_count = zipped.sums_sha256, zipped.files
    current.contract_count, current.frozen_at = contracts, clock.now()
    keep(current)
    log_access(user=current.author, action="freeze", obj=current, count=contracts, file_sha256=current.sha256)
    return current


@transaction.atomic
def share_evidence(*, pack: EvidencePack, by: User) -> EvidencePack:
    """Remis : le destinataire le voit dans son espace, et un message le lui dit, sans aucun nom."""
    current = EvidencePack.objects.select_for_update(of=("self",)).get(pk=pack.pk)
    if not current.is_frozen:
        raise ValidationError("Ce dossier n'est pas encore prêt.")
    if not may_open_evidence(by, current):
        raise ValidationError(EVIDENCE_NOT_REFERENT)
    if current.recipient is None:
        raise ValidationError("Ce destinataire n'a pas de compte ici : téléchargez le dossier et remettez-le-lui.")
    if current.shared_at is not None:
        raise ValidationError(f"Le dossier {current.number} est déjà remis.")
    current.shared_at, current.shared_by = clock.now(), by
    keep(current)
    log_access(user=by, action="send", obj=current, count=current.contract_count, file_sha256=current.sha256)
    address = settings.SITE_ADDRESS.rstrip("/") + current.get_absolute_url()
    readers = current.recipient.memberships.active().filter(role__in=(Role.FUNDER, Role.EMPLOYER))
    for membership in readers.select_related("user"):
        post_message(
            key=f"evidence/{current.public_id}/{membership.pk}",
            recipient=membership.user.email,
            subject=f"Dossier de preuves {current.number}",
            body=(
                "Bonjour,\n\n"
                f"{current.cohort.agency} vous remet un dossier de preuves : {current.number}, "
                f"{current.contract_count} contrat(s), arrêté au {current.as_of:%d/%m/%Y}.\n"
                f"Empreinte SHA-256 du zip : {current.sha256}\n"
                f"Empreinte SHA-256 de SHA256SUMS : {current.sums_sha256}\n\n"
                f"Vous le téléchargez avec votre compte :\n{address}\n"
            ),
        )
    return current


def may_open_evidence(user: User, pack: EvidencePack) -> bool:
    """Whoever prepares it must follow the cohort; whom it was shared with reads it."""
    membership = acting_membership(user)
    if not pack.is_frozen or membership is None or not user.has_perm("exports.view_delivery"):
        return False
    if user.has_perm("exports.make_delivery"):
        return is_referent(user, pack.cohort)
    return pack.shared_at is not None and pack.recipient_id == membership.organisation_id


def take_evidence(*, pack: EvidencePack, user: User, request: HttpRequest | None = None) -> File:
    """The open file; who takes it is written down before."""
    log_access(
        user=user,
        action="download",
        obj=pack,
        count=pack.contract_count,
        file_sha256=pack.sha256,
        request=request,
    )
    return pack.file.open("rb")
