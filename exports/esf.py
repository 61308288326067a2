"""F1, participants FSE+ : Participants · Indicateurs, for the manager of the operation. One row per aided contract.

The import file of « Ma démarche FSE+ » is not published: columns and codes are a profile. What the tool does not ask
for is « Non renseigné », never « non »; the 29 columns are those of a working file read in public (domain §2.6).
"""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from exports.ddets import place
from exports.figures import Someone
from exports.followed import Followed, followed
from exports.kinds import Content, FileKind, getters, lead_of, or_none
from exports.scope import AGENCY, FileScope
from regulations.exits import IN_TRAINING, ExitClass, ExitSituation, FollowUp
from regulations.people import Checked, EducationLevel, PrescriberKind, RegistrationLength
from workbooks.columns import Column, Kind
from workbooks.write import Fact, Sheet

UNTOLD = "Non renseigné"
YES, NO = "Oui", "Non"
IN_WORK = frozenset({ExitClass.LASTING, ExitClass.TRANSITION})
LOW, MIDDLE = frozenset({EducationLevel.LEVEL_2}), frozenset({EducationLevel.LEVEL_3, EducationLevel.LEVEL_4})
NOT_ASKED = (
    "Catégorie France Travail, foyer monoparental, sans domicile stable : l'outil ne les demande pas. Ils sont « Non "
    "renseigné » et se complètent au recueil de l'opération ; ils ne sont jamais devinés."
)
ENTRY_DATE = (
    "L'entrée dans l'opération est le début du contrat : une personne embauchée est « en emploi » à cette date si "
    "l'opération commence après l'embauche. La situation écrite est celle d'avant le contrat."
)


def _registration(row: Followed) -> RegistrationLength | None:
    code = row.person.registration_length
    return RegistrationLength(code) if code else None


def _someone(row: Followed) -> Someone:
    return Someone(row.person, row.protected, row.contract.starts_on)


def has_rsa(row: Followed) -> str:
    known = _someone(row).has_rsa
    return UNTOLD if known is None else (YES if known else NO)


def followed_by(row: Followed) -> str:
    if row.referral is None:
        return UNTOLD
    return "France Travail" if row.referral.prescriber.kind == PrescriberKind.FRANCE_TRAVAIL else "Autre"


def situation_before(row: Followed) -> str:
    """Registered means looking for work; not registered says nothing of what she did."""
    length = _registration(row)
    return UNTOLD if length in (None, RegistrationLength.NOT_REGISTERED) else "Demandeur d'emploi"


CRITERIA: tuple[tuple[str, Callable[[Someone], bool | None]], ...] = (
    ("DELD", lambda one: one.is_long_term),
    ("RSA", lambda one: one.has_rsa),
    ("BOETH", lambda one: one.is_checked("boeth")),
    ("QPV", lambda one: one.is_checked("priority_district")),
    ("FRR", lambda one: one.is_checked("rural_zone")),
    ("infra-bac", lambda one: one.is_below_bac),
    ("moins de 26 ans", lambda one: one.is_aged(0, 25)),
    ("50 ans et plus", lambda one: one.is_aged(50, 200)),
)


def eligibility(row: Followed) -> str | None:
    someone = _someone(row)
    return or_none(", ".join(label for label, test in CRITERIA if test(someone)))


def _share(*known: object) -> Decimal:
    return (Decimal(sum(one not in (None, "", UNTOLD) for one in known)) / len(known)).quantize(Decimal("0.0001"))


def entry_facts(row: Followed) -> tuple:
    person = row.person
    return (
        person.birth_date,
        person.sex,
        person.town,
        has_rsa(row),
        situation_before(row),
        person.registration_length,
        person.education_level,
        row.referral,
        None,  # category of France Travail
        None,  # single parent
        None,  # no stable home
    )


def exit_facts(row: Followed) -> tuple:
    """Nothing is due before the contract is over."""
    if not row.is_over:
        return ()
    later = (row.situation(FollowUp.AT_6_MONTHS),) if row.has_reached(FollowUp.AT_6_MONTHS) else ()
    return (row.situation(FollowUp.AT_EXIT), *later)


def delay(row: Followed) -> int | None:
    if row.exit is None or row.ended_on is None:
        return None
    return (row.exit.recorded_on - row.ended_on).days


def _label(moment: FollowUp) -> Callable[[Followed], str | None]:
    def value(row: Followed) -> str | None:
        situation = row.situation(moment)
        return None if situation is None else situation.label

    return value


VALUES = {
    "row.key": lambda row: f"{row.contract.enrolment_id}/{row.contract.pk}",
    "person.public_code": lambda row: row.person.public_code,
    "person.birth_name": lambda row: row.person.birth_name,
    "person.usual_name": lambda row: or_none(row.person.usual_name),
    "person.first_name": lambda row: row.person.first_name,
    "person.birth_date": lambda row: row.person.birth_date,
    "person.sex": lambda row: or_none(row.person.sex),
    "person.town": lambda row: or_none(row.person.town),
    "person.postcode": lambda row: or_none(row.person.postcode),
    "person.insee_code": lambda row: or_none(row.person.insee_code),
    "cohort.code": lambda row: row.contract.cohort.code,
    "fse.project": lambda row: row.contract.cohort.name,
    "fse.entered_on": lambda row: row.contract.starts_on,
    "fse.left_on": lambda row: row.ended_on,
    "fse.eligibility": eligibility,
    "fse.rsa": has_rsa,
    "fse.category": lambda row: UNTOLD,
    "fse.followed_by": followed_by,
    "fse.path_started_on": lambda row: row.referral.referred_on if row.referral else None,
    "contract.ends_on": lambda row: row.contract.ends_on,
    "fse.situation_before": situation_before,
    "person.registration_length": lambda row: or_none(row.person.get_registration_length_display()),
    "person.education_level": lambda row: or_none(row.person.get_education_level_display()),
    "fse.single_parent": lambda row: UNTOLD,
    "fse.no_stable_home": lambda row: UNTOLD,
    "fse.collected_on": lambda row: row.contract.enrolment.enrolled_on,
    "fse.entry_share": lambda row: _share(*entry_facts(row)),
    "fse.operation_left_on": lambda row: row.ended_on,
    "exit.situation": _label(FollowUp.AT_EXIT),
    "exit.recorded_on": lambda row: row.asked_on(FollowUp.AT_EXIT),
    "fse.delay": delay,
    "exit.situation_6_months": _label(FollowUp.AT_6_MONTHS),
    "exit.checked_6_months_on": lambda row: row.asked_on(FollowUp.AT_6_MONTHS),
    "fse.share": lambda row: _share(*entry_facts(row), *exit_facts(row)),
}

Test = Callable[[Followed], bool | None]


def _checked(row: Followed, name: str) -> bool | None:
    value = getattr(row.protected, name) if row.protected else Checked.NOT_CHECKED
    return None if value == Checked.NOT_CHECKED else value == Checked.YES


def _level(levels: frozenset) -> Test:
    return lambda row: EducationLevel(row.person.education_level) in levels if row.person.education_level else None


def _at_exit(test: Callable[[Followed], bool]) -> Test:
    """Among those who left; a situation nobody found is not known."""

    def value(row: Followed) -> bool | None:
        if not row.is_over:
            return False
        return None if row.exit_class() in (None, ExitClass.UNDOCUMENTED) else test(row)

    return value


def _at_six_months(row: Followed) -> bool | None:
    found = row.exit_class(FollowUp.AT_6_MONTHS)
    if not row.has_reached(FollowUp.AT_6_MONTHS):
        return False
    return None if found in (None, ExitClass.UNDOCUMENTED) else found in IN_WORK


# Common indicators of the Regulation (EU) 2021/1057, annex I: those that what we hold can count.
INDICATORS: tuple[tuple[str, str, Test], ...] = (
    ("EECO01", "Participants", lambda row: True),
    ("EECO03", "Chômeurs de longue durée avant le contrat (12 mois et plus)", lambda row: _someone(row).is_long_term),
    ("EECO06", "Moins de 18 ans", lambda row: _someone(row).is_aged(0, 17)),
    ("EECO07", "18 à 29 ans", lambda row: _someone(row).is_aged(18, 29)),
    ("EECO08", "55 ans et plus", lambda row: _someone(row).is_aged(55, 200)),
    ("EECO09", "CITE 0 à 2", _level(LOW)),
    ("EECO10", "CITE 3 à 4", _level(MIDDLE)),
    ("EECO11", "CITE 5 à 8", _level(frozenset(EducationLevel) - LOW - MIDDLE)),
    ("EECO12", "Situation de handicap déclarée (BOETH)", lambda row: _checked(row, "boeth")),
    (
        "EECR01",
        "À la sortie : en recherche d'emploi",
        _at_exit(lambda row: row.situation(FollowUp.AT_EXIT) is ExitSituation.CHOMAGE),
    ),
    (
        "EECR02",
        "À la sortie : en formation",
        _at_exit(lambda row: row.situation(FollowUp.AT_EXIT) in IN_TRAINING),
    ),
    ("EECR04", "À la sortie : en emploi", _at_exit(lambda row: row.exit_class() in IN_WORK)),
    ("EECR05", "À 6 mois : en emploi", _at_six_months),
)
COUNTS = (
    Column("code", "Code", Kind.CODE, width=12),
    Column("label", "Indicateur", width=60),
    Column("women", "Femmes", Kind.INTEGER),
    Column("men", "Hommes", Kind.INTEGER),
    Column("total", "Total", Kind.INTEGER),
    Column("unknown", "Non renseigné", Kind.INTEGER, width=14),
)


def _counts(rows: Sequence[Followed]) -> Iterator[tuple]:
    for code, label, test in INDICATORS:
        answers = [(row.person.sex, test(row)) for row in rows]
        yes = [sex for sex, answer in answers if answer]
        unknown = sum(answer is None for _, answer in answers)
        yield (code, label, yes.count("F"), yes.count("H"), len(yes), unknown)


def count(scope: FileScope) -> int:
    return scope.aided_contracts().count()


def content(scope: FileScope, columns: Sequence[Column]) -> Content:
    rows = followed(scope)
    values = getters(columns, VALUES)
    return Content(
        [
            Sheet("Participants", columns, ([value(row) for value in values] for row in rows), lead_of(columns)),
            Sheet("Indicateurs", COUNTS, _counts(rows), lead=2),
        ],
        facts=(
            Fact("Cofinancement de la cohorte", scope.cohort.get_cofinancing_display()),
            Fact("Entrée dans l'opération", ENTRY_DATE),
            Fact("Ce que l'outil ne demande pas", NOT_ASKED),
        ),
    )


KIND = FileKind(
    code="F1",
    name="Participants FSE+",
    main_sheet="Participants",
    count=count,
    content=content,
    goes_to=(AGENCY,),
    rows=followed,
    values=VALUES,
    place=place,
    has_keys=True,
)
