"""Discovering the trades: an immersion or a swap week, who agreed to it, what was learned."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import clock
from accounts.models import User
from accounts.questions import settle
from accounts.rows import change, keep
from cohorts.models import Cohort
from contracts.actions.contract import Accepted, locked, touch
from contracts.models import Contract, Immersion, SwapAgreement
from contracts.models.immersions import AGREED_ON
from employers.models import Establishment
from regulations.contracts import ImmersionPurpose
from regulations.findings import refusals
from regulations.immersions import (
    ImmersionEnding,
    ImmersionNature,
    ImmersionParty,
    agreement_findings,
    immersion_findings,
)
from regulations.periods import Period

NO_AGREEMENT = (
    "Aucun accord n'est noté pour la semaine d'échange de cette cohorte à ces dates : demandez-le à la DDETS, "
    "puis notez-le sur la page de la cohorte."
)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Où elle se passe et pourquoi : un établissement connu, ou une structure que l'on nomme."""

    nature: ImmersionNature = ImmersionNature.PMSMP
    host_establishment: Establishment | None = None
    host_tutor: str = ""
    objective: str = ""


@transaction.atomic
def record_immersion(
    *,
    contract: Contract,
    host: str,
    period: Period,
    purpose: ImmersionPurpose,
    place: Place = Place(),
    accepted: Accepted = None,
    by: User | None,
) -> Immersion:
    """PMSMP : un mois au plus chacune, un quart du contrat en tout ; au-delà, une question (D5134-50-1)."""
    contract = locked(contract)
    site = place.host_establishment
    immersion = Immersion(
        contract=contract,
        host=site.name if site else host.strip(),
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        purpose=purpose,
        nature=place.nature,
        host_establishment=site,
        host_tutor=place.host_tutor.strip(),
        objective=place.objective.strip(),
        recorded_by=by,
    )
    immersion.full_clean()
    _refuse_host(contract, immersion)
    others = [Period(one.starts_on, one.ends_on) for one in contract.immersions.valid()]
    _refuse_overlap(period, others)
    whole = Period(contract.starts_on, contract.last_day)
    immersion.exception_reason = settle(immersion_findings(period, whole, others), accepted)
    keep(immersion)
    touch(contract, by)
    return immersion


def _refuse_host(contract: Contract, immersion: Immersion) -> None:
    site = immersion.host_establishment
    if site is not None and site.employer_id == contract.establishment.employer_id:
        raise ValidationError({"host_establishment": "Une immersion se passe chez un autre employeur."})
    if site is not None and site.closed_on is not None and site.closed_on <= immersion.ends_on:
        raise ValidationError({"host_establishment": f"{site.name} est fermé depuis le {site.closed_on:%d/%m/%Y}."})
    if immersion.nature != ImmersionNature.SWAP:
        return
    if not site.seats.filter(cohort=contract.cohort_id).exists():
        message = "Une semaine d'échange se passe chez un autre employeur de la même cohorte."
        raise ValidationError({"host_establishment": message})
    refused = refusals(site.employer.findings())
    if refused:
        raise ValidationError({"host_establishment": [finding.message for finding in refused]})
    agreed = contract.cohort.swap_agreements.in_force(immersion.starts_on)
    if not agreed.in_force(immersion.ends_on).exists():
        raise ValidationError(NO_AGREEMENT)


def _refuse_overlap(period: Period, others: Iterable[Period]) -> None:
    for other in others:
        if other.clipped_to(period) is not None:
            raise ValidationError(
                f"Une autre immersion couvre déjà une partie de ces jours, du {other.starts_on:%d/%m/%Y} "
                f"au {other.ends_on:%d/%m/%Y}."
            )


@transaction.atomic
def agree_immersion(
    *,
    immersion: Immersion,
    party: ImmersionParty,
    agreed_on: date,
    accepted: Accepted = None,
    version: int | None = None,
    by: User | None,
) -> Immersion:
    """Accord d'une des parties, avec son jour ; il se donne avant le premier jour, sinon on dit pourquoi."""
    contract = locked(immersion.contract)
    immersion = _standing(immersion)
    if agreed_on > clock.today():
        raise ValidationError({"agreed_on": "Ce jour est à venir : notez l'accord une fois donné."})
    field = AGREED_ON[party]
    known = getattr(immersion, field)
    if known is not None:
        raise ValidationError(f"L'accord est déjà noté, le {known:%d/%m/%Y}.")
    period = Period(immersion.starts_on, immersion.ends_on)
    reason = settle(agreement_findings(agreed_on, period), accepted)
    reasons = "\n".join(filter(None, (immersion.exception_reason, reason)))
    immersion = change(immersion, version=version, exception_reason=reasons, **{field: agreed_on})
    touch(contract, by)
    return immersion


@transaction.atomic
def conclude_immersion(
    *,
    immersion: Immersion,
    ending: ImmersionEnding,
    outcome: str = "",
    learned: str = "",
    version: int | None = None,
    by: User | None,
) -> Immersion:
    """Bilan : comment elle s'est passée, ce qui a été appris ; il se complète."""
    contract = locked(immersion.contract)
    immersion = _standing(immersion)
    first = immersion.ends_on if ending is ImmersionEnding.COMPLETED else immersion.starts_on
    if first > clock.today():
        raise ValidationError(
            {"ending": f"L'immersion va du {immersion.starts_on:%d/%m/%Y} au {immersion.ends_on:%d/%m/%Y}."}
        )
    if not immersion.is_agreed:
        missing = ", ".join(party.label for party, day in immersion.agreements if day is None)
        raise ValidationError(f"Notez d'abord les accords qui manquent : {missing}.")
    facts = {"ending": ending, "outcome": outcome.strip(), "learned": learned.strip()}
    immersion = change(immersion, version=version, **facts)
    touch(contract, by)
    return immersion


@transaction.atomic
def void_immersion(*, immersion: Immersion, reason: str, version: int | None = None, by: User | None) -> Immersion:
    """Annuler une immersion : elle reste, avec qui, quand et pourquoi ; ses jours ne comptent plus."""
    contract = locked(immersion.contract)
    immersion = _standing(immersion)
    if not reason.strip():
        raise ValidationError({"reason": "Dites pourquoi cette immersion est annulée."})
    facts = {"voided_at": clock.now(), "voided_by": by, "void_reason": reason.strip()}
    immersion = change(immersion, version=version, **facts)
    touch(contract, by)
    return immersion


@transaction.atomic
def note_swap_agreement(
    *,
    cohort: Cohort,
    valid_from: date,
    valid_to: date | None = None,
    authority: str,
    reference: str,
    by: User | None,
) -> SwapAgreement:
    """Accord de l'autorité pour la semaine d'échange ; une ligne de plus, aucune n'est reprise."""
    return keep(
        SwapAgreement(
            cohort=cohort,
            valid_from=valid_from,
            valid_to=valid_to,
            authority=authority.strip(),
            reference=reference.strip(),
            recorded_by=by,
        )
    )


def _standing(immersion: Immersion) -> Immersion:
    immersion = Immersion.objects.select_related("contract").get(pk=immersion.pk)
    if immersion.voided_at is not None:
        raise ValidationError("Cette immersion est annulée.")
    return immersion
