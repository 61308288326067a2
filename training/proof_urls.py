"""Addresses of the proofs: anomalies, paper, absences."""

from django.urls import path

from training.views import anomalies

urlpatterns = [
    path("socle/anomalies/", anomalies.AnomalyList.as_view(), name="anomaly_list"),
    path(
        "socle/anomalies/<str:rule>/<int:pk>/<int:enrolment>/expliquer/",
        anomalies.ExplainAnomaly.as_view(),
        name="explain_anomaly",
    ),
    path(
        "socle/anomalies/explications/<int:pk>/reprendre/",
        anomalies.TakeBackExplanation.as_view(),
        name="take_back_explanation",
    ),
]
