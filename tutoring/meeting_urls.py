"""Addresses of the meetings."""

from django.urls import path

from tutoring.views import meetings, minutes

urlpatterns = [
    path("entretiens/", meetings.meeting_board, name="meeting_board"),
    path("contrats/<int:pk>/entretiens/", meetings.contract_meetings, name="contract_meetings"),
    path("contrats/<int:pk>/entretiens/nouveau/", meetings.PlanMeeting.as_view(), name="plan_meeting"),
    path("entretiens/<int:pk>/", meetings.MeetingDetail.as_view(), name="meeting_detail"),
    path("entretiens/<int:pk>/deplacer/", meetings.MoveMeeting.as_view(), name="move_meeting"),
    path("entretiens/<int:pk>/annuler/", meetings.CancelMeeting.as_view(), name="cancel_meeting"),
    path("entretiens/<int:pk>/compte-rendu/", minutes.MinuteMeeting.as_view(), name="minute_meeting"),
    path("entretiens/<int:pk>/signer/", minutes.SignMeeting.as_view(), name="sign_meeting"),
    path("entretiens/<int:pk>/complement/", minutes.AddToMinutes.as_view(), name="add_to_minutes"),
    path("entretiens/<int:pk>/confidentiel/", minutes.WriteConfidential.as_view(), name="write_confidential"),
    path("entretiens/decisions/<int:pk>/", minutes.FinishDecision.as_view(), name="finish_decision"),
]
