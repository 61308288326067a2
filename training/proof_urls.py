"""Addresses of the proofs: anomalies, paper, absences."""

from django.urls import path

from training.views import absences, anomalies, paper

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
    path("socle/demi-journees/<int:pk>/feuille/", paper.sheet, name="sheet"),
    path("socle/demi-journees/<int:pk>/feuille-semaine/", paper.week_sheet, name="week_sheet"),
    path("socle/demi-journees/<int:pk>/papier/", paper.paper, name="paper"),
    path("socle/feuilles/<int:pk>/", paper.sheet_file, name="sheet_file"),
    path("socle/feuilles/<int:pk>/annuler/", paper.VoidSheet.as_view(), name="void_sheet"),
    path("socle/absences/", absences.AbsenceList.as_view(), name="absence_list"),
    path("socle/absences/<int:pk>/", absences.Absence.as_view(), name="absence"),
    path("socle/absences/<int:pk>/joindre/", absences.JoinDocument.as_view(), name="join_absence_document"),
    path("socle/justificatifs/<int:pk>/", absences.absence_document, name="absence_document"),
    path(
        "socle/justificatifs/<int:pk>/repondre/",
        absences.AnswerDocument.as_view(),
        name="answer_absence_document",
    ),
]
