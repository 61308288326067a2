"""Series, rosters and catching up: a part of training/urls.py, under the same names."""

from django.urls import path

from training.views import series

urlpatterns = [
    path("socle/cohortes/<int:pk>/serie/", series.CreateSeries.as_view(), name="create_series"),
]
