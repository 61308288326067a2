"""The words a field may hold, for whoever gives them the codes of a recipient."""

from collections.abc import Iterable, Mapping

from exports.catalogue import CATALOGUE
from exports.ddets import CONTRACT_KINDS
from exports.presences import EXCUSES, PARTS, STATUSES
from regulations.breaks import DdetsBreak
from regulations.contracts import ContractKind, ContractState
from regulations.employers import LegalCategory
from regulations.exits import EXIT_CLASSES, ExitClass, ExitSituation
from regulations.people import (
    BenefitKind,
    Checked,
    EducationLevel,
    PrescriberKind,
    RegistrationLength,
    Sex,
    SocioProfessional,
    Title,
)
from workbooks.columns import Kind


def _labels(choices: Iterable) -> tuple[str, ...]:
    return tuple(one.label for one in choices)


KNOWN: dict[str, tuple[str, ...]] = {
    "person.title": _labels(Title),
    "person.sex": tuple(one.value for one in Sex),
    "person.education_level": _labels(EducationLevel),
    "person.registration_length": _labels(RegistrationLength),
    "protected.priority_district": _labels(Checked),
    "protected.rural_zone": _labels(Checked),
    "protected.boeth": _labels(Checked),
    "protected.benefit_kind": _labels(BenefitKind),
    "prescriber.kind": _labels(PrescriberKind),
    "employer.legal_category": _labels(LegalCategory),
    "contract.kind": _labels(ContractKind),
    "contract.state": _labels(ContractState),
    "contract.professional_category": _labels(SocioProfessional),
    "contract.break_reason": _labels(DdetsBreak),
    "half_day.part": tuple(PARTS.values()),
    "attendance.status": tuple(STATUSES.values()),
    "attendance.excused": tuple(EXCUSES.values()),
    "certificate.state": ("valable", "remplacé"),
    "exit.situation": _labels(ExitSituation),
    "exit.situation_3_months": _labels(ExitSituation),
    "exit.situation_6_months": _labels(ExitSituation),
    "exit.class": _labels(ExitClass),
    "exit.contract_kind": tuple(dict.fromkeys(CONTRACT_KINDS.values())),
    "exit.same_employer": _labels(Checked),
    "exit.same_job": _labels(Checked),
}
YES_NO = ("Oui", "Non")
# A recipient may ask for the class of an exit where we know its situation.
OTHER_NAMES: dict[str, Mapping[str, str]] = {
    "exit.situation": {one.label: EXIT_CLASSES[one].label for one in ExitSituation if one in EXIT_CLASSES},
}


def known_values(key: str) -> tuple[str, ...]:
    """Empty when the field is free."""
    return YES_NO if CATALOGUE[key].kind is Kind.YES_NO else KNOWN.get(key, ())
