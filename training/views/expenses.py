"""Pages of what an employer asks back: pay is read by its own people and by the referents of the cohort only."""

from datetime import date

from django import forms
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from accounts import clock
from accounts.pages import ChangePage, DetailPage, FormPage, Link
from accounts.templatetags.french import as_euros
from cohorts.models import Enrolment
from regulations.certificates import UNITS
from regulations.periods import Period
from training.actions import expenses
from training.expenses import claims
from training.forms.expenses import ChangeExpenseForm, ExpenseForm, GrantForm, ProposeForm
from training.models import Convention, Expense
from training.paid import month_period

VIEW, RECORD, GRANT = "training.view_expense", "training.record_expense", "training.grant_expense"


def conventions_of(user):
    """Those whose pay one may read."""
    return Convention.objects.visible_to(user).private_to(user, clock.today()).with_names()


def expenses_of(user):
    """The expenses of these conventions."""
    return (
        Expense.objects.visible_to(user)
        .filter(convention__in=conventions_of(user))
        .select_related("convention__establishment", "enrolment__person")
    )


class ExpenseList(DetailPage):
    """Relevé de dépenses d'une convention : demandé, plafonné, accordé."""

    permission_required = VIEW
    model = Convention
    template_name = "training/expenses.html"

    def get_queryset(self):
        return conventions_of(self.request.user)

    def title(self):
        return f"Dépenses de la convention {self.object.number}"

    def links(self):
        pk = self.object.pk
        return [
            Link("Proposer", reverse("training:propose_expenses", args=[pk]), RECORD, "list"),
            Link("Ajouter une dépense", reverse("training:add_expense", args=[pk]), RECORD, "plus", True),
        ]

    def get_context_data(self, **kwargs):
        rows = claims(self.object.expenses.all(), clock.today())
        granted = [row.expense.granted_amount for row in rows if row.expense.granted_amount is not None]
        return super().get_context_data(**kwargs) | {
            "rows": [(row, UNITS[row.kind]) for row in rows],
            "cost": sum(row.amount.cost for row in rows),
            "asked": sum(row.asked for row in rows),
            "granted": sum(granted) if granted else None,
        }


class OnConvention(FormPage):
    permission_required = RECORD

    @cached_property
    def convention(self):
        return get_object_or_404(conventions_of(self.request.user), pk=self.kwargs["pk"])

    def get_success_url(self):
        return reverse("training:expense_list", args=[self.convention.pk])

    cancel_url = get_success_url

    def last_month(self) -> Period:
        """The month before this one, within the convention."""
        first = clock.today().replace(day=1)
        before = month_period(date.fromordinal(first.toordinal() - 1))
        convened = Period(self.convention.starts_on, self.convention.ends_on)
        return before.clipped_to(convened) or convened

    def get_initial(self):
        period = self.last_month()
        return {"starts_on": period.starts_on, "ends_on": period.ends_on}

    def get_context_data(self, **kwargs):
        intro = f"{self.convention.number}, {self.convention.establishment}"
        return super().get_context_data(**kwargs) | {"intro": intro}


class AddExpense(OnConvention):
    form_class = ExpenseForm
    title = "Ajouter une dépense"
    done_message = "La dépense est notée."

    def get_form_kwargs(self):
        people = Enrolment.objects.visible_to(self.request.user).filter(conventions__convention=self.convention)
        people = people.select_related("person").order_by("person__search_text", "pk")
        return super().get_form_kwargs() | {"people": people}

    def act(self, form):
        expense = Expense(convention=self.convention, **form.cleaned_data)
        return expenses.record_expense(expense=expense, today=clock.today())


class ProposeExpenses(OnConvention):
    form_class = ProposeForm
    title = "Proposer des dépenses"
    intro = ""
    submit_label = "Proposer"
    done_message = "Les dépenses proposées sont notées : corrigez le coût de l'heure, ajoutez les frais."

    def act(self, form):
        period = Period(form.cleaned_data["starts_on"], form.cleaned_data["ends_on"])
        return expenses.propose_expenses(convention=self.convention, period=period, today=clock.today())

    def get_context_data(self, **kwargs):
        intro = (
            f"{self.convention.number}, {self.convention.establishment} : le coût pédagogique facturé et la "
            "rémunération des heures suivies, pour chaque stagiaire qui n'en a pas encore sur cette période."
        )
        return super().get_context_data(**kwargs) | {"intro": intro}


class OnExpense(ChangePage):
    permission_required = RECORD
    model = Expense

    def get_queryset(self):
        return expenses_of(self.request.user)

    def get_success_url(self):
        return reverse("training:expense_list", args=[self.row.convention_id])

    cancel_url = get_success_url

    def get_context_data(self, **kwargs):
        row = self.row
        intro = f"{row.get_kind_display().capitalize()}, {row.enrolment.person.full_name}, {row.convention.number}"
        return super().get_context_data(**kwargs) | {"intro": intro}


class ChangeExpense(OnExpense):
    form_class = ChangeExpenseForm
    title = "Corriger la dépense"
    done_message = "La dépense est corrigée."

    def act(self, form):
        return expenses.change_expense(expense=self.row, today=clock.today(), version=self.version, **form.cleaned_data)


class RemoveExpense(OnExpense):
    form_class = forms.Form
    title = "Retirer la dépense"
    submit_label = "Retirer cette dépense"
    done_message = "La dépense est retirée."

    def act(self, form):
        return expenses.remove_expense(expense=self.row)


class GrantExpense(OnExpense):
    """Noter ce que le financeur accorde."""

    permission_required = GRANT
    form_class = GrantForm
    title = "Montant accordé"

    def get_initial(self):
        return {"granted_amount": self.row.granted_amount}

    def act(self, form):
        amount = form.cleaned_data["granted_amount"]
        return expenses.grant_expense(expense=self.row, amount=amount, today=clock.today(), version=self.version)

    def get_context_data(self, **kwargs):
        (claim,) = claims(Expense.objects.visible_to(self.request.user).filter(pk=self.row.pk), clock.today())
        context = super().get_context_data(**kwargs)
        return context | {"intro": f"{context['intro']} : {as_euros(claim.asked)} demandés"}
