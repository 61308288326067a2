"""Grids of skills and what becomes of them: a part of tutoring/urls.py, under the same names."""

from django.urls import path

from tutoring.views import grids

urlpatterns = [
    path("grilles/", grids.GridList.as_view(), name="grid_list"),
    path("grilles/<int:pk>/", grids.GridDetail.as_view(), name="grid_detail"),
    path("grilles/<int:pk>/corriger/", grids.WriteGrid.as_view(), name="grid_write"),
    path("contrats/<int:pk>/metier/", grids.ChooseTrade.as_view(), name="choose_trade"),
]
