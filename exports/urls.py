"""Addresses of the files that go out."""

from django.urls import path

from exports import answer_urls, model_urls
from exports.profile_urls import urlpatterns as profile_patterns
from exports.views import deliveries, evidence, following, lists, livret, money

app_name = "exports"
urlpatterns = [
    path("remises/", deliveries.DeliveryList.as_view(), name="delivery_list"),
    path("remises/<int:pk>/", deliveries.DeliveryDetail.as_view(), name="delivery_detail"),
    path("remises/<int:pk>/classeur/", deliveries.delivery_download, name="delivery_download"),
    path("remises/<int:pk>/remettre/", deliveries.Send.as_view(), name="delivery_send"),
    path("remises/<int:pk>/changements/", following.delivery_changes, name="delivery_changes"),
    path("remises/<int:pk>/bordereau/", following.delivery_sheet, name="delivery_sheet"),
    path("remises/<int:pk>/corriger/", following.Correct.as_view(), name="delivery_correct"),
    path("remises/<int:pk>/accuse/", following.Acknowledge.as_view(), name="delivery_acknowledge"),
    path("remises/accuses/<int:pk>/annuler/", following.VoidAcknowledgement.as_view(), name="acknowledgement_void"),
    path("remises/accuses/<int:pk>/piece/", following.acknowledgement_file, name="acknowledgement_file"),
    # links to a cover, answers, replies, notes
    *answer_urls.urlpatterns,
    path("nouveau/", deliveries.new_delivery, name="new_delivery"),
    path("nouveau/preparer/", deliveries.Prepare.as_view(), name="prepare"),
    *profile_patterns,
    # the recipients' own workbooks
    *model_urls.urlpatterns,
    path("argent/", money.reconciliation, name="money"),
    path("simulation/<int:pk>/", money.simulation, name="simulation"),
    path("liste/<slug:name>/", lists.export_list, name="export_list"),
    path("listes/<uuid:public_id>/", lists.list_download, name="list_download"),
    path("livret/<int:pk>/", livret.booklet, name="booklet"),
    path("preuves/", evidence.EvidenceList.as_view(), name="evidence_list"),
    path("preuves/<int:pk>/", evidence.EvidenceDetail.as_view(), name="evidence_detail"),
    path("preuves/<int:pk>/archive/", evidence.evidence_download, name="evidence_download"),
    path("preuves/<int:pk>/remettre/", evidence.ShareEvidence.as_view(), name="evidence_share"),
    path("preuves/cohorte/<int:pk>/", evidence.AskEvidence.as_view(), name="ask_evidence"),
    path("preuves/contrat/<int:pk>/", evidence.AskContractEvidence.as_view(), name="ask_contract_evidence"),
]
