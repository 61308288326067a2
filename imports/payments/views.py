"""Pages of the payments that come in: lines pasted or a file, columns to name, the way out to the reconciliation."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db.models import Count
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property

from accounts.models import Job
from accounts.pages import FormPage
from accounts.roles import Role
from accounts.scope import acting_role
from accounts.templatetags.french import as_count
from accounts.work import retry_job
from cohorts.models import Cohort
from imports import actions
from imports.models import ImportBatch
from imports.payments.forms import PASTED, ColumnsForm, PaymentUploadForm
from imports.reading import answers_of


class NewPayments(FormPage):
    permission_required = "imports.import_payments"
    template_name = "imports/payment_upload.html"
    form_class = PaymentUploadForm
    title = "Importer des paiements de l'ASP"
    submit_label = "Lire ces lignes"

    def act(self, form):
        file = form.cleaned_data["file"] or ContentFile(form.cleaned_data["lines"].encode(), name=PASTED)
        return actions.receive_file(
            user=self.request.user,
            name=file.name,
            content=file,
            kind=ImportBatch.Kind.PAYMENTS,
            default_day=form.cleaned_data["paid_on"],
        )

    def cancel_url(self):
        return reverse("imports:batch_list")


class NameColumns(FormPage):
    """Which column is which; kept for the next files with the same headings."""

    permission_required = "imports.import_payments"
    template_name = "imports/payment_columns.html"
    form_class = ColumnsForm
    title = "Ce que contient chaque colonne"
    submit_label = "Lire avec ces colonnes"

    @cached_property
    def batch(self):
        rows = ImportBatch.objects.visible_to(self.request.user).select_related("organisation")
        batch = get_object_or_404(rows, public_id=self.kwargs["public_id"])
        if batch.state != ImportBatch.State.READ or not batch.brings_payments or not batch.sheets:
            raise Http404
        return batch

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"sheet": self.batch.sheets[0]}

    def act(self, form):
        return actions.choose_columns(
            batch=self.batch,
            columns=form.columns(),
            default_day=form.cleaned_data["paid_on"],
            by=self.request.user,
        )

    def cancel_url(self):
        return self.batch.get_absolute_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"batch": self.batch}


def confirm_payments(request, batch):
    """*Tout confirmer ce qui est sûr*, with the answers of the page; then the money of the contracts."""
    failed = Job.objects.visible_to(request.user).filter(
        kind="import", state=Job.State.FAILED, arguments__batch=batch.pk, arguments__act="write"
    )
    try:
        if job := failed.first():
            retry_job(job=job)
        else:
            batch = actions.confirm_now(batch=batch, answers=answers_of(request.POST), by=request.user)
    except ValidationError as refusal:
        for message in refusal.messages:
            messages.error(request, message)
    if batch.state != ImportBatch.State.WRITTEN:
        return redirect(batch)
    messages.success(request, said_written(batch))
    return redirect(after_import(request.user, batch))


def said_written(batch) -> str:
    count = sum(batch.written["natures"].get("paiements", {}).values())
    said = f"{as_count(count)} lignes de paiement enregistrées." if count > 1 else f"{count} ligne enregistrée."
    left = batch.totals.get("a_confirmer", 0) + batch.totals.get("refusee", 0)
    return f"{said} {as_count(left)} restent à régler dans l'import." if left > 1 else said


def after_import(user, batch) -> str:
    """Where payments are compared with what was expected: one's own, or the cohort that most of them are for."""
    payments = batch.records.values("object_id")
    cohorts = Cohort.objects.visible_to(user).filter(contracts__aid_requests__payments__in=payments)
    most = cohorts.annotate(count=Count("contracts__aid_requests__payments")).order_by("-count", "pk").first()
    if most is None or acting_role(user) == Role.EMPLOYER:
        return reverse("contracts:own_money")
    return reverse("contracts:cohort_money", args=[most.pk])
