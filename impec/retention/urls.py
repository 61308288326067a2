"""Addresses of the retention."""

from django.urls import path

from impec.retention import views

app_name = "retention"
urlpatterns = [
    path("conservation/", views.proposals, name="proposals"),
    path("conservation/approuver/", views.Approve.as_view(), name="approve"),
]
