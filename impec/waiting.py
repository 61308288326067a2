"""What waits for somebody: each kind counts its rows through their scope, says since when, and opens them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from accounts import clock
from accounts.scope import acting_membership
from accounts.templatetags.french import as_day
from cohorts.models import Cohort, EmployerInvitation, Milestone, Person, Referral
from contracts.late import at_stake, waiting_statements
from contracts.models import Contract
from contracts.models.contract import lacks_of
from contracts.month import month_name
from impec.alerts.gather import open_alerts
from impec.due.sources import items_for
from imports.models import ImportBatch
from regulations.due import Rule
from regulations.training import DocumentDecision
from training.absences import absences_visible_to
from training.anomalies import lines_for
from training.models import HalfDay
from tutoring.both_views import points_for
from tutoring.meetings import waiting_for


@dataclass(frozen=True, slots=True)
class Todo:
    """À traiter : combien, quoi, pourquoi ou depuis quand, et la page de ces lignes."""

    count: int
    label: str
    url: str
    why: str = ""
    at_stake: date | None = None


def plural(count: int, one: str, several: str) -> str:
    return one if count == 1 else several


def late_milestones(user, today: date) -> list[Todo]:
    found = {}
    rows = Milestone.objects.visible_to(user).late(today).select_related("cohort").order_by("due_on", "pk")
    for milestone in rows:
        found.setdefault(milestone.cohort, []).append(milestone)
    return [
        Todo(
            len(late),
            f"{plural(len(late), 'jalon en retard', 'jalons en retard')} — {cohort}",
            reverse("cohorts:milestone_list", args=[cohort.pk]) + "?etat=retard",
            f"{late[0].label}, attendu le {as_day(late[0].due_on)}",
            late[0].due_on,
        )
        for cohort, late in found.items()
    ]


def rolls_to_take(user, today: date) -> list[Todo]:
    waiting = list(HalfDay.objects.visible_to(user).without_roll(today).order_by("day").values_list("day", flat=True))
    if not waiting:
        return []
    url = reverse("training:session_list") + "?etat=a-noter"
    label = plural(len(waiting), "appel à faire", "appels à faire")
    return [Todo(len(waiting), label, url, f"le plus ancien est du {as_day(waiting[0])}", waiting[0])]


def anomalies_to_explain(user) -> list[Todo]:
    """Attendance that a funder would send back; the oldest day first, as everything that waits."""
    waiting = [line for line in lines_for(user, at=clock.now()) if line.is_open]
    if not waiting:
        return []
    oldest = min(line.anomaly.day for line in waiting)
    label = plural(len(waiting), "anomalie d'émargement à expliquer", "anomalies d'émargement à expliquer")
    url = reverse("training:anomaly_list") + "?etat=ouvertes"
    return [Todo(len(waiting), label, url, f"la plus ancienne est du {as_day(oldest)}", oldest)]


def documents_to_answer(user, today: date) -> list[Todo]:
    """Documents about an absence, for the referents who answer them, cohort by cohort."""
    followed = Cohort.objects.followed_by(user, today)
    rows = absences_visible_to(user).filter(
        decision=DocumentDecision.WAITING, half_day__session__cohort__in=followed.values("pk")
    )
    found = {}
    for absence in rows.order_by("half_day__day", "pk"):
        found.setdefault(absence.half_day.session.cohort, []).append(absence.half_day.day)
    return [
        Todo(
            len(days),
            f"{plural(len(days), 'justificatif à examiner', 'justificatifs à examiner')} — {cohort}",
            reverse("training:absence_list") + f"?justificatif=attente&cohorte={cohort.pk}",
            f"la plus ancienne absence est du {as_day(days[0])}",
            days[0],
        )
        for cohort, days in found.items()
    ]


def points_to_discuss(user, today: date) -> list[Todo]:
    """Where a trainee and her tutor do not say the same of what she can do."""
    points = points_for(user, today)
    if not points:
        return []
    label = plural(len(points), "point à discuter avec une stagiaire", "points à discuter avec des stagiaires")
    when = f"le plus ancien est du {as_day(points[0].since)}"
    return [Todo(len(points), label, reverse("tutoring:point_list"), when, points[0].since)]


def referrals_to_answer(user) -> list[Todo]:
    waiting = list(
        Referral.objects.visible_to(user).to_answer().order_by("referred_on").values_list("referred_on", flat=True)
    )
    if not waiting:
        return []
    url = reverse("cohorts:referral_list") + "?reponse=attente"
    label = plural(len(waiting), "proposition sans réponse", "propositions sans réponse")
    return [Todo(len(waiting), label, url, f"la plus ancienne est du {as_day(waiting[0])}", waiting[0])]


def invitations_waiting(user) -> list[Todo]:
    found = {}
    rows = EmployerInvitation.objects.visible_to(user).waiting().select_related("cohort").order_by("sent_at")
    for invitation in rows:
        found.setdefault(invitation.cohort, []).append(invitation)
    return [
        Todo(
            len(waiting),
            f"{plural(len(waiting), 'employeur sans réponse', 'employeurs sans réponse')} — {cohort}",
            reverse("cohorts:invitation_list", args=[cohort.pk]) + "?reponse=attente",
            f"premier envoi le {as_day(waiting[0].sent_at)}",
            waiting[0].sent_at.date(),
        )
        for cohort, waiting in found.items()
    ]


def deadlines(user, today: date) -> list[Todo]:
    """What contracts wait for now, one line per rule; statements have their own, with the amount at stake."""
    found = {}
    for item in items_for(user, on=today, until=today, statements=False):
        if item.since <= today:
            found.setdefault(item.rule, []).append(item)
    return [_deadlines_of(rule, items, today) for rule, items in found.items()]


def _deadlines_of(rule: Rule, items: list, today: date) -> Todo:
    first = items[0].due_on
    when = f"en retard depuis le {as_day(first)}" if first < today else f"au plus tard le {as_day(first)}"
    more = "" if len(items) == 1 or items[-1].due_on == first else " pour la première"
    label = f"{plural(len(items), 'échéance', 'échéances')} : {rule.label}"
    url = f"{reverse('due:due_list')}?quand=ouvertes&regle={rule}"
    return Todo(len(items), label, url, when + more, first)


LACKING = (
    ("sans-tuteur", "contrat sans tuteur", "contrats sans tuteur"),
    ("sans-decision", "contrat PEC sans décision d'aide", "contrats PEC sans décision d'aide"),
    ("sans-signature", "contrat sans date de signature", "contrats sans date de signature"),
)


def alerts_to_answer(user, today: date) -> list[Todo]:
    """Warnings of the cohorts one is a referent of; the page opens the same rows."""
    waiting = open_alerts(user, today) if user.has_perm("tutoring.answer_warning") else []
    if not waiting:
        return []
    label = plural(len(waiting), "alerte à traiter", "alertes à traiter")
    since = waiting[0].warning.since
    return [Todo(len(waiting), label, reverse("alerts:alert_list"), f"la plus ancienne est du {as_day(since)}", since)]


def meetings_waiting(user, today: date) -> list[Todo]:
    """What the board of meetings lists: minutes to write, decisions past their day."""
    if not user.has_perm("tutoring.view_meeting"):
        return []
    days, late = waiting_for(user, today)
    url = reverse("tutoring:meeting_board")
    found = []
    if days:
        label = plural(len(days), "compte rendu d'entretien à écrire", "comptes rendus d'entretien à écrire")
        found.append(Todo(len(days), label, f"{url}#a-ecrire", f"entretien du {as_day(days[0])}", days[0]))
    if late:
        label = plural(len(late), "décision d'entretien en retard", "décisions d'entretien en retard")
        found.append(Todo(len(late), label, f"{url}#decisions", f"attendue le {as_day(late[0])}", late[0]))
    return found


def contracts_lacking(user, today: date) -> Iterable[Todo]:
    rows = Contract.objects.visible_to(user).lacking_something(today).order_by("starts_on")
    found = defaultdict(list)
    for row in rows.values_list("starts_on", "kind", "signed_on", "is_tutored", "is_decided", named=True):
        for what in lacks_of(row):
            found[what].append(row.starts_on)
    for what, one, several in LACKING:
        if starts := found[what]:
            url = reverse("contracts:contract_list") + f"?manque={what}"
            yield Todo(len(starts), plural(len(starts), one, several), url, f"depuis le {as_day(starts[0])}", starts[0])


def statements_to_declare(user, today: date) -> list[Todo]:
    """Months over and not declared, the amount at stake, and since when: one line per month."""
    found = {}
    for waiting in waiting_statements(user, today):
        found.setdefault(waiting.month, []).append(waiting)
    return [_statements_of_month(month, waiting, today) for month, waiting in found.items()]


def _statements_of_month(month: date, waiting: list, today: date) -> Todo:
    count = sum(one.count for one in waiting)
    days = waiting[0].days
    if waiting[0].is_alert(today):
        since = f"alerte depuis le {as_day(days.alert_on)} (hypothèse)"
    elif waiting[0].is_late(today):
        since = f"rappel du {as_day(days.reminder_on)}, alerte le {as_day(days.alert_on)} (hypothèse)"
    else:
        since = f"rappel le {as_day(days.reminder_on)} (hypothèse)"
    label = plural(count, "état de présence à déclarer", "états de présence à déclarer")
    url = reverse("contracts:month", args=[month.year, month.month])
    return Todo(count, f"{label} — {month_name(month)}", url, f"{at_stake(waiting)}, {since}", days.opens_on)


def notices_to_give(user) -> list[Todo]:
    count = Person.objects.visible_to(user).filter(notice_given_on=None).count()
    if not count:
        return []
    label = plural(count, "notice d'information à remettre", "notices d'information à remettre")
    url = reverse("cohorts:person_list") + "?notice=a-remettre"
    return [Todo(count, label, url, "sans elle, aucun fichier nominatif ne part")]


def members_to_confirm(user, today: date) -> list[Todo]:
    """Each one who manages the members reads their list again, every three months."""
    membership = acting_membership(user)
    if not membership.is_admin or membership.confirms_members_on > today:
        return []
    count = membership.organisation.memberships.active().count()
    label = plural(count, "membre à relire dans votre liste", "membres à relire dans votre liste")
    since = membership.confirms_members_on
    return [Todo(count, label, reverse("accounts:members"), f"à confirmer depuis le {as_day(since)}", since)]


def imports_to_confirm(user) -> list[Todo]:
    waiting = list(
        ImportBatch.objects.visible_to(user)
        .filter(state=ImportBatch.State.READ)
        .order_by("uploaded_at")
        .values_list("uploaded_at", flat=True)
    )
    if not waiting:
        return []
    label = plural(len(waiting), "import à confirmer", "imports à confirmer")
    return [
        Todo(len(waiting), label, reverse("imports:batch_list"), f"déposé le {as_day(waiting[0])}", waiting[0].date())
    ]
