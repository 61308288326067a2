"""D2, tableau quantitatif, for the DDETS: Indicateurs · Par employeur · Méthode. Counts first, rates « n sur N ».

No name, but exact figures: whoever has no right to the nominative file never gets this one (`exports.actions`).
"""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from cohorts.models import Referral
from contracts.ledger import COMMITTED, EXPECTED, LATE, NOT_DUE, OVERPAID, PAID, Sums
from employers.models import Establishment
from exports.figures import Figures, Indicator, Someone, read
from exports.kinds import Content, FileKind
from exports.outcomes import breaks, continuation, dynamic_exits, exits, facts_in_words, follow_ups
from exports.scope import DDETS, FileScope
from regulations.contracts import ContractState
from regulations.training import MINUTES_AN_HOUR
from training.hours import total
from workbooks.columns import Column, Kind
from workbooks.write import Sheet

PRESENT = (ContractState.RUNNING, ContractState.SUSPENDED, ContractState.RENEWAL_REQUESTED)
FORMULA = (
    "Chaque mois : taux × SMIC horaire × heures aidées × 52 / 12, au prorata d'un mois incomplet (trentièmes, "
    "hypothèse), arrondi une fois. Montant indicatif : seul le montant notifié par l'ASP fait foi."
)


def indicators(figures: Figures) -> list[Indicator]:
    return [
        *_sourcing(figures),
        *_entries(figures),
        *breaks(figures),
        *_training(figures),
        *_tutors(figures),
        *_aid(figures),
        *exits(figures),
        *continuation(figures),
        *follow_ups(figures),
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
        label="Contrats signés",
        people=figures.people(
            row for row in figures.rows if row.contract.signed_on and row.contract.signed_on <= figures.day
        ),
        out_of=len(figures.rows),
        method="Contrats aidés dont la signature est notée au jour de l'arrêté, sur les décisions accordées.",
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
    yield Indicator(
        group="Présents",
        label="Contrats en cours le jour de l'arrêté",
        people=figures.people(figures.in_states(*PRESENT)),
        out_of=len(entries),
        method="Contrats aidés commencés, ni rompus ni terminés ce jour-là, sur les entrées effectives.",
    )
    yield Indicator(
        group="Présents",
        label="dont suspendus",
        people=figures.people(figures.in_states(ContractState.SUSPENDED)),
        method="Contrats en cours dont une suspension couvre ce jour-là.",
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
        out_of_minutes=hours.due_minutes,
        method="Minutes réellement suivies ; une absence, même justifiée, ne compte pas, un retard se déduit. En "
        "clair : sur les heures prévues à ce jour.",
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


def _aid(figures: Figures) -> Iterator[Indicator]:
    unknown = [
        row for row in figures.rows if row.expected.missing or any(one.amount is None for one in row.expected.months)
    ]
    rates = [row.request.rate for row in figures.rows]
    money = figures.money
    yield Indicator(
        group="Aide",
        label="Taux moyen de prise en charge",
        mean=(sum(rates) / len(rates) / 100).quantize(Decimal("0.0001")) if rates else None,
        method="Moyenne simple des taux des décisions accordées, une par contrat : la dernière quand il est renouvelé.",
    )
    yield Indicator(
        group="Aide",
        label="Heures aidées par semaine",
        minutes=int(sum(row.request.weekly_hours or 0 for row in figures.rows) * MINUTES_AN_HOUR),
        method="Somme des heures aidées des décisions accordées.",
    )
    yield Indicator(
        group="Aide",
        label="Contrats dont l'aide ne peut être calculée",
        count=len(unknown),
        method="Contrats sans arrêté ou sans SMIC saisi pour un mois : aucun montant n'est supposé pour eux.",
    )
    for label, amount, method in (
        ("Aide engagée", money.committed, COMMITTED),
        ("Aide attendue à ce jour", money.expected, f"{EXPECTED} {FORMULA}"),
        ("Aide versée", money.paid, PAID),
        ("Écart", money.paid - money.expected, "Aide versée moins aide attendue à ce jour."),
        ("dont pas encore échu", money.not_due, NOT_DUE),
        ("dont en retard", money.late, LATE),
        ("dont versé en trop", money.overpaid, OVERPAID),
    ):
        yield Indicator(group="Aide", label=label, amount=amount, method=method)


BY_EMPLOYER = (
    Column("employer", "Employeur", width=40),
    Column("siret", "SIRET", Kind.CODE),
    Column("decisions", "Décisions accordées", Kind.INTEGER),
    Column("entries", "Entrées effectives", Kind.INTEGER),
    Column("present", "En cours", Kind.INTEGER),
    Column("suspended", "dont suspendus", Kind.INTEGER),
    Column("breaks", "Ruptures", Kind.INTEGER),
    Column("exits", "Sorties", Kind.INTEGER),
    Column("dynamic", "Sorties dynamiques", width=14),
    Column("planned", "Heures de formation prévues", Kind.HOURS),
    Column("done", "Heures de formation réalisées", Kind.HOURS),
    Column("expected", "Aide attendue à ce jour", Kind.EUROS),
    Column("paid", "Aide versée", Kind.EUROS),
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
        sites.setdefault(row.terms.establishment, []).append(row)
    paid_to = Establishment.objects.filter(pk__in=figures.money.by_establishment)
    # One whose people have all moved since keeps the months they worked there.
    for site in sorted({*sites, *paid_to}, key=lambda one: (one.name, one.siret)):
        own = Figures(figures.scope, sites.get(site, []))
        hours = total(row.hours for row in own.rows)
        money = figures.money.by_establishment.get(site.pk, Sums())
        yield (
            site.name,
            site.siret,
            len(own.rows),
            len(own.entries),
            len(own.in_states(*PRESENT)),
            len(own.in_states(ContractState.SUSPENDED)),
            len(own.breaks),
            sum(row.is_over for row in own.rows),
            dynamic_exits(own.rows).words,
            hours.planned_minutes,
            hours.done_minutes,
            money.expected,
            money.paid,
        )


def count(scope: FileScope) -> int:
    return scope.aided_contracts().count()


def content(scope: FileScope, columns: Sequence[Column]) -> Content:
    figures = read(scope)
    lines = indicators(figures)
    sheets = [
        Sheet("Indicateurs", columns, ([line.value(column.key) for column in columns] for line in lines), lead=2),
        Sheet("Par employeur", BY_EMPLOYER, _by_employer(figures), lead=1),
        Sheet("Méthode", METHOD, ((line.group, line.label, line.method) for line in lines)),
    ]
    return Content(sheets, facts_in_words(figures.rows))


KIND = FileKind(
    code="D2",
    name="Tableau quantitatif",
    main_sheet="Indicateurs",
    count=count,
    content=content,
    goes_to=(DDETS,),
    is_nominative=False,
)
