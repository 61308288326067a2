"""What is due, what will leave, what was received otherwise: lists and their acts, each row through its scope."""

from django.contrib.auth.decorators import permission_required
from django.forms import Form
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse, reverse_lazy
from django.utils.functional import cached_property
from django.views.decorators.http import require_safe

from accounts import clock, reminders
from accounts.actions import log_access
from accounts.computed_rows import Rows
from accounts.identity import recent_identity
from accounts.models import Receipt
from accounts.pages import FormPage, Link, ListPage, Scoped
from accounts.reminders import AHEAD
from accounts.scans import KINDS, download
from accounts.templatetags.french import as_count, as_day
from contracts.models import Contract
from impec.due.filters import ItemFilters, UpcomingFilters
from impec.due.forms import CancelForm, MoveForm, ReceiptForm
from impec.due.sources import items_for, put_names, upcoming_for
from impec.due.tables import DueTable, ReceiptTable, UpcomingTable

VIEW, SETTLE, PLAN = "accounts.view_due", "accounts.settle_due", "accounts.plan_reminders"
ORDERS = {"due_on": lambda item: item.due_on, "label": lambda item: item.label}
LEAVING = {"leaves_on": lambda one: one.leaves_on, "due_on": lambda one: one.item.due_on}


class DueList(ListPage):
    permission_required = VIEW
    template_name = "impec/due_list.html"
    table_class = DueTable
    filterset_class = ItemFilters
    title = "Échéances"
    intro = "Ce qui est attendu d'ici 30 jours, pourquoi et depuis quand. Ce qui est fait sort de la liste de lui-même."
    default_order = ()
    export_name = "echeances"
    empty_text = "Rien n'est attendu dans les 30 jours."

    def get_queryset(self):
        today = clock.today()
        return Rows(items_for(self.request.user, on=today, until=today + AHEAD), ORDERS)

    def get_table(self):
        table = super().get_table()
        table.on, table.user = clock.today(), self.request.user
        put_names(self.page.rows)
        return table

    def totals(self, rows):
        today = clock.today()
        return [
            ("en retard", as_count(sum(item.deadline.is_late(today) for item in rows))),
            ("à faire dès maintenant", as_count(sum(item.since <= today <= item.due_on for item in rows))),
        ]

    def links(self):
        return [
            Link("Ce qui va partir", reverse("due:upcoming"), PLAN, "clock"),
            Link("Reçus autrement", reverse("due:receipt_list"), SETTLE, "list"),
        ]


class Upcoming(ListPage):
    permission_required = PLAN
    template_name = "impec/due_list.html"
    table_class = UpcomingTable
    filterset_class = UpcomingFilters
    title = "Ce qui va partir dans les 30 jours"
    intro = "Un courriel par personne et par nuit, avec ces rappels. Faire la chose, ou la noter reçue, les arrête."
    default_order = ()
    export_name = "rappels"
    empty_text = "Aucun rappel ne doit partir dans les 30 jours."

    def get_queryset(self):
        today = clock.today()
        return Rows(upcoming_for(self.request.user, on=today, until=today + AHEAD), LEAVING)

    def get_table(self):
        table = super().get_table()
        table.on = clock.today()
        put_names(planned.item for planned in self.page.rows)
        return table

    def totals(self, rows):
        nights = {(planned.recipient.pk, planned.leaves_on) for planned in rows}
        return [("courriels", as_count(len(nights)))]

    def links(self):
        return [
            Link("Échéances", reverse("due:due_list"), VIEW, "list"),
            Link("Jours de rappel", reverse("due:setting_list"), "contracts.view_reference_data", "clock"),
        ]


class ReceiptList(ListPage):
    model = Receipt
    permission_required = SETTLE
    template_name = "impec/due_list.html"
    table_class = ReceiptTable
    title = "Reçus autrement"
    intro = "Ce qui est là sans être passé par l'outil, et ce qui reste sans suite : leurs rappels ont cessé."
    default_order = ("-recorded_at", "-pk")
    export_name = "recus"
    empty_text = "Rien n'est noté reçu autrement."

    def get_queryset(self):
        return super().get_queryset().select_related("recorded_by")

    def get_table(self):
        table = super().get_table()
        rows = self.page.rows
        contracts = Contract.objects.visible_to(self.request.user).with_names()
        names = contracts.in_bulk({row.subject_id for row in rows})
        for row in rows:
            row.who = names[row.subject_id].enrolment.person.full_name
        with_scan = {row.subject_id for row in rows if row.scan}
        private = Contract.objects.private_to(self.request.user, clock.today()).filter(pk__in=with_scan)
        opened = set(private.values_list("pk", flat=True)) if with_scan else set()
        table.readable = {row.pk for row in rows if row.subject_id in opened}
        return table

    def links(self):
        return [Link("Échéances", reverse("due:due_list"), VIEW, "list")]


# --- Acts on one item ---


class ItemPage(FormPage):
    """An act about one item of the list: out of scope, or not waited for any more, is 404."""

    success_url = reverse_lazy("due:due_list")

    @cached_property
    def item(self):
        today = clock.today()
        wanted = self.kwargs["rule"], self.kwargs["key"]
        items = items_for(self.request.user, on=today, until=today + AHEAD)
        item = next((item for item in items if item.ident == wanted), None)
        if item is None:
            raise Http404("Cette échéance n'est pas, ou n'est plus, attendue.")
        put_names([item])
        return item

    @property
    def intro(self):
        return f"{self.item.label[:1].upper()}{self.item.label[1:]} — {self.item.who}, {self.item.where}."

    def cancel_url(self):
        return self.success_url


class Receive(ItemPage):
    form_class = ReceiptForm
    permission_required = SETTLE
    title = "Reçu autrement"
    submit_label = "Noter et arrêter les rappels"
    done_message = "C'est noté : plus aucun rappel ne part. On peut le reprendre depuis « Reçus autrement »."

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"is_legal": self.item.is_legal}

    def get_initial(self):
        return {"nature": Receipt.Nature.RECEIVED, "received_on": clock.today()}

    def act(self, form):
        return reminders.record_receipt(item=self.item, today=clock.today(), by=self.request.user, **form.cleaned_data)


class PlannedPage(FormPage):
    """An act about one reminder that has not left."""

    permission_required = PLAN
    success_url = reverse_lazy("due:upcoming")

    @cached_property
    def planned(self):
        today = clock.today()
        wanted = tuple(self.kwargs[name] for name in ("rule", "key", "day", "recipient"))
        leaving = upcoming_for(self.request.user, on=today, until=today + AHEAD)
        found = next((one for one in leaving if ident(one) == wanted), None)
        if found is None:
            raise Http404("Ce rappel n'est pas, ou n'est plus, prévu.")
        put_names([found.item])
        return found

    @property
    def intro(self):
        one = self.planned
        return f"{one.item.label}, {one.item.who} : rappel à {one.recipient} le {as_day(one.leaves_on)}."

    def cancel_url(self):
        return self.success_url


def ident(planned) -> tuple:
    return (*planned.item.ident, planned.planned_on.isoformat(), planned.recipient.pk)


class Move(PlannedPage):
    form_class = MoveForm
    title = "Déplacer un rappel"
    submit_label = "Déplacer"
    done_message = "Le rappel est déplacé."

    def act(self, form):
        return reminders.move_reminder(
            planned=self.planned, to=form.cleaned_data["to"], today=clock.today(), by=self.request.user
        )


class Cancel(PlannedPage):
    form_class = CancelForm
    title = "Annuler un rappel"
    submit_label = "Annuler ce rappel"
    done_message = "Ce rappel ne partira pas."

    def act(self, form):
        return reminders.cancel_reminder(planned=self.planned, reason=form.cleaned_data["reason"], by=self.request.user)


# --- Acts on what was received ---


class TakeBack(Scoped, FormPage):
    model = Receipt
    form_class = Form
    permission_required = SETTLE
    title = "Reprendre"
    submit_label = "Reprendre : c'est de nouveau attendu"
    done_message = "C'est de nouveau attendu. Ce qui est déjà parti ne repartira pas."
    success_url = reverse_lazy("due:receipt_list")

    @cached_property
    def receipt(self):
        return get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])

    @property
    def intro(self):
        receipt = self.receipt
        return f"{receipt.label} : {receipt.get_nature_display()}, noté par {receipt.recorded_by}."

    def act(self, form):
        return reminders.take_back_receipt(receipt=self.receipt, by=self.request.user)

    def cancel_url(self):
        return self.success_url


@require_safe
@permission_required(SETTLE, raise_exception=True)
@recent_identity
def scan(request, pk):
    """The scan of what was received, for the referent of the cohort and the employer: its reading leaves a line."""
    receipt = get_object_or_404(Receipt.objects.visible_to(request.user).exclude(scan=""), pk=pk)
    readers = Contract.objects.private_to(request.user, clock.today())
    get_object_or_404(readers, pk=receipt.subject_id)
    log_access(user=request.user, action="read", obj=receipt, request=request)
    kind = next(kind for kind in KINDS if receipt.scan.name.endswith(f".{kind.suffix}"))
    return download(receipt.scan.open("rb"), kind, f"recu-{receipt.pk}")
