"""Calendars, convocations and the trainee's own space: a part of training/urls.py, under the same names."""

from django.urls import path

from training.views import calendars, convening, entry, trainee, trainee_access

urlpatterns = [
    # calendars
    path("agenda/<str:token>.ics", calendars.feed, name="feed"),
    path("socle/etablissements/<int:pk>/agenda/", calendars.establishment_calendar, name="establishment_calendar"),
    # convocations
    path("socle/cohortes/<int:pk>/convoquer/", convening.convene_cohort, name="convene_cohort"),
    path("socle/seances/<int:pk>/convoquer/", convening.convene_session, name="convene_session"),
    path("socle/convocations/<int:pk>/", convening.convocation_sheet, name="convocation_sheet"),
    # how a trainee enters
    path("mon-espace/", entry.ask_a_link, name="ask_link"),
    path("mon-espace/entrer/", entry.enter_by_link, name="enter"),
    path("mon-espace/entrer/<str:token>/", entry.open_link, name="open_link"),
    path("mon-espace/sortir/", entry.leave, name="leave"),
    path("socle/personnes/<int:pk>/acces/", trainee_access.trainee_access, name="trainee_access"),
    # the trainee
    path("mon-emploi-du-temps/", trainee.my_schedule, name="my_schedule"),
    path("mes-heures/", trainee.my_hours, name="my_hours"),
    path("mes-heures/certificats/<int:pk>/", trainee.MyCertificate.as_view(), name="my_certificate"),
    path("mon-agenda/", trainee.my_calendar, name="my_calendar"),
    path("mes-droits/", trainee.my_rights, name="my_rights"),
    path("signer/", trainee.sign_here, name="sign_here"),
    path("signer/merci/", trainee.signed_page, name="signed"),
]
