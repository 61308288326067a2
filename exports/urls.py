"""Addresses of the files that go out."""

from django.urls import path

from exports import money_views, views

app_name = "exports"
urlpatterns = [
    path("remises/", views.DeliveryList.as_view(), name="delivery_list"),
    path("remises/<int:pk>/", views.DeliveryDetail.as_view(), name="delivery_detail"),
    path("remises/<int:pk>/classeur/", views.delivery_download, name="delivery_download"),
    path("remises/<int:pk>/remettre/", views.Send.as_view(), name="delivery_send"),
    path("nouveau/", views.new_delivery, name="new_delivery"),
    path("nouveau/preparer/", views.Prepare.as_view(), name="prepare"),
    path("argent/", money_views.reconciliation, name="money"),
    path("simulation/<int:pk>/", money_views.simulation, name="simulation"),
    path("liste/<slug:name>/", views.export_list, name="export_list"),
    path("listes/<uuid:public_id>/", views.list_download, name="list_download"),
]
