"""What is kept with a fingerprint: its bytes are read again, a block at a time, and the first that differ are named."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from django.db import models

from accounts.seals import Check
from exports.models import Acknowledgement, Delivery, EvidencePack, WorkbookModel
from training.models import AbsenceDocument, PaperSheet, Signature
from tutoring.models import MeetingSignature

ROWS = 200


@dataclass(frozen=True)
class Kept:
    """Une sorte de fichier : où sont ses octets, où est son empreinte, comment on nomme une ligne."""

    key: str
    label: str
    model: type[models.Model]
    bytes: str
    sha256: str
    name: Callable[[models.Model], str]
    related: tuple[str, ...] = ()
    # Where the person is whose erasure takes the bytes away, once its last ground has ended.
    person: str = ""


KEPT = (
    Kept(
        "deliveries",
        "remises",
        Delivery,
        "file",
        "sha256",
        lambda row: f"remise {row.number} ({row.cohort.code})",
        ("cohort",),
    ),
    Kept(
        "delivered_rows",
        "lignes gardées des remises",
        Delivery,
        "rows_file",
        "rows_sha256",
        lambda row: f"lignes gardées de la remise {row.number} ({row.cohort.code})",
        ("cohort",),
    ),
    Kept(
        "packs",
        "dossiers de preuves",
        EvidencePack,
        "file",
        "sha256",
        lambda row: f"dossier de preuves {row.number} ({row.cohort.code})",
        ("cohort",),
        "contract__enrolment__person",
    ),
    Kept(
        "workbook_models",
        "modèles de classeur",
        WorkbookModel,
        "file",
        "sha256",
        lambda row: f"modèle de classeur n° {row.pk}, {row.code} version {row.version}",
    ),
    Kept(
        "acknowledgements",
        "accusés de réception",
        Acknowledgement,
        "file",
        "sha256",
        lambda row: f"pièce de l'accusé de réception de la remise {row.delivery.number}",
        ("delivery",),
    ),
    Kept(
        "paper_sheets",
        "feuilles papier",
        PaperSheet,
        "file",
        "sha256",
        lambda row: f"feuille papier n° {row.pk}",
    ),
    Kept(
        "absence_documents",
        "justificatifs d'absence",
        AbsenceDocument,
        "file",
        "sha256",
        lambda row: f"justificatif d'absence n° {row.pk}",
    ),
    Kept(
        "signatures",
        "tracés d'émargement",
        Signature,
        "image",
        "image_sha256",
        lambda row: f"tracé de la signature n° {row.pk}",
        person="enrolment__person",
    ),
    Kept(
        "meeting_signatures",
        "tracés de comptes rendus",
        MeetingSignature,
        "image",
        "image_sha256",
        lambda row: f"tracé de la signature d'entretien n° {row.pk}",
        person="meeting__contract__enrolment__person",
    ),
)


def check(kept: Kept) -> Check:
    """One row after the other; reading stops at the first whose bytes are missing or are not those of the print."""
    read = 0
    for row in rows_of(kept).iterator(ROWS):
        found = fingerprint(getattr(row, kept.bytes))
        if found != getattr(row, kept.sha256):
            return Check(read, f"{kept.name(row)} : {'le contenu a été modifié' if found else 'le fichier manque'}.")
        read += 1
    return Check(read)


def rows_of(kept: Kept) -> models.QuerySet:
    rows = kept.model._base_manager.exclude(**{kept.sha256: ""}).select_related(*kept.related).order_by("pk")
    if not kept.person:
        return rows
    blank = b"" if isinstance(kept.model._meta.get_field(kept.bytes), models.BinaryField) else ""
    return rows.exclude(**{kept.bytes: blank, f"{kept.person}__erasure__completed_at__isnull": False})


def fingerprint(content) -> str:
    """Nothing where there is nothing to read."""
    if not content:
        return ""
    if isinstance(content, bytes | memoryview):
        return hashlib.sha256(content).hexdigest()
    try:
        with content.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
