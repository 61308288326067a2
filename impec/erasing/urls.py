"""Addresses of objections and erasures."""

from django.urls import path

from impec.erasing import views

app_name = "erasing"
urlpatterns = [
    path("personnes/retirees/", views.withdrawn, name="withdrawn"),
    path("personnes/<int:pk>/opposition/", views.RecordObjection.as_view(), name="object"),
    path("personnes/<int:pk>/opposition/lever/", views.LiftObjection.as_view(), name="lift"),
    path("personnes/<int:pk>/effacer/", views.ErasePerson.as_view(), name="erase"),
    path("effacements/<int:pk>/", views.ErasureDetail.as_view(), name="erasure_detail"),
]
