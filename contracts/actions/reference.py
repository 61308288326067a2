"""What authorities re-set: SMIC, prefects' orders, stops of entries. Typed in by a coordinator, never deployed."""

from collections.abc import Callable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from accounts.rows import change, keep
from contracts.models import AidOrder, AidRules, EntryStop, RsaRate, SmicRate
from regulations.money import french_number
from regulations.people import unaccented
from regulations.periods import ONE_DAY, Period


@transaction.atomic
def save_smic(*, rate: SmicRate, version: int | None = None) -> SmicRate:
    """Ajouter ou corriger un SMIC ; la correction tient, un rechargement des données de référence n'y touche pas."""
    rate.is_corrected = True
    return _write(rate, version)


@transaction.atomic
def save_order(*, order: AidOrder, version: int | None = None) -> AidOrder:
    """Saisir ou corriger un arrêté ; il ne sert qu'une fois confirmé, et une correction se confirme de nouveau."""
    # An order loaded with the application is history: it bars nobody from typing the right one.
    _refuse_overlap(order, lambda other: other.confirmed_on is not None or other.is_corrected)
    order.is_corrected = True
    order.confirmed_on = order.confirmed_by = None
    return _write(order, version)


@transaction.atomic
def confirm_order(*, order: AidOrder, on: date, by: User) -> AidOrder:
    """Confirmer : deux arrêtés confirmés d'une région pour un même public ne se recouvrent jamais."""
    order = AidOrder.objects.select_for_update(of=("self",)).get(pk=order.pk)
    _refuse_overlap(order, lambda other: other.confirmed_on is not None)
    order.confirmed_on, order.confirmed_by = on, by
    return keep(order)


@transaction.atomic
def replace_order(*, order: AidOrder, following: AidOrder) -> AidOrder:
    """Le même public, à partir d'un jour : l'arrêté d'avant finit la veille et garde sa confirmation."""
    order = AidOrder.objects.select_for_update(of=("self",)).get(pk=order.pk)
    if following.valid_from <= order.valid_from:
        raise ValidationError({"valid_from": f"Le nouvel arrêté commence après le {order.valid_from:%d/%m/%Y}."})
    following.region, following.public, following.public_kind = order.region, order.public, order.public_kind
    if order.valid_to is None or order.valid_to >= following.valid_from:
        order.valid_to = following.valid_from - ONE_DAY
        order.is_corrected = True
        order.version += 1
        keep(order)
    return save_order(order=following)


def _refuse_overlap(order: AidOrder, counts: Callable[[AidOrder], bool]) -> None:
    """Every order of the region is locked: of two people who type one each, the second sees the first."""
    if order.valid_to is not None and order.valid_to < order.valid_from:
        return  # refused below, in its own words
    wanted, public = Period(order.valid_from, order.valid_to), same_public(order.public)
    others = AidOrder.objects.select_for_update(of=("self",)).filter(region=order.region).exclude(pk=order.pk)
    for other in others.order_by("valid_from", "pk"):
        held = Period(other.valid_from, other.valid_to)
        if counts(other) and same_public(other.public) == public and held.overlaps(wanted):
            raise ValidationError(OVERLAP.format(*_in_words(other)))


def same_public(public: str) -> str:
    """« Tout public » and « tout  public » are one."""
    return " ".join(unaccented(public).split())


OVERLAP = "Un arrêté {} pour ce public court déjà du {:%d/%m/%Y} {} ({} %) : donnez-lui sa fin d'abord."


def _in_words(order: AidOrder) -> tuple[str, date, str, str]:
    state = "confirmé" if order.confirmed_on else "saisi"
    end = f"au {order.valid_to:%d/%m/%Y}" if order.valid_to else "sans fin connue"
    return state, order.valid_from, end, french_number(order.rate)


@transaction.atomic
def save_stop(*, stop: EntryStop, version: int | None = None) -> EntryStop:
    """Annoncer un arrêt des entrées, daté ; les contrats en cours ne sont pas touchés."""
    if not (stop.covers_entries or stop.covers_renewals):
        raise ValidationError("Dites ce que l'arrêt couvre : les entrées, les renouvellements, ou les deux.")
    return _write(stop, version)


@transaction.atomic
def save_rsa(*, rate: RsaRate, version: int | None = None) -> RsaRate:
    """Ajouter ou corriger un montant du RSA ; un rechargement des données de référence n'y touche pas."""
    rate.is_corrected = True
    return _write(rate, version)


@transaction.atomic
def save_rules(*, rules: AidRules, version: int | None = None) -> AidRules:
    """Poser ou corriger un réglage de l'aide ; un mois confirmé garde ceux de son calcul."""
    rules.is_corrected = True
    return _write(rules, version)


Row = SmicRate | AidOrder | EntryStop | RsaRate | AidRules


def _write(row: Row, version: int | None) -> Row:
    if row.pk is None:
        return keep(row)
    facts = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    for name in ("id", "version"):
        del facts[name]
    return change(row, version=version, **facts)
