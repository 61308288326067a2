"""Addresses of the verification."""

from django.urls import path

from impec.verifying import views

app_name = "verifying"
urlpatterns = [
    path("verifications/", views.verifications, name="verifications"),
    path("verifications/lancer/", views.ask_verification, name="ask_verification"),
]
