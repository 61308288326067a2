"""The home of each role: what to do today and why, then the ways in. Counts equal the rows they open."""

from dataclasses import dataclass, field
from datetime import date

from django.urls import reverse

from accounts.models import Job
from accounts.roles import Role
from accounts.scope import acting_role
from accounts.templatetags.french import as_day, as_hours, as_long_day
from cohorts.models import Cohort, Enrolment
from cohorts.readings import sent_by
from contracts.models import Contract
from exports.models import Delivery
from impec.verifying.verification import last as last_verification
from impec.waiting import (
    Todo,
    alerts_to_answer,
    anomalies_to_explain,
    contracts_lacking,
    deadlines,
    documents_to_answer,
    imports_to_confirm,
    invitations_waiting,
    late_milestones,
    meetings_waiting,
    members_to_confirm,
    notices_to_give,
    plural,
    points_to_discuss,
    referrals_to_answer,
    rolls_to_take,
    statements_to_declare,
)
from impec.waiting_answers import lines_to_review, refusals_to_reply
from training.hours import hours_by_enrolment, total
from training.models import HalfDay
from tutoring.models import Tutorship

NEXT_HALF_DAYS = 6
SHOWN = 8


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    note: str = ""
    url: str = ""
    figure: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A short list of the home page, and the page of the whole list."""

    title: str
    rows: list[Row]
    empty: str
    url: str = ""
    url_label: str = ""


@dataclass(frozen=True, slots=True)
class Shortcut:
    label: str
    url: str
    icon: str = ""
    main: bool = False


@dataclass(slots=True)
class Home:
    lead: str
    todo: list[Todo] = field(default_factory=list)
    nothing: str = "Rien n'attend pour l'instant."
    shortcuts: list[Shortcut] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)

    @property
    def sorted_todo(self) -> list[Todo]:
        """The oldest date at stake first; what has no date comes last."""
        return sorted(self.todo, key=lambda item: item.at_stake or date.max)


def home_of(user, today: date) -> Home:
    if getattr(user, "person", None) is not None and acting_role(user) is None:
        return trainee_home(user, today)
    makers = {
        Role.COORDINATOR: coordinator_home,
        Role.EMPLOYER: employer_home,
        Role.TUTOR: tutor_home,
        Role.TRAINER: trainer_home,
        Role.ADVISER: adviser_home,
        Role.FUNDER: funder_home,
        Role.ADMINISTRATOR: administrator_home,
    }
    maker = makers.get(acting_role(user))
    if maker is None:
        return Home("Votre compte n'est rattaché à aucune organisation active.")
    home = maker(user, today)
    home.todo += members_to_confirm(user, today)
    return home


def coordinator_home(user, today: date) -> Home:
    cohorts = Cohort.objects.visible_to(user)
    alive = cohorts.filter(ends_on__gte=today).with_figures(today).order_by("starts_on", "pk")
    return Home(
        lead=f"Nous sommes le {as_long_day(today)}. Voici ce qui attend, le plus ancien d'abord.",
        todo=[
            *late_milestones(user, today),
            *rolls_to_take(user, today),
            *anomalies_to_explain(user),
            *refusals_to_reply(user, today),
            *documents_to_answer(user, today),
            *points_to_discuss(user, today),
            *referrals_to_answer(user),
            *invitations_waiting(user),
            *contracts_lacking(user, today),
            *alerts_to_answer(user, today),
            *meetings_waiting(user, today),
            *statements_to_declare(user, today),
            *deadlines(user, today),
            *notices_to_give(user),
            *imports_to_confirm(user),
        ],
        shortcuts=[
            Shortcut("Préparer un fichier OPCO", reverse("exports:new_delivery"), "file", main=True),
            Shortcut("Importer un classeur", reverse("imports:upload"), "plus"),
            Shortcut("Nouveau contrat", reverse("tutoring:choose_enrolment"), "plus"),
            Shortcut("Ouvrir une cohorte", reverse("cohorts:open_cohort"), "plus"),
        ],
        blocks=[
            Block(
                "Vos cohortes",
                [cohort_row(cohort, today) for cohort in alive[:SHOWN]],
                "Aucune cohorte en cours. Ouvrez la première.",
                reverse("cohorts:cohort_list"),
                "Toutes les cohortes",
            ),
            half_days_block(user, today),
        ],
    )


def cohort_row(cohort, today: date) -> Row:
    if cohort.starts_on > today:
        note = f"commence le {as_day(cohort.starts_on)}"
    else:
        note = f"jusqu'au {as_day(cohort.ends_on)}"
    return Row(
        cohort.name,
        note,
        reverse("cohort_page", args=[cohort.pk]),
        f"{cohort.filled or 0} sur {cohort.offered or 0} places",
    )


def employer_home(user, today: date) -> Home:
    running = Contract.objects.visible_to(user).running(today).for_list().order_by("enrolment__person__search_text")
    return Home(
        lead="Vos salariés en cohorte, et ce que l'agence attend de vous.",
        todo=[
            *statements_to_declare(user, today),
            *deadlines(user, today),
            *referrals_to_answer(user),
            *contracts_lacking(user, today),
            *imports_to_confirm(user),
        ],
        nothing="Rien ne vous est demandé aujourd'hui.",
        shortcuts=[
            Shortcut("Nouveau contrat", reverse("tutoring:choose_enrolment"), "plus", main=True),
            Shortcut("Le mois à confirmer", reverse("contracts:choose_month"), "calendar"),
            Shortcut("L'argent de l'aide", reverse("contracts:own_money"), "euro"),
            Shortcut("Coller les lignes de l'ASP", reverse("imports:payment_upload"), "upload"),
            Shortcut("Tuteurs", reverse("tutoring:tutor_list"), "people"),
        ],
        blocks=[
            Block(
                "En contrat chez vous",
                [
                    Row(
                        contract.enrolment.person.full_name,
                        f"{contract.state_now().label}, jusqu'au {as_day(contract.last_day) or 'sans fin prévue'}",
                        contract.get_absolute_url(),
                        contract.tutor_now(),
                    )
                    for contract in running[:SHOWN]
                ],
                "Personne n'est en contrat pour l'instant.",
                reverse("contracts:contract_list"),
                "Tous les contrats",
            ),
            half_days_block(user, today),
        ],
    )


def tutor_home(user, today: date) -> Home:
    followed = (
        Tutorship.objects.visible_to(user)
        .filter(tutor__user=user)
        .current(today)
        .select_related("contract__enrolment__person")
        .order_by("starts_on", "pk")
    )
    rows = [
        Row(
            tutorship.contract.enrolment.person.short_name,
            f"avec vous depuis le {as_day(tutorship.starts_on)}",
            reverse("tutoring:tutorship_detail", args=[tutorship.pk]),
        )
        for tutorship in followed
    ]
    return Home(
        lead="Les personnes que vous suivez. Deux minutes suffisent pour noter ce qu'elles savent faire.",
        nothing="",
        shortcuts=[Shortcut("Mes stagiaires", reverse("tutoring:my_trainees"), "people", main=True)],
        blocks=[Block("Avec vous en ce moment", rows, "Vous ne suivez personne en ce moment.")],
    )


def trainer_home(user, today: date) -> Home:
    return Home(
        lead="Vos demi-journées, et les appels à faire.",
        todo=[*rolls_to_take(user, today), *anomalies_to_explain(user)],
        nothing="Tous les appels sont faits.",
        shortcuts=[Shortcut("Toutes les demi-journées", reverse("training:session_list"), "list", main=True)],
        blocks=[
            half_days_block(user, today),
            Block(
                "Cohortes",
                [
                    Row(
                        cohort.name,
                        f"jusqu'au {as_day(cohort.ends_on)}",
                        reverse("training:programme", args=[cohort.pk]),
                    )
                    for cohort in Cohort.objects.visible_to(user)
                    .filter(ends_on__gte=today)
                    .order_by("starts_on")[:SHOWN]
                ],
                "Aucune cohorte en cours.",
            ),
        ],
    )


def adviser_home(user, today: date) -> Home:
    people = sent_by(user).order_by("-first_referred_on", "pk")
    rows = [
        Row(person.full_name, f"orientée le {as_day(person.first_referred_on)}", figure=person.status)
        for person in people[:SHOWN]
    ]
    address = reverse("cohorts:sent_people")
    return Home(
        lead="Les personnes que vous avez orientées, et où elles en sont.",
        nothing="",
        blocks=[Block("Vos orientations", rows, "Vous n'avez encore orienté personne.", address, "Toutes")],
    )


def funder_home(user, today: date) -> Home:
    deliveries = Delivery.objects.visible_to(user).order_by("-sent_at", "-pk")
    rows = [
        Row(
            f"Remise {delivery.number}",
            f"remise le {as_day(delivery.sent_at)}",
            delivery.get_absolute_url(),
            f"{delivery.row_count} lignes",
        )
        for delivery in deliveries[:SHOWN]
    ]
    address = reverse("exports:delivery_list")
    return Home(
        lead="Les fichiers que les agences vous ont remis, avec leur empreinte.",
        todo=lines_to_review(user),
        nothing="Aucune ligne n'attend votre réponse.",
        blocks=[Block("Dernières remises", rows, "Aucun fichier ne vous a encore été remis.", address, "Toutes")],
    )


def administrator_home(user, today: date) -> Home:
    failed = Job.objects.filter(state=Job.State.FAILED).count()
    todo = [
        Todo(failed, plural(failed, "travail en échec", "travaux en échec"), reverse("admin:accounts_job_changelist")),
        *faults_found(),
    ]
    return Home(
        lead="Comptes, données de référence et travaux. Aucune donnée de personne suivie n'est visible ici.",
        todo=[item for item in todo if item.count],
        nothing="Aucun travail n'est en échec, aucun écart n'est trouvé.",
        shortcuts=[
            Shortcut("Administration technique", reverse("admin:index"), "list", main=True),
            Shortcut("SMIC", reverse("contracts:smic_list")),
            Shortcut("Arrêtés", reverse("contracts:order_list")),
            Shortcut("Réglages de l'aide", reverse("contracts:rules_list")),
            Shortcut("Vérifications", reverse("verifying:verifications")),
            Shortcut("Durées de conservation", reverse("retention:proposals")),
            Shortcut("État du service", reverse("health")),
        ],
    )


def faults_found() -> list[Todo]:
    """What the last verification could not match, until another one matches it."""
    found = last_verification()
    if found is None:
        return []
    faults = len(found.faults)
    label = plural(faults, "écart trouvé par la vérification", "écarts trouvés par la vérification")
    return [Todo(faults, label, reverse("verifying:verifications"))]


def trainee_home(user, today: date) -> Home:
    enrolments = Enrolment.objects.visible_to(user)
    hours = total(hours_by_enrolment(enrolments, on=today).values())
    return Home(
        lead="Vos cours et vos heures.",
        nothing="",
        shortcuts=[
            Shortcut("Mes cours", reverse("training:my_schedule"), "calendar", main=True),
            Shortcut("Signer", reverse("training:sign_here"), "edit"),
            Shortcut("Mon dossier", reverse("cohorts:own_file"), "person"),
        ],
        blocks=[
            half_days_block(user, today, "Vos prochains cours", "Pas de cours prévu pour l'instant."),
            Block("Vos heures", [Row("Heures suivies", figure=as_hours(hours.done_minutes))], ""),
        ],
    )


def half_day_address(user, half_day, today: date) -> str:
    """On the day itself, whoever takes the roll goes straight to it."""
    if half_day.day == today and half_day.closed_at is None and user.has_perm("training.take_roll"):
        return reverse("training:roll", args=[half_day.pk])
    if user.has_perm("training.view_session"):
        return reverse("training:session_detail", args=[half_day.session_id])
    return ""


def half_days_block(user, today: date, title="Prochaines demi-journées", empty="Aucune demi-journée à venir.") -> Block:
    rows = (
        HalfDay.objects.visible_to(user)
        .planned()
        .filter(day__gte=today)
        .with_names()
        .order_by("day", "starts_at", "pk")[:NEXT_HALF_DAYS]
    )
    return Block(
        title,
        [
            Row(
                f"{half_day.session.module}",
                f"{half_day.get_part_display()} dès {half_day.starts_at:%H:%M}, {half_day.session.place}".rstrip(", "),
                half_day_address(user, half_day, today),
                as_day(half_day.day),
            )
            for half_day in rows
        ],
        empty,
    )
