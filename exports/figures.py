"""What the quantitative table counts: people with their criteria at a date, one line of the table, what it reads."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Sum

from cohorts.models import Enrolment, Person, ProtectedFacts, Referral, Seat
from contracts.ledger import Money, money
from exports.followed import Followed, followed
from exports.scope import FileScope
from regulations.contracts import ContractState
from regulations.exits import Rate
from regulations.money import french_number
from regulations.people import BenefitKind, Checked, EducationLevel, Opinion, RegistrationLength, Sex, age_on
from regulations.training import hundredths

BELOW_BAC = frozenset({EducationLevel.LEVEL_2, EducationLevel.LEVEL_3})


@dataclass(frozen=True, slots=True)
class Someone:
    """Une personne, telle qu'on la compte : ses critères à une date."""

    person: Person
    protected: ProtectedFacts | None
    day: date

    @property
    def age(self) -> int | None:
        return age_on(self.person.birth_date, self.day) if self.person.birth_date else None

    @property
    def is_long_term(self) -> bool | None:
        code = self.person.registration_length
        return RegistrationLength(code).is_long_term if code else None

    @property
    def has_rsa(self) -> bool | None:
        kind = self.protected.benefit_kind if self.protected else ""
        return kind == BenefitKind.RSA if kind else None

    def is_checked(self, name: str) -> bool | None:
        answer = getattr(self.protected, name) if self.protected else Checked.NOT_CHECKED
        return None if answer == Checked.NOT_CHECKED else answer == Checked.YES

    def is_of_sex(self, sex: Sex) -> bool | None:
        return self.person.sex == sex if self.person.sex else None

    def is_aged(self, first: int, last: int) -> bool | None:
        return None if self.age is None else first <= self.age <= last

    @property
    def is_below_bac(self) -> bool | None:
        level = self.person.education_level
        return level in BELOW_BAC if level else None


# Who each column counts: yes, no, or not known, which is neither.
BREAKDOWN: dict[str, Callable[[Someone], bool | None]] = {
    "indicator.women": lambda one: one.is_of_sex(Sex.FEMALE),
    "indicator.men": lambda one: one.is_of_sex(Sex.MALE),
    "indicator.under_26": lambda one: one.is_aged(0, 25),
    "indicator.from_26_to_49": lambda one: one.is_aged(26, 49),
    "indicator.from_50": lambda one: one.is_aged(50, 200),
    "indicator.priority_district": lambda one: one.is_checked("priority_district"),
    "indicator.rural_zone": lambda one: one.is_checked("rural_zone"),
    "indicator.boeth": lambda one: one.is_checked("boeth"),
    "indicator.rsa": lambda one: one.has_rsa,
    "indicator.long_term": lambda one: one.is_long_term,
    "indicator.below_level_4": lambda one: one.is_below_bac,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """Une ligne : un compte (et ses ventilations), un taux « n sur N », des heures ou un montant, et sa méthode.

    `mean` is a rate that is no share of people, `out_of_minutes` the hours that `minutes` are a part of.
    """

    group: str
    label: str
    method: str
    people: Sequence[Someone] | None = None
    count: int | None = None
    out_of: int | None = None
    minutes: int | None = None
    out_of_minutes: int | None = None
    mean: Decimal | None = None
    amount: Decimal | None = None

    @property
    def number(self) -> int | None:
        return len(self.people) if self.count is None and self.people is not None else self.count

    @property
    def rate(self) -> Decimal | None:
        """Below ten people, « n sur N » says enough and a percentage would say too much."""
        if self.mean is not None:
            return self.mean
        percent = self.share and self.share.percent
        return None if percent is None else percent / 100

    @property
    def share(self) -> Rate | None:
        return None if self.out_of is None or self.number is None else Rate(self.number, self.out_of)

    @property
    def words(self) -> str | None:
        """« 7 sur 19 (36,8 %) », « 73,50 h sur 84,00 h »."""
        if self.out_of_minutes is not None:
            return f"{_hours(self.minutes)} sur {_hours(self.out_of_minutes)}"
        return self.share.sentence if self.share else None

    def value(self, key: str) -> object:
        if key in BREAKDOWN:
            return None if self.people is None else self._counted(BREAKDOWN[key])
        return PLAIN[key](self)

    def _counted(self, criterion: Callable[[Someone], bool | None]) -> int | None:
        """Empty, never 0, when the criterion of nobody here is known."""
        answers = [criterion(one) for one in self.people]
        return None if answers and set(answers) == {None} else answers.count(True)


def _hours(minutes: int) -> str:
    return f"{french_number(hundredths(minutes), decimals=2)} h"


PLAIN: dict[str, Callable[[Indicator], object]] = {
    "row.key": lambda one: f"{one.group}/{one.label}",
    "indicator.group": lambda one: one.group,
    "indicator.label": lambda one: one.label,
    "indicator.count": lambda one: one.number,
    "indicator.out_of": lambda one: one.out_of,
    "indicator.rate": lambda one: one.rate,
    "indicator.words": lambda one: one.words,
    "indicator.minutes": lambda one: one.minutes,
    "indicator.amount": lambda one: one.amount,
}


@dataclass
class Figures:
    """Ce que le tableau lit, une fois."""

    scope: FileScope
    rows: list[Followed]
    referrals: list[tuple[Referral, Someone]] = field(default_factory=list)
    waiting: list[Someone] = field(default_factory=list)
    seats: int = 0
    seats_filled: int = 0
    money: Money = field(default_factory=Money)

    @property
    def day(self) -> date:
        return self.scope.as_of

    def people(self, rows: Iterable[Followed]) -> list[Someone]:
        return [Someone(row.person, row.protected, row.contract.starts_on) for row in rows]

    @property
    def entries(self) -> list[Followed]:
        return [row for row in self.rows if row.contract.starts_on <= self.day]

    @property
    def breaks(self) -> list[Followed]:
        return [row for row in self.entries if row.broken_on]

    def in_states(self, *states: ContractState) -> list[Followed]:
        return [row for row in self.rows if row.state in states]


def read(scope: FileScope) -> Figures:
    rows = followed(scope)
    figures = Figures(scope, rows)
    site = scope.destination.establishment
    referrals = Referral.objects.visible_to(scope.author).filter(cohort=scope.cohort, referred_on__lte=scope.as_of)
    enrolments = Enrolment.objects.visible_to(scope.author).filter(cohort=scope.cohort).active()
    seats = Seat.objects.visible_to(scope.author).filter(cohort=scope.cohort)
    if site:
        referrals, seats = referrals.filter(seat__establishment=site), seats.filter(establishment=site)
        enrolments = enrolments.filter(seat__establishment=site)
    waiting = enrolments.filter(opinion=Opinion.WAITING_LIST).select_related("person")
    referred = list(referrals.select_related("person").order_by("referred_on", "pk"))
    people = {referral.person_id for referral in referred} | {one.person_id for one in waiting}
    protected = {
        one.person_id: one for one in ProtectedFacts.objects.visible_to(scope.author).filter(person__in=people)
    }
    figures.referrals = [(one, Someone(one.person, protected.get(one.person_id), one.referred_on)) for one in referred]
    figures.waiting = [Someone(one.person, protected.get(one.person_id), one.enrolled_on) for one in waiting]
    figures.seats = seats.aggregate(total=Sum("quantity"))["total"] or 0
    figures.seats_filled = enrolments.holding().count()
    figures.money = money(scope.aided_contracts(), scope.as_of)
    return figures
