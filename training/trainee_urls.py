"""Calendars, convocations and the trainee's own space: a part of training/urls.py, under the same names."""

from django.urls import path

from training.views import calendars, convening, trainee

urlpatterns = [
    # calendars
    path("agenda/<str:token>.ics", calendars.feed, name="feed"),
    path("socle/etablissements/<int:pk>/agenda/", calendars.establishment_calendar, name="establishment_calendar"),
    # convocations
    path("socle/cohortes/<int:pk>/convoquer/", convening.convene_cohort, name="convene_cohort"),
    path("socle/seances/<int:pk>/convoquer/", convening.convene_session, name="convene_session"),
    path("socle/convocations/<int:pk>/", convening.convocation_sheet, name="convocation_sheet"),
    # the trainee
    path("mon-emploi-du-temps/", trainee.my_schedule, name="my_schedule"),
]
