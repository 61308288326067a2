"""D2, tableau quantitatif, for the DDETS: Indicateurs · Par employeur · Méthode. Counts first, rates « n sur N ».

No name, but exact figures: whoever has no right to the nominative file never gets this one (`exports.actions`).
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from cohorts.models import Referral
from exports.ddets import Followed
from exports.figures import Figures, Indicator, Someone, read
from exports.kinds import FileKind
from exports.scope import DDETS, FileScope
from regulations.contracts import ContractState
from regulations.deadlines import plus_months
from regulations.exits import DYNAMIC, ExitClass, ExitSituation, exit_class
from training.hours import total
from workbooks.columns import Column, Kind
from workbooks.write import Sheet

EARLY_MONTHS = 3


def indicators(figures: Figures) -> list[Indicator]:
    return [
        *_sourcing(figures),
        *_entries(figures),
        *_breaks(figures),
        *_training(figures),
        *_tutors(figures),
        *_aid(figures),
        *_exits(figures),
    ]


def _sourcing(figures: Figures) -> Iterator[Indicator]:
    def people(keep: Callable[[Referral], bool]) -> list[Someone]:
        # A person proposed twice is one person.
        return list({one.person_id: someone for one, someone in figures.referrals if keep(one)}.values())

    group = "Repérage"
    yield Indicator(
        group=group,
        label="Personnes orientées",
        people=people(lambda one: True),
        method="Personnes proposées par un prescripteur à la cohorte, chacune comptée une fois.",
    )
    yield Indicator(
        group=group,
        label="Personnes reçues",
        people=people(lambda one: one.met_on is not None and one.met_on <= figures.day),
        method="Personnes orientées et reçues par l'employeur ou l'agence.",
    )
    yield Indicator(
        group=group,
        label="Personnes retenues",
        people=people(lambda one: one.outcome == Referral.Outcome.ACCEPTED),
        method="Personnes orientées dont la réponse est « retenue ».",
    )
    yield Indicator(
        group=group,
        label="Personnes non retenues",
        people=people(lambda one: one.outcome == Referral.Outcome.REFUSED),
        method="Personnes orientées dont une réponse est « non retenue ».",
    )
    yield Indicator(
        group=group,
        label="Personnes en liste complémentaire",
        people=figures.waiting,
        method="Personnes inscrites dont l'avis est « liste complémentaire ».",
    )


def _entries(figures: Figures) -> Iterator[Indicator]:
    group = "Entrées"
    entries = figures.entries
    yield Indicator(
        group=group,
        label="Décisions d'aide accordées",
        people=figures.people(figures.rows),
        method="Contrats de la cohorte dont l'aide est accordée au jour de l'arrêté. Ils forment le suivi nominatif.",
    )
    yield Indicator(
        group=group,
        label="Entrées effectives",
        people=figures.people(entries),
        method="Contrats aidés commencés au jour de l'arrêté.",
    )
    yield Indicator(
        group=group,
        label="Places proposées",
        count=figures.seats,
        method="Somme des places offertes par les établissements dans la cohorte.",
    )
    yield Indicator(
        group=group,
        label="Places pourvues",
        count=figures.seats_filled,
        out_of=figures.seats,
        method="Places occupées aujourd'hui, sur les places proposées.",
    )
    present = figures.in_states(ContractState.RUNNING, ContractState.SUSPENDED, ContractState.RENEWAL_REQUESTED)
    yield Indicator(
        group="Présents",
        label="Contrats en cours le jour de l'arrêté",
        people=figures.people(present),
        out_of=len(entries),
        method="Contrats aidés commencés, ni rompus ni terminés ce jour-là, sur les entrées effectives.",
    )
    yield Indicator(
        group="Présents",
        label="dont suspendus",
        people=figures.people(figures.in_states(ContractState.SUSPENDED)),
        method="Contrats en cours dont une suspension couvre ce jour-là.",
    )


def _breaks(figures: Figures) -> Iterator[Indicator]:
    breaks, entries = figures.breaks, figures.entries
    early = [row for row in breaks if row.contract.broken_on < plus_months(row.contract.starts_on, EARLY_MONTHS)]
    yield Indicator(
        group="Ruptures",
        label="Ruptures anticipées",
        people=figures.people(breaks),
        out_of=len(entries),
        method="Contrats aidés rompus avant leur terme, sur les entrées effectives.",
    )
    yield Indicator(
        group="Ruptures",
        label="dont avant trois mois",
        people=figures.people(early),
        out_of=len(entries),
        method="Ruptures dont le dernier jour précède les trois mois du contrat, sur les entrées effectives.",
    )


def _training(figures: Figures) -> Iterator[Indicator]:
    hours = total(row.hours for row in figures.rows)
    group = "Formation"
    yield Indicator(
        group=group,
        label="Personnes formées",
        people=figures.people(row for row in figures.rows if row.hours.done_minutes),
        out_of=len(figures.entries),
        method="Personnes qui ont suivi au moins une demi-journée du socle commun, sur les entrées effectives.",
    )
    yield Indicator(
        group=group,
        label="Heures prévues",
        minutes=hours.planned_minutes,
        method="Durée des demi-journées non annulées comprises dans chaque contrat ; somme en minutes, puis arrondi.",
    )
    yield Indicator(
        group=group,
        label="Heures prévues à ce jour",
        minutes=hours.due_minutes,
        method="Les mêmes, pour les demi-journées passées.",
    )
    yield Indicator(
        group=group,
        label="Heures réalisées",
        minutes=hours.done_minutes,
        method="Minutes réellement suivies ; une absence, même justifiée, ne compte pas, un retard se déduit.",
    )
    yield Indicator(
        group=group,
        label="Demi-journées notées",
        count=hours.half_days_noted,
        out_of=hours.half_days_due,
        method="Demi-journées émargées (présence ou absence), sur celles qui sont passées : un appel oublié se voit.",
    )


def _tutors(figures: Figures) -> Iterator[Indicator]:
    tutors = {row.tutorship.tutor for row in figures.rows if row.tutorship}
    yield Indicator(
        group="Tuteurs",
        label="Tuteurs nommés",
        count=len(tutors),
        method="Tuteurs d'au moins un contrat aidé, chacun compté une fois.",
    )
    yield Indicator(
        group="Tuteurs",
        label="dont formés",
        count=sum(tutor.trained_on is not None and tutor.trained_on <= figures.day for tutor in tutors),
        out_of=len(tutors),
        method="Tuteurs dont la date de formation est connue, sur les tuteurs nommés.",
    )
    yield Indicator(
        group="Tuteurs",
        label="Contrats sans tuteur",
        people=figures.people(row for row in figures.rows if row.tutorship is None),
        method="Contrats aidés sans aucun tuteur nommé. Doit être 0.",
    )


def expected_until(row: Followed, day: date) -> Decimal:
    """Each month is rounded as it will be paid; a month without order has no amount."""
    months = (month.amount for month in row.expected.months if month.month <= day and month.amount is not None)
    return sum(months, Decimal(0))


def _aid(figures: Figures) -> Iterator[Indicator]:
    expected = sum((expected_until(row, figures.day) for row in figures.rows), Decimal(0))
    unknown = [
        row for row in figures.rows if row.expected.missing or any(one.amount is None for one in row.expected.months)
    ]
    yield Indicator(
        group="Aide",
        label="Aide attendue à ce jour",
        amount=expected,
        method="Somme des mois commencés : taux × SMIC horaire × heures aidées × 52 / 12, au prorata des mois "
        "incomplets (trentièmes, hypothèse), chaque mois arrondi une fois. Montant indicatif.",
    )
    yield Indicator(
        group="Aide",
        label="Contrats dont l'aide ne peut être calculée",
        count=len(unknown),
        method="Contrats sans arrêté ou sans SMIC saisi pour un mois : aucun montant n'est supposé pour eux.",
    )
    yield Indicator(
        group="Aide",
        label="Aide versée",
        amount=figures.paid,
        method="Somme des paiements enregistrés jusqu'au jour de l'arrêté, indus déduits.",
    )
    yield Indicator(
        group="Aide",
        label="Écart",
        amount=figures.paid - expected,
        method="Aide versée moins aide attendue, mois pas encore payés compris.",
    )


def _exits(figures: Figures) -> Iterator[Indicator]:
    over = figures.over
    classes = [(row, _class_of(row)) for row in over]
    counted = [row for row, found in classes if found is not ExitClass.WITHDRAWN]
    yield Indicator(
        group="Sorties",
        label="Sorties",
        people=figures.people(over),
        method="Contrats aidés terminés ou rompus avant le jour de l'arrêté.",
    )
    for one in ExitClass:
        if one is not ExitClass.WITHDRAWN:
            yield Indicator(
                group="Sorties",
                label=f"dont {one.label}",
                people=figures.people(row for row, found in classes if found is one),
                out_of=len(counted),
                method=f"Sorties classées « {one.label} », sur toutes les sorties : celles qu'on n'a pas pu documenter "
                "restent au dénominateur, celles retirées du calcul en sortent.",
            )
    yield Indicator(
        group="Sorties",
        label="Sorties dynamiques",
        people=figures.people(row for row, found in classes if found in DYNAMIC),
        out_of=len(counted),
        method="Somme des emplois durables, des emplois de transition et des sorties positives, sur les sorties.",
    )


def _class_of(row: Followed) -> ExitClass:
    return exit_class(ExitSituation(row.exit.situation) if row.exit else None)


BY_EMPLOYER = (
    Column("employer", "Employeur", width=40),
    Column("siret", "SIRET", Kind.CODE),
    Column("decisions", "Décisions accordées", Kind.INTEGER),
    Column("entries", "Entrées effectives", Kind.INTEGER),
    Column("present", "En cours", Kind.INTEGER),
    Column("breaks", "Ruptures", Kind.INTEGER),
    Column("planned", "Heures de formation prévues", Kind.HOURS),
    Column("done", "Heures de formation réalisées", Kind.HOURS),
    Column("expected", "Aide attendue à ce jour", Kind.EUROS),
)
METHOD = (
    Column("group", "Groupe", width=16),
    Column("label", "Indicateur", width=44),
    Column("method", "Comment il est calculé", width=100, wrap=True),
)


def _by_employer(figures: Figures) -> Iterator[tuple]:
    """No crossing with a protected criterion by employer, ever."""
    sites: dict = {}
    for row in figures.rows:
        sites.setdefault(row.contract.establishment, []).append(row)
    for site in sorted(sites, key=lambda one: (one.name, one.siret)):
        own = Figures(figures.scope, sites[site])
        hours = total(row.hours for row in own.rows)
        present = own.in_states(ContractState.RUNNING, ContractState.SUSPENDED, ContractState.RENEWAL_REQUESTED)
        yield (
            site.name,
            site.siret,
            len(own.rows),
            len(own.entries),
            len(present),
            len(own.breaks),
            hours.planned_minutes,
            hours.done_minutes,
            sum((expected_until(row, figures.day) for row in own.rows), Decimal(0)),
        )


def count(scope: FileScope) -> int:
    return scope.aided_contracts().count()


def sheets(scope: FileScope, columns: Sequence[Column]) -> list[Sheet]:
    figures = read(scope)
    lines = indicators(figures)
    return [
        Sheet("Indicateurs", columns, ([line.value(column.key) for column in columns] for line in lines)),
        Sheet("Par employeur", BY_EMPLOYER, _by_employer(figures)),
        Sheet("Méthode", METHOD, ((line.group, line.label, line.method) for line in lines)),
    ]


KIND = FileKind(
    code="D2",
    name="Tableau quantitatif",
    main_sheet="Indicateurs",
    count=count,
    sheets=sheets,
    goes_to=(DDETS,),
    is_nominative=False,
)
