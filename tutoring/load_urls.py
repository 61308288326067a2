"""Addresses of what tutors give."""

from django.urls import path

from tutoring.views import load

urlpatterns = [
    path("tuteurs/<int:pk>/attestation/<int:year>/", load.recognition, name="recognition"),
    path("fiches/retours/", load.returns, name="sheet_returns"),
    path("references/tutorat/", load.rules_list, name="rules_list"),
    path("references/tutorat/nouveau/", load.AddRules.as_view(), name="rules_add"),
    path("references/tutorat/<int:pk>/", load.ChangeRules.as_view(), name="rules_change"),
]
