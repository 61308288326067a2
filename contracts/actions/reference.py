"""What authorities re-set: SMIC, prefects' orders, stops of entries. Typed in by a coordinator, never deployed."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.fields import overlapping
from accounts.models import User
from accounts.rows import change, keep
from contracts.models import AidOrder, EntryStop, SmicRate


@transaction.atomic
def save_smic(*, rate: SmicRate, version: int | None = None) -> SmicRate:
    """Ajouter ou corriger un SMIC ; la correction tient, un rechargement des données de référence n'y touche pas."""
    rate.is_corrected = True
    return _write(rate, version)


@transaction.atomic
def save_order(*, order: AidOrder, version: int | None = None) -> AidOrder:
    """Saisir ou corriger un arrêté ; il ne sert qu'une fois confirmé, et une correction se confirme de nouveau."""
    order.is_corrected = True
    order.confirmed_on = order.confirmed_by = None
    return _write(order, version)


@transaction.atomic
def confirm_order(*, order: AidOrder, on: date, by: User) -> AidOrder:
    """Confirmer : deux arrêtés confirmés d'une région pour un même public ne se recouvrent jamais."""
    order = AidOrder.objects.select_for_update(of=("self",)).get(pk=order.pk)
    others = AidOrder.objects.exclude(pk=order.pk).filter(
        overlapping("valid_from", "valid_to", order.valid_from, order.valid_to),
        region=order.region,
        public=order.public,
        confirmed_on__isnull=False,
    )
    other = others.order_by("valid_from").first()
    if other is not None:
        end = f"au {other.valid_to:%d/%m/%Y}" if other.valid_to else "sans fin connue"
        raise ValidationError(
            f"Un arrêté confirmé pour ce public court déjà du {other.valid_from:%d/%m/%Y} {end} ({other.rate} %) : "
            "donnez-lui sa fin d'abord."
        )
    order.confirmed_on, order.confirmed_by = on, by
    order.save()
    return order


@transaction.atomic
def save_stop(*, stop: EntryStop, version: int | None = None) -> EntryStop:
    """Annoncer un arrêt des entrées, daté ; les contrats en cours ne sont pas touchés."""
    if not (stop.covers_entries or stop.covers_renewals):
        raise ValidationError("Dites ce que l'arrêt couvre : les entrées, les renouvellements, ou les deux.")
    return _write(stop, version)


Row = SmicRate | AidOrder | EntryStop


def _write(row: Row, version: int | None) -> Row:
    if row.pk is None:
        return keep(row)
    facts = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    for name in ("id", "version"):
        del facts[name]
    return change(row, version=version, **facts)
