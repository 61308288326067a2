"""Pages of invoice data: proposed from what was followed, voided and redone."""

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from accounts import clock
from accounts.pages import FormPage
from regulations.periods import Period
from training.actions import invoices
from training.forms.conventions import InvoiceForm, VoidForm, typed_hours
from training.models import Convention, InvoiceLine
from training.paid import periods_of, standings, words_of


class RecordInvoice(FormPage):
    """Facturer : the hours followed over a month are typed already; another month is one link away."""

    permission_required = "training.record_invoice"
    form_class = InvoiceForm
    template_name = "training/record_invoice.html"
    title = "Noter une facture"
    submit_label = "Noter la facture"
    done_message = "La facture est notée."

    @cached_property
    def convention(self):
        return get_object_or_404(Convention.objects.visible_to(self.request.user).with_names(), pk=self.kwargs["pk"])

    @cached_property
    def periods(self) -> dict[str, Period]:
        return periods_of(self.convention.cohort, clock.today())

    @cached_property
    def period(self) -> Period:
        """The one asked for in the address, else the latest month."""
        asked = self.periods.get(self.request.GET.get("periode", ""))
        months = [period for key, period in self.periods.items() if "-" in key]
        convened = Period(self.convention.starts_on, self.convention.ends_on)
        return (asked or (months[-1] if months else convened)).clipped_to(convened) or convened

    @cached_property
    def standings(self):
        rows = Convention.objects.visible_to(self.request.user).filter(pk=self.convention.pk)
        return standings(rows, self.period, clock.today())

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"standings": self.standings}

    def get_initial(self):
        hours = {f"h{one.enrolment.pk}": typed_hours(one.minutes) for one in self.standings}
        period = {"starts_on": self.period.starts_on, "ends_on": self.period.ends_on}
        return hours | period | {"invoiced_on": clock.today()}

    def act(self, form):
        found = form.cleaned_data
        invoice = invoices.Invoice(
            number=found["number"], on=found["invoiced_on"], period=Period(found["starts_on"], found["ends_on"])
        )
        return invoices.record_invoice(
            convention=self.convention, invoice=invoice, hours=form.hours(), today=clock.today()
        )

    def get_success_url(self):
        return self.convention.get_absolute_url()

    cancel_url = get_success_url

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {
            "intro": f"{self.convention.number}, {self.convention.establishment}",
            "periods": [
                (key, words_of(key, period), key == self.request.GET.get("periode"))
                for key, period in self.periods.items()
            ],
            "period": self.period,
            "rows": self.standings,
        }


class VoidLine(FormPage):
    permission_required = "training.record_invoice"
    form_class = VoidForm
    title = "Annuler une ligne de facture"
    submit_label = "Annuler cette ligne"
    done_message = "C'est annulé : la ligne reste visible, avec sa raison."

    @cached_property
    def line(self):
        lines = InvoiceLine.objects.visible_to(self.request.user).select_related("enrolment__person", "convention")
        return get_object_or_404(lines, pk=self.kwargs["pk"])

    def act(self, form):
        act = invoices.void_invoice if form.cleaned_data["whole"] else invoices.void_line
        return act(line=self.line, by=self.request.user, at=clock.now(), reason=form.cleaned_data["reason"])

    def get_success_url(self):
        return reverse("training:convention_detail", args=[self.line.convention_id])

    cancel_url = get_success_url

    def get_context_data(self, **kwargs):
        intro = f"Facture {self.line.invoice_number}, {self.line.enrolment.person.full_name}"
        return super().get_context_data(**kwargs) | {"intro": intro}
