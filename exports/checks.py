"""Contrôle avant envoi : what would make the recipient send the file back, counted, with what to do about it."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from accounts import clock
from cohorts.models import Enrolment, Person
from employers.models import Financing
from exports import aid, certificates, expenses
from exports.kinds import Place
from exports.models import ExportProfile
from exports.presences import attendances
from exports.registry import KINDS
from exports.scope import FileScope
from exports.shaping import Chosen, chosen_of, problem
from regulations.deadlines import minus_months
from regulations.people import Checked
from regulations.siret import siret_findings
from regulations.training import ExpenseKind, hundredths
from training.anomalies import lines_for
from training.contract_hours import hours_by_contract

# Information is due within a month when a person came by somebody else's file.
MONTHS_TO_INFORM = 1
PLACES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Check:
    """Un point du contrôle : combien, de quoi, ce qu'il faut faire, où ; `blocks` arrête le fichier."""

    label: str
    count: int
    advice: str
    blocks: bool = False
    # The first rows to mend: a page of ten thousand links helps nobody.
    places: tuple[Place, ...] = ()

    @property
    def others(self) -> int:
        return self.count - len(self.places)


def checks(scope: FileScope, code: str, profile: ExportProfile | None = None) -> list[Check]:
    """Those of this kind of file, the ones that stop it first. A count of 0 is worth showing: it was looked at."""
    found = [*_people(scope), *_contracts(scope), *unfit_cells(scope, profile)]
    if code == "O2":
        found += _attendance(scope)
    if code in ("O1", "O2"):
        found += _training(scope)
    if code == "O3":
        found += _certificates(scope)
    if code == "O4":
        found += _expenses(scope)
    if code == "A1":
        found += _aid(scope)
    if code == "D1":
        found += _criteria(scope)
    return sorted(found, key=lambda check: (not (check.blocks and check.count), check.count == 0))


def refusals(scope: FileScope, profile: ExportProfile) -> list[Check]:
    """What stops a file before it is built."""
    about_people = _people(scope) if KINDS[profile.code].is_nominative else []
    return [check for check in (*about_people, *unfit_cells(scope, profile)) if check.blocks and check.count]


def unfit_cells(scope: FileScope, profile: ExportProfile | None) -> list[Check]:
    """Column by column, what the profile's recipient would refuse: a compulsory cell left empty, a value without code.

    Nothing is read when the profile asks for neither.
    """
    kind = KINDS[profile.code] if profile else None
    special = [one for one in chosen_of(profile) if one.is_special] if kind and kind.rows else []
    if not special:
        return []
    found: dict[tuple[Chosen, str], list[Place]] = {(one, ""): [] for one in special}
    for row in kind.rows(scope):
        for one in special:
            wrong = problem(one, kind.values[one.key](row))
            if wrong:
                found.setdefault((one, wrong), []).append(kind.place(row))
    return [_unfit(one, wrong, places) for (one, wrong), places in found.items() if wrong or not _told(found, one)]


def _told(found: dict, one: Chosen) -> bool:
    return any(other == one and wrong for other, wrong in found)


def _unfit(one: Chosen, wrong: str, places: list[Place]) -> Check:
    label = f"Colonne « {one.heading} »" + (f" : {wrong}" if wrong else " : obligatoire ou à codes")
    advice = "Complétez la fiche, ou changez le profil de ce fichier."
    return Check(label, len(places), advice, blocks=True, places=tuple(places[:PLACES_SHOWN]))


def _people(scope: FileScope) -> list[Check]:
    # Through the contracts that the author sees: all the people of the file, and nobody else. A narrower scope of
    # people would let a file leave with somebody whom this control has not counted.
    people = Person.objects.filter(enrolments__contracts__in=scope.contracts()).distinct()
    uninformed = people.filter(notice_given_on=None)
    limit = minus_months(clock.now(), MONTHS_TO_INFORM)
    late = uninformed.filter(created_at__lt=limit).count()
    return [
        Check(
            "Personnes sans notice d'information depuis plus d'un mois",
            late,
            "Remettez-leur la notice et notez la date sur leur fiche : sans elle, aucun fichier nominatif ne part.",
            blocks=True,
        ),
        Check(
            "Personnes sans notice d'information",
            uninformed.count() - late,
            "Vous avez un mois après leur arrivée pour la remettre.",
        ),
        Check("Dates de naissance manquantes", people.filter(birth_date=None).count(), "La case restera vide."),
    ]


def _contracts(scope: FileScope) -> list[Check]:
    rows = scope.contracts()
    sites = {
        (contract.establishment.siret, contract.establishment.closed_on)
        for contract in rows.select_related("establishment")
    }
    wrong = [siret for siret, closed_on in sites if siret_findings(siret) or (closed_on and closed_on <= scope.as_of)]
    return [
        Check("SIRET faux ou établissement fermé", len(wrong), "Vérifiez l'établissement employeur du contrat."),
        Check(
            "Contrats sans date de fin",
            rows.filter(Q(kind__startswith="CDD"), ends_on=None).count(),
            "Un CDD a une fin prévue : complétez-la.",
        ),
    ]


def _training(scope: FileScope) -> list[Check]:
    contracts = list(scope.contracts())
    financed = Financing.objects.in_force(scope.as_of).values("employer")
    orphans = scope.contracts().exclude(establishment__employer__in=financed).count()
    missing = sum(hours.half_days_missing for hours in hours_by_contract(contracts, on=scope.as_of).values())
    found = [
        Check(
            "Demi-journées passées sans appel",
            missing,
            "Faites l'appel : ces heures ne comptent ni comme faites ni comme absences.",
        ),
        Check("Contrats dont l'employeur n'a pas de financeur", orphans, "Rattachez la structure à son financeur."),
    ]
    deadline = _deadline(scope)
    if deadline:
        late = int(scope.as_of > deadline)
        found.append(Check(f"Délai du financeur, {deadline:%d/%m/%Y}", late, "Prévenez le financeur avant l'envoi."))
    return found


def _deadline(scope: FileScope) -> date | None:
    financer = scope.destination.financer
    if financer is None or financer.days_after_end is None:
        return None
    return scope.cohort.ends_on + timedelta(days=financer.days_after_end)


def _attendance(scope: FileScope) -> list[Check]:
    rows = attendances(scope)
    followed = rows.filter(attended_minutes__gt=0)
    outside = rows.filter(Q(half_day__day__lt=scope.cohort.starts_on) | Q(half_day__day__gt=scope.cohort.ends_on))
    return [
        Check(
            "Présences sans signature du stagiaire",
            followed.filter(signed_at=None, signed_on_paper=False).count(),
            "Faites signer la feuille : une présence non signée n'est pas payée.",
        ),
        Check(
            "Présences sans signature du formateur",
            followed.filter(half_day__countersigned_at=None, half_day__countersigned_on_paper=False).count(),
            "Le formateur clôt et signe chaque demi-journée.",
        ),
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
        ),
    ]


def _unexplained(scope: FileScope) -> int:
    """Of the people of the file, up to its day: what the page of the anomalies shows of them."""
    people = Enrolment.objects.filter(pk__in=scope.contracts().values("enrolment"))
    lines = lines_for(scope.author, at=clock.now(), cohort=scope.cohort, people=people)
    return sum(line.is_open and line.anomaly.day <= scope.as_of for line in lines)


def _certificates(scope: FileScope) -> list[Check]:
    standing = [row for row in certificates.rows_of(scope) if not row.certificate.is_replaced]
    unlike = sum(row.invoiced_minutes != row.certificate.minutes for row in standing)
    return [
        Check(
            "Certificats dont les heures ne sont pas celles de la facture",
            unlike,
            "Corrigez la facture, puis remplacez le certificat : le financeur compare les deux.",
        )
    ]


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
    undeclared = sum(one.declared_on is None and one.expected != 0 for one in ended)
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
