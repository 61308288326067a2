"""Contrôle avant envoi : what would make the recipient send the file back, counted, with what to do about it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from accounts import clock
from cohorts.models import Enrolment, Person
from contracts.models import Contract
from employers.models import Financing
from exports import aid, expenses
from exports.kinds import Place
from exports.models import ExportProfile
from exports.presences import attendances
from exports.registry import KINDS
from exports.rejections import rejections, site_faults
from exports.scope import FileScope
from exports.shaping import Chosen, chosen_of, problem
from regulations.deadlines import minus_months
from regulations.people import Checked
from regulations.training import ExpenseKind, hundredths
from training.anomalies import lines_for
from training.contract_hours import hours_by_contract

# Information is due within a month when a person came by somebody else's file.
MONTHS_TO_INFORM = 1
PLACES_SHOWN = 20
# The six frequent rejections are those of whoever pays for the training.
FOR_A_FINANCER = ("O1", "O2", "O3", "O4", "O5")


@dataclass(frozen=True, slots=True)
class Check:
    """Un point du contrôle : combien, de quoi, ce qu'il faut faire, où ; `blocks` arrête le fichier."""

    label: str
    count: int
    advice: str
    blocks: bool = False
    # The first rows to mend: a page of ten thousand links helps nobody.
    places: tuple[Place, ...] = ()
    # Why nobody could look: never « rien à signaler ».
    unverified: str = ""

    @property
    def others(self) -> int:
        return self.count - len(self.places) if len(self.places) >= PLACES_SHOWN else 0


def checks(scope: FileScope, code: str, profile: ExportProfile | None = None) -> list[Check]:
    """Those of this kind of file, the ones that stop it first. A count of 0 is worth showing: it was looked at."""
    found = [*_people(scope), *_contracts(scope, code), *unfit_cells(scope, profile)]
    if code in FOR_A_FINANCER:
        found += _rejections(scope)
    if code == "O2":
        found += _attendance(scope)
    if code in ("O1", "O2"):
        found += _training(scope)
    if code == "O4":
        found += _expenses(scope)
    if code == "A1":
        found += _aid(scope)
    if code == "D1":
        found += _criteria(scope)
    return sorted(found, key=lambda check: (not (check.blocks and check.count), check.count == 0))


def refusals(scope: FileScope, code: str, profile: ExportProfile | None) -> list[Check]:
    """What stops a file before it is built; the recipient's own workbook follows no profile."""
    about_people = _people(scope) if KINDS[code].is_nominative else []
    return [check for check in (*about_people, *unfit_cells(scope, profile)) if check.blocks and check.count]


def unfit_cells(scope: FileScope, profile: ExportProfile | None) -> list[Check]:
    """Column by column, what the profile's recipient would refuse: a compulsory cell left empty, a value without code.

    Nothing is read when the profile asks for neither.
    """
    kind = KINDS[profile.code] if profile else None
    special = [one for one in chosen_of(profile) if one.is_special] if kind and kind.rows else []
    if not special:
        return []
    found: dict[Chosen, dict[str, list[Place]]] = {one: {} for one in special}
    for row in kind.rows(scope):
        for one in special:
            wrong = problem(one, kind.values[one.key](row))
            if wrong:
                found[one].setdefault(wrong, []).append(kind.place(row))
    # A column without fault is worth a line too.
    return [_unfit(one, wrong, places) for one in special for wrong, places in (found[one] or {"": []}).items()]


def _unfit(one: Chosen, wrong: str, places: list[Place]) -> Check:
    label = f"Colonne « {one.heading} »" + (f" : {wrong}" if wrong else " : obligatoire ou à codes")
    advice = "Complétez la fiche, ou changez le profil de ce fichier."
    return Check(label, len(places), advice, blocks=True, places=tuple(places[:PLACES_SHOWN]))


def _people(scope: FileScope) -> list[Check]:
    # Through the contracts that the author sees: all the people of the file, and nobody else. A narrower scope of
    # people would let a file leave with somebody whom this control has not counted.
    people = Person.objects.filter(enrolments__contracts__in=scope.contracts()).distinct()
    uninformed = list(people.filter(notice_given_on=None).order_by("search_text", "pk"))
    limit = minus_months(clock.now(), MONTHS_TO_INFORM)
    late = [one for one in uninformed if one.created_at < limit]
    return [
        _of_people(
            "Personnes sans notice d'information depuis plus d'un mois",
            late,
            "Remettez-leur la notice et notez la date sur leur fiche : sans elle, aucun fichier nominatif ne part.",
            blocks=True,
        ),
        _of_people(
            "Personnes sans notice d'information",
            [one for one in uninformed if one.created_at >= limit],
            "Vous avez un mois après leur arrivée pour la remettre.",
        ),
        _of_people(
            "Dates de naissance manquantes",
            list(people.filter(birth_date=None).order_by("search_text", "pk")),
            "La case restera vide.",
        ),
    ]


def _of_people(label: str, people: Sequence[Person], advice: str, blocks: bool = False) -> Check:
    places = tuple(Place(one.full_name, one.get_absolute_url()) for one in people[:PLACES_SHOWN])
    return Check(label, len(people), advice, blocks, places)


def _rejections(scope: FileScope) -> list[Check]:
    """The six, numbered as in O5."""
    return [
        Check(
            f"{one.number}. {one.label}",
            len(one.findings),
            one.advice,
            places=tuple(finding.place for finding in one.findings[:PLACES_SHOWN]),
            unverified=one.unverified,
        )
        for one in rejections(scope)
    ]


def _contracts(scope: FileScope, code: str) -> list[Check]:
    rows = scope.contracts().with_names()
    endless = rows.filter(Q(kind__startswith="CDD"), ends_on=None).order_by("pk")
    found = [_of_contracts("Contrats sans date de fin", endless, "Un CDD a une fin prévue : complétez-la.")]
    if code not in FOR_A_FINANCER:
        wrong = [one for one in rows.order_by("pk") if site_faults(one.establishment, scope.as_of)]
        advice = "Vérifiez l'établissement employeur du contrat."
        found.insert(0, _of_contracts("Contrats dont le SIRET est faux ou l'établissement fermé", wrong, advice))
    return found


def _page(label: str, name: str) -> tuple[Place]:
    """A list that has its own filters, rather than its rows again."""
    return (Place(label, reverse(name)),)


def _of_contracts(label: str, contracts: Iterable[Contract], advice: str) -> Check:
    places = [Place(one.enrolment.person.full_name, one.get_absolute_url()) for one in contracts]
    return Check(label, len(places), advice, places=tuple(places[:PLACES_SHOWN]))


def _training(scope: FileScope) -> list[Check]:
    contracts = list(scope.contracts().with_names().order_by("enrolment__person__search_text", "pk"))
    financed = set(Financing.objects.in_force(scope.as_of).values_list("employer", flat=True))
    orphans = [one for one in contracts if one.establishment.employer_id not in financed]
    hours = hours_by_contract(contracts, on=scope.as_of)
    without_roll = [one for one in contracts if hours[one.pk].half_days_missing]
    return [
        Check(
            "Demi-journées passées sans appel",
            sum(hours[one.pk].half_days_missing for one in without_roll),
            "Faites l'appel : ces heures ne comptent ni comme faites ni comme absences.",
            places=_page("Les demi-journées de la formation", "training:session_list") if without_roll else (),
        ),
        Check(
            "Contrats dont l'employeur n'a pas de financeur",
            len(orphans),
            "Rattachez la structure à son financeur.",
            places=tuple(
                Place(
                    f"{one.enrolment.person.full_name}, {one.establishment}",
                    reverse("employers:attach_financer", args=[one.establishment.employer_id]),
                )
                for one in orphans[:PLACES_SHOWN]
            ),
        ),
    ]


def _attendance(scope: FileScope) -> list[Check]:
    rows = attendances(scope)
    outside = rows.filter(Q(half_day__day__lt=scope.cohort.starts_on) | Q(half_day__day__gt=scope.cohort.ends_on))
    return [
        Check(
            "Retards ou départs sans nombre de minutes",
            rows.filter(minutes_unknown=True).count(),
            "La demi-journée compte entière : notez les minutes.",
        ),
        Check("Présences hors des dates de la cohorte", outside.count(), "Vérifiez la date de la séance."),
        Check(
            "Anomalies d'émargement ni corrigées ni expliquées",
            _unexplained(scope),
            "Ouvrez « Anomalies » dans la formation : le financeur les verrait aussi.",
            places=_page("Les anomalies de l'émargement", "training:anomaly_list"),
        ),
    ]


def _unexplained(scope: FileScope) -> int:
    """Of the people of the file, up to its day: what the page of the anomalies shows of them."""
    people = Enrolment.objects.filter(pk__in=scope.contracts().values("enrolment"))
    lines = lines_for(scope.author, at=clock.now(), cohort=scope.cohort, people=people)
    return sum(line.is_open and line.anomaly.day <= scope.as_of for line in lines)


def _expenses(scope: FileScope) -> list[Check]:
    found = [claim for row in expenses.rows_of(scope) for claim in row.claims]
    pay = [claim for claim in found if claim.kind is ExpenseKind.PAY]
    return [
        Check(
            "Dépenses sans justificatif",
            sum(not claim.expense.document_name for claim in found),
            "Un papier qui manque n'est pas payé (R6332-26).",
        ),
        Check(
            "Rémunérations notées pour d'autres heures que les heures suivies",
            sum(claim.expense.quantity != hundredths(claim.minutes) for claim in pay),
            "Le fichier demande les heures suivies : corrigez la dépense pour qu'elle dise la même chose.",
        ),
        Check(
            "Dépenses ramenées à leur plafond",
            sum(claim.amount.is_capped for claim in found),
            "Le reste demeure à la charge de l'employeur.",
        ),
    ]


def _aid(scope: FileScope) -> list[Check]:
    account = aid.read(scope)
    ended = [line.figures for line in account.lines if line.figures.is_ended]
    undeclared = sum(not one.is_declared and one.expected != 0 for one in ended)
    return [
        Check(
            "Contrats dont l'aide ne peut pas être calculée",
            len(account.missing),
            "Le fichier dit pourquoi, sans aucun chiffre : saisissez l'arrêté ou le SMIC qui manque.",
        ),
        Check(
            "Mois terminés non déclarés sur SYLAé",
            undeclared,
            "Leur aide ne sera pas versée : l'employeur confirme le mois, puis note la déclaration.",
        ),
        Check(
            "Écarts sans explication",
            sum(one.cause is None and bool(one.cause_label) for one in ended),
            "Demandez à l'ASP ce qu'elle a retenu : le fichier le dira tel quel.",
        ),
    ]


def _criteria(scope: FileScope) -> list[Check]:
    people = Person.objects.filter(enrolments__contracts__in=scope.aided_contracts()).distinct()
    known = Q(protected__isnull=False) & ~Q(protected__priority_district=Checked.NOT_CHECKED)
    known &= ~Q(protected__rural_zone=Checked.NOT_CHECKED)
    return [
        Check(
            "Zonages (QPV, FRR) non vérifiés",
            people.exclude(known).count(),
            "Ils partiront « non vérifié » : la DDETS n'y lira pas « non ».",
        )
    ]
