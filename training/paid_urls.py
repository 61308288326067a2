"""Conventions, invoices, certificates, expenses: a part of training/urls.py, under the same names."""

from django.urls import path

from training.views import certificates, conventions, invoices

urlpatterns = [
    path("socle/conventions/", conventions.ConventionList.as_view(), name="convention_list"),
    path("socle/conventions/<int:pk>/", conventions.ConventionDetail.as_view(), name="convention_detail"),
    path("socle/conventions/<int:pk>/imprimer/", conventions.PrintConvention.as_view(), name="print_convention"),
    path("socle/conventions/<int:pk>/corriger/", conventions.ChangeConvention.as_view(), name="change_convention"),
    path("socle/conventions/<int:pk>/signature/", conventions.SignConvention.as_view(), name="sign_convention"),
    path("socle/conventions/<int:pk>/dossier/", conventions.NoteFileNumber.as_view(), name="note_file_number"),
    path("socle/conventions/<int:pk>/facture/", invoices.RecordInvoice.as_view(), name="record_invoice"),
    path("socle/factures/<int:pk>/annuler/", invoices.VoidLine.as_view(), name="void_invoice_line"),
    path("socle/cohortes/<int:pk>/conventions/", conventions.PrepareConventions.as_view(), name="prepare_conventions"),
    path("socle/cohortes/<int:pk>/organisme/", conventions.ChangeTrainingBody.as_view(), name="change_training_body"),
    path("socle/cohortes/<int:pk>/certificats/", certificates.cohort_certificates, name="cohort_certificates"),
    path("socle/certificats/", certificates.CertificateList.as_view(), name="certificate_list"),
    path("socle/certificats/<int:pk>/", certificates.CertificateDetail.as_view(), name="certificate_detail"),
    path(
        "socle/certificats/<int:pk>/remplacer/", certificates.ReplaceCertificate.as_view(), name="replace_certificate"
    ),
    path("verifier/certificat/", certificates.check_certificate, name="check_certificate"),
]
