"""What authorities re-set: SMIC, orders, stops of entries. A coordinator types it in; nobody deploys it."""

from django import forms
from django.urls import reverse, reverse_lazy

from accounts import clock
from accounts.pages import ChangePage, FormPage, Link, ListPage
from contracts import actions
from contracts.filters import OrderFilters
from contracts.forms.reference import OrderForm, RsaForm, RulesForm, SmicForm, StopForm
from contracts.models import AidOrder, AidRules, EntryStop, RsaRate, SmicRate
from contracts.tables import OrderTable, RsaTable, RulesTable, SmicTable, StopTable
from regulations.aid import DEPARTMENT_SHARE_WORDS

VIEW, CHANGE = "contracts.view_reference_data", "contracts.change_reference_data"
PAGES = (
    ("Arrêtés", "order_list"),
    ("SMIC", "smic_list"),
    ("RSA", "rsa_list"),
    ("Arrêts des entrées", "stop_list"),
    ("Réglages de l'aide", "rules_list"),
)


class ReferenceList(ListPage):
    """Rows that are the same for everybody who may see them."""

    permission_required = VIEW

    def get_queryset(self):
        return self.model.objects.all()

    def get_table(self):
        table = super().get_table()
        if not self.request.user.has_perm(CHANGE):
            table.columns.hide("acts")
        return table

    def links(self):
        others = [Link(label, reverse(f"contracts:{name}"), VIEW) for label, name in PAGES if label != self.title]
        return [*others, Link("Ajouter", reverse(self.add_route), CHANGE, "plus", True)]


class OrderList(ReferenceList):
    model = AidOrder
    table_class = OrderTable
    filterset_class = OrderFilters
    title = "Arrêtés"
    intro = "Un arrêté donne un taux une fois confirmé. Les lignes chargées avec l'application sont de l'historique."
    default_order = ("-valid_from", "region", "public", "pk")
    add_route = "contracts:order_add"
    export_name = "arretes"


class SmicList(ReferenceList):
    model = SmicRate
    table_class = SmicTable
    title = "SMIC"
    intro = "Le SMIC d'un mois aidé est celui en vigueur le premier jour du mois, sur le territoire."
    default_order = ("territory", "-valid_from")
    add_route = "contracts:smic_add"
    export_name = "smic"


class StopList(ReferenceList):
    model = EntryStop
    table_class = StopTable
    title = "Arrêts des entrées"
    intro = "Un arrêt est annoncé et daté. Il ne touche pas les contrats en cours."
    default_order = ("-starts_on", "pk")
    add_route = "contracts:stop_add"
    export_name = "arrets"
    empty_text = "Aucun arrêt des entrées n'est annoncé."


class RsaList(ReferenceList):
    model = RsaRate
    table_class = RsaTable
    title = "RSA"
    intro = (
        f"Quand le département cofinance, sa part est {DEPARTMENT_SHARE_WORDS} d'une personne seule, jamais plus que "
        "l'aide (D5134-41)."
    )
    default_order = ("-valid_from",)
    add_route = "contracts:rsa_add"
    export_name = "rsa"


class RulesList(ReferenceList):
    model = AidRules
    table_class = RulesTable
    title = "Réglages de l'aide"
    intro = "Ce qu'aucune source publiée ne fixe : chaque réglage est une hypothèse. Un mois confirmé garde les siens."
    default_order = ("-valid_from",)
    add_route = "contracts:rules_add"
    export_name = "reglages"


class SaveSmic:
    form_class = SmicForm
    permission_required = CHANGE
    success_url = reverse_lazy("contracts:smic_list")
    title = "SMIC horaire brut"
    done_message = "Le SMIC est enregistré : les aides attendues en tiennent compte."

    def act(self, form):
        return actions.save_smic(rate=form.save(commit=False), version=getattr(self, "version", None))

    def cancel_url(self):
        return self.success_url


class SaveOrder:
    form_class = OrderForm
    permission_required = CHANGE
    success_url = reverse_lazy("contracts:order_list")
    title = "Arrêté préfectoral"
    intro = "Il servira une fois confirmé ; une correction se confirme de nouveau."
    done_message = "L'arrêté est enregistré. Confirmez-le pour qu'il serve."

    def act(self, form):
        return actions.save_order(order=form.save(commit=False), version=getattr(self, "version", None))

    def cancel_url(self):
        return self.success_url


class SaveStop:
    form_class = StopForm
    permission_required = CHANGE
    success_url = reverse_lazy("contracts:stop_list")
    title = "Arrêt des entrées"
    done_message = "L'arrêt est enregistré."

    def act(self, form):
        return actions.save_stop(stop=form.save(commit=False), version=getattr(self, "version", None))

    def cancel_url(self):
        return self.success_url


class SaveRsa:
    form_class = RsaForm
    permission_required = CHANGE
    success_url = reverse_lazy("contracts:rsa_list")
    title = "Montant du RSA"
    done_message = "Le montant du RSA est enregistré : les parts du département en tiennent compte."

    def act(self, form):
        return actions.save_rsa(rate=form.save(commit=False), version=getattr(self, "version", None))

    def cancel_url(self):
        return self.success_url


class SaveRules:
    form_class = RulesForm
    permission_required = CHANGE
    success_url = reverse_lazy("contracts:rules_list")
    title = "Réglage de l'aide"
    intro = "Chaque valeur est une hypothèse. Les mois déjà confirmés ne changent pas."
    done_message = "Le réglage est enregistré : les mois qui ne sont pas confirmés en tiennent compte."

    def act(self, form):
        return actions.save_rules(rules=form.save(commit=False), version=getattr(self, "version", None))

    def cancel_url(self):
        return self.success_url


class AddSmic(SaveSmic, FormPage):
    pass


class ChangeSmic(SaveSmic, ChangePage):
    def get_queryset(self):
        return SmicRate.objects.all()


class AddRsa(SaveRsa, FormPage):
    pass


class ChangeRsa(SaveRsa, ChangePage):
    def get_queryset(self):
        return RsaRate.objects.all()


class AddRules(SaveRules, FormPage):
    pass


class ChangeRules(SaveRules, ChangePage):
    def get_queryset(self):
        return AidRules.objects.all()


class AddOrder(SaveOrder, FormPage):
    pass


class ChangeOrder(SaveOrder, ChangePage):
    def get_queryset(self):
        return AidOrder.objects.all()


class AddStop(SaveStop, FormPage):
    pass


class ChangeStop(SaveStop, ChangePage):
    def get_queryset(self):
        return EntryStop.objects.all()


class ConfirmOrder(ChangePage):
    """Read what is about to be confirmed, then one button."""

    form_class = forms.Form
    permission_required = CHANGE
    template_name = "contracts/order_confirm.html"
    title = "Confirmer un arrêté"
    submit_label = "Confirmer : cet arrêté s'applique"
    success_url = reverse_lazy("contracts:order_list")
    done_message = "L'arrêté est confirmé."

    def get_queryset(self):
        return AidOrder.objects.all()

    def act(self, form):
        return actions.confirm_order(order=self.row, on=clock.today(), by=self.request.user)

    def cancel_url(self):
        return self.success_url
