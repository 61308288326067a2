"""Les six rejets fréquents d'un financeur, looked for before anything is built; each finding opens what mends it.

Half-day without signature, date outside the convention, misspelt name, hours that differ, wrong SIRET, file sent late.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.db.models import Q
from django.urls import reverse

from cohorts.models import Person
from contracts.models import Contract
from employers.models import Establishment, Financer, Financing
from exports.kinds import Place
from exports.presences import PARTS, attendances
from exports.scope import FileScope
from regulations.money import french_number
from regulations.periods import Period
from regulations.siret import siret_findings
from regulations.training import hundredths
from training.models import Certificate, Convention, ConventionTrainee
from training.paid import Standing, standings

DAYS_TOLD = 3
UNSIGNED = Q(signed_at=None, signed_on_paper=False)
NOT_COUNTERSIGNED = Q(half_day__countersigned_at=None, half_day__countersigned_on_paper=False)


@dataclass(frozen=True, slots=True)
class Finding:
    """Un point qui ferait revenir le dossier : de qui, de quel employeur, quoi, où le corriger."""

    who: str
    employer: str
    what: str
    url: str

    @property
    def place(self) -> Place:
        return Place(", ".join(filter(None, (self.who, self.what))), self.url)


@dataclass(frozen=True, slots=True)
class Rejection:
    """Un des six motifs de rejet : ce qu'on vérifie, ce qu'on a trouvé, ce qu'on n'a pas pu vérifier."""

    number: int
    label: str
    verified: str
    advice: str
    findings: Sequence[Finding]
    unverified: str = ""

    @property
    def result(self) -> str:
        if self.findings:
            return "à corriger"
        return self.unverified or "rien à signaler"


def rejections(scope: FileScope) -> list[Rejection]:
    """The six, in their order, in a constant number of queries."""
    papers = Papers(scope)
    return [*_of_the_rows(papers), _late(papers)]


def _of_the_rows(papers: "Papers") -> list[Rejection]:
    return [
        Rejection(
            1,
            "Demi-journée sans signature",
            "Chaque demi-journée suivie est signée par la stagiaire et par le formateur.",
            "Faites signer la feuille : une présence non signée n'est pas payée.",
            list(_unsigned(papers)),
        ),
        Rejection(
            2,
            "Date hors de la convention",
            "Chaque demi-journée suivie tombe entre les dates d'une convention de la stagiaire.",
            "Corrigez la date de la séance, ou les dates de la convention avant sa signature.",
            list(_outside(papers)),
        ),
        Rejection(
            3,
            "Nom mal orthographié",
            "Certificat, feuilles, convention et facture écrivent le nom de la même façon, et l'action aussi.",
            "Corrigez la fiche, ou remplacez le certificat : il est figé avec le nom qu'il imprimait.",
            list(_spelling(papers)),
        ),
        Rejection(
            4,
            "Heures qui diffèrent",
            "Heures suivies, certifiées et facturées sont égales ; l'écart avec la convention finie est expliqué.",
            "Corrigez la facture ou remplacez le certificat ; joignez l'explication d'un écart avec la convention.",
            list(_hours(papers)),
        ),
        Rejection(
            5,
            "SIRET fermé ou d'un autre établissement",
            "Le SIRET est juste, l'établissement ouvert, et celui de la convention est celui du contrat.",
            "Vérifiez l'établissement du contrat, puis celui de la convention.",
            list(_sirets(papers)),
        ),
    ]


class Papers:
    """What the six controls read, once."""

    def __init__(self, scope: FileScope) -> None:
        self.scope = scope
        self.contracts = list(scope.contracts().with_names().with_amendments().order_by("starts_on", "pk"))
        self.by_enrolment: dict[int, list[Contract]] = defaultdict(list)
        for contract in self.contracts:
            self.by_enrolment[contract.enrolment_id].append(contract)

    @cached_property
    def conventions(self) -> list[Convention]:
        """Those of the establishments that the file is about."""
        rows = Convention.objects.visible_to(self.scope.author).filter(cohort=self.scope.cohort)
        rows = rows.filter(trainees__enrolment__in=list(self.by_enrolment)).distinct()
        if self.scope.destination.financer or self.scope.destination.establishment:
            rows = rows.filter(establishment__in=self.sites)
        return list(rows.select_related("establishment").order_by("number"))

    @cached_property
    def trainees(self) -> list[ConventionTrainee]:
        rows = ConventionTrainee.objects.filter(convention__in=self.conventions)
        rows = rows.filter(enrolment__in=list(self.by_enrolment)).select_related("convention__establishment")
        return list(rows.order_by("convention__number", "pk"))

    @cached_property
    def sites(self) -> set[Establishment]:
        return {one.terms_on(self.scope.as_of).establishment for one in self.contracts}

    @cached_property
    def certificates(self) -> list[Certificate]:
        rows = Certificate.objects.current().filter(convention__in=self.conventions).with_names()
        return list(rows.filter(enrolment__in=list(self.by_enrolment)).order_by("number"))

    @cached_property
    def standings(self) -> list[Standing]:
        """Of the people of the file, over all their conventions."""
        if not self.conventions:
            return []
        first = min(one.starts_on for one in self.conventions)
        last = min(max(one.ends_on for one in self.conventions), self.scope.as_of)
        if last < first:
            return []
        rows = Convention.objects.filter(pk__in=[one.pk for one in self.conventions])
        found = standings(rows, Period(first, last), self.scope.as_of)
        return [one for one in found if one.enrolment.pk in self.by_enrolment]

    @cached_property
    def followed(self) -> list[tuple[int, int, date]]:
        """Half-day, enrolment, day of each half-day followed."""
        rows = attendances(self.scope).filter(attended_minutes__gt=0).order_by("half_day__day", "pk")
        found = rows.values_list("half_day_id", "enrolment_id", "half_day__day")
        return [row for row in found if row[1] in self.by_enrolment]

    def person(self, enrolment: int) -> Person:
        return self.by_enrolment[enrolment][-1].enrolment.person

    def employer(self, enrolment: int) -> str:
        return self.by_enrolment[enrolment][-1].terms_on(self.scope.as_of).establishment.name


def _unsigned(papers: Papers) -> Iterator[Finding]:
    rows = attendances(papers.scope).filter(attended_minutes__gt=0).filter(UNSIGNED | NOT_COUNTERSIGNED)
    rows = rows.select_related("half_day").order_by("half_day__day", "half_day__starts_at", "pk")
    told = set()
    for row in rows:
        half_day = row.half_day
        when = f"{half_day.day:%d/%m/%Y}, {PARTS[half_day.part].lower()}"
        address = reverse("training:roll", args=[half_day.pk])
        if row.enrolment_id in papers.by_enrolment and not row.signed_at and not row.signed_on_paper:
            person, employer = papers.person(row.enrolment_id), papers.employer(row.enrolment_id)
            yield Finding(person.full_name, employer, f"{when} : sans signature de la stagiaire", address)
        # One signature of the trainer for everybody: said once.
        if not half_day.countersigned_at and not half_day.countersigned_on_paper and half_day.pk not in told:
            told.add(half_day.pk)
            yield Finding("", "", f"{when} : sans signature du formateur", address)


def _outside(papers: Papers) -> Iterator[Finding]:
    own: dict[int, list[Convention]] = defaultdict(list)
    for row in papers.trainees:
        own[row.enrolment_id].append(row.convention)
    days: dict[int, list[date]] = defaultdict(list)
    for _, enrolment, day in papers.followed:
        if not any(one.starts_on <= day <= one.ends_on for one in own[enrolment]):
            days[enrolment].append(day)
    for enrolment, outside in days.items():
        conventions = own[enrolment]
        person, employer = papers.person(enrolment), papers.employer(enrolment)
        if not conventions:
            address = reverse("training:prepare_conventions", args=[papers.scope.cohort.pk])
            yield Finding(person.full_name, employer, f"{_days(outside)} : aucune convention", address)
            continue
        last = conventions[-1]
        dates = f"{last}, du {last.starts_on:%d/%m/%Y} au {last.ends_on:%d/%m/%Y}"
        yield Finding(person.full_name, employer, f"{_days(outside)} : hors de la {dates}", last.get_absolute_url())


def _days(days: Sequence[date]) -> str:
    told = ", ".join(f"{day:%d/%m/%Y}" for day in days[:DAYS_TOLD])
    return told if len(days) <= DAYS_TOLD else f"{told} et {len(days) - DAYS_TOLD} autres jours"


def _spelling(papers: Papers) -> Iterator[Finding]:
    """Sheets, convention and invoice are printed from one row each; the certificate alone is frozen."""
    for one in papers.certificates:
        person, facts = one.enrolment.person, one.facts
        if facts["person"] != person.full_name:
            what = f"{one} : « {facts['person']} », la fiche dit « {person.full_name} »"
        elif facts["title"] != one.convention.title:
            what = f"{one} : action « {facts['title']} », la convention dit « {one.convention.title} »"
        else:
            continue
        yield Finding(person.full_name, one.convention.establishment.name, what, one.get_absolute_url())


def _hours(papers: Papers) -> Iterator[Finding]:
    for standing in papers.standings:
        site, name = standing.convention.establishment.name, standing.person.full_name
        for certificate in standing.certificates:
            wrong = _unequal(standing, certificate)
            if wrong:
                yield Finding(name, site, wrong, certificate.get_absolute_url())
        convention = standing.convention
        gap = convention.planned_minutes - standing.certified_minutes
        if convention.ends_on <= papers.scope.as_of and standing.certificates and gap:
            what = (
                f"{convention} : {_h(convention.planned_minutes)} prévues, {_h(standing.certified_minutes)} certifiées"
            )
            yield Finding(name, site, what, convention.get_absolute_url())


def _unequal(standing: Standing, certificate: Certificate) -> str:
    """What does not agree with the certificate over its own period; empty when everything does."""
    period = Period(certificate.starts_on, certificate.ends_on)
    followed = sum(one.facts.minutes or 0 for one in standing.half_days if period.covers(one.facts.day))
    lines = [one for one in standing.lines if period.covers(one.starts_on) and period.covers(one.ends_on)]
    said = f"{certificate} : {_h(certificate.minutes)} certifiées"
    if followed != certificate.minutes:
        return f"{said}, {_h(followed)} suivies"
    if not lines:
        return f"{said}, aucune facturée"
    invoiced = sum(one.minutes for one in lines)
    return f"{said}, {_h(invoiced)} facturées" if invoiced != certificate.minutes else ""


def _h(minutes: int) -> str:
    return f"{french_number(hundredths(minutes), decimals=2)} h"


def site_faults(site: Establishment, on: date) -> list[str]:
    """Why its SIRET would be refused that day."""
    wrong = [one.message for one in siret_findings(site.siret)]
    if site.closed_on and site.closed_on <= on:
        wrong.append(f"établissement fermé le {site.closed_on:%d/%m/%Y}")
    return wrong


def _sirets(papers: Papers) -> Iterator[Finding]:
    as_of = papers.scope.as_of
    for site in sorted(papers.sites, key=lambda one: (one.name, one.siret)):
        address = reverse("employers:establishment_detail", args=[site.pk])
        for message in site_faults(site, as_of):
            yield Finding("", site.name, f"SIRET {site.siret} : {message}", address)
    for row in papers.trainees:
        worked = {
            one.terms_on(day).establishment
            for one in papers.by_enrolment[row.enrolment_id]
            for day in (max(one.starts_on, row.convention.starts_on), as_of)
        }
        stated = row.convention.establishment
        if stated not in worked:
            person = papers.person(row.enrolment_id)
            what = (
                f"{row.convention} : SIRET {stated.siret}, le contrat dit {', '.join(sorted(s.siret for s in worked))}"
            )
            yield Finding(person.full_name, stated.name, what, row.convention.get_absolute_url())


def _late(papers: Papers) -> Rejection:
    financers = _financers(papers.scope)
    untold = [str(one) for one in financers if None in (one.days_before_start, one.days_after_end)]
    unverified = ""
    if not financers:
        unverified = "non vérifié : aucun financeur rattaché"
    elif untold:
        unverified = f"non vérifié : aucun délai saisi pour {', '.join(untold)}"
    return Rejection(
        6,
        "Dossier envoyé en retard",
        "La demande part avant le début et les pièces après la fin, dans les délais du financeur (réglages datés).",
        "Prévenez le financeur avant l'envoi ; notez le numéro de dossier dès qu'il le donne.",
        list(_deadlines(papers, financers)),
        unverified,
    )


def _financers(scope: FileScope) -> list[Financer]:
    if scope.destination.financer:
        return [scope.destination.financer]
    rows = Financing.objects.in_force(scope.as_of).filter(
        employer__in=scope.contracts().values("establishment__employer")
    )
    return sorted({one.financer for one in rows.select_related("financer")}, key=str)


def _deadlines(papers: Papers, financers: Sequence[Financer]) -> Iterator[Finding]:
    scope, cohort = papers.scope, papers.scope.cohort
    for financer in financers:
        if financer.days_after_end is not None:
            limit = cohort.ends_on + timedelta(days=financer.days_after_end)
            if scope.as_of > limit:
                what = f"{financer} : pièces attendues au plus tard le {limit:%d/%m/%Y}"
                yield Finding("", "", what, cohort.get_absolute_url())
    paying = {one.employer_id: one.financer for one in _financings(papers)}
    for convention in papers.conventions:
        financer = paying.get(convention.establishment.employer_id)
        if financer is None or financer.days_before_start is None or convention.file_number:
            continue
        limit = convention.starts_on - timedelta(days=financer.days_before_start)
        if scope.as_of > limit:
            what = f"{convention} : aucun numéro de dossier, demande attendue avant le {limit:%d/%m/%Y}"
            yield Finding("", convention.establishment.name, what, convention.get_absolute_url())


def _financings(papers: Papers) -> Sequence[Financing]:
    employers = {one.establishment.employer_id for one in papers.conventions}
    rows = Financing.objects.in_force(papers.scope.as_of).filter(employer__in=employers)
    return list(rows.select_related("financer").order_by("valid_from", "pk"))
