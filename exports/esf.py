"""F1, participants FSE+ : Participants · Indicateurs, for the manager of the operation. One row per aided contract.

The import file of « Ma démarche FSE+ » is not published: columns and codes are a profile. What the tool does not ask
for is « Non renseigné », never « non »; the 29 columns are those of a working file read in public (domain §2.6).
"""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from exports.ddets import VALUES as CONTRACT_VALUES
from exports.ddets import place, registration
from exports.figures import BREAKDOWN, Someone
from exports.followed import Followed, followed
from exports.kinds import Content, FileKind, getters, lead_of, or_none
from exports.scope import AGENCY, FileScope
from regulations.exits import IN_TRAINING, ExitClass, ExitSituation, FollowUp
from regulations.fse import FROM_18_TO_29, FROM_55, ISCED_0_TO_2, ISCED_3_TO_4, ISCED_5_TO_8, UNDER_18
from regulations.people import EducationLevel, PrescriberKind, RegistrationLength
from workbooks.columns import Column, Kind
from workbooks.write import Fact, Sheet

UNTOLD = "Non renseigné"
YES, NO = "Oui", "Non"
IN_WORK = frozenset({ExitClass.LASTING, ExitClass.TRANSITION})
NOT_ASKED = (
    "Catégorie France Travail, foyer monoparental, sans domicile stable : l'outil ne les demande pas. Ils sont « Non "
    "renseigné » et se complètent au recueil de l'opération ; ils ne sont jamais devinés."
)
ENTRY_DATE = (
    "L'entrée dans l'opération est le début du contrat : une personne embauchée est « en emploi » à cette date si "
    "l'opération commence après l'embauche. La situation écrite est celle d'avant le contrat."
)


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
    length = registration(row)
    return UNTOLD if length in (None, RegistrationLength.NOT_REGISTERED) else "Demandeur d'emploi"


# In their words, the criteria that the quantitative table counts.
CRITERIA = (
    ("DELD", "indicator.long_term"),
    ("RSA", "indicator.rsa"),
    ("BOETH", "indicator.boeth"),
    ("QPV", "indicator.priority_district"),
    ("FRR", "indicator.rural_zone"),
    ("infra-bac", "indicator.below_level_4"),
    ("moins de 26 ans", "indicator.under_26"),
    ("50 ans et plus", "indicator.from_50"),
)


def eligibility(row: Followed) -> str | None:
    someone = _someone(row)
    return or_none(", ".join(label for label, key in CRITERIA if BREAKDOWN[key](someone)))


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


VALUES = CONTRACT_VALUES | {
    "fse.project": lambda row: row.contract.cohort.name,
    "fse.entered_on": lambda row: row.contract.starts_on,
    "fse.left_on": lambda row: row.ended_on,
    "fse.eligibility": eligibility,
    "fse.rsa": has_rsa,
    "fse.category": lambda row: UNTOLD,
    "fse.followed_by": followed_by,
    "fse.path_started_on": lambda row: row.referral.referred_on if row.referral else None,
    "fse.situation_before": situation_before,
    "fse.single_parent": lambda row: UNTOLD,
    "fse.no_stable_home": lambda row: UNTOLD,
    "fse.collected_on": lambda row: row.contract.enrolment.enrolled_on,
    "fse.entry_share": lambda row: _share(*entry_facts(row)),
    "fse.operation_left_on": lambda row: row.ended_on,
    "fse.delay": delay,
    "fse.share": lambda row: _share(*entry_facts(row), *exit_facts(row)),
}

Test = Callable[[Followed], bool | None]


def _aged(first: int, last: int) -> Test:
    return lambda row: _someone(row).is_aged(first, last)


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
    ("EECO06", "Moins de 18 ans", _aged(*UNDER_18)),
    ("EECO07", "18 à 29 ans", _aged(*FROM_18_TO_29)),
    ("EECO08", "55 ans et plus", _aged(*FROM_55)),
    ("EECO09", "CITE 0 à 2", _level(ISCED_0_TO_2)),
    ("EECO10", "CITE 3 à 4", _level(ISCED_3_TO_4)),
    ("EECO11", "CITE 5 à 8", _level(ISCED_5_TO_8)),
    ("EECO12", "Situation de handicap déclarée (BOETH)", lambda row: _someone(row).is_checked("boeth")),
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
)
