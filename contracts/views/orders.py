"""The page of an order: what it says, what came before it and after, and who corrected what."""

from django.urls import reverse

from accounts.pages import ChangePage, DetailPage, Link
from accounts.templatetags.french import as_day
from contracts import actions
from contracts.forms.reference import FollowingOrderForm
from contracts.history import corrections_of, succession_of
from contracts.models import AidOrder
from contracts.views.reference import CHANGE, VIEW
from regulations.money import french_number


class OrderDetail(DetailPage):
    model = AidOrder
    permission_required = VIEW
    template_name = "contracts/order_detail.html"

    def get_queryset(self):
        return AidOrder.objects.select_related("confirmed_by")

    def title(self):
        return f"Arrêté : {self.object.public}, {self.object.region}"

    def facts(self):
        order = self.object
        end = f" au {as_day(order.valid_to)}" if order.valid_to else ", fin non connue"
        about = " (dates approchées)" if order.dates_approximate else ""
        return [
            ("Région", order.region),
            ("Public", order.public),
            ("Sorte de public", order.get_public_kind_display() or None),
            ("Taux", f"{french_number(order.rate)}\u00a0%"),
            ("Heures aidées", order.hours_band or None),
            ("Durée initiale", order.initial_band or None),
            ("Durée d'un renouvellement", ", ".join(filter(None, (order.renewal_band, order.renewal))) or None),
            ("Validité", f"du {as_day(order.valid_from)}{end}{about}"),
            ("Référence", order.legal_reference or None),
            ("Confirmé", f"le {as_day(order.confirmed_on)}" if order.confirmed_on else "non : historique"),
            ("Confirmé par", order.confirmed_by),
        ]

    def links(self):
        order = self.object
        confirm = Link("Confirmer", reverse("contracts:order_confirm", args=[order.pk]), CHANGE, "check", True)
        return [
            Link("Arrêtés", reverse("contracts:order_list"), VIEW, "list"),
            Link("Modifier", reverse("contracts:order_change", args=[order.pk]), CHANGE, "edit"),
            Link("Remplacer à partir d'un jour", reverse("contracts:order_replace", args=[order.pk]), CHANGE, "plus"),
            *([] if order.confirmed_on else [confirm]),
        ]

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {
            "succession": succession_of(self.object),
            "corrections": corrections_of(self.object),
        }


class ReplaceOrder(ChangePage):
    """The order that follows, for the same public: the one before ends on the eve and keeps its confirmation."""

    form_class = FollowingOrderForm
    permission_required = CHANGE
    title = "Remplacer un arrêté"
    submit_label = "Enregistrer le nouvel arrêté"
    done_message = "Le nouvel arrêté est enregistré, et celui d'avant finit la veille. Confirmez-le pour qu'il serve."

    def get_queryset(self):
        return AidOrder.objects.all()

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs()
        # A new row: the present one only proposes its values.
        return kwargs | {"instance": AidOrder(region=self.row.region, public=self.row.public)}

    def get_initial(self):
        names = FollowingOrderForm.KEPT
        return {name: getattr(self.row, name) for name in names}

    def act(self, form):
        return actions.replace_order(order=self.row, following=form.save(commit=False))

    def cancel_url(self):
        return self.row.get_absolute_url()

    def get_context_data(self, **kwargs):
        intro = f"{self.row.region}, {self.row.public} : après {self.row.in_words()}."
        return super().get_context_data(**kwargs) | {"intro": intro, "version": None}
