"""Addresses of the warnings."""

from django.urls import path

from impec.alerts import views

app_name = "alerts"
urlpatterns = [
    path("alertes/", views.alert_list, name="alert_list"),
    path("alertes/<int:pk>/<slug:mark>/", views.AnswerAlert.as_view(), name="answer_alert"),
]
