"""Mes savoir-faire, in the trainee's own space."""

from django.urls import path

from impec.own_skills import views

app_name = "own_skills"
urlpatterns = [
    path("", views.my_skills, name="my_skills"),
    path("<int:rank>/", views.my_block, name="my_block"),
    path("attestations/<int:pk>/", views.MyExperience.as_view(), name="my_experience"),
]
