"""Conventions, invoices, certificates, expenses: a part of training/urls.py, under the same names."""

from django.urls import path

from training.views import certificates, conventions, expenses, invoices, preparing, settings

urlpatterns = [
    path("socle/conventions/", conventions.ConventionList.as_view(), name="convention_list"),
    path("socle/conventions/<int:pk>/", conventions.ConventionDetail.as_view(), name="convention_detail"),
    path("socle/conventions/<int:pk>/imprimer/", conventions.PrintConvention.as_view(), name="print_convention"),
    path("socle/conventions/<int:pk>/corriger/", conventions.ChangeConvention.as_view(), name="change_convention"),
    path("socle/conventions/<int:pk>/signature/", conventions.SignConvention.as_view(), name="sign_convention"),
    path("socle/conventions/<int:pk>/dossier/", conventions.NoteFileNumber.as_view(), name="note_file_number"),
    path("socle/conventions/<int:pk>/facture/", invoices.RecordInvoice.as_view(), name="record_invoice"),
    path("socle/factures/<int:pk>/annuler/", invoices.VoidLine.as_view(), name="void_invoice_line"),
    path("socle/cohortes/<int:pk>/conventions/", preparing.PrepareConventions.as_view(), name="prepare_conventions"),
    path("socle/cohortes/<int:pk>/organisme/", preparing.ChangeTrainingBody.as_view(), name="change_training_body"),
    path("socle/cohortes/<int:pk>/certificats/", certificates.cohort_certificates, name="cohort_certificates"),
    path("socle/certificats/", certificates.CertificateList.as_view(), name="certificate_list"),
    path("socle/certificats/<int:pk>/", certificates.CertificateDetail.as_view(), name="certificate_detail"),
    path(
        "socle/certificats/<int:pk>/remplacer/", certificates.ReplaceCertificate.as_view(), name="replace_certificate"
    ),
    path("socle/conventions/<int:pk>/depenses/", expenses.ExpenseList.as_view(), name="expense_list"),
    path("socle/conventions/<int:pk>/depenses/nouvelle/", expenses.AddExpense.as_view(), name="add_expense"),
    path("socle/conventions/<int:pk>/depenses/proposer/", expenses.ProposeExpenses.as_view(), name="propose_expenses"),
    path("socle/depenses/<int:pk>/corriger/", expenses.ChangeExpense.as_view(), name="change_expense"),
    path("socle/depenses/<int:pk>/retirer/", expenses.RemoveExpense.as_view(), name="remove_expense"),
    path("socle/depenses/<int:pk>/accorder/", expenses.GrantExpense.as_view(), name="grant_expense"),
    path("references/plafonds/", settings.CapList.as_view(), name="cap_list"),
    path("references/plafonds/nouveau/", settings.AddCap.as_view(), name="cap_add"),
    path("references/plafonds/<int:pk>/modifier/", settings.ChangeCap.as_view(), name="cap_change"),
    path("references/formation/", settings.TrainingRulesList.as_view(), name="training_rules_list"),
    path("references/formation/nouveau/", settings.AddTrainingRules.as_view(), name="training_rules_add"),
    path(
        "references/formation/<int:pk>/modifier/", settings.ChangeTrainingRules.as_view(), name="training_rules_change"
    ),
    path("verifier/certificat/", certificates.check_certificate, name="check_certificate"),
]
