"""Mes entretiens, in the trainee's own space."""

from django.urls import path

from impec.own_meetings import views

app_name = "own_meetings"
urlpatterns = [
    path("", views.my_meetings, name="my_meetings"),
    path("<int:pk>/signer/", views.sign_mine, name="sign_mine"),
]
