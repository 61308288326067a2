"""D1, suivi nominatif des contrats aidés, for the DDETS: one row per contract, what R. 5134-21 gives it and no more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Prefetch

from cohorts.models import ProtectedFacts, Referral
from contracts.expected import ExpectedAid, expected_for
from contracts.models import AidRequest, Contract
from exports.kinds import FileKind, getters, or_none
from exports.scope import DDETS, FileScope
from regulations.aid import monthly_aid
from regulations.contracts import ContractState
from regulations.exits import ExitSituation
from regulations.people import RegistrationLength
from training.contract_hours import hours_by_contract
from training.hours import Hours
from tutoring.models import Tutorship
from workbooks.columns import Column
from workbooks.write import Sheet

# Situations that are themselves a kind of contract.
CONTRACT_KINDS = {
    ExitSituation.CDI: "CDI",
    ExitSituation.CDD_6_PLUS: "CDD",
    ExitSituation.CDD_MOINS_6: "CDD",
    ExitSituation.INTERIM_6_PLUS: "intérim",
    ExitSituation.INTERIM_MOINS_6: "intérim",
    ExitSituation.TITULARISATION: "fonction publique",
    ExitSituation.CONTRAT_AIDE: "contrat aidé",
}


@dataclass(slots=True)
class Followed:
    """Un contrat aidé et ce qui s'y rattache ce jour-là ; None veut dire inconnu."""

    contract: Contract
    request: AidRequest
    state: ContractState
    hours: Hours
    expected: ExpectedAid
    protected: ProtectedFacts | None
    referral: Referral | None
    tutorship: Tutorship | None
    day: date

    @property
    def person(self):
        return self.contract.enrolment.person

    @property
    def suspension(self):
        """The last one: its dates, never its reason."""
        return max(self.contract.suspensions.all(), key=lambda one: one.starts_on, default=None)

    @property
    def exit(self):
        return getattr(self.contract, "exit", None)

    @property
    def monthly_amount(self) -> Decimal | None:
        """A whole month at the SMIC of the day; no order, no amount."""
        known = [month for month in self.expected.months if month.inputs is not None]
        if not known:
            return None
        until = [month for month in known if month.month <= self.day]
        inputs = (until or known[:1])[-1].inputs
        return monthly_aid(inputs.hourly_smic, inputs.rate, inputs.weekly_hours)


def _of(name: str, read):
    """`read` of a related row, nothing when there is none."""

    def value(row):
        found = getattr(row, name)
        return None if found is None else read(found)

    return value


def registration(row: Followed) -> RegistrationLength | None:
    code = row.person.registration_length
    return RegistrationLength(code) if code else None


def is_long_term(row: Followed) -> bool | None:
    length = registration(row)
    return None if length is None else length.is_long_term


def is_very_long_term(row: Followed) -> bool | None:
    length = registration(row)
    return None if length is None else length.is_very_long_term


VALUES = {
    "cohort.code": lambda row: row.contract.cohort.code,
    "person.public_code": lambda row: row.person.public_code,
    "person.birth_name": lambda row: row.person.birth_name,
    "person.usual_name": lambda row: row.person.usual_name,
    "person.first_name": lambda row: row.person.first_name,
    "person.sex": lambda row: row.person.sex,
    "person.birth_date": lambda row: row.person.birth_date,
    "person.town": lambda row: row.person.town,
    "person.postcode": lambda row: row.person.postcode,
    "person.insee_code": lambda row: row.person.insee_code,
    "person.education_level": lambda row: or_none(row.person.get_education_level_display()),
    "person.registration_length": lambda row: or_none(row.person.get_registration_length_display()),
    "person.is_long_term": is_long_term,
    "person.is_very_long_term": is_very_long_term,
    "protected.priority_district": _of("protected", lambda facts: facts.get_priority_district_display()),
    "protected.rural_zone": _of("protected", lambda facts: facts.get_rural_zone_display()),
    "protected.zones_checked_on": _of("protected", lambda facts: facts.zones_checked_on),
    "protected.benefit_kind": _of("protected", lambda facts: or_none(facts.get_benefit_kind_display())),
    "protected.benefit_since": _of("protected", lambda facts: or_none(facts.get_benefit_since_display())),
    "protected.boeth": _of("protected", lambda facts: facts.get_boeth_display()),
    "prescriber.kind": _of("referral", lambda referral: referral.prescriber.get_kind_display()),
    "prescriber.name": _of("referral", lambda referral: referral.prescriber.name),
    "adviser.name": _of("referral", lambda referral: referral.adviser.name if referral.adviser else None),
    "employer.name": lambda row: row.contract.establishment.name,
    "employer.legal_category": lambda row: row.contract.establishment.employer.get_legal_category_display(),
    "establishment.siret": lambda row: row.contract.establishment.siret,
    "establishment.department": lambda row: row.contract.establishment.department,
    "aid.decision_number": lambda row: row.request.decision_number,
    "aid.weekly_hours": lambda row: row.request.weekly_hours,
    "aid.rate": lambda row: row.request.rate / 100,
    "aid.monthly_amount": lambda row: row.monthly_amount,
    "contract.state": lambda row: row.state.label,
    "contract.kind": lambda row: row.contract.get_kind_display(),
    "contract.starts_on": lambda row: row.contract.starts_on,
    "contract.ends_on": lambda row: row.contract.ends_on,
    "contract.ended_on": lambda row: row.contract.broken_on or _past(row.contract.ends_on, row.day),
    "contract.weekly_hours": lambda row: row.contract.weekly_hours,
    "contract.job_title": lambda row: row.contract.job_title,
    "contract.rome_code": lambda row: row.contract.rome_code,
    "contract.is_broken": lambda row: row.contract.broken_on is not None,
    "contract.broken_on": lambda row: row.contract.broken_on,
    "contract.break_reason": lambda row: or_none(row.contract.get_break_reason_display()),
    "tutor.name": _of("tutorship", lambda tutorship: str(tutorship.tutor)),
    "tutor.job_title": _of("tutorship", lambda tutorship: or_none(tutorship.tutor.job_title)),
    "training.planned_minutes": lambda row: row.hours.planned_minutes,
    "training.attended_minutes": lambda row: row.hours.done_minutes,
    "immersion.count": lambda row: len(row.contract.immersions.all()),
    "immersion.days": lambda row: sum((one.ends_on - one.starts_on).days + 1 for one in row.contract.immersions.all()),
    "suspension.starts_on": _of("suspension", lambda one: one.starts_on),
    "suspension.ends_on": _of("suspension", lambda one: one.ends_on),
    "exit.recorded_on": _of("exit", lambda one: one.recorded_on),
    "exit.situation": _of("exit", lambda one: one.get_situation_display()),
    "exit.contract_kind": _of("exit", lambda one: CONTRACT_KINDS.get(ExitSituation(one.situation))),
    "exit.same_employer": _of("exit", lambda one: one.get_same_employer_display()),
    "exit.next_training": _of("exit", lambda one: or_none(one.next_training)),
}


def _past(day, on):
    return day if day and day < on else None


def followed(scope: FileScope) -> list[Followed]:
    """A constant number of queries whatever the contracts."""
    contracts = list(
        scope.aided_contracts()
        .with_names()
        .with_state_facts()
        .prefetch_related(
            "aid_requests__order",
            "immersions",
            Prefetch("tutorships", Tutorship.objects.select_related("tutor").order_by("starts_on")),
            Prefetch(
                "enrolment__person__referrals",
                Referral.objects.filter(cohort=scope.cohort).select_related("prescriber", "adviser").order_by("pk"),
            ),
        )
        .order_by("enrolment__person__search_text", "starts_on", "pk")
    )
    facts = ProtectedFacts.objects.visible_to(scope.author).filter(person__enrolments__contracts__in=contracts)
    protected = {one.person_id: one for one in facts.distinct()}
    hours = hours_by_contract(contracts, on=scope.as_of)
    expected = expected_for(contracts)
    return [_followed(contract, scope, hours[contract.pk], expected[contract.pk], protected) for contract in contracts]


def _followed(contract, scope, hours, expected, protected) -> Followed:
    person = contract.enrolment.person
    granted = [request for request in contract.aid_requests.all() if _is_granted(request, scope.as_of)]
    referrals = list(person.referrals.all())
    kept = [referral for referral in referrals if referral.outcome == Referral.Outcome.ACCEPTED]
    tutorships = [one for one in contract.tutorships.all() if one.starts_on <= scope.as_of] or list(
        contract.tutorships.all()
    )
    return Followed(
        contract=contract,
        # A renewal takes over from the initial decision.
        request=max(granted, key=lambda request: request.decided_on),
        state=contract.state_on(scope.as_of),
        hours=hours,
        expected=expected,
        protected=protected.get(person.pk),
        referral=(kept or referrals or [None])[-1],
        tutorship=tutorships[-1] if tutorships else None,
        day=scope.as_of,
    )


def _is_granted(request: AidRequest, on) -> bool:
    return request.is_granted and request.decided_on <= on


def count(scope: FileScope) -> int:
    return scope.aided_contracts().count()


def sheets(scope: FileScope, columns: Sequence[Column]) -> list[Sheet]:
    values = getters(columns, VALUES)
    return [Sheet("Contrats", columns, ([value(row) for value in values] for row in followed(scope)))]


KIND = FileKind(
    code="D1",
    name="Suivi nominatif des contrats aidés",
    main_sheet="Contrats",
    count=count,
    sheets=sheets,
    goes_to=(DDETS,),
)
