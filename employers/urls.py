"""Addresses of the employers' room."""

from django.urls import path

from employers import views

app_name = "employers"
urlpatterns = [
    path("", views.EstablishmentList.as_view(), name="employer_list"),
    path("nouveau/", views.AddEmployer.as_view(), name="employer_add"),
    path("admissibilite/", views.eligibility, name="eligibility"),
    path("<int:pk>/", views.EmployerDetail.as_view(), name="employer_detail"),
    path("<int:pk>/modifier/", views.ChangeEmployer.as_view(), name="employer_change"),
    path("<int:pk>/declarations/", views.Declare.as_view(), name="declare"),
    path("<int:pk>/financeur/", views.AttachFinancer.as_view(), name="attach_financer"),
    path("<int:pk>/acces/", views.OpenAccess.as_view(), name="open_access"),
    path("<int:pk>/etablissements/nouveau/", views.AddEstablishment.as_view(), name="establishment_add"),
    path("etablissements/<int:pk>/", views.EstablishmentDetail.as_view(), name="establishment_detail"),
    path("etablissements/<int:pk>/modifier/", views.ChangeEstablishment.as_view(), name="establishment_change"),
    path("etablissements/<int:pk>/interlocuteurs/nouveau/", views.AddContact.as_view(), name="contact_add"),
    path("interlocuteurs/<int:pk>/modifier/", views.ChangeContact.as_view(), name="contact_change"),
    path("interlocuteurs/<int:pk>/retirer/", views.remove_contact, name="contact_remove"),
]
