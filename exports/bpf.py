"""B1, préparation du bilan pédagogique et financier (Cerfa 10443) : frames C, E, F-1, F-2, F-3 and F-4 of a year.

Prepared for the training body, which declares it. Euros and hours are rounded to the unit, as the form asks, each once
from its own minutes; what only the training body knows is empty and says so. Lines of version *16 of the form.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from employers.models import Financing
from exports.kinds import Content, FileKind, getters
from exports.presences import attendances
from exports.scope import AGENCY, OPCO, WORDS, FileScope
from regulations.employers import PUBLIC_EMPLOYERS
from regulations.periods import Period
from regulations.training import MINUTES_AN_HOUR, TrainingMode
from training.models import ConventionTrainee, HalfDay, InvoiceLine
from workbooks.columns import Column
from workbooks.write import Fact, Sheet

BODY_KNOWS = "À compléter par l'organisme : l'outil ne le connaît pas."
DEDUCED = "Classement déduit, à vérifier par l'organisme."
RULE = (
    "Une personne compte une fois par ligne ; ses heures sont celles qu'elle a suivies dans l'année. Les totaux de "
    "F-1, F-3 et F-4 sont égaux."
)


@dataclass(frozen=True, slots=True)
class Line:
    """Une ligne du formulaire ; vide veut dire : à compléter."""

    frame: str
    number: str
    label: str
    people: int | None = None
    minutes: int | None = None
    amount: Decimal | None = None
    note: str = ""

    @property
    def hours(self) -> int | None:
        return None if self.minutes is None else unit(Decimal(self.minutes) / MINUTES_AN_HOUR)

    @property
    def euros(self) -> int | None:
        return None if self.amount is None else unit(self.amount)


def unit(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))


VALUES = {
    "row.key": lambda line: f"{line.frame}/{line.number}/{line.label}",
    "bpf.frame": lambda line: line.frame,
    "bpf.line": lambda line: line.number,
    "bpf.label": lambda line: line.label,
    "bpf.people": lambda line: line.people,
    "bpf.hours": lambda line: line.hours,
    "bpf.euros": lambda line: line.euros,
    "bpf.remark": lambda line: line.note or None,
}


@dataclass(frozen=True, slots=True)
class Followed:
    """Une demi-journée suivie dans l'année."""

    enrolment: int
    minutes: int
    is_public: bool
    is_remote: bool


def year_of(scope: FileScope) -> Period:
    return Period(date(scope.as_of.year, 1, 1), scope.as_of)


def followed(scope: FileScope) -> list[Followed]:
    contracts = defaultdict(list)
    for contract in scope.contracts().select_related("establishment__employer").order_by("starts_on", "pk"):
        contracts[contract.enrolment_id].append(contract)
    rows = attendances(scope).filter(attended_minutes__gt=0, half_day__day__gte=year_of(scope).starts_on)
    rows = rows.values_list("enrolment_id", "half_day__day", "attended_minutes", "half_day__session__mode")
    return [
        Followed(enrolment, minutes, _is_public(contracts[enrolment], day), mode == TrainingMode.REMOTE)
        for enrolment, day, minutes, mode in rows.order_by("pk")
        if enrolment in contracts
    ]


def _is_public(contracts: Sequence, day: date) -> bool:
    """Of the employer of that day, else of her last one."""
    there = [one for one in contracts if Period(one.starts_on, one.last_day).covers(day)]
    return (there or contracts)[-1].establishment.employer.legal_category in PUBLIC_EMPLOYERS


def lines(scope: FileScope) -> list[Line]:
    rows = followed(scope)
    return [*_income(scope), *_trainers(scope), *_trainees(rows), *_entrusted(scope, rows), *_goals(rows)]


def _income(scope: FileScope) -> list[Line]:
    """C: what was invoiced in the year, by who pays."""
    year = year_of(scope)
    invoices = InvoiceLine.objects.visible_to(scope.author).valid()
    invoices = invoices.filter(
        convention__cohort=scope.cohort, invoiced_on__gte=year.starts_on, invoiced_on__lte=year.ends_on
    )
    financings = Financing.objects.in_force(scope.as_of).select_related("financer").order_by("valid_from", "pk")
    kinds = {one.employer_id: one.financer.kind for one in financings}
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for line in invoices.select_related("convention__establishment__employer"):
        employer = line.convention.establishment.employer
        sums[_payer(employer.legal_category, kinds.get(employer.pk))] += line.amount
    told = (
        ("1", "Entreprises, pour la formation de leurs salariés"),
        ("2h", "Organismes paritaires : plan de développement ou autres"),
        ("3", "Pouvoirs publics, pour la formation de leurs agents"),
    )
    found = [Line("C", number, label, amount=sums.get(number), note=DEDUCED) for number, label in told]
    others = "Autres lignes de C : fonds européens, État, Régions, France Travail, particuliers, autres organismes"
    return [*found, Line("C", "4 à 11", others, note=BODY_KNOWS)]


def _payer(category: str, financer: str | None) -> str:
    if category in PUBLIC_EMPLOYERS:
        return "3"
    return "2h" if financer and WORDS.get(financer, OPCO) == OPCO else "1"


def _trainers(scope: FileScope) -> list[Line]:
    """E: half-days held, by the names of those who led them; whether they are its staff, the body knows."""
    year = year_of(scope)
    held = HalfDay.objects.filter(
        session__cohort=scope.cohort, cancelled_on=None, day__gte=year.starts_on, day__lte=year.ends_on
    )
    held = list(held.exclude(closed_at=None).values_list("session__trainer_name", "planned_minutes"))
    names = {name for name, _ in held if name}
    minutes = sum(length for _, length in held)
    said = "Demi-journées closes. Salariés ou extérieurs : à répartir par l'organisme."
    return [Line("E", "", "Personnes dispensant des heures de formation", len(names), minutes, note=said)]


def _line(frame: str, number: str, label: str, rows: Sequence[Followed], note: str = "") -> Line:
    return Line(frame, number, label, len({row.enrolment for row in rows}), sum(row.minutes for row in rows), note=note)


def _trainees(rows: Sequence[Followed]) -> list[Line]:
    """F-1: a person who worked for both kinds of employer counts where her hours are, once in the total."""
    private, public = [row for row in rows if not row.is_public], [row for row in rows if row.is_public]
    return [
        _line("F-1", "a", "Salariés d'employeurs privés", private),
        Line("F-1", "b à d", "Apprentis, personnes en recherche d'emploi, particuliers", note=BODY_KNOWS),
        _line("F-1", "e", "Autres stagiaires : agents d'employeurs publics", public, DEDUCED),
        _line("F-1", "total (1)", "Total des stagiaires", rows),
        _line("F-1", "dont", "À distance", [row for row in rows if row.is_remote]),
    ]


def _entrusted(scope: FileScope, rows: Sequence[Followed]) -> list[Line]:
    """F-2: those whose convention names a subcontractor."""
    entrusted = ConventionTrainee.objects.filter(convention__cohort=scope.cohort)
    own = set(entrusted.exclude(convention__subcontractor=None).values_list("enrolment", flat=True))
    label = "Formation confiée à un autre organisme"
    return [_line("F-2", "", label, [row for row in rows if row.enrolment in own])]


def _goals(rows: Sequence[Followed]) -> list[Line]:
    speciality = "Spécialité à choisir : 331 Santé ou 332 Travail social, à vérifier par l'organisme."
    return [
        _line("F-3", "d", "Autres formations professionnelles continues", rows, "Le socle commun."),
        _line("F-3", "total (3)", "Total des stagiaires", rows),
        _line("F-4", "", "Spécialité de la formation", rows, speciality),
        _line("F-4", "total (4)", "Total des stagiaires", rows),
    ]


def count(scope: FileScope) -> int:
    """No hour followed in the year, nothing to prepare."""
    return attendances(scope).filter(attended_minutes__gt=0, half_day__day__gte=year_of(scope).starts_on).count()


def content(scope: FileScope, columns: Sequence[Column]) -> Content:
    values = getters(columns, VALUES)
    year = year_of(scope)
    return Content(
        [Sheet("Préparation", columns, ([value(line) for value in values] for line in lines(scope)), lead=3)],
        facts=(
            Fact("Exercice", f"Année civile {year.starts_on.year}, jusqu'au {year.ends_on:%d/%m/%Y}."),
            Fact("Règle", RULE),
            Fact("Arrondi", "Euros et heures à l'unité la plus proche, comme le demande le formulaire."),
            Fact("Cadre D et totaux de l'organisme", BODY_KNOWS),
        ),
    )


KIND = FileKind(
    code="B1",
    name="Préparation du BPF",
    main_sheet="Préparation",
    count=count,
    content=content,
    goes_to=(AGENCY,),
    is_nominative=False,
)
