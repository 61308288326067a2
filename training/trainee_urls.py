"""Calendars, convocations and the trainee's own space: a part of training/urls.py, under the same names."""

from django.urls import path

from training.views import calendars, trainee

urlpatterns = [
    # calendars
    path("agenda/<str:token>.ics", calendars.feed, name="feed"),
    path("socle/etablissements/<int:pk>/agenda/", calendars.establishment_calendar, name="establishment_calendar"),
    # the trainee
    path("mon-emploi-du-temps/", trainee.my_schedule, name="my_schedule"),
]
