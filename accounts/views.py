"""Pages of the account, the members, the invitations, the journal and the long jobs."""

from datetime import timedelta

from allauth.account.decorators import reauthentication_required
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, permission_required
from django.core.exceptions import ValidationError
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import actions, clock, work
from accounts.forms import IdentityForm, InviteForm, NewAccountForm, SwitchForm
from accounts.journal import UNUSUAL
from accounts.listings import AccessLogTable, JobTable
from accounts.middleware import MEMBERSHIP_KEY
from accounts.models import AccessLog, Invitation, Job, Membership
from accounts.pages import FormPage, ListPage, add_refusal
from accounts.proconnect.links import links_of
from accounts.scope import acting_membership
from accounts.templatetags.french import as_count

INVITATION_KEY = "invitation"


def site_of(request) -> str:
    """Django has already checked the host against ALLOWED_HOSTS."""
    return request.build_absolute_uri("/")


# --- My account -------------------------------------------------------------------------------------------------


@require_safe
def account(request):
    user = request.user
    factors = Authenticator.objects.filter(user=user)
    return render(
        request,
        "accounts/account.html",
        {
            "memberships": user.memberships.active().select_related("organisation").order_by("organisation__name"),
            "has_second_factor": factors.filter(type=Authenticator.Type.TOTP).exists(),
            "session_count": len(UserSession.objects.purge_and_list(user)),
            "proconnect_is_linked": bool(settings.PROCONNECT_URL) and links_of(user).exists(),
        },
    )


class ChangeIdentity(FormPage):
    form_class = IdentityForm
    permission_required = ()
    title = "Mon nom"
    done_message = "Votre nom est enregistré."
    success_url = reverse_lazy("accounts:account")

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"instance": self.request.user}

    def cancel_url(self):
        return reverse("accounts:account")


@require_POST
def switch(request):
    """Acting for another organisation starts from the home page, with a new session key."""
    form = SwitchForm(request.POST, user=request.user)
    if not form.is_valid():
        messages.error(request, "Ce rôle n'est pas le vôtre, ou n'est plus ouvert.")
        return redirect("home")
    membership = form.cleaned_data["membership"]
    request.session.cycle_key()
    request.session[MEMBERSHIP_KEY] = membership.pk
    UserSession.objects.create_from_request(request)
    messages.success(request, f"Vous agissez maintenant pour {membership.organisation}.")
    return redirect("home")


@require_POST
def prolong(request):
    """*Prolonger*: being asked is enough, the middleware notes that somebody is there."""
    return JsonResponse({"encore": True})


# --- Members of the organisation ----------------------------------------------------------------------------------


@method_decorator(reauthentication_required, name="dispatch")
class Invite(FormPage):
    form_class = InviteForm
    permission_required = "accounts.manage_members"
    title = "Inviter une personne"
    submit_label = "Envoyer l'invitation"
    success_url = reverse_lazy("accounts:members")
    done_message = actions.INVITATION_LEAVES

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"organisation": acting_membership(self.request.user).organisation}

    def act(self, form):
        membership = acting_membership(self.request.user)
        return actions.invite_member(
            organisation=membership.organisation,
            invited_by=membership,
            site=site_of(self.request),
            **form.cleaned_data,
        )

    def cancel_url(self):
        return reverse("accounts:members")


@permission_required("accounts.manage_members", raise_exception=True)
@reauthentication_required
def deactivate(request, pk):
    membership = get_object_or_404(Membership.objects.visible_to(request.user).select_related("user"), pk=pk)
    if request.method != "POST":
        return render(request, "accounts/deactivate.html", {"membership": membership})
    try:
        actions.deactivate_membership(membership=membership, by=acting_membership(request.user))
        messages.success(request, f"{membership.user} n'a plus accès.")
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("accounts:members")


@require_POST
@permission_required("accounts.manage_members", raise_exception=True)
@reauthentication_required
def reactivate(request, pk):
    membership = get_object_or_404(Membership.objects.visible_to(request.user).select_related("user"), pk=pk)
    try:
        actions.reactivate_membership(membership=membership, by=acting_membership(request.user))
        messages.success(request, f"{membership.user} a de nouveau accès.")
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("accounts:members")


@require_POST
@permission_required("accounts.manage_members", raise_exception=True)
def revoke(request, pk):
    invitation = get_object_or_404(Invitation.objects.visible_to(request.user), pk=pk)
    try:
        actions.revoke_invitation(invitation=invitation, by=acting_membership(request.user))
        messages.success(request, f"L'invitation de {invitation.email} est retirée.")
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("accounts:members")


class AccessLogList(ListPage):
    model = AccessLog
    table_class = AccessLogTable
    permission_required = "accounts.view_access_log"
    title = "Journal d'accès"
    intro = "Les lectures de données protégées, les exports et les changements de droits dans votre organisation."
    default_order = ("-at",)
    export_name = "journal"
    empty_text = "Rien n'est encore inscrit."

    def get_queryset(self):
        return super().get_queryset().select_related("user")

    def totals(self, rows):
        told = rows.filter(action=UNUSUAL, at__gt=clock.now() - timedelta(days=30))
        return [("Usages inhabituels signalés en 30 jours", as_count(told.count()))]


# --- Answering an invitation ----------------------------------------------------------------------------------------


@login_not_required
@never_cache
@require_safe
def invitation(request, token):
    """The token leaves the address at once; opening the link uses up nothing."""
    request.session[INVITATION_KEY] = token
    response = redirect("accounts:answer_invitation")
    response["Referrer-Policy"] = "no-referrer"
    return response


@login_not_required
@never_cache
def answer_invitation(request):
    token = request.session.get(INVITATION_KEY, "")
    invited = actions.find_invitation(token)
    refusal = actions.refusal_of(invited, clock.now()) if invited else actions.LINK_OVER
    if refusal:
        renewable = invited is not None and actions.can_be_renewed(invited, clock.now())
        context = {"refusal": refusal, "renewable": renewable}
        return render(request, "accounts/invitation_closed.html", context, status=410)
    form = None if request.user.is_authenticated else NewAccountForm(request.POST or None)
    if request.method == "POST":
        membership = accept(request, token, form)
        if membership:
            del request.session[INVITATION_KEY]
            messages.success(request, f"Vous avez rejoint {membership.organisation}.")
            return redirect("home" if request.user.is_authenticated else "account_login")
    context = {"invitation": invited, "form": form, "known": actions.has_account(invited)}
    return render(request, "accounts/invitation.html", context)


def accept(request, token, form):
    """The membership, or None with the refusal shown on the page."""
    if form is not None and not form.is_valid():
        return None
    user = request.user if request.user.is_authenticated else None
    try:
        return actions.accept_invitation(token=token, user=user, identity=form.identity() if form else None)
    except ValidationError as refusal:
        if form is None:
            messages.error(request, " ".join(refusal.messages))
        else:
            add_refusal(form, refusal)
    return None


@login_not_required
@require_POST
def renew_invitation(request):
    invited = actions.find_invitation(request.session.get(INVITATION_KEY, ""))
    try:
        if invited is not None:
            actions.renew_invitation(invitation=invited, site=site_of(request))
        messages.success(request, actions.NEW_LINK_LEAVES)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("accounts:answer_invitation")


# --- Long jobs ------------------------------------------------------------------------------------------------------


class JobList(ListPage):
    model = Job
    table_class = JobTable
    permission_required = "accounts.view_jobs"
    title = "Mes travaux"
    intro = "Les imports et les fichiers que vous avez demandés. Vous pouvez quitter la page : ils continuent."
    default_order = ("-created_at",)
    empty_text = "Vous n'avez lancé aucun travail."


@require_safe
@permission_required("accounts.view_jobs", raise_exception=True)
def job(request, public_id):
    found = get_object_or_404(Job.objects.visible_to(request.user), public_id=public_id)
    return render(request, "accounts/job.html", {"job": found})


@require_safe
@permission_required("accounts.view_jobs", raise_exception=True)
def job_state(request, public_id):
    """What the page asks each second: no name, no figure of the work itself."""
    found = get_object_or_404(Job.objects.visible_to(request.user), public_id=public_id)
    return JsonResponse(
        {
            "etat": found.state,
            "libelle": found.get_state_display(),
            "etape": found.step,
            "pourcent": found.percent,
            "fini": found.is_over,
        }
    )


@require_POST
@permission_required("accounts.view_jobs", raise_exception=True)
def retry(request, public_id):
    found = get_object_or_404(Job.objects.visible_to(request.user), public_id=public_id)
    try:
        work.retry_job(job=found)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("accounts:job", public_id=public_id)
