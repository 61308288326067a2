"""Undoing what the employer's month recorded: a statement is voided, an absence reported by mistake is withdrawn."""

from django import forms

from contracts.actions import month as actions
from contracts.forms.month import VoidForm
from contracts.models import PresenceStatement, Suspension
from contracts.month import month_name, statements_of
from contracts.views.acts import ActPage
from contracts.views.month import DECLARE
from contracts.views.month_rows import month_url


class VoidStatement(ActPage):
    model = PresenceStatement
    form_class = VoidForm
    permission_required = DECLARE
    title = "Annuler et refaire"
    submit_label = "Annuler cet état de présence"
    done_message = "L'état de présence est annulé, son motif est gardé. Le mois peut être confirmé de nouveau."

    def get_queryset(self):
        return statements_of(self.request.user).select_related(
            "aid_request__contract__enrolment__person", "establishment"
        )

    @property
    def contract(self):
        return self.row.aid_request.contract

    def act(self, form):
        return actions.void_statement(statement=self.row, reason=form.cleaned_data["reason"], by=self.request.user)

    def get_success_url(self):
        return month_url(self.row.month)

    cancel_url = get_success_url

    def get_context_data(self, **kwargs):
        told = " Déjà déclaré : corrigez-le aussi sur SYLAé." if self.row.declared_on else ""
        person = self.contract.enrolment.person.full_name
        intro = f"{person}, {month_name(self.row.month)}, {self.row.establishment}.{told}"
        return super().get_context_data(**kwargs) | {"intro": intro}


class WithdrawAbsence(ActPage):
    model = Suspension
    form_class = forms.Form
    permission_required = DECLARE
    title = "Retirer une absence"
    submit_label = "Retirer cette absence"
    done_message = "L'absence est retirée."

    def get_queryset(self):
        rows = Suspension.objects.visible_to(self.request.user)
        return rows.select_related("contract__enrolment__person", "contract__establishment")

    @property
    def contract(self):
        return self.row.contract

    def act(self, form):
        return actions.withdraw_absence(suspension=self.row, by=self.request.user)

    def get_success_url(self):
        return month_url(self.row.starts_on)

    cancel_url = get_success_url

    def get_context_data(self, **kwargs):
        end = f"au {self.row.ends_on:%d/%m/%Y}" if self.row.ends_on else "sans fin connue"
        person = self.contract.enrolment.person.full_name
        intro = f"{person}, absence du {self.row.starts_on:%d/%m/%Y} {end}."
        return super().get_context_data(**kwargs) | {"intro": intro}
