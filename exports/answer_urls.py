"""Addresses of the funder's side: covers, lines, answers, replies, notes."""

from django.urls import path

from exports.views import answers, cover, links

urlpatterns = [
    path("couverture/", cover.cover, name="cover"),
    path("couverture/<str:token>/", cover.open_cover, name="open_cover"),
    path("remises/<int:pk>/liens/", links.DeliveryLinks.as_view(), name="delivery_links"),
    path("remises/liens/<int:pk>/revoquer/", links.revoke_link, name="revoke_link"),
    path("remises/<int:pk>/lignes/", answers.DeliveryLines.as_view(), name="delivery_lines"),
    path("remises/<int:pk>/suites/", answers.ReplyToRefusals.as_view(), name="reply_to_refusals"),
    path("remises/<int:pk>/note/", answers.AddNote.as_view(), name="add_note"),
]
