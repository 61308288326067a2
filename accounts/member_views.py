"""Pages of whoever manages the members: their list, read again and confirmed; a second factor reset."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST, require_safe

from accounts import actions, clock, factors
from accounts.forms import IdentifiedForm
from accounts.listings import InvitationTable, MemberTable
from accounts.models import Invitation, Membership
from accounts.pages import FormPage
from accounts.scope import acting_membership
from accounts.templatetags.french import as_day


@require_safe
@permission_required("accounts.manage_members", raise_exception=True)
def members(request):
    mine = acting_membership(request.user)
    rows = factors.with_factor_of_others(Membership.objects.visible_to(request.user), request.user)
    invitations = Invitation.objects.visible_to(request.user).open()
    return render(
        request,
        "accounts/members.html",
        {
            "mine": mine,
            "is_to_confirm": mine.confirms_members_on <= clock.today(),
            "members": MemberTable(
                rows.select_related("user").order_by("deactivated_at", "user__last_name", "user__email", "pk")
            ),
            "invitations": InvitationTable(invitations.order_by("-created_at", "pk")),
        },
    )


@require_POST
@permission_required("accounts.manage_members", raise_exception=True)
def confirm_list(request):
    membership = actions.confirm_members(by=acting_membership(request.user), on=clock.today())
    messages.success(request, f"Liste confirmée. Relisez-la avant le {as_day(membership.confirms_members_on)}.")
    return redirect("accounts:members")


@method_decorator(reauthentication_required, name="dispatch")
class ResetFactor(FormPage):
    form_class = IdentifiedForm
    permission_required = "accounts.reset_second_factor"
    template_name = "accounts/reset_factor.html"
    title = "Réinitialiser un second facteur"
    submit_label = "Réinitialiser le second facteur"
    done_message = "Le second facteur est réinitialisé, toutes les sessions sont fermées. La personne en est prévenue."

    @cached_property
    def by(self):
        return acting_membership(self.request.user)

    @cached_property
    def membership(self):
        return get_object_or_404(factors.memberships_within_reach(self.by), pk=self.kwargs["pk"])

    def get(self, request, *args, **kwargs):
        refusal = factors.refusal_to_reset(self.membership, self.by)
        if refusal:
            messages.error(request, refusal)
            return redirect(self.cancel_url())
        return super().get(request, *args, **kwargs)

    def act(self, form):
        return factors.reset_second_factor(membership=self.membership, by=self.by, **form.cleaned_data)

    def get_success_url(self):
        return self.cancel_url()

    def cancel_url(self):
        own = self.membership.organisation_id == self.by.organisation_id
        return reverse("accounts:members" if own else "admin:accounts_membership_changelist")

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"membership": self.membership}
