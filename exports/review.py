"""D3, bilan de la cohorte, for the follow-up committee: nine blocks, each count with its method, small numbers masked.

The committee has no right to the nominative file: one to four people are « < 5 », a crossing with protected data needs
eleven people, and a cell that a subtraction would give back goes too (decisions §2).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from cohorts.models import Barrier
from exports.figures import BREAKDOWN, Figures, Indicator, Someone, read
from exports.indicators import indicators
from exports.kinds import Content, FileKind, getters
from exports.outcomes import CLASSES_IN_WORDS
from exports.scope import AGENCY, FileScope
from regulations.deadlines import Step
from regulations.money import french_euros, french_number
from regulations.statistics import (
    FEWEST_FOR_CROSSING,
    FEWEST_SHOWN,
    MASKED,
    WITHHELD,
    is_small,
    masked_row,
    may_cross,
)
from regulations.training import hundredths
from workbooks.columns import Column
from workbooks.write import Fact, Sheet

BLOCKS = (
    "1. Effectifs",
    "2. Publics à l'entrée",
    "3. Freins",
    "4. Accompagnement",
    "5. Immersions",
    "6. Sorties",
    "7. Résultats",
    "8. Conformité",
    "9. Méthode",
)
STAFF, PUBLICS, BARRIERS, SUPPORT, IMMERSIONS, EXITS, RESULTS, COMPLIANCE, METHOD = BLOCKS
OF_GROUP = {
    "Repérage": STAFF,
    "Entrées": STAFF,
    "Présents": STAFF,
    "Ruptures": STAFF,
    "Formation": SUPPORT,
    "Tuteurs": SUPPORT,
    "Sorties": EXITS,
    "Suites": RESULTS,
    "Situation à 3 mois": RESULTS,
    "Situation à 6 mois": RESULTS,
    "Aide": COMPLIANCE,
}
CRITERIA = {
    "indicator.women": ("Femmes", "sexe"),
    "indicator.men": ("Hommes", "sexe"),
    "indicator.under_26": ("Moins de 26 ans", "âge"),
    "indicator.from_26_to_49": ("26 à 49 ans", "âge"),
    "indicator.from_50": ("50 ans et plus", "âge"),
    "indicator.priority_district": ("En quartier prioritaire (QPV)", "QPV"),
    "indicator.rural_zone": ("En zone rurale (FRR)", "FRR"),
    "indicator.boeth": ("Bénéficiaires de l'obligation d'emploi", "BOETH"),
    "indicator.rsa": ("Bénéficiaires du RSA", "minimum social"),
    "indicator.long_term": ("Inscrites depuis 12 mois et plus (DELD)", "durée d'inscription"),
    "indicator.below_level_4": ("Sans le baccalauréat", "niveau"),
}
RULES = (
    (
        "Petits nombres",
        f"De 1 à 4 personnes : « {MASKED} ». Un nombre qu'une soustraction rendrait est « {WITHHELD} ».",
    ),
    ("Publics protégés", f"Aucun croisement sous {FEWEST_FOR_CROSSING} personnes."),
    ("Dénominateurs", "Tout taux s'écrit « n sur N » ; ce qu'on ignore reste au dénominateur."),
    ("Classes de sortie", CLASSES_IN_WORDS),
    ("Freins", "Nombre d'actions seulement : ni catégorie, ni description, ni rien de la santé."),
)


@dataclass(frozen=True, slots=True)
class Line:
    """Une ligne du bilan, déjà masquée : `count` est vide quand le nombre ne se montre pas."""

    block: str
    label: str
    count: int | None
    words: str
    method: str


VALUES = {
    "row.key": lambda line: f"{line.block}/{line.label}",
    "review.block": lambda line: line.block,
    "review.label": lambda line: line.label,
    "review.count": lambda line: line.count,
    "review.words": lambda line: line.words or None,
    "review.method": lambda line: line.method,
}


def lines(scope: FileScope) -> list[Line]:
    figures = read(scope)
    found = [_plain(OF_GROUP[group], list(rows)) for group, rows in groupby(indicators(figures), lambda one: one.group)]
    found += [_publics(figures), _barriers(figures), _immersions(figures), _compliance(figures), _rules()]
    return sorted((line for part in found for line in part), key=lambda line: BLOCKS.index(line.block))


def _plain(block: str, rows: Sequence[Indicator]) -> list[Line]:
    """One group: its parts (« dont … ») are masked together, so that none is found by subtraction."""
    parts = [one for one in rows if one.label.startswith("dont") and one.number is not None]
    shown = dict(zip(map(id, parts), masked_row([one.number for one in parts]), strict=True))
    return [_line(block, one, shown.get(id(one))) for one in rows]


def _line(block: str, one: Indicator, shown: str | None) -> Line:
    if one.number is None:
        return Line(block, one.label, None, _amount(one), one.method)
    instead = hidden(one.number, one.out_of) or ("" if shown is None or shown.isdigit() else shown)
    if not instead:
        return Line(block, one.label, one.number, one.words or str(one.number), one.method)
    out_of = "" if one.out_of is None else f" sur {MASKED if is_small(one.out_of) else one.out_of}"
    return Line(block, one.label, None, f"{instead}{out_of}", one.method)


def hidden(count: int, out_of: int | None) -> str:
    """What takes the place of a number that tells of too few; empty when it may be shown."""
    if is_small(count):
        return MASKED
    too_few_others = out_of is not None and is_small(out_of - count)
    return WITHHELD if too_few_others or (out_of is not None and is_small(out_of)) else ""


def _amount(one: Indicator) -> str:
    if one.amount is not None:
        return french_euros(one.amount)
    if one.mean is not None:
        return f"{french_number(one.mean * 100, decimals=2)} %"
    if one.minutes is None:
        return ""
    return one.words or f"{french_number(hundredths(one.minutes), decimals=2)} h"


def _publics(figures: Figures) -> Iterator[Line]:
    """People at their entry, by criterion; parts of one whole are masked together."""
    people = figures.people(figures.entries)
    for whole, keys in groupby(CRITERIA, lambda key: CRITERIA[key][1]):
        keys = list(keys)
        counts = [_counted(people, BREAKDOWN[key]) for key in keys]
        unknown = sum(BREAKDOWN[keys[0]](one) is None for one in people)
        shown = masked_row([*counts, len(people) - sum(counts)])
        for key, count, words in zip(keys, counts, shown, strict=False):
            method = f"Entrées effectives, {whole} au jour de l'entrée ; {_unknown(unknown)}."
            # Known of nobody is not « nobody ».
            told = "inconnu" if people and unknown == len(people) else words
            yield _crossed(CRITERIA[key][0], count, told, len(people), method)


def _counted(people: Sequence[Someone], criterion: Callable) -> int:
    return sum(criterion(one) is True for one in people)


def _unknown(count: int) -> str:
    return (
        "connu pour tous" if not count else f"inconnu pour {MASKED if is_small(count) else count}, qui restent au total"
    )


def _crossed(label: str, count: int, words: str, total: int, method: str) -> Line:
    if not may_cross(total):
        return Line(PUBLICS, label, None, f"{WITHHELD} : moins de {FEWEST_FOR_CROSSING} personnes", method)
    if not words.isdigit():
        return Line(PUBLICS, label, None, words if words == "inconnu" else f"{words} sur {total}", method)
    return Line(PUBLICS, label, count, f"{count} sur {total}", method)


def _barriers(figures: Figures) -> Iterator[Line]:
    people = {one.person.pk for one in figures.people(figures.entries)}
    rows = Barrier.objects.visible_to(figures.scope.author).filter(person__in=people, raised_on__lte=figures.day)
    raised = list(rows.values_list("person", "lifted_on"))
    lifted = sum(day is not None and day <= figures.day for _, day in raised)
    concerned = len({person for person, _ in raised})
    for label, count, out_of, method in (
        (
            "Personnes avec une action à mener",
            concerned,
            len(people),
            "Entrées pour qui au moins une action est notée.",
        ),
        ("Actions à mener", len(raised), None, "Actions notées au jour de l'arrêté."),
        ("dont menées", lifted, len(raised), "Actions dont la fin est notée."),
    ):
        # Told of few people, any of these numbers tells of them.
        if not may_cross(len(people)) or is_small(concerned):
            yield Line(BARRIERS, label, None, f"{WITHHELD} : trop peu de personnes", method)
        else:
            instead = hidden(count, out_of)
            yield Line(BARRIERS, label, None if instead else count, instead or str(count), method)


def _immersions(figures: Figures) -> Iterator[Line]:
    entries = figures.entries
    having = sum(bool(row.immersions) for row in entries)
    number, days = sum(len(row.immersions) for row in entries), sum(row.days_of(row.immersions) for row in entries)
    for label, count, method in (
        ("Personnes en immersion", having, "Entrées avec au moins une immersion commencée."),
        ("Immersions", number, "Immersions commencées au jour de l'arrêté."),
        ("Jours d'immersion", days, "Premier et dernier jours compris, jusqu'au jour de l'arrêté."),
    ):
        if is_small(having):
            yield Line(IMMERSIONS, label, None, MASKED if count == having else WITHHELD, method)
        else:
            yield Line(IMMERSIONS, label, count, str(count), method)


def _compliance(figures: Figures) -> list[Line]:
    entries, over = figures.entries, [row for row in figures.entries if row.is_over]
    rows = [
        Indicator(
            group=COMPLIANCE,
            label="Personnes informées de l'usage de leurs données",
            people=figures.people(row for row in entries if row.person.notice_given_on),
            out_of=len(entries),
            method="Notice d'information remise, sur les entrées effectives.",
        ),
        Indicator(
            group=COMPLIANCE,
            label="Contrats suivis par un tuteur",
            people=figures.people(row for row in entries if row.tutorship),
            out_of=len(entries),
            method="Un tuteur est nommé, sur les entrées effectives.",
        ),
        *(
            Indicator(
                group=COMPLIANCE,
                label=label,
                people=figures.people(row for row in over if row.done_on(step)),
                out_of=len(over),
                method=f"{label}, sur les contrats terminés ou rompus.",
            )
            for label, step in (
                ("Entretiens de sortie faits", Step.EXIT_INTERVIEW),
                ("Attestations d'expérience remises", Step.CERTIFICATE),
            )
        ),
    ]
    return _plain(COMPLIANCE, rows)


def _rules() -> list[Line]:
    return [Line(METHOD, label, None, "", method) for label, method in RULES]


def count(scope: FileScope) -> int:
    return scope.aided_contracts().count()


def content(scope: FileScope, columns: Sequence[Column]) -> Content:
    values = getters(columns, VALUES)
    rows = ([value(line) for value in values] for line in lines(scope))
    facts = (Fact("Petits nombres", f"Masqués sous {FEWEST_SHOWN} : ce bilan ne permet de reconnaître personne."),)
    return Content([Sheet("Bilan", columns, rows, lead=2)], facts)


KIND = FileKind(
    code="D3",
    name="Bilan de la cohorte",
    main_sheet="Bilan",
    count=count,
    content=content,
    goes_to=(AGENCY,),
    is_nominative=False,
)
