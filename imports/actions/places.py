"""Writing employers, their sites, their financer, their contact, and the seats they offer."""

from collections import Counter
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction

from cohorts.models import Cohort, Seat
from employers.actions import add_contact, attach_financer, change_employer, change_establishment, search_text_of
from employers.models import Contact, Employer, Establishment, Financer, Financing
from imports.actions.ledger import Ledger
from imports.register import EmployerEntry
from imports.rows import Row
from imports.sheets.employers import FINANCERS
from imports.vocabulary import Nature, Verdict
from regulations.employers import FinancerKind, LegalCategory
from regulations.siret import siren_of

MOST_HEADCOUNT, MOST_SEATS = Decimal("99999"), 999


def write_employers(ledger: Ledger) -> None:
    fresh = ledger.rows(Nature.EMPLOYERS, Verdict.CREATE)
    employers = _legal_entities(ledger, fresh)
    sites = {id(row): _site(row, employers[siren_of(row.values["siret"])]) for row in fresh}
    ledger.create(sites.values())
    for row in fresh:
        row.links["entry"].pk = sites[id(row)].pk
        ledger.count(Nature.EMPLOYERS, Verdict.CREATE)
    _financings(ledger, fresh, employers)
    ledger.create(contact for row in fresh if (contact := _contact(row, sites[id(row)])) is not None)
    for row in ledger.rows(Nature.EMPLOYERS, Verdict.UPDATE):
        _update(ledger, row)


def _legal_entities(ledger: Ledger, rows: list[Row]) -> dict[str, Employer]:
    """Several sites of one association are one legal entity, named after the first."""
    wanted = {siren_of(row.values["siret"]): row for row in reversed(rows)}
    employers = {one.siren: one for one in Employer.objects.filter(siren__in=wanted)}
    fresh = [
        Employer(
            name=row.values["raison_sociale"],
            siren=siren,
            legal_category=row.links["category"] or LegalCategory.OTHER,
            idcc=row.values["idcc"],
        )
        for siren, row in sorted(wanted.items(), key=lambda pair: pair[1].number)
        if siren not in employers
    ]
    ledger.create(fresh)
    return employers | {one.siren: one for one in fresh}


def _site(row: Row, employer: Employer) -> Establishment:
    site = Establishment(employer=employer, siret=row.values["siret"], **_place(row))
    site.search_text = search_text_of(site)
    return site


def _place(row: Row) -> dict:
    values = row.values
    headcount = values["effectif"]
    return {
        "name": values["raison_sociale"],
        "address": values["adresse"] or "",
        "postcode": values["code_postal"] or "",
        "town": values["commune"] or "",
        "headcount": headcount.quantize(Decimal("0.01"))
        if headcount is not None and headcount < MOST_HEADCOUNT
        else None,
    }


def _financings(ledger: Ledger, rows: list[Row], employers: dict[str, Employer]) -> None:
    """From the first day of the agency's first cohort: nothing in the workbook says since when."""
    already = set(Financing.objects.filter(employer__in=employers.values()).values_list("employer", flat=True))
    fresh = []
    for row in rows:
        employer, kind = employers[siren_of(row.values["siret"])], row.links["financer"]
        if kind is None or employer.pk in already:
            continue
        already.add(employer.pk)
        number = row.values["numero_adherent"] or ""
        since = _first_day(ledger)
        fresh.append(Financing(employer=employer, financer=financer(kind), member_number=number, valid_from=since))
    ledger.create(fresh)


def _first_day(ledger: Ledger) -> date:
    return min([ledger.on, *(one.starts_on for one in ledger.outcome.register.cohorts)])


def financer(kind: str) -> Financer:
    known = Financer.objects.filter(kind=kind).order_by("pk").first()
    return known or Financer.objects.create(kind=kind, name=FINANCERS[FinancerKind(kind)])


def _contact(row: Row, site: Establishment) -> Contact | None:
    values = row.values
    if not values["contact"]:
        return None
    return Contact(
        establishment=site, name=values["contact"], email=values["courriel"] or "", phone=values["telephone"] or ""
    )


def _update(ledger: Ledger, row: Row) -> None:
    values, entry = row.values, row.links["entry"]
    site = Establishment.objects.select_related("employer").get(pk=entry.pk)
    try:
        with transaction.atomic():
            told = {name: value for name, value in _place(row).items() if value not in ("", None)}
            ledger.note_change(change_establishment(establishment=site, **told))
            facts = {"legal_category": row.links["category"], "idcc": values["idcc"]}
            told = {name: value for name, value in facts.items() if value is not None}
            ledger.note_change(change_employer(employer=site.employer, **told))
            if row.links["financer"] is not None:
                attach_financer(
                    employer=site.employer,
                    financer=financer(row.links["financer"]),
                    valid_from=ledger.on,
                    member_number=values["numero_adherent"] or "",
                )
            if values["contact"]:
                add_contact(
                    establishment=site,
                    name=values["contact"],
                    email=values["courriel"] or "",
                    phone=values["telephone"] or "",
                )
    except ValidationError as refusal:
        ledger.fail(row, refusal)
    else:
        ledger.count(Nature.EMPLOYERS, Verdict.UPDATE)


def write_seats(ledger: Ledger) -> dict[tuple[int, int], Seat]:
    """Places of the workbook, in the cohort where the site hires. Seats already there stay as they are."""
    cohorts = {one.pk: one for one in Cohort.objects.visible_to(ledger.by)}
    seats = {(one.cohort_id, one.establishment_id): one for one in Seat.objects.filter(cohort__in=cohorts.values())}
    fresh = {}
    for row in ledger.outcome.of_nature(Nature.EMPLOYERS):
        entry = row.links.get("entry")
        if entry is None or entry.pk is None:
            continue
        for cohort_pk, quantity in seats_by_cohort(ledger, row, entry).items():
            key = cohort_pk, entry.pk
            if key not in seats and key not in fresh and cohort_pk in cohorts:
                fresh[key] = Seat(cohort=cohorts[cohort_pk], establishment_id=entry.pk, quantity=quantity)
    ledger.create(fresh.values())
    return seats | fresh


def seats_by_cohort(ledger: Ledger, row: Row, entry: EmployerEntry) -> dict[int, int]:
    """Where the places are: the cohort of the file, or where the contracts are. In doubt, nowhere."""
    places = row.values.get("places") or 0
    if not 0 < places <= MOST_SEATS:
        return {}
    if ledger.batch.cohort_id:
        return {ledger.batch.cohort_id: places}
    contracts = [one for one in ledger.outcome.register.contracts if one.employer is entry and one.cohort_pk]
    hired = Counter(one.cohort_pk for one in contracts if one.verdict is not Verdict.REFUSE)
    if len(hired) == 1:
        return {next(iter(hired)): max(places, hired.total())}
    return dict(hired) if hired.total() == places else {}
