"""A recipient's own workbook: received, mapped, kept; corrected by another version; withdrawn."""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction

from accounts import clock
from accounts.models import Organisation, User
from accounts.rows import Conflict, keep
from accounts.scope import acting_membership
from accounts.stored import removed_on_failure
from employers.models import Financer
from exports.mapping import Mapping, carried_over, problems, propose, propose_codes
from exports.models import WorkbookModel
from exports.registry import KINDS
from exports.scope import DDETS, Destination
from regulations.nir import looks_like_nir
from workbooks.limits import Refused
from workbooks.survey import TEMPLATE_LIMITS, Survey
from workbooks.survey import survey as read_survey

# The files whose rows or cells a recipient may want in its own workbook.
CODES = ("O1", "O2", "O3", "O4", "D1", "D2")


@transaction.atomic
def receive_model(
    *,
    user: User,
    code: str,
    financer: Financer | None,
    name: str,
    valid_from: date,
    file_name: str,
    content: bytes,
    survey: Survey | None = None,
) -> WorkbookModel:
    """Reçu vide, une fois : judged, surveyed, and mapped as well as words allow. Nothing of it is sent yet.

    `survey` is what `surveyed` found in these bytes, when a page has read them before its transaction.
    """
    refuse_recipient(code, financer)
    agency = acting_membership(user).organisation
    found = survey or surveyed(content)
    sha256 = hashlib.sha256(content).hexdigest()
    former = last_of(agency, code, financer)
    if former and former.withdrawn_at is None and former.sha256 == sha256:
        raise ValidationError({"file": f"Ce fichier est déjà celui de la version {former.version}, octet pour octet."})
    model = WorkbookModel(
        agency=agency,
        code=code,
        financer=financer,
        version=former.version + 1 if former else 1,
        name=name,
        file_name=Path(file_name).name[-200:],
        byte_count=len(content),
        sha256=sha256,
        survey=found.as_dict(),
        mapping=first_mapping(former, found, code).as_dict(),
        valid_from=valid_from,
        replaces=former,
        created_by=user,
    )
    model.file.save(f"{sha256[:16]}.xlsx", ContentFile(content), save=False)
    with removed_on_failure(model.file.name):
        return keep(model)


def refuse_recipient(code: str, financer: Financer | None) -> None:
    kind = KINDS.get(code)
    if code not in CODES or kind is None:
        raise ValidationError({"code": "Ce fichier ne s'écrit pas dans le classeur d'un destinataire."})
    word = Destination(financer, ddets=financer is None).word
    if word not in kind.goes_to:
        whom = "à la DDETS" if word == DDETS else "à un financeur de la formation"
        raise ValidationError({"recipient": f"« {kind.name} » n'est pas destiné {whom}."})


def first_mapping(former: WorkbookModel | None, found: Survey, code: str) -> Mapping:
    if former is None:
        return propose(found, code)
    return carried_over(Survey.from_dict(former.survey), Mapping.from_dict(former.mapping), found, code)


def surveyed(content: bytes) -> Survey:
    """ValidationError, in one sentence, for a file that cannot serve."""
    if len(content) > TEMPLATE_LIMITS.max_bytes:
        raise ValidationError({"file": TEMPLATE_LIMITS.refuse_size().message})
    try:
        with on_disk(content) as path:
            return read_survey(path, seen=refuse_social_security_number)
    except Refused as refusal:
        raise ValidationError({"file": refusal.message}, code=refusal.code) from refusal


@contextmanager
def on_disk(content: bytes) -> Iterator[str]:
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        file.write(content)
        file.flush()
        yield file.name


def refuse_social_security_number(where: str, text: str) -> None:
    if looks_like_nir(text):
        raise ValidationError(
            {"file": f"{where} contient ce qui ressemble à un numéro de sécurité sociale : envoyez le modèle vide."}
        )


def last_of(agency: Organisation, code: str, financer: Financer | None) -> WorkbookModel | None:
    line = WorkbookModel.objects.of_line(agency=agency, code=code, financer=financer)
    return line.order_by("-version").first()


def _open(model: WorkbookModel) -> WorkbookModel:
    """Locked, and still being drawn up."""
    current = WorkbookModel.objects.select_for_update(of=("self",)).get(pk=model.pk)
    if current.withdrawn_at:
        raise ValidationError("Cette version est retirée : elle ne change plus.")
    if current.is_kept:
        raise ValidationError("Cette version est retenue : elle ne change plus. Corrigez-la par une autre version.")
    return current


@transaction.atomic
def map_model(*, model: WorkbookModel, mapping: Mapping, mark: str | None = None) -> WorkbookModel:
    """Faire correspondre : refused, with every reason at once, when the recipient's file could not take it.

    `mark` is the `mapping_mark` the form was opened on: Conflict when somebody has saved another mapping since.
    """
    current = _open(model)
    if mark is not None and mark != current.mapping_mark:
        raise Conflict(current)
    survey = Survey.from_dict(current.survey)
    if found := problems(survey, mapping, current.code):
        raise ValidationError(found)
    # A column that has just been given another field gets the values that its words say.
    for letter, codes in propose_codes(survey, mapping).items():
        mapping.codes.setdefault(letter, codes)
    current.mapping = mapping.as_dict()
    return keep(current)


@transaction.atomic
def keep_model(*, model: WorkbookModel, user: User) -> WorkbookModel:
    """Retenir : from now on the files of this recipient are filled with it."""
    current = _open(model)
    if found := problems(Survey.from_dict(current.survey), Mapping.from_dict(current.mapping), current.code):
        raise ValidationError(found)
    current.mapped_at, current.mapped_by = clock.now(), user
    return keep(current)


@transaction.atomic
def correct_model(*, model: WorkbookModel, user: User) -> WorkbookModel:
    """Corriger la correspondance : another version of the same file; the former one serves until this one is kept."""
    last = last_of(model.agency, model.code, model.financer)
    if last != model or not model.is_kept or model.withdrawn_at:
        raise ValidationError("On corrige la dernière version retenue : ouvrez-la dans la liste des modèles.")
    return keep(
        WorkbookModel(
            agency=model.agency,
            code=model.code,
            financer=model.financer,
            version=model.version + 1,
            name=model.name,
            file=model.file.name,
            file_name=model.file_name,
            byte_count=model.byte_count,
            sha256=model.sha256,
            survey=model.survey,
            mapping=model.mapping,
            valid_from=clock.today(),
            replaces=model,
            created_by=user,
        )
    )


@transaction.atomic
def withdraw_model(*, model: WorkbookModel, user: User) -> WorkbookModel:
    """Retirer : what was sent keeps it; the version before serves again, or our own file."""
    current = WorkbookModel.objects.select_for_update(of=("self",)).get(pk=model.pk)
    if current.withdrawn_at:
        raise ValidationError("Cette version est déjà retirée.")
    current.withdrawn_at, current.withdrawn_by = clock.now(), user
    return keep(current)
