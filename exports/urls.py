"""Addresses of the files that go out."""

from django.urls import path

from exports import answer_urls
from exports.views import deliveries, lists, money

app_name = "exports"
urlpatterns = [
    path("remises/", deliveries.DeliveryList.as_view(), name="delivery_list"),
    path("remises/<int:pk>/", deliveries.DeliveryDetail.as_view(), name="delivery_detail"),
    path("remises/<int:pk>/classeur/", deliveries.delivery_download, name="delivery_download"),
    path("remises/<int:pk>/remettre/", deliveries.Send.as_view(), name="delivery_send"),
    # links to a cover, answers, replies, notes
    *answer_urls.urlpatterns,
    path("nouveau/", deliveries.new_delivery, name="new_delivery"),
    path("nouveau/preparer/", deliveries.Prepare.as_view(), name="prepare"),
    path("argent/", money.reconciliation, name="money"),
    path("simulation/<int:pk>/", money.simulation, name="simulation"),
    path("liste/<slug:name>/", lists.export_list, name="export_list"),
    path("listes/<uuid:public_id>/", lists.list_download, name="list_download"),
]
