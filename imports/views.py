"""Pages of the imports: the list, the upload, the preview with its questions, the confirmation, the undoing."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.downloads import attachment
from accounts.models import Job
from accounts.pages import FormPage, Link, ListPage
from accounts.work import retry_job
from imports import actions
from imports.actions.receiving import job_key
from imports.forms import UploadForm
from imports.models import ImportBatch
from imports.payments.views import confirm_payments
from imports.reading import Preview, answers_of
from imports.tables import BatchTable

# Whoever may bring payments sees imports; whose, and of which nature, is for `visible_to` to say.
ALLOWED = permission_required("imports.import_payments", raise_exception=True)


UNDONE = {
    ImportBatch.Kind.WORKBOOK: "Import annulé : tout ce qu'il avait créé a été retiré.",
    ImportBatch.Kind.PAYMENTS: "Import annulé : ses versements sont annulés, et restent visibles avec leur date.",
}


class BatchList(ListPage):
    permission_required = "imports.import_payments"
    model = ImportBatch
    table_class = BatchTable
    title = "Imports"
    intro = "Les fichiers reçus par votre organisation. Rien n'est enregistré sans votre confirmation."
    default_order = ("-uploaded_at",)
    export_name = "imports"
    empty_text = "Aucun fichier reçu. Déposez le premier : il sera lu, puis montré."

    def get_queryset(self):
        return super().get_queryset().select_related("uploaded_by")

    def links(self):
        return [
            Link("Importer des paiements", reverse("imports:payment_upload"), "imports.import_payments", "upload"),
            Link("Importer un classeur", reverse("imports:upload"), "imports.import_workbook", "upload", main=True),
        ]


class Upload(FormPage):
    permission_required = "imports.import_workbook"
    template_name = "imports/upload.html"
    form_class = UploadForm
    title = "Importer un classeur"
    submit_label = "Lire ce classeur"

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"user": self.request.user}

    def act(self, form):
        file = form.cleaned_data["file"]
        return actions.receive_file(
            user=self.request.user, name=file.name, content=file, cohort=form.cleaned_data["cohort"]
        )

    def get_success_url(self):
        return self.object.get_absolute_url()

    def cancel_url(self):
        return reverse("imports:batch_list")


def found(request, public_id) -> ImportBatch:
    rows = ImportBatch.objects.visible_to(request.user).select_related(
        "cohort", "organisation", "uploaded_by", "written_by"
    )
    return get_object_or_404(rows, public_id=public_id)


@require_safe
@ALLOWED
def batch_detail(request, public_id):
    batch = found(request, public_id)
    keys = [job_key(batch, "write"), job_key(batch, "read")]
    jobs = {job.key: job for job in Job.objects.visible_to(request.user).filter(key__in=keys)}
    job = next((jobs[key] for key in keys if key in jobs), None)
    preview = Preview(batch, request.GET)
    context = {
        "batch": batch,
        "job": job,
        "preview": preview,
        "can_be_marked": actions.can_be_marked(batch, request.user),
        "title": batch.file_name,
    }
    return render(request, "imports/batch_detail.html", context)


@require_safe
@ALLOWED
def give_back(request, public_id):
    return attachment(*actions.give_back(batch=found(request, public_id), user=request.user))


@require_POST
@ALLOWED
def answer(request, public_id):
    batch = found(request, public_id)
    try:
        actions.answer_rows(batch=batch, answers=answers_of(request.POST), by=request.user)
    except ValidationError as refusal:
        for message in refusal.messages:
            messages.error(request, message)
    else:
        messages.success(request, "Vos réponses sont notées, et tout le classeur a été relu avec elles.")
    return redirect(f"{batch.get_absolute_url()}?{request.POST.get('retour', '')[:200]}")


@require_POST
@ALLOWED
def confirm(request, public_id):
    batch = found(request, public_id)
    if batch.brings_payments:
        return confirm_payments(request, batch)
    if batch.state == ImportBatch.State.READ:
        job = actions.start_writing(batch=batch, user=request.user)
        if job.state == Job.State.FAILED:
            retry_job(job=job)
    return redirect(batch.get_absolute_url())


@require_POST
@ALLOWED
def drop(request, public_id):
    batch = found(request, public_id)
    try:
        actions.drop_import(batch=batch)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect(batch.get_absolute_url())
    messages.success(request, "Import abandonné : le fichier et son aperçu sont effacés, rien n'a été enregistré.")
    return redirect("imports:batch_list")


@require_http_methods(["GET", "POST"])
@ALLOWED
def undo(request, public_id):
    batch = found(request, public_id)
    if request.method == "POST":
        try:
            actions.undo_import(batch=batch, by=request.user)
        except ValidationError as refusal:
            for message in refusal.messages:
                messages.error(request, message)
        else:
            messages.success(request, UNDONE[batch.kind])
        return redirect(batch.get_absolute_url())
    context = {"batch": batch, "title": "Annuler cet import", "blockers": actions.blockers(batch)}
    return render(request, "imports/undo.html", context)
