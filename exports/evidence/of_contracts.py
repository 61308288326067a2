"""Sections about the contract: its facts, decisions, months, payments, and what happened to it."""

from datetime import date

from django.db.models import Prefetch

from accounts.templatetags.french import as_decimal_hours, as_euros, as_hours
from contracts.models import AidPayment, DoneStep, Immersion, PresenceStatement
from employers.models import Establishment
from exports.evidence.sections import Column, Section, Seen, known_rows, month


def of_person(name: str, label: str) -> Column:
    return Column(label, lambda seen: text_of(seen.contract.enrolment.person, name), f"cohorts.Person.{name}")


def of_contract(name: str, label: str) -> Column:
    return Column(label, lambda seen: text_of(seen.contract, name), f"contracts.Contract.{name}")


def text_of(row: object, name: str) -> object:
    """The label of a choice rather than its code."""
    display = getattr(row, f"get_{name}_display", None)
    return display() if display else getattr(row, name)


def site_of(seen: Seen) -> Establishment:
    """Where the person works that day, whatever an amendment says of later ones."""
    return seen.contract.terms_on(seen.as_of).establishment


def place(seen: Seen) -> str:
    site = site_of(seen)
    return f"{site.postcode} {site.town}".strip()


def done_minutes(seen: Seen) -> str:
    rows = seen.contract.enrolment.attendances.all()
    return as_hours(sum(row.attended_minutes for row in rows if seen.covers(row.half_day.day)))


FACTS = Section(
    code="faits",
    title="Le contrat",
    needs="contracts.Contract.starts_on",
    is_card=True,
    rows=lambda seen: [seen],
    columns=(
        of_person("title", "Civilité"),
        of_person("birth_name", "Nom de naissance"),
        of_person("usual_name", "Nom d'usage"),
        of_person("first_name", "Prénom"),
        of_person("birth_date", "Date de naissance"),
        of_person("public_code", "Identifiant interne"),
        of_contract("kind", "Type de contrat"),
        of_contract("job_title", "Emploi"),
        of_contract("rome_code", "Code ROME"),
        Column(
            "Heures par semaine",
            lambda seen: as_decimal_hours(seen.contract.terms_on(seen.as_of).weekly_hours),
            "contracts.Contract.weekly_hours",
        ),
        of_contract("signed_on", "Signé le"),
        of_contract("starts_on", "Début"),
        of_contract("ends_on", "Fin prévue"),
        of_contract("broken_on", "Dernier jour en cas de rupture"),
        of_contract("break_reason", "Motif de la rupture"),
        Column("Employeur", lambda seen: site_of(seen).employer.name, "employers.Establishment.employer"),
        Column("Établissement", lambda seen: site_of(seen).name, "employers.Establishment.name"),
        Column("SIRET", lambda seen: site_of(seen).siret, "employers.Establishment.siret"),
        Column("Lieu", place, "employers.Establishment.postcode employers.Establishment.town"),
        Column("Heures de socle commun suivies", done_minutes, "training.Attendance.attended_minutes"),
    ),
)


def decisions(seen: Seen) -> list:
    """Each employer reads those that were its own: a decision belongs to who asked for it."""
    rows = sorted(seen.contract.aid_requests.all(), key=lambda one: (one.decided_on or date.max, one.pk))
    return [one for one in rows if not one.aid_ends_on or one.aid_ends_on >= seen.starts_on]


REQUEST = "contracts.AidRequest"
DECISIONS = Section(
    code="decisions",
    title="Décisions d'aide",
    needs=f"{REQUEST}.decided_on",
    rows=decisions,
    columns=(
        Column("Nature", lambda one: one.get_kind_display(), f"{REQUEST}.decided_on"),
        Column("Décision du", lambda one: one.decided_on, f"{REQUEST}.decided_on"),
        Column("Numéro", lambda one: one.decision_number, f"{REQUEST}.decision_number"),
        Column("Taux (%)", lambda one: one.rate, f"{REQUEST}.rate"),
        Column("Heures aidées par semaine", lambda one: as_decimal_hours(one.weekly_hours), f"{REQUEST}.weekly_hours"),
        Column("Aide du", lambda one: one.aid_starts_on, f"{REQUEST}.aid_starts_on"),
        Column("au", lambda one: one.aid_ends_on, f"{REQUEST}.aid_ends_on"),
    ),
    prefetch=("aid_requests",),
)


def monthly(name: str):
    """Rows of every request of the contract, by month."""

    def rows(seen: Seen) -> list:
        found = [row for request in seen.contract.aid_requests.all() for row in getattr(request, name).all()]
        return sorted((one for one in found if seen.covers_month(one.month)), key=lambda one: (one.month, one.pk))

    return rows


STATEMENT = "contracts.PresenceStatement"
STATEMENTS = Section(
    code="etats-de-presence",
    title="États de présence",
    needs=f"{STATEMENT}.month {STATEMENT}.parts",
    rows=monthly("presence_statements"),
    columns=(
        Column("Mois", lambda one: month(one.month), f"{STATEMENT}.month"),
        Column("Parts aidées", lambda one: f"{one.parts.normalize():f}".replace(".", ","), f"{STATEMENT}.parts"),
        Column("sur", lambda one: one.whole, f"{STATEMENT}.whole"),
        Column("Aide attendue", lambda one: as_euros(one.expected_amount), f"{STATEMENT}.expected_amount"),
        Column("Déclaré le", lambda one: one.declared_on, f"{STATEMENT}.declared_on"),
    ),
    prefetch=(Prefetch("aid_requests__presence_statements", PresenceStatement.objects.valid()),),
)

PAYMENT = "contracts.AidPayment"
PAYMENTS = Section(
    code="versements",
    title="Aide versée",
    needs=f"{PAYMENT}.month {PAYMENT}.amount",
    rows=monthly("payments"),
    columns=(
        Column("Mois", lambda one: month(one.month), f"{PAYMENT}.month"),
        Column("Montant", lambda one: as_euros(one.amount), f"{PAYMENT}.amount"),
        Column("Versé le", lambda one: one.paid_on, f"{PAYMENT}.paid_on"),
    ),
    prefetch=(Prefetch("aid_requests__payments", AidPayment.objects.valid()),),
)


def of_contract_rows(name: str, day: str):
    def rows(seen: Seen) -> list:
        found = [one for one in getattr(seen.contract, name).all() if seen.covers(getattr(one, day))]
        return sorted(found, key=lambda one: (getattr(one, day), one.pk))

    return rows


SUSPENSIONS = Section(
    code="suspensions",
    title="Suspensions",
    needs="contracts.Suspension.starts_on",
    rows=of_contract_rows("suspensions", "starts_on"),
    columns=(
        Column("Du", lambda one: one.starts_on, "contracts.Suspension.starts_on"),
        Column("au", lambda one: one.ends_on, "contracts.Suspension.ends_on"),
    ),
    prefetch=("suspensions",),
)
IMMERSIONS = Section(
    code="immersions",
    title="Immersions",
    needs="contracts.Immersion.starts_on",
    rows=of_contract_rows("immersions", "starts_on"),
    columns=(
        Column("Du", lambda one: one.starts_on, "contracts.Immersion.starts_on"),
        Column("au", lambda one: one.ends_on, "contracts.Immersion.ends_on"),
    ),
    prefetch=(Prefetch("immersions", Immersion.objects.valid()),),
)
AMENDMENTS = Section(
    code="avenants",
    title="Avenants",
    needs="contracts.Amendment.effective_on",
    rows=of_contract_rows("amendments", "effective_on"),
    columns=(
        Column("À partir du", lambda one: one.effective_on, "contracts.Amendment.effective_on"),
        Column("Heures par semaine", lambda one: as_decimal_hours(one.hours_after), "contracts.Amendment.hours_after"),
        Column("Établissement", lambda one: one.establishment_after, "contracts.Amendment.establishment_after"),
    ),
)
STEPS = Section(
    code="etapes",
    title="Étapes faites",
    needs="contracts.DoneStep.step",
    rows=known_rows("done_steps", "done_on"),
    columns=(
        Column("Étape", lambda one: one.get_step_display(), "contracts.DoneStep.step"),
        Column("Faite le", lambda one: one.done_on, "contracts.DoneStep.done_on"),
    ),
    prefetch=(Prefetch("done_steps", DoneStep.objects.valid()),),
)


def of_exit(name: str, label: str) -> Column:
    return Column(label, lambda one: text_of(one, name), f"contracts.Exit.{name}")


EXIT = Section(
    code="sortie",
    title="Sortie",
    needs="contracts.Exit.situation",
    is_card=True,
    rows=lambda seen: [seen.contract.exit] if hasattr(seen.contract, "exit") else [],
    columns=(
        of_exit("recorded_on", "Relevée le"),
        of_exit("situation", "Situation à la sortie"),
        of_exit("same_employer", "Chez le même employeur"),
        of_exit("next_training", "Formation suivie ou visée"),
        of_exit("situation_3_months", "Situation à 3 mois"),
        of_exit("checked_3_months_on", "Relevée à 3 mois le"),
        of_exit("situation_6_months", "Situation à 6 mois"),
        of_exit("checked_6_months_on", "Relevée à 6 mois le"),
    ),
    prefetch=("exit",),
)

SECTIONS = (FACTS, DECISIONS, STATEMENTS, PAYMENTS, SUSPENSIONS, IMMERSIONS, AMENDMENTS, STEPS, EXIT)
