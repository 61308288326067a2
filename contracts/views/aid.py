"""Pages of the aid: request, decision, refusal."""

from django.utils.functional import cached_property

from accounts import clock
from accounts.journal import log_access
from contracts import actions
from contracts.evidence import person_facts
from contracts.expected import region_of_contract
from contracts.forms.acts import (
    DecisionForm,
    RefusalForm,
    RequestForm,
)
from contracts.models import AidOrder, AidRequest
from contracts.views.acts import ActPage
from regulations.contracts import AidRequestKind
from regulations.orders import matching
from regulations.publics import plausible_publics


class RecordRequest(ActPage):
    grants = True
    template_name = "contracts/stopped_form.html"
    form_class = RequestForm
    permission_required = "contracts.record_request"
    title = "Enregistrer la demande d'aide"
    done_message = "La demande d'aide est enregistrée : elle attend sa décision."

    def get_initial(self):
        return {"signed_on": clock.today()}

    def act(self, form):
        typed = form.cleaned_data
        return actions.record_request(
            contract=self.contract,
            signed_on=typed["signed_on"],
            number=typed["decision_number"],
            accepted=self.accepted,
            by=self.request.user,
        )


class AboutRequest(ActPage):
    """An act about one aid request; its page is the contract's."""

    model = AidRequest

    def get_queryset(self):
        rows = AidRequest.objects.visible_to(self.request.user)
        return rows.select_related(
            "contract__enrolment__person", "contract__establishment__employer", "contract__cohort"
        )

    @property
    def contract(self):
        return self.row.contract


class RecordDecision(AboutRequest):
    grants = True
    form_class = DecisionForm
    permission_required = "contracts.record_decision"
    template_name = "contracts/decision_form.html"
    title = "Enregistrer la décision"
    done_message = "La décision est enregistrée."

    @cached_property
    def orders(self):
        """Confirmed orders of the establishment's own region: never the neighbour's."""
        region = region_of_contract(self.contract)
        return AidOrder.objects.exclude(confirmed_on=None).filter(region=region).order_by("-valid_from", "public", "pk")

    @property
    def is_renewal(self):
        return self.row.kind == AidRequestKind.RENEWAL

    @property
    def day(self):
        """The day whose orders are shown: the decision's, else today for a renewal, else the first day."""
        return self.row.decided_on or (clock.today() if self.is_renewal else self.contract.starts_on)

    def candidates(self, day):
        return matching(self.orders, region=region_of_contract(self.contract), day=day)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"orders": self.orders}

    def get_initial(self):
        contract, request = self.contract, self.row
        found = self.candidates(self.day)
        starts_on = contract.starts_on if not self.is_renewal else request.aid_starts_on or clock.today()
        return {
            "decision_number": request.decision_number,
            # One candidate is found; among several, a person chooses.
            "order": found[0] if len(found) == 1 else None,
            "weekly_hours": aided_hours(contract, found[0]) if len(found) == 1 else None,
            "aid_starts_on": starts_on,
            "aid_ends_on": request.aid_ends_on or contract.ends_on,
        }

    def act(self, form):
        decision = form.decision()
        request = actions.record_decision(
            request=self.row, decision=decision, accepted=self.accepted, by=self.request.user
        )
        self.warn(actions.decision_findings(self.contract, decision, is_renewal=self.is_renewal))
        return request

    def get_context_data(self, **kwargs):
        facts = person_facts(self.request.user, self.contract, self.day)
        if facts is not None:
            # Protected facts are read here as reasons: their reading leaves a line.
            log_access(user=self.request.user, action="read", obj=self.contract.enrolment.person, request=self.request)
        return super().get_context_data(**kwargs) | {
            "region": region_of_contract(self.contract),
            "day": self.day,
            "candidates": plausible_publics(self.candidates(self.day), facts),
            "orders": self.orders,
        }


def aided_hours(contract, order):
    """The hours of the contract, brought inside the order's band."""
    hours = min(contract.weekly_hours, order.weekly_hours_max or contract.weekly_hours)
    return max(hours, order.weekly_hours_min or hours)


class CorrectDecision(RecordDecision):
    title = "Corriger la décision"
    done_message = "La décision est corrigée."

    def get_initial(self):
        return {name: getattr(self.row, name) for name in DecisionForm.Meta.fields}

    def act(self, form):
        decision = form.decision()
        request = actions.correct_decision(
            request=self.row,
            decision=decision,
            version=self.version,
            accepted=self.accepted,
            by=self.request.user,
        )
        self.warn(actions.decision_findings(self.contract, decision, is_renewal=self.is_renewal))
        return request

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        version = self.version if self.request.method == "POST" else self.row.version
        return context | {"version": self.conflict.current.version if self.conflict else version}


class RecordRefusal(AboutRequest):
    form_class = RefusalForm
    permission_required = "contracts.record_decision"
    title = "Enregistrer un refus"
    done_message = "Le refus est enregistré."

    def act(self, form):
        return actions.record_refusal(request=self.row, by=self.request.user, **form.cleaned_data)
