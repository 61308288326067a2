"""Acts on employers: record a legal entity and its sites, say who finances them, whom to write to."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.actions import invite_member, log_access
from accounts.models import Invitation, Membership, Organisation
from accounts.roles import OrganisationKind, Role
from accounts.rows import change, keep
from employers.models import Contact, Employer, Establishment, Financer, Financing
from regulations.employers import PSEUDO_IDCC
from regulations.findings import Finding
from regulations.people import unaccented
from regulations.siret import clean_siren, clean_siret, siren_findings, siren_of, siret_findings

ALREADY_MANAGED = (
    "Une personne de cette structure gère déjà ses membres : demandez-lui d'inviter ses collègues, depuis « Membres ». "
    "Si elle est partie, demandez un autre accès à l'administration technique."
)
PLACE = ("name", "address", "postcode", "insee_code", "town", "headcount")


@dataclass(frozen=True, kw_only=True)
class Site:
    """Un lieu de travail tel qu'on le dicte : l'établissement, et ce qu'on sait de sa structure."""

    siret: str
    name: str
    legal_category: str
    employer_name: str = ""
    idcc: int | None = None
    address: str = ""
    postcode: str = ""
    insee_code: str = ""
    town: str = ""
    headcount: Decimal | None = None


@transaction.atomic
def register_site(*, site: Site) -> Establishment:
    """The establishment, under the legal entity of its SIREN: the known one, or a new one."""
    siret = checked_siret(site.siret)
    employer = Employer.objects.filter(siren=siren_of(siret)).first()
    if employer is None:
        employer = add_employer(
            name=site.employer_name or site.name,
            siren=siren_of(siret),
            legal_category=site.legal_category,
            idcc=site.idcc,
        )
    place = {name: getattr(site, name) for name in PLACE}
    return add_establishment(employer=employer, siret=siret, **place)


@transaction.atomic
def add_employer(*, name: str, siren: str, legal_category: str, idcc: int | None = None) -> Employer:
    employer = Employer(
        name=_one_line(name), siren=checked_siren(siren), legal_category=legal_category, idcc=_real_idcc(idcc)
    )
    return keep(employer)


@transaction.atomic
def change_employer(*, employer: Employer, version: int | None = None, **facts: object) -> Employer:
    if "siren" in facts:
        facts["siren"] = checked_siren(facts["siren"])
    if "idcc" in facts:
        facts["idcc"] = _real_idcc(facts["idcc"])
    employer = change(employer, version=version, **facts)
    # A new name of the legal entity is a new way to find its sites.
    for establishment in employer.establishments.all():
        change(establishment, search_text=search_text_of(establishment))
    return employer


@transaction.atomic
def declare(
    *, employer: Employer, contributions_up_to_date: str, recent_economic_dismissal: str, declared_on: date, reason: str
) -> Employer:
    """Déclarations sur l'honneur : datées, jamais un obstacle ; une réserve se lève par écrit."""
    return change(
        employer,
        contributions_up_to_date=contributions_up_to_date,
        recent_economic_dismissal=recent_economic_dismissal,
        declared_on=declared_on,
        declarations_reason=reason,
    )


@transaction.atomic
def add_establishment(*, employer: Employer, siret: str, name: str, **place: object) -> Establishment:
    siret = checked_siret(siret)
    _refuse_foreign_siret(siret, employer)
    establishment = Establishment(employer=employer, siret=siret, name=_one_line(name), **place)
    establishment.search_text = search_text_of(establishment)
    return keep(establishment)


@transaction.atomic
def change_establishment(*, establishment: Establishment, version: int | None = None, **facts: object) -> Establishment:
    if "siret" in facts:
        facts["siret"] = checked_siret(facts["siret"])
        _refuse_foreign_siret(facts["siret"], establishment.employer)
    changed = change(establishment, version=version, **facts)
    return change(changed, search_text=search_text_of(changed))


@transaction.atomic
def attach_financer(*, employer: Employer, financer: Financer, valid_from: date, member_number: str = "") -> Financing:
    """Dated: the one before ends the day before, the one after keeps its start. The same one again changes nothing."""
    rows = list(employer.financings.select_for_update().order_by("valid_from"))
    before = [row for row in rows if row.valid_from <= valid_from and (not row.valid_to or row.valid_to >= valid_from)]
    for row in before:
        if row.financer_id == financer.pk and member_number in ("", row.member_number):
            return row
        if row.valid_from < valid_from:
            change(row, valid_to=valid_from - timedelta(days=1))
    later = [row.valid_from for row in rows if row.valid_from > valid_from]
    return keep(
        Financing(
            employer=employer,
            financer=financer,
            member_number=member_number.strip(),
            valid_from=valid_from,
            valid_to=min(later) - timedelta(days=1) if later else None,
        )
    )


@transaction.atomic
def add_contact(
    *, establishment: Establishment, name: str, role: str = Contact.ContactRole.HR, email: str = "", phone: str = ""
) -> Contact:
    """The same name and role again is the same contact."""
    known = establishment.contacts.filter(name=_one_line(name), role=role, removed_on=None).first()
    if known is not None:
        return change_contact(contact=known, email=email or known.email, phone=phone or known.phone)
    contact = Contact(establishment=establishment, name=_one_line(name), role=role, email=email.lower(), phone=phone)
    return keep(contact)


@transaction.atomic
def change_contact(*, contact: Contact, **facts: object) -> Contact:
    return change(contact, **facts)


@transaction.atomic
def remove_contact(*, contact: Contact, on: date) -> Contact:
    return change(contact, removed_on=on)


@transaction.atomic
def open_access(*, employer: Employer, email: str, site: str, invited_by: Membership | None = None) -> Invitation:
    """The first account of an employer manages the others; `site` is the address its link starts with.

    The agency opens the first one, in somebody's name; an employer that accepts a cohort is offered its own.
    """
    if invited_by is not None and employer.is_managed:
        raise ValidationError(ALREADY_MANAGED)
    if employer.organisation is None:
        taken = Organisation.objects.filter(kind=OrganisationKind.EMPLOYER, name=employer.name).exists()
        name = f"{employer.name[:145]} ({employer.siren})" if taken else employer.name
        organisation = keep(Organisation(kind=OrganisationKind.EMPLOYER, name=name))
        employer = change(employer, organisation=organisation)
    log_access(user=invited_by.user if invited_by else None, action="open-access", obj=employer)
    return invite_member(
        organisation=employer.organisation,
        email=email,
        role=Role.EMPLOYER,
        is_admin=not employer.is_managed,
        invited_by=invited_by,
        site=site,
    )


def checked_siret(text: str) -> str:
    _refuse(siret_findings(text), "siret")
    if not clean_siret(text):
        raise ValidationError({"siret": "Donnez le SIRET : 14 chiffres."})
    return clean_siret(text)


def checked_siren(text: str) -> str:
    _refuse(siren_findings(text), "siren")
    if not clean_siren(text):
        raise ValidationError({"siren": "Donnez le SIREN : 9 chiffres."})
    return clean_siren(text)


def search_text_of(establishment: Establishment) -> str:
    """What a search compares: site, number, town, legal entity."""
    words = (establishment.name, establishment.siret, establishment.town, establishment.employer.name)
    return unaccented(" ".join(words))[:400]


def _refuse_foreign_siret(siret: str, employer: Employer) -> None:
    if siren_of(siret) != employer.siren:
        message = f"Ce SIRET n'est pas celui d'un établissement de {employer} (SIREN {employer.siren})."
        raise ValidationError({"siret": message})


def _refuse(findings: list[Finding], field: str) -> None:
    if findings:
        raise ValidationError({field: [finding.message for finding in findings]})


def _real_idcc(idcc: int | None) -> int | None:
    """9998 and 9999 mean that there is no agreement."""
    return None if idcc in PSEUDO_IDCC else idcc


def _one_line(text: str) -> str:
    return " ".join(text.split())
