"""Acts on profiles: each one writes a new dated version of the agency; what exists never changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import clock
from accounts.disclosure import refused_columns
from accounts.models import Organisation, User
from accounts.rows import keep
from accounts.scope import acting_membership
from cohorts.models import Cohort
from employers.models import Financer
from exports.catalogue import CATALOGUE
from exports.models import ExportProfile
from exports.scope import Destination
from exports.shaping import Chosen
from regulations.nir import nir_findings

MOST_CHARACTERS = 120


@dataclass(frozen=True, kw_only=True)
class Edited:
    """Ce qu'on enregistre : nom, colonnes, dates, destinataire, jour à partir duquel il vaut."""

    name: str
    columns: Sequence[Chosen]
    valid_from: date
    date_format: str = ExportProfile.DateFormat.FRENCH
    financer: Financer | None = None
    recipient: Organisation | None = None


def profile_for(code: str, cohort: Cohort, destination: Destination, on: date) -> ExportProfile | None:
    """The columns of this file for this recipient that day."""
    recipient = None if destination.financer else destination.recipient
    return ExportProfile.objects.current(
        code, on, agency=cohort.agency, financer=destination.financer, recipient=recipient
    )


@transaction.atomic
def save_profile(*, base: ExportProfile, edited: Edited, by: User, seen: int | None = None) -> ExportProfile:
    """Nouvelle version. `seen` is the last version its author had before her eyes: another one since stops her."""
    refuse_columns(base.code, edited.columns)
    if edited.valid_from < clock.today():
        raise ValidationError({"valid_from": "Une version vaut au plus tôt aujourd'hui : le passé ne change pas."})
    # Two people of one agency, one number each.
    agency = Organisation.objects.select_for_update().get(pk=acting_membership(by).organisation_id)
    last = last_version(base.code, agency)
    if seen is not None and last != seen:
        raise ValidationError(
            f"La version {last} a été enregistrée depuis que vous avez ouvert cette page : comparez, puis enregistrez "
            "de nouveau."
        )
    return keep(
        ExportProfile(
            code=base.code,
            version=last + 1,
            name=edited.name,
            columns=[one.kept() for one in edited.columns],
            date_format=edited.date_format,
            valid_from=edited.valid_from,
            agency=agency,
            financer=edited.financer,
            recipient=edited.recipient,
            created_by=by,
        )
    )


def restore_profile(*, base: ExportProfile, by: User, on: date) -> ExportProfile:
    """Revenir au profil d'origine : its columns, for the recipient of the version one leaves."""
    original = ExportProfile.objects.original().current(base.code, on)
    edited = Edited(
        name=original.name,
        columns=[Chosen.read(kept) for kept in original.columns if kept["on"]],
        valid_from=on,
        date_format=original.date_format,
        financer=base.financer,
        recipient=base.recipient,
    )
    return save_profile(base=base, edited=edited, by=by)


def last_version(code: str, agency: Organisation | int) -> int:
    return ExportProfile.objects.of_agency(agency).filter(code=code).order_by("-version").first().version


def refuse_columns(code: str, columns: Sequence[Chosen]) -> None:
    if not columns:
        raise ValidationError("Gardez au moins une colonne : un fichier sans colonne ne dit rien.")
    keys = [one.key for one in columns]
    unknown = [key for key in keys if key not in CATALOGUE]
    refused = unknown or refused_columns(code, keys)
    if refused:
        labels = ", ".join(CATALOGUE[key].label if key in CATALOGUE else key for key in refused)
        raise ValidationError(f"Ce destinataire ne peut pas recevoir : {labels}. Retirez ces colonnes.")
    headings = [one.heading.casefold() for one in columns]
    twice = sorted({one.heading for one in columns if headings.count(one.heading.casefold()) > 1})
    if twice:
        raise ValidationError(f"Deux colonnes portent le même titre : {', '.join(twice)}. Nommez-les autrement.")
    for one in columns:
        refuse_words(one)


def refuse_words(one: Chosen) -> None:
    for text in (one.heading, *(word for pair in one.codes for word in pair)):
        if nir_findings(text):
            raise ValidationError(f"Colonne « {one.field.label} » : aucun numéro de sécurité sociale n'entre ici.")
        if not text.strip() or len(text) > MOST_CHARACTERS:
            raise ValidationError(
                f"Colonne « {one.field.label} » : chaque titre, chaque valeur et chaque code tient en 1 à "
                f"{MOST_CHARACTERS} caractères."
            )
