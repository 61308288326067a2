"""Addresses of the funder's side: covers, lines, answers, replies, notes."""

from django.urls import path

from exports.views import cover, links

urlpatterns = [
    path("couverture/", cover.cover, name="cover"),
    path("couverture/<str:token>/", cover.open_cover, name="open_cover"),
    path("remises/<int:pk>/liens/", links.DeliveryLinks.as_view(), name="delivery_links"),
    path("remises/liens/<int:pk>/revoquer/", links.revoke_link, name="revoke_link"),
]
