"""Payments of the aid that come in a file: columns named once, lines recorded together, voided together."""

from collections.abc import Mapping
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from accounts import clock
from accounts.models import User
from accounts.rows import keep
from contracts.actions.payments import record_payments, void_payments
from contracts.models import AidPayment
from imports.actions.ledger import Ledger
from imports.actions.receiving import DEFAULT_DAY, start_reading
from imports.models import ImportBatch, ImportedRecord, PaymentMapping
from imports.payments.columns import READ_FIELDS
from imports.payments.known import UNDONE_BECAUSE, parts
from imports.vocabulary import Nature, Verdict


def write_payments(ledger: Ledger) -> int:
    """All the lines that are sure, once; how many of them somebody had recorded meanwhile."""
    rows = ledger.rows(Nature.PAYMENTS, Verdict.CREATE)
    lines = [line for row in rows for line in row.links["lines"]]
    written = record_payments(lines=lines, by=ledger.by)
    ledger.note_creations(written)
    keys = {payment.line_key for payment in written}
    recorded = [row for row in rows if row.links["lines"][0].key in keys]
    for _ in recorded:
        ledger.count(Nature.PAYMENTS, Verdict.CREATE)
    return len(rows) - len(recorded)


def void_imported(batch: ImportBatch, records: QuerySet[ImportedRecord], by: User) -> int:
    """A payment is a proof: undoing its import voids it, and it stays to be seen."""
    payments = [
        payment
        for pks in parts(records.values_list("object_id", flat=True))
        for payment in AidPayment.objects.filter(pk__in=pks)
    ]
    reason = f"{UNDONE_BECAUSE} : « {batch.file_name} »"[:200]
    return len(void_payments(payments=payments, reason=reason, by=by))


@transaction.atomic
def choose_columns(
    *, batch: ImportBatch, columns: Mapping[int, str], default_day: date | None = None, by: User
) -> ImportBatch:
    """What each column holds, kept for the organisation: the next file with these headings is read alone."""
    batch = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if batch.state != ImportBatch.State.READ or not batch.sheets:
        raise ValidationError("Les colonnes de cet import ne se choisissent plus : il est enregistré ou abandonné.")
    chosen = {str(column): name for column, name in columns.items() if name}
    _refuse_columns(chosen, default_day)
    mappings = PaymentMapping.objects.filter(organisation=batch.organisation_id)
    mapping = mappings.filter(signature=batch.sheets[0]["signature"]).first()
    mapping = mapping or PaymentMapping(organisation=batch.organisation, signature=batch.sheets[0]["signature"])
    mapping.columns, mapping.chosen_at, mapping.chosen_by = chosen, clock.now(), by
    keep(mapping)
    # Answers were given to lines read otherwise.
    batch.answers = {DEFAULT_DAY: default_day.isoformat()} if default_day else {}
    batch.save(update_fields=["answers"])
    start_reading(batch=batch, user=by)
    return batch


def _refuse_columns(chosen: Mapping[str, str], default_day: date | None) -> None:
    labels = {one.name: one.label for one in READ_FIELDS}
    for name in chosen.values():
        if name not in labels:
            raise ValidationError("Choisissez ce que contient chaque colonne dans la liste.")
        if list(chosen.values()).count(name) > 1:
            raise ValidationError(f"« {labels[name]} » est choisi pour deux colonnes : gardez-en une seule.")
    if "montant" not in chosen.values() or "mois" not in chosen.values():
        raise ValidationError("Dites au moins quelle colonne porte le montant, et laquelle porte le mois payé.")
    if "decision" not in chosen.values() and not {"siret", "nom"} <= set(chosen.values()):
        raise ValidationError("Dites quelle colonne porte le numéro de décision, ou à défaut le SIRET et le nom.")
    if "paye_le" not in chosen.values() and default_day is None:
        raise ValidationError("Dites quelle colonne porte la date de paiement, ou donnez-la pour toutes les lignes.")
