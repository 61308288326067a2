"""D1, suivi nominatif des contrats aidés, for the DDETS: one row per contract, what R. 5134-21 gives it and no more."""

from collections.abc import Sequence

from exports.followed import Followed, followed
from exports.kinds import Content, FileKind, Place, getters, lead_of, or_none
from exports.outcomes import facts_in_words
from exports.scope import DDETS, FileScope
from regulations.deadlines import Step
from regulations.exits import ExitSituation, FollowUp
from regulations.people import Checked, RegistrationLength
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


def _of(name: str, read):
    """`read` of a related row, nothing when there is none."""

    def value(row):
        found = getattr(row, name)
        return None if found is None else read(found)

    return value


def label_of(coded) -> str | None:
    return None if coded is None else coded.label


def _checked(name: str):
    """What nobody has looked at is « non vérifié », with a row of criteria or without: the DDETS reads no « non »."""

    def value(row: Followed) -> str:
        return Checked(getattr(row.protected, name) if row.protected else Checked.NOT_CHECKED).label

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
    "row.key": lambda row: f"{row.contract.enrolment_id}/{row.contract.pk}",
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
    "protected.priority_district": _checked("priority_district"),
    "protected.rural_zone": _checked("rural_zone"),
    "protected.zones_checked_on": _of("protected", lambda facts: facts.zones_checked_on),
    "protected.benefit_kind": _of("protected", lambda facts: or_none(facts.get_benefit_kind_display())),
    "protected.benefit_since": _of("protected", lambda facts: or_none(facts.get_benefit_since_display())),
    "protected.boeth": _checked("boeth"),
    "prescriber.kind": _of("referral", lambda referral: referral.prescriber.get_kind_display()),
    "prescriber.name": _of("referral", lambda referral: referral.prescriber.name),
    "adviser.name": _of("referral", lambda referral: referral.adviser.name if referral.adviser else None),
    "employer.name": lambda row: row.terms.establishment.name,
    "employer.legal_category": lambda row: row.terms.establishment.employer.get_legal_category_display(),
    "establishment.siret": lambda row: row.terms.establishment.siret,
    "establishment.department": lambda row: row.terms.establishment.department,
    "aid.decision_number": lambda row: row.request.decision_number,
    "aid.weekly_hours": lambda row: row.request.weekly_hours,
    "aid.rate": lambda row: row.request.rate / 100,
    "aid.monthly_amount": lambda row: row.monthly_amount,
    "contract.state": lambda row: row.state.label,
    "contract.kind": lambda row: row.contract.get_kind_display(),
    "contract.starts_on": lambda row: row.contract.starts_on,
    "contract.ends_on": lambda row: row.contract.ends_on,
    "contract.ended_on": lambda row: row.ended_on,
    "contract.weekly_hours": lambda row: row.terms.weekly_hours,
    "contract.job_title": lambda row: row.contract.job_title,
    "contract.rome_code": lambda row: row.contract.rome_code,
    "contract.is_broken": lambda row: row.broken_on is not None,
    "contract.broken_on": lambda row: row.broken_on,
    "contract.break_reason": lambda row: label_of(row.break_reason),
    "tutor.name": _of("tutorship", lambda tutorship: str(tutorship.tutor)),
    "tutor.job_title": _of("tutorship", lambda tutorship: or_none(tutorship.tutor.job_title)),
    "tutor.name_and_job": _of(
        "tutorship",
        lambda tutorship: ", ".join(filter(None, (str(tutorship.tutor), tutorship.tutor.job_title))),
    ),
    "training.planned_minutes": lambda row: row.hours.planned_minutes,
    "training.attended_minutes": lambda row: row.hours.done_minutes,
    "immersion.count": lambda row: len(row.immersions),
    "immersion.days": lambda row: row.days_of(row.immersions),
    "suspension.count": lambda row: len(row.suspensions),
    "suspension.days": lambda row: row.days_of(row.suspensions),
    # The last one: its dates, never its reason.
    "suspension.starts_on": lambda row: row.suspensions[-1].starts_on if row.suspensions else None,
    "suspension.ends_on": lambda row: row.suspensions[-1].ends_on if row.suspensions else None,
    "step.exit_interview": lambda row: row.done_on(Step.EXIT_INTERVIEW),
    "step.certificate": lambda row: row.done_on(Step.CERTIFICATE),
    "exit.recorded_on": _of("exit", lambda one: one.recorded_on),
    "exit.situation": _of("exit", lambda one: one.get_situation_display()),
    "exit.contract_kind": _of("exit", lambda one: CONTRACT_KINDS.get(ExitSituation(one.situation))),
    "exit.class": lambda row: label_of(row.exit_class()),
    "exit.same_employer": _of("exit", lambda one: one.get_same_employer_display()),
    "exit.same_job": _of("exit", lambda one: one.get_same_job_display()),
    "exit.situation_3_months": lambda row: label_of(row.situation(FollowUp.AT_3_MONTHS)),
    "exit.checked_3_months_on": lambda row: row.asked_on(FollowUp.AT_3_MONTHS),
    "exit.situation_6_months": lambda row: label_of(row.situation(FollowUp.AT_6_MONTHS)),
    "exit.checked_6_months_on": lambda row: row.asked_on(FollowUp.AT_6_MONTHS),
    "exit.unreachable": lambda row: row.is_unreachable,
    "exit.next_training": _of("exit", lambda one: or_none(one.next_training)),
}


def place(row: Followed) -> Place:
    return Place(row.person.full_name, row.contract.get_absolute_url())


def count(scope: FileScope) -> int:
    return scope.aided_contracts().count()


def content(scope: FileScope, columns: Sequence[Column]) -> Content:
    rows = followed(scope)
    values = getters(columns, VALUES)
    sheet = Sheet("Contrats", columns, ([value(row) for value in values] for row in rows), lead_of(columns))
    return Content([sheet], facts_in_words(rows))


KIND = FileKind(
    code="D1",
    name="Suivi nominatif des contrats aidés",
    main_sheet="Contrats",
    count=count,
    content=content,
    goes_to=(DDETS,),
    rows=followed,
    values=VALUES,
    place=place,
)
