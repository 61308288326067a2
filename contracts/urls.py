"""Addresses of the contracts' room."""

from django.urls import path

from contracts.views import acts, aid, life, month, pages, reference, statements

app_name = "contracts"
urlpatterns = [
    path("contrats/", pages.ContractList.as_view(), name="contract_list"),
    path("contrats/rupture-et-aide/", pages.break_table, name="break_table"),
    path("contrats/<int:pk>/", pages.ContractDetail.as_view(), name="contract_detail"),
    path("contrats/<int:pk>/corriger/", acts.ChangeContract.as_view(), name="change_contract"),
    path("contrats/<int:pk>/demande/", aid.RecordRequest.as_view(), name="record_request"),
    path("contrats/<int:pk>/signature/", acts.SignContract.as_view(), name="sign_contract"),
    path("contrats/<int:pk>/rupture/", acts.BreakContract.as_view(), name="break_contract"),
    path("contrats/<int:pk>/suite-notifiee/", acts.RecordNotified.as_view(), name="record_notified"),
    path("contrats/<int:pk>/caduc/", acts.CloseContract.as_view(), name="close_contract"),
    path("contrats/<int:pk>/prolongation/", acts.ExtendContract.as_view(), name="extend_contract"),
    path("contrats/<int:pk>/suspension/", life.Suspend.as_view(), name="suspend"),
    path("contrats/<int:pk>/immersion/", life.RecordImmersion.as_view(), name="record_immersion"),
    path("contrats/<int:pk>/sortie/", life.RecordExit.as_view(), name="record_exit"),
    path("contrats/<int:pk>/sortie/suivi/", life.RecordFollowUp.as_view(), name="record_follow_up"),
    path("demandes-aide/<int:pk>/decision/", aid.RecordDecision.as_view(), name="record_decision"),
    path("demandes-aide/<int:pk>/decision/corriger/", aid.CorrectDecision.as_view(), name="correct_decision"),
    path("demandes-aide/<int:pk>/refus/", aid.RecordRefusal.as_view(), name="record_refusal"),
    path("suspensions/<int:pk>/reprise/", life.EndSuspension.as_view(), name="end_suspension"),
    path("mois/", month.choose_month, name="choose_month"),
    path("mois/<int:year>/<int:month>/", month.MonthPage.as_view(), name="month"),
    path("mois/<int:year>/<int:month>/sylae/", month.DeclareMonth.as_view(), name="declare_month"),
    path("etats-de-presence/<int:pk>/annuler/", statements.VoidStatement.as_view(), name="void_statement"),
    path("suspensions/<int:pk>/retirer/", statements.WithdrawAbsence.as_view(), name="withdraw_absence"),
    path("references/arretes/", reference.OrderList.as_view(), name="order_list"),
    path("references/arretes/nouveau/", reference.AddOrder.as_view(), name="order_add"),
    path("references/arretes/<int:pk>/modifier/", reference.ChangeOrder.as_view(), name="order_change"),
    path("references/arretes/<int:pk>/confirmer/", reference.ConfirmOrder.as_view(), name="order_confirm"),
    path("references/smic/", reference.SmicList.as_view(), name="smic_list"),
    path("references/smic/nouveau/", reference.AddSmic.as_view(), name="smic_add"),
    path("references/smic/<int:pk>/modifier/", reference.ChangeSmic.as_view(), name="smic_change"),
    path("references/rsa/", reference.RsaList.as_view(), name="rsa_list"),
    path("references/rsa/nouveau/", reference.AddRsa.as_view(), name="rsa_add"),
    path("references/rsa/<int:pk>/modifier/", reference.ChangeRsa.as_view(), name="rsa_change"),
    path("references/reglages/", reference.RulesList.as_view(), name="rules_list"),
    path("references/reglages/nouveau/", reference.AddRules.as_view(), name="rules_add"),
    path("references/reglages/<int:pk>/modifier/", reference.ChangeRules.as_view(), name="rules_change"),
    path("references/arrets/", reference.StopList.as_view(), name="stop_list"),
    path("references/arrets/nouveau/", reference.AddStop.as_view(), name="stop_add"),
    path("references/arrets/<int:pk>/modifier/", reference.ChangeStop.as_view(), name="stop_change"),
]
