"""Pages of the aid: request, decision, refusal."""

from django.contrib import messages
from django.utils.functional import cached_property

from accounts import clock
from contracts import actions
from contracts.expected import region_of_contract
from contracts.forms.acts import (
    DecisionForm,
    RefusalForm,
    RequestForm,
)
from contracts.models import AidOrder, AidRequest, EntryStop
from contracts.views.acts import ActPage
from regulations.contracts import AidRequestKind
from regulations.orders import matching


class RecordRequest(ActPage):
    form_class = RequestForm
    permission_required = "contracts.record_request"
    title = "Enregistrer la demande d'aide"
    done_message = "La demande d'aide est enregistrée : elle attend sa décision."

    def get_initial(self):
        is_renewal = self.contract.first_decision() is not None
        return {
            "kind": AidRequestKind.RENEWAL if is_renewal else AidRequestKind.INITIAL,
            "signed_on": clock.today(),
        }

    def act(self, form):
        typed = form.cleaned_data
        request = actions.record_request(
            contract=self.contract,
            signed_on=typed["signed_on"],
            kind=AidRequestKind(typed["kind"]),
            number=typed["decision_number"],
            by=self.request.user,
        )
        for stop in EntryStop.objects.in_force(clock.today()):
            messages.warning(self.request, f"Arrêt annoncé depuis le {stop.starts_on:%d/%m/%Y} : {stop.covers}.")
        return request


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

    def candidates(self, day):
        return matching(self.orders, region=region_of_contract(self.contract), day=day)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"orders": self.orders}

    def get_initial(self):
        contract, request = self.contract, self.row
        found = self.candidates(request.decided_on or contract.starts_on)
        starts_on = contract.starts_on if request.kind == AidRequestKind.INITIAL else clock.today()
        return {
            "decision_number": request.decision_number,
            # One candidate is found; among several, a person chooses.
            "order": found[0] if len(found) == 1 else None,
            "weekly_hours": aided_hours(contract, found[0]) if len(found) == 1 else None,
            "aid_starts_on": starts_on,
            "aid_ends_on": contract.ends_on,
        }

    def act(self, form):
        decision = form.decision()
        request = actions.record_decision(
            request=self.row, decision=decision, accepted=self.accepted, by=self.request.user
        )
        self.warn(actions.decision_findings(self.contract, decision))
        return request

    def get_context_data(self, **kwargs):
        day = self.row.decided_on or self.contract.starts_on
        return super().get_context_data(**kwargs) | {
            "region": region_of_contract(self.contract),
            "day": day,
            "candidates": self.candidates(day),
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
        self.warn(actions.decision_findings(self.contract, decision))
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
