"""The page of a renewal: what was done gathered in one place, then the request."""

from accounts import clock
from contracts import actions
from contracts.actions import Renewal
from contracts.evidence import evidence_of, facts_readable_by, renewal_limits
from contracts.forms.life import RenewalForm
from contracts.views.acts import ActPage
from regulations.findings import warnings


class RequestRenewal(ActPage):
    grants = True
    form_class = RenewalForm
    permission_required = "contracts.record_request"
    template_name = "contracts/renewal_form.html"
    title = "Renouvellement"
    submit_label = "Enregistrer la demande"
    done_message = "La demande de renouvellement est enregistrée : elle attend sa décision."

    def get_queryset(self):
        return super().get_queryset().prefetch_related("aid_requests__order")

    def get_initial(self):
        return {"signed_on": clock.today(), "asked_until": renewal_limits(self.contract, clock.today()).proposed}

    def act(self, form):
        renewal = form.renewal()
        facts = facts_readable_by(self.request.user, self.contract, clock.today())
        said = actions.renewal_findings_of(self.contract, renewal, **facts)
        request = actions.request_renewal(
            contract=self.contract, renewal=renewal, accepted=self.accepted, by=self.request.user
        )
        self.warn(said)
        return request

    def proposal(self):
        """What the law would say of the end that is proposed: shown before anything is typed."""
        today = clock.today()
        return Renewal(signed_on=today, asked_until=renewal_limits(self.contract, today).proposed, review="")

    def get_context_data(self, **kwargs):
        user, today = self.request.user, clock.today()
        facts = facts_readable_by(user, self.contract, today)
        return super().get_context_data(**kwargs) | {
            "evidence": evidence_of(self.contract, user, today),
            "limits": renewal_limits(self.contract, today),
            "said": warnings(actions.renewal_findings_of(self.contract, self.proposal(), **facts)),
        }
