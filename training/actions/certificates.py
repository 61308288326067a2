"""Issue a certificate, replace it by another number, check one. What is issued is never edited."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import slugify

from accounts.models import User
from accounts.questions import settle
from accounts.rows import change, keep
from cohorts.models import Cohort, Enrolment
from cohorts.models.person import PUBLIC_ALPHABET
from regulations.money import french_number
from regulations.periods import Period
from regulations.training import ActionNature, hundredths
from training.models import Certificate, Convention
from training.paid import FollowedHalfDay, Standing, standing_of, standings

CODE_GROUPS, CODE_GROUP = 3, 4
# More half-days than this would not hold on one sheet of paper: they are added up by month.
MOST_LINES = 30
KEEPING = (
    "Sans préjudice des délais imposés par les règles fiscales, comptables ou commerciales, je m'engage à conserver "
    "l'ensemble des pièces justificatives qui ont permis d'établir le présent certificat pendant une durée de trois "
    "ans à compter de la fin de l'année du dernier paiement. En cas de cofinancement des fonds européens, la durée de "
    "conservation est étendue conformément aux obligations conventionnelles spécifiques."
)


@dataclass(frozen=True)
class Issued:
    """Ce qu'a fait « Émettre pour tous » : les certificats émis, ceux qui ne peuvent pas l'être et pourquoi."""

    certificates: list[Certificate]
    blocked: list[Standing]


@transaction.atomic
def issue_certificate(
    *, convention: Convention, enrolment: Enrolment, period: Period, by: User, at: datetime
) -> Certificate:
    """Émettre : suivi = certifié = facturé, à la minute, tout clos et signé ; sinon chaque écart est dit."""
    _lock(convention.cohort_id)
    standing = standing_of(convention, enrolment, period, timezone.localdate(at))
    if standing is None:
        raise ValidationError("Cette personne n'est pas dans cette convention.")
    return _issue(standing, by, at)


@transaction.atomic
def issue_for_all(
    *, conventions: QuerySet[Convention], cohort: Cohort, period: Period, by: User, at: datetime
) -> Issued:
    """Émettre pour tous : those that can be, now; the others stay as they are, each with its reasons."""
    _lock(cohort.pk)
    issued, blocked = [], []
    for standing in standings(conventions.filter(cohort=cohort), period, timezone.localdate(at)):
        if standing.certificate or standing.has_nothing:
            continue
        if standing.findings:
            blocked.append(standing)
        else:
            issued.append(_issue(standing, by, at))
    return Issued(issued, blocked)


@transaction.atomic
def replace_certificate(*, certificate: Certificate, by: User, at: datetime) -> Certificate:
    """Remplacer par un autre numéro, pour la même période : the first one stays, said to be replaced."""
    _lock(certificate.enrolment.cohort_id)
    certificate = Certificate.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
    if certificate.is_replaced:
        raise ValidationError(f"Ce certificat est déjà remplacé par le {certificate.replaced_by.number}.")
    period = Period(certificate.starts_on, certificate.ends_on)
    standing = standing_of(certificate.convention, certificate.enrolment, period, timezone.localdate(at))
    settle(standing.findings)
    if printed(standing, at) | {"made_on": ""} == certificate.facts | {"made_on": ""}:
        raise ValidationError("Rien n'a changé depuis son émission : ce certificat est toujours exact.")
    change(certificate, is_replaced=True)
    return _keep(standing, by, at, replaces=certificate)


def _issue(standing: Standing, by: User, at: datetime) -> Certificate:
    if standing.certificate is not None:
        raise ValidationError(f"Le certificat {standing.certificate.number} est déjà émis pour cette période.")
    settle(standing.findings)
    return _keep(standing, by, at)


def _keep(standing: Standing, by: User, at: datetime, replaces: Certificate | None = None) -> Certificate:
    return keep(
        Certificate(
            number=_next_number(standing.convention.cohort),
            enrolment=standing.enrolment,
            convention=standing.convention,
            starts_on=standing.period.starts_on,
            ends_on=standing.period.ends_on,
            minutes=standing.minutes,
            facts=printed(standing, at),
            verification_code=new_code(),
            issued_at=at,
            issued_by=by,
            replaces=replaces,
        )
    )


def _lock(cohort: int) -> None:
    """Of two people who issue at once, the second waits: numbers follow each other, and nothing is issued twice."""
    Cohort.objects.select_for_update(of=("self",)).get(pk=cohort)


def _next_number(cohort: Cohort) -> str:
    count = Certificate.objects.filter(convention__cohort=cohort).count() + 1
    return f"{slugify(cohort.code).upper()}-CR-{count:03d}"


def new_code() -> str:
    """« K7P2-QX4M-9TBC »: sixty bits at random, which say nothing of the person."""
    letters = ["".join(secrets.choice(PUBLIC_ALPHABET) for _ in range(CODE_GROUP)) for _ in range(CODE_GROUPS)]
    return "-".join(letters)


# --- What is printed, frozen ---


def printed(standing: Standing, at: datetime) -> dict:
    """Les rubriques du modèle du ministère, en mots, telles qu'elles sont ce jour-là."""
    convention, body, person = standing.convention, standing.convention.training_body, standing.person
    site = convention.establishment
    return {
        "signatory": body.representative,
        "signatory_role": body.representative_role,
        "body": body.name,
        "body_siret": body.siret,
        "body_declaration": body.declaration_number,
        "body_address": body.address,
        "subcontractor": convention.subcontractor.name if convention.subcontractor else "",
        "person_title": person.get_title_display(),
        "person": person.full_name,
        "initials": initials(person.first_name, person.usual_name or person.birth_name),
        "employer": site.employer.name,
        "establishment": site.name,
        "siret": site.siret,
        "title": convention.title,
        "natures": [[nature.label, nature == convention.nature] for nature in ActionNature],
        "convention": convention.number,
        "file_number": convention.file_number,
        "starts_on": standing.period.starts_on.isoformat(),
        "ends_on": standing.period.ends_on.isoformat(),
        "minutes": standing.minutes,
        "hours": hours_text(standing.minutes),
        "modes": _modes(standing.counted),
        "lines": _lines(standing.counted),
        "made_at": body.town,
        "made_on": timezone.localdate(at).isoformat(),
        "keeping": KEEPING,
    }


def hours_text(minutes: int) -> str:
    """« 7,00 », never « 7h00 »."""
    return french_number(hundredths(minutes), decimals=2)


def initials(first_name: str, last_name: str) -> str:
    """« A. D. »: what the public page shows to whoever holds the paper."""
    return " ".join(f"{name[:1].upper()}." for name in (first_name.strip(), last_name.strip()) if name)


def _modes(half_days: Iterable[FollowedHalfDay]) -> list[list[str]]:
    """Part of each way of teaching, in hours."""
    minutes: dict[str, int] = {}
    for one in half_days:
        minutes[one.mode] = minutes.get(one.mode, 0) + one.facts.minutes
    return [[mode, hours_text(total)] for mode, total in sorted(minutes.items())]


def _lines(half_days: list[FollowedHalfDay]) -> list[list[str]]:
    """Each half-day with its hours, or each month when they are too many for one sheet."""
    if len(half_days) <= MOST_LINES:
        return [
            [f"{one.facts.day:%d/%m/%Y} {one.facts.part.label}", hours_text(one.facts.minutes)] for one in half_days
        ]
    months: dict[str, int] = {}
    for one in half_days:
        months[f"{one.facts.day:%m/%Y}"] = months.get(f"{one.facts.day:%m/%Y}", 0) + one.facts.minutes
    return [[month, hours_text(total)] for month, total in months.items()]


# --- Checking one, without an account ---


def find_certificate(*, number: str, code: str) -> Certificate | None:
    """By its number and its code together, as they are copied from the paper: case and dashes do not matter."""
    row = Certificate.objects.filter(number=" ".join(number.upper().split())).first()
    if row is None or not secrets.compare_digest(_plain(code), _plain(row.verification_code)):
        return None
    return row


def _plain(code: str) -> str:
    """Typed O and I are 0 and 1 misread, which the alphabet has not: they simply match nothing."""
    return "".join(letter for letter in code.upper() if letter.isascii() and letter.isalnum())
