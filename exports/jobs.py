"""Long jobs of this room: build, verify, freeze a delivery; write a long list; forget what lived its day."""

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.urls import reverse

from accounts import clock
from accounts.stored import removed_on_failure
from accounts.work import Work
from exports import actions
from exports.actions import evidence
from exports.build import build, workshop
from exports.evidence.build import build as build_evidence
from exports.lists import open_list, write_list
from exports.models import Delivery, EvidencePack, ListExport


def run_delivery(work: Work) -> None:
    delivery = Delivery.objects.with_names().get(pk=work.arguments["delivery"])
    author = work.author()
    actions.refuse_author(author, delivery.cohort, delivery.profile, delivery.workbook_model)
    with workshop() as folder:
        built = build(delivery, author, folder, work.progress)
        kept, rows = actions.store_built(delivery=delivery, built=built, token=work.token)
    with removed_on_failure(kept, rows), work.finish() as result:
        frozen = actions.freeze_delivery(delivery=delivery, built=built, kept=kept, rows=rows)
        result["url"] = reverse("exports:delivery_detail", args=[frozen.pk])
        result["label"] = f"Ouvrir la remise {frozen.number}"
        result["message"] = f"{frozen.verification}."


def run_list(work: Work) -> None:
    """A list of more than a thousand rows, for its author, one day."""
    export = ListExport.objects.get(pk=work.arguments["list_export"])
    author = work.author()
    view = open_list(export.name, author, QueryDict(export.query))
    if view is None or not view.has_permission():
        raise ValidationError("Cette liste ne vous est plus ouverte : rien n'est produit.")
    with workshop() as folder:
        written = write_list(view, export.name, author, folder, lambda rows: work.progress(rows, 0, "Écriture"))
        kept = actions.store(written.path, f"listes/{export.public_id}-{work.token[:8]}.xlsx", written.sha256)
    with removed_on_failure(kept), work.finish() as result:
        actions.keep_list(export=export, written=written, kept=kept)
        result["url"] = reverse("exports:list_download", args=[export.public_id])
        result["label"] = "Télécharger le classeur"
        result["message"] = "Le classeur est prêt. Il reste disponible 24 heures."


def run_evidence(work: Work) -> None:
    """A pack of proofs: written to the disk a few contracts at a time, then to its place."""
    pack = EvidencePack.objects.with_names().get(pk=work.arguments["pack"])
    author = work.author()
    evidence.refuse_evidence_author(author, pack.cohort)
    with workshop() as folder:
        zipped, contracts = build_evidence(pack, author, folder, work.progress)
        kept = actions.store(zipped.path, f"preuves/{pack.public_id}-{work.token[:8]}.zip", zipped.sha256)
    with removed_on_failure(kept), work.finish() as result:
        frozen = evidence.freeze_evidence(pack=pack, zipped=zipped, contracts=contracts, kept=kept)
        result["url"] = reverse("exports:evidence_detail", args=[frozen.pk])
        result["label"] = f"Ouvrir le dossier {frozen.number}"
        result["message"] = "Le dossier de preuves est prêt."


def forget_files() -> int:
    """Each hour: list exports older than a day, and bytes that a killed worker stored without a row to name them."""
    before = clock.now() - actions.LIST_LIFE
    return actions.purge_list_exports(before=before) + actions.remove_orphans()
