"""Pages of meetings: what waits, one contract's, one meeting, and each act on it."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.journal import log_access
from accounts.pages import ChangePage, DetailPage
from accounts.templatetags.french import as_day, as_time
from contracts.views.acts import ActPage
from regulations.meetings import MeetingKind, expected_meetings
from tutoring import actions
from tutoring.forms.meetings import CancelForm, PlanForm, SlotForm
from tutoring.meetings import board_for, contracts_met_by, known_kinds, parties_left
from tutoring.models import ConfidentialNote, Meeting


@require_safe
@permission_required("tutoring.view_meeting", raise_exception=True)
def meeting_board(request):
    """Entretiens : ce qui est à prévoir, à venir, à écrire, à signer, et les décisions à suivre."""
    today = clock.today()
    context = {"title": "Entretiens", "board": board_for(request.user, today), "today": today}
    return render(request, "tutoring/meeting_board.html", context)


@require_safe
@permission_required("tutoring.view_meeting", raise_exception=True)
def contract_meetings(request, pk):
    """Les entretiens d'un contrat, tenus, prévus ou attendus, dans l'ordre des dates."""
    today = clock.today()
    rows = contracts_met_by(request.user, today).select_related("enrolment__person", "establishment", "cohort")
    contract = get_object_or_404(rows, pk=pk)
    meetings = Meeting.objects.visible_to(request.user).filter(contract=contract).prefetch_related("signatures")
    meetings = list(meetings.order_by("day", "starts_at", "pk"))
    known = known_kinds([contract.pk])[contract.pk]
    expected = expected_meetings(contract.starts_on, contract.ends_on, contract.last_day)
    context = {
        "title": f"Entretiens de {contract.enrolment.person.full_name}",
        "contract": contract,
        "meetings": meetings,
        "expected": [(one, one.due_on < today) for one in expected if one.kind not in known],
    }
    return render(request, "tutoring/contract_meetings.html", context)


class PlanMeeting(ActPage):
    """Prévoir : la nature est celle que les dates du contrat demandent, et on invite."""

    form_class = PlanForm
    permission_required = "tutoring.plan_meeting"
    title = "Prévoir un entretien"
    submit_label = "Prévoir et inviter"
    done_message = "L'entretien est prévu."

    def get_queryset(self):
        rows = contracts_met_by(self.request.user, clock.today())
        return rows.select_related("enrolment__person", "establishment__employer", "cohort")

    def get_initial(self):
        asked = self.request.GET.get("nature", "")
        return {"kind": asked if asked in MeetingKind.__members__ else MeetingKind.OTHER, "minutes": 45}

    def act(self, form):
        planned = actions.plan_meeting(
            contract=self.contract,
            kind=MeetingKind(form.cleaned_data["kind"]),
            slot=form.slot(),
            accepted=self.accepted,
            by=self.request.user,
            at=clock.now(),
        )
        tell_unreached(self.request, planned)
        return planned.meeting

    def get_success_url(self):
        return self.object.get_absolute_url()

    def cancel_url(self):
        return reverse("tutoring:contract_meetings", args=[self.contract.pk])


def tell_unreached(request, planned):
    if planned.unreached:
        names = ", ".join(f"{guest.name} ({guest.party.label})" for guest in planned.unreached)
        messages.warning(request, f"Sans courriel, à prévenir de vive voix : {names}.")


class MeetingDetail(DetailPage):
    """One meeting: shared part, decisions, signatures; the confidential part for the referent alone."""

    model = Meeting
    permission_required = "tutoring.view_meeting"
    template_name = "tutoring/meeting_detail.html"

    def get_queryset(self):
        rows = super().get_queryset().with_names().select_related("contract__cohort", "minuted_by", "cancelled_by")
        return rows.prefetch_related("decisions", "signatures", "additions__written_by", "invitations")

    def get(self, request, *args, **kwargs):
        answer = super().get(request, *args, **kwargs)
        log_access(user=request.user, action="read", obj=self.object, request=request)
        return answer

    def title(self):
        person = self.object.contract.enrolment.person
        return f"{self.object.get_kind_display().capitalize()}, {person.full_name}"

    def facts(self):
        meeting = self.object
        return [
            ("Établissement", meeting.contract.establishment),
            ("Prévu", f"{as_day(meeting.day)} à {as_time(meeting.starts_at)}, {meeting.minutes} min"),
            ("Lieu", meeting.place or None),
            ("À distance", meeting.remote_link or None),
            ("Tenu le", as_day(meeting.held_on)),
        ]

    def get_context_data(self, **kwargs):
        meeting, user = self.object, self.request.user
        notes = ConfidentialNote.objects.visible_to(user).filter(meeting=meeting).select_related("written_by")
        signatures = sorted(meeting.signatures.all(), key=lambda one: one.pk)
        is_open = meeting.cancelled_at is None and not signatures
        return super().get_context_data(**kwargs) | {
            "contract_url": reverse("tutoring:contract_meetings", args=[meeting.contract_id]),
            "decisions": sorted(meeting.decisions.all(), key=lambda one: (one.due_on, one.pk)),
            "signatures": signatures,
            "additions": sorted(meeting.additions.all(), key=lambda one: one.pk),
            "invitations": sorted(meeting.invitations.all(), key=lambda one: one.pk),
            "notes": notes.order_by("pk") if user.has_perm("tutoring.write_confidential") else None,
            "may_minute": is_open and meeting.day <= clock.today(),
            "may_move": is_open and meeting.held_on is None,
            "may_sign": meeting.minuted_at is not None and bool(parties_left(meeting, user)),
            "today": clock.today(),
        }


class MeetingAct(ChangePage):
    """An act on one meeting: its page is where one comes from and goes back to."""

    model = Meeting

    def get_queryset(self):
        return super().get_queryset().with_names().select_related("contract__cohort__agency")

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs()
        kwargs.pop("instance", None)
        return kwargs

    def get_success_url(self):
        return self.row.get_absolute_url()

    def cancel_url(self):
        return self.row.get_absolute_url()

    def get_context_data(self, **kwargs):
        meeting = self.row
        intro = f"{meeting.get_kind_display()} de {meeting.contract.enrolment.person.full_name}, {as_day(meeting.day)}"
        return super().get_context_data(**kwargs) | {"intro": intro, "row": intro, "meeting": meeting}


class MoveMeeting(PlanMeeting):
    """Déplacer : mêmes agendas, révision suivante."""

    model = Meeting
    form_class = SlotForm
    title = "Déplacer l'entretien"
    submit_label = "Déplacer et prévenir"
    done_message = "L'entretien est déplacé."

    def get_queryset(self):
        rows = Meeting.objects.visible_to(self.request.user).with_names()
        return rows.select_related("contract__cohort__agency")

    @property
    def contract(self):
        return self.row.contract

    def get_initial(self):
        return {name: getattr(self.row, name) for name in SlotForm.Meta.fields}

    def act(self, form):
        planned = actions.move_meeting(
            meeting=self.row,
            slot=form.slot(),
            accepted=self.accepted,
            version=self.version,
            by=self.request.user,
            at=clock.now(),
        )
        tell_unreached(self.request, planned)
        return planned.meeting

    def cancel_url(self):
        return self.row.get_absolute_url()

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        return context | {"version": self.row.version if self.version is None else self.version}


class CancelMeeting(MeetingAct):
    form_class = CancelForm
    permission_required = "tutoring.plan_meeting"
    title = "Annuler l'entretien"
    submit_label = "Annuler l'entretien"
    done_message = "L'entretien est annulé : chaque invité est prévenu."

    def act(self, form):
        return actions.cancel_meeting(
            meeting=self.row, version=self.version, by=self.request.user, at=clock.now(), **form.cleaned_data
        )
