"""Series, rosters and catching up: a part of training/urls.py, under the same names."""

from django.urls import path

from training.views import cohort, rosters, series

urlpatterns = [
    path("socle/cohortes/<int:pk>/serie/", series.CreateSeries.as_view(), name="create_series"),
    path("socle/cohortes/<int:pk>/disponibilites/", rosters.availability, name="availability"),
    path("socle/inscriptions/<int:pk>/disponibilite/", rosters.TellFact.as_view(), name="tell_fact"),
    path("socle/disponibilites/<int:pk>/retirer/", rosters.drop_fact, name="drop_fact"),
    path("socle/inscriptions/<int:pk>/rattrapage/", cohort.catch_up, name="catch_up"),
]
