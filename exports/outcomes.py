"""Breaks, exits and what came three and six months after: the lines of D2, and the same rates in words for both files.

Every rate keeps the exits nobody could document in its denominator; those taken out of the calculation leave it.
"""

from collections.abc import Callable, Iterator, Sequence

from exports.figures import Figures, Indicator
from exports.followed import Followed
from regulations.breaks import DdetsBreak
from regulations.deadlines import plus_months
from regulations.exits import (
    DYNAMIC,
    IN_TRAINING,
    ExitClass,
    ExitSituation,
    FollowUp,
    Rate,
    exit_rates,
    exits_sentence,
)
from regulations.people import Checked
from workbooks.write import Fact

EARLY_MONTHS = 3
LATER = (FollowUp.AT_3_MONTHS, FollowUp.AT_6_MONTHS)
CLASSES_IN_WORDS = (
    "Durable : CDI, CDD ou intérim de 6 mois ou plus, titularisation, création. Transition : CDD ou intérim plus "
    "court, contrat aidé. Positive : formation, autre structure d'insertion. Une sortie non documentée reste au "
    "dénominateur ; une sortie retirée du calcul en sort."
)
Test = Callable[[Followed], bool]


def breaks(figures: Figures) -> Iterator[Indicator]:
    found, entries = figures.breaks, len(figures.entries)

    def line(label: str, test: Test, method: str) -> Indicator:
        people = figures.people(row for row in found if test(row))
        return Indicator(group="Ruptures", label=label, people=people, out_of=entries, method=method)

    yield line(
        "Ruptures anticipées",
        lambda row: True,
        "Contrats aidés rompus avant leur terme, sur les entrées effectives.",
    )
    yield line(
        "dont avant trois mois",
        lambda row: row.broken_on < plus_months(row.contract.starts_on, EARLY_MONTHS),
        "Ruptures dont le dernier jour précède les trois mois du contrat, sur les entrées effectives.",
    )
    for reason in DdetsBreak:
        yield line(
            f"dont « {reason.label} »",
            lambda row, reason=reason: row.break_reason is reason,
            "Ruptures de ce type, dans la liste de la DDETS, sur les entrées effectives.",
        )
    yield line(
        "dont aide exposée à un remboursement",
        lambda row: row.is_repayment_at_stake,
        "Ruptures pour lesquelles le type de contrat et le motif prévoient le remboursement de toute l'aide, ou "
        "demandent l'avis de l'ASP ; ce que l'ASP a notifié l'emporte.",
    )


def exits(figures: Figures) -> Iterator[Indicator]:
    over = [row for row in figures.rows if row.is_over]
    yield Indicator(
        group="Sorties",
        label="Sorties",
        people=figures.people(over),
        method="Contrats aidés terminés ou rompus avant le jour de l'arrêté.",
    )
    yield Indicator(
        group="Sorties",
        label="dont retirées du calcul",
        people=figures.people(row for row in over if row.exit_class() is ExitClass.WITHDRAWN),
        method="Sorties notées « retirée du calcul » : elles sortent des taux qui suivent, au compte comme au total.",
    )
    counted = _counted(over, FollowUp.AT_EXIT)
    documented = [row for row in counted if row.exit_class() is not ExitClass.UNDOCUMENTED]
    yield Indicator(
        group="Sorties",
        label="dont documentées",
        people=figures.people(documented),
        out_of=len(counted),
        method="Sorties dont la situation a été relevée et trouvée, sur toutes les sorties.",
    )
    for one in ExitClass:
        if one is not ExitClass.WITHDRAWN:
            yield Indicator(
                group="Sorties",
                label=f"dont {one.label}",
                people=figures.people(row for row in counted if row.exit_class() is one),
                out_of=len(counted),
                method=f"Sorties classées « {one.label} », sur toutes les sorties : celles qu'on n'a pas pu documenter "
                "restent au dénominateur, celles retirées du calcul en sortent.",
            )
    yield Indicator(
        group="Sorties",
        label="Sorties dynamiques",
        people=figures.people(row for row in counted if row.exit_class() in DYNAMIC),
        out_of=len(counted),
        method="Somme des emplois durables, des emplois de transition et des sorties positives, sur les sorties.",
    )


def continuation(figures: Figures) -> Iterator[Indicator]:
    counted = _counted(figures.rows, FollowUp.AT_EXIT)

    def line(label: str, test: Test, method: str) -> Indicator:
        people = figures.people(row for row in counted if row.exit and test(row))
        return Indicator(group="Suites", label=label, people=people, out_of=len(counted), method=method)

    yield line(
        "Gardées par le même employeur",
        lambda row: row.exit.same_employer == Checked.YES,
        "Sorties où « chez le même employeur » est « oui », sur toutes les sorties ; « non vérifié » n'est pas un non.",
    )
    for name in ("DEAES", "DEAS"):
        yield line(
            f"Formation suivie ou visée : {name}",
            lambda row, name=name: _next(row) == name,
            f"Sorties où la formation suivie ou visée cite le {name}, sur toutes les sorties.",
        )
    yield line(
        "Formation suivie ou visée : autre",
        lambda row: _next(row) == "autre",
        "Sorties où une autre formation est notée, sur toutes les sorties.",
    )


def follow_ups(figures: Figures) -> Iterator[Indicator]:
    for moment in LATER:
        yield from _follow_up(figures, moment)


def _follow_up(figures: Figures, moment: FollowUp) -> Iterator[Indicator]:
    counted = _counted(figures.rows, moment)
    when = moment.label

    def line(label: str, test: Test, method: str) -> Indicator:
        people = figures.people(row for row in counted if test(row))
        return Indicator(group=f"Situation {when}", label=label, people=people, out_of=len(counted), method=method)

    of_these = f"sur les sorties de {moment.months} mois ou plus, retirées du calcul exceptées."
    yield line(
        f"Personnes jointes {when}",
        lambda row: row.exit_class(moment) is not ExitClass.UNDOCUMENTED,
        f"Sorties dont la situation {when} est connue, {of_these}",
    )
    yield line(
        f"Personnes non jointes {when}",
        lambda row: row.exit_class(moment) is ExitClass.UNDOCUMENTED,
        f"Situation {when} non relevée, inconnue après recherche, ou personne injoignable, {of_these}",
    )
    yield line(
        f"En emploi durable {when}",
        lambda row: row.exit_class(moment) is ExitClass.LASTING,
        f"Situations {when} classées « emploi durable », {of_these}",
    )
    yield line(
        f"En formation {when}",
        lambda row: row.situation(moment) in IN_TRAINING,
        f"Situations {when} « formation qualifiante » ou « préqualifiante », {of_these}",
    )


def _next(row: Followed) -> str:
    named = row.exit.next_training.upper()
    return next((name for name in ("DEAES", "DEAS") if name in named), "autre" if named.strip() else "")


def _counted(rows: Sequence[Followed], moment: FollowUp) -> list[Followed]:
    """Those that have reached the moment, less those taken out of the calculation."""
    return [row for row in rows if row.exit_class(moment) not in (None, ExitClass.WITHDRAWN)]


def dynamic_exits(rows: Sequence[Followed]) -> Rate:
    counted = _counted(rows, FollowUp.AT_EXIT)
    return Rate(sum(row.exit_class() in DYNAMIC for row in counted), len(counted))


def facts_in_words(rows: Sequence[Followed]) -> list[Fact]:
    """Rates as a person would say them, the denominator in the sentence."""
    entries = [row for row in rows if row.contract.starts_on <= row.day]
    broken = Rate(sum(row.broken_on is not None for row in entries), len(entries))
    return [
        Fact("Ruptures anticipées", f"{broken.sentence} entrées effectives."),
        *(Fact(f"Sorties, situation {moment.label}", _said(rows, moment)) for moment in FollowUp),
        Fact("Classes de sortie", CLASSES_IN_WORDS),
    ]


def _said(rows: Sequence[Followed], moment: FollowUp) -> str:
    situations: list[ExitSituation | None] = [row.situation(moment) for row in rows if row.has_reached(moment)]
    if not situations:
        return f"Aucune sortie de {moment.months} mois ou plus." if moment.months else "Aucune sortie."
    return f"{exits_sentence(exit_rates(situations))}."
