"""Dated settings of the room: caps of expenses, rules of the roll. Whoever keeps the reference data keeps these."""

from django.urls import reverse, reverse_lazy

from accounts.pages import ChangePage, FormPage, Link, ListPage
from training.actions import expenses
from training.forms.expenses import CapForm, TrainingRulesForm
from training.models import ExpenseCap, TrainingRules
from training.paid_tables import CapTable, TrainingRulesTable

VIEW, CHANGE = "contracts.view_reference_data", "contracts.change_reference_data"


class SettingList(ListPage):
    """Rows that are the same for everybody who may see them."""

    permission_required = VIEW
    add_route = ""
    other = ("", "")

    def get_queryset(self):
        return self.model.objects.all()

    def get_table(self):
        table = super().get_table()
        if not self.request.user.has_perm(CHANGE):
            table.columns.hide("acts")
        return table

    def links(self):
        label, route = self.other
        return [Link(label, reverse(route), VIEW), Link("Ajouter", reverse(self.add_route), CHANGE, "plus", True)]


class CapList(SettingList):
    model = ExpenseCap
    table_class = CapTable
    title = "Plafonds de dépense"
    intro = "Par financeur et par nature ; chacun est une hypothèse tant que sa source n'est pas lue."
    default_order = ("financer_kind", "kind", "-valid_from")
    add_route = "training:cap_add"
    other = ("Réglages de la formation", "training:training_rules_list")
    export_name = "plafonds"
    empty_text = "Aucun plafond : chaque dépense est demandée à son coût."


class TrainingRulesList(SettingList):
    model = TrainingRules
    table_class = TrainingRulesTable
    title = "Réglages de la formation"
    intro = "Verrouillage de l'appel, repos après une nuit, délais : des choix, aucun n'est une règle de droit."
    default_order = ("-valid_from",)
    add_route = "training:training_rules_add"
    other = ("Plafonds de dépense", "training:cap_list")
    export_name = "reglages-formation"


class SaveCap:
    form_class = CapForm
    permission_required = CHANGE
    success_url = reverse_lazy("training:cap_list")
    title = "Plafond de dépense"
    done_message = "Le plafond est enregistré : les relevés de dépenses en tiennent compte."

    def act(self, form):
        return expenses.save_cap(cap=form.save(commit=False), version=getattr(self, "version", None))

    def cancel_url(self):
        return self.success_url


class SaveTrainingRules:
    form_class = TrainingRulesForm
    permission_required = CHANGE
    success_url = reverse_lazy("training:training_rules_list")
    title = "Réglage de la formation"
    done_message = "Le réglage est enregistré."

    def act(self, form):
        rules = form.save(commit=False)
        return expenses.save_training_rules(rules=rules, version=getattr(self, "version", None))

    def cancel_url(self):
        return self.success_url


class AddCap(SaveCap, FormPage):
    pass


class ChangeCap(SaveCap, ChangePage):
    def get_queryset(self):
        return ExpenseCap.objects.all()


class AddTrainingRules(SaveTrainingRules, FormPage):
    pass


class ChangeTrainingRules(SaveTrainingRules, ChangePage):
    def get_queryset(self):
        return TrainingRules.objects.all()
