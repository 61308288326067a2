"""Inviting employers, following their answers, and the page where they answer without an account."""

from datetime import datetime, timedelta

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, permission_required
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import clock, once
from accounts.pages import ChangePage, Link, ListPage, add_refusal
from accounts.templatetags.french import as_count
from cohorts import actions
from cohorts.filters.cohort import InvitationFilters
from cohorts.forms.cohort import AddressForm, InviteEmployersForm, ReplyForm
from cohorts.models import Cohort, EmployerInvitation
from cohorts.tables.inviting import InvitationTable
from cohorts.views.cohort import OfCohort
from regulations.employers import LegalCategory
from regulations.siret import french_siret

INVITATION_KEY = "employer-invitation"
ANSWERING = timedelta(hours=1)
REPLACED = (
    "Ce lien n'est plus valable : un lien plus récent vous a peut-être été envoyé. "
    "Ouvrez le dernier message reçu, ou écrivez à l'agence."
)


def site_of(request) -> str:
    """Django has already checked the host against ALLOWED_HOSTS."""
    return request.build_absolute_uri("/")


@permission_required("cohorts.change_cohort", raise_exception=True)
def invite(request, cohort_pk):
    """Paste, check, send: nothing leaves before the preview, and what was pasted stays."""
    cohort = get_object_or_404(Cohort.objects.visible_to(request.user), pk=cohort_pk)
    form = InviteEmployersForm(request.POST or None)
    lines = judged(cohort, form) if request.method == "POST" and form.is_valid() else []
    sendable = [line for line in lines if line.is_sendable]
    if sendable and request.POST.get("step") == "send":
        return redirect(once.run(request, lambda: send(request, cohort, sendable)))
    context = {
        "title": "Inviter des employeurs",
        "cohort": cohort,
        "form": form,
        "lines": lines,
        "sendable": sendable,
        "sample": actions.sample_message(cohort=cohort, line=sendable[0]) if sendable else None,
        "categories": LegalCategory.choices(),
        "planned_seats": sum(line.seats for line in sendable),
    }
    return render(request, "cohorts/invite.html", context)


def judged(cohort, form):
    try:
        lines = actions.judge_lines(cohort=cohort, text=form.cleaned_data["lines"])
    except ValidationError as refusal:
        add_refusal(form, refusal)
        return []
    for line in lines:
        if line.establishment is None and line.is_sendable:
            actions.complete_line(
                line=line, name=form.name_for(line.siret), legal_category=form.legal_category_for(line.siret)
            )
    return lines


def send(request, cohort, lines) -> str:
    sent = actions.invite_employers(cohort=cohort, lines=lines, site=site_of(request), at=clock.now())
    plural = "invitations partent" if len(sent) > 1 else "invitation part"
    messages.success(request, f"{as_count(len(sent))} {plural}. Les relances se font seules à J+5 et J+10.")
    return reverse("cohorts:invitation_list", args=[cohort.pk])


class InvitationList(OfCohort, ListPage):
    model = EmployerInvitation
    permission_required = "cohorts.change_cohort"
    template_name = "cohorts/cohort_list_page.html"
    table_class = InvitationTable
    filterset_class = InvitationFilters
    default_order = ("establishment__name", "pk")
    export_name = "invitations"
    empty_text = "Aucun employeur n'est invité pour l'instant."

    @property
    def title(self):
        return f"Invitations — {self.cohort}"

    def get_queryset(self):
        rows = EmployerInvitation.objects.visible_to(self.request.user).filter(cohort=self.cohort)
        return rows.select_related("establishment").with_mail()

    def totals(self, rows):
        answers = EmployerInvitation.Answer
        return [
            ("sans réponse", as_count(rows.waiting().count())),
            ("acceptées", as_count(rows.filter(answer=answers.ACCEPTED).count())),
            ("refusées", as_count(rows.filter(answer=answers.REFUSED).count())),
        ]

    def links(self):
        address = reverse("cohorts:invite", args=[self.cohort.pk])
        return [Link("Inviter des employeurs", address, "cohorts.change_cohort", icon="plus", main=True)]


class OnInvitation(ChangePage):
    """One gesture on one invitation."""

    model = EmployerInvitation
    form_class = forms.Form
    permission_required = "cohorts.change_cohort"

    def get_success_url(self):
        return reverse("cohorts:invitation_list", args=[self.row.cohort_id])

    cancel_url = get_success_url

    def get_context_data(self, **kwargs):
        intro = f"{self.row.establishment}, {self.row.email}"
        return super().get_context_data(**kwargs) | {"intro": intro, "version": None}


class Remind(OnInvitation):
    title = "Relancer cet employeur"
    submit_label = "Envoyer la relance"
    done_message = "La relance part, avec un nouveau lien."

    def act(self, form):
        return actions.remind(invitation=self.row, site=site_of(self.request), at=clock.now())


class CorrectAddress(OnInvitation):
    form_class = AddressForm
    title = "Corriger l'adresse"
    submit_label = "Envoyer à cette adresse"
    done_message = "L'invitation repart à la nouvelle adresse ; l'ancien lien n'ouvre plus rien."

    def get_initial(self):
        return {"email": self.row.email}

    def act(self, form):
        return actions.correct_address(
            invitation=self.row, site=site_of(self.request), at=clock.now(), **form.cleaned_data
        )


class Revoke(OnInvitation):
    title = "Retirer cette invitation"
    submit_label = "Retirer l'invitation"
    done_message = "L'invitation est retirée ; son lien n'ouvre plus rien."

    def act(self, form):
        return actions.revoke_invitation(invitation=self.row, at=clock.now())


# --- What the employer sees -----------------------------------------------------------------------------------------


@login_not_required
@require_safe
@never_cache
def invitation(request, token):
    """The token leaves the address at once; opening the link uses up nothing and signs nobody in."""
    request.session[INVITATION_KEY] = {"token": token, "at": clock.true_now().isoformat()}
    response = redirect("cohorts:answer")
    response["Referrer-Policy"] = "no-referrer"
    return response


def invited_here(request) -> EmployerInvitation | None:
    kept = request.session.get(INVITATION_KEY)
    if not kept or clock.true_now() - datetime.fromisoformat(kept["at"]) > ANSWERING:
        return None
    return actions.find_invitation(kept["token"])


@login_not_required
@never_cache
def answer(request):
    """First « C'est bien nous », then the answer: both are gestures of a person, never of a mail scanner."""
    invited, now = invited_here(request), clock.now()
    refusal = actions.refusal_of(invited, now) if invited else REPLACED
    if refusal:
        renewable = invited is not None and actions.can_be_renewed(invited, now)
        context = {"refusal": refusal, "renewable": renewable, "invitation": invited}
        return render(request, "cohorts/answer_closed.html", context, status=410)
    if request.method == "POST" and request.POST.get("step") == "us":
        actions.open_invitation(invitation=invited, at=now)
        return redirect("cohorts:answer")
    if not invited.opened_at:
        return render(request, "cohorts/answer_who.html", shown(invited))
    form = ReplyForm(request.POST or None, invitation=invited)
    if request.method == "POST" and form.is_valid() and replied(request, invited, form):
        return redirect("cohorts:answered")
    return render(request, "cohorts/answer.html", shown(invited) | {"form": form})


def shown(invited) -> dict:
    return {"invitation": invited, "siret": french_siret(invited.establishment.siret)}


def replied(request, invited, form) -> bool:
    typed = dict(form.cleaned_data)
    accepted = typed.pop("answer") == ReplyForm.ACCEPT
    reply = actions.Reply(accepted=accepted, **typed | {"seats": typed["seats"] or 0})
    try:
        actions.answer_invitation(invitation=invited, reply=reply, site=site_of(request), at=clock.now())
    except ValidationError as refusal:
        add_refusal(form, refusal)
        return False
    del request.session[INVITATION_KEY]
    request.session["employer-answer"] = "accepted" if accepted else "refused"
    return True


@login_not_required
@require_safe
@never_cache
def answered(request):
    return render(request, "cohorts/answered.html", {"answer": request.session.get("employer-answer", "")})


@login_not_required
@require_POST
def renew(request):
    invited = invited_here(request)
    try:
        if invited is not None:
            actions.renew_link(invitation=invited, site=site_of(request), at=clock.now())
            request.session.pop(INVITATION_KEY)
        days = actions.LINK_LIFE.days
        messages.success(request, f"Un nouveau lien part à l'adresse invitée. Ouvrez-le dans les {days} jours.")
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("cohorts:answer")
