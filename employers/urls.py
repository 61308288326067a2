"""Addresses of the employers' room."""

from django.urls import path

from employers.views import employer, site

app_name = "employers"
urlpatterns = [
    path("", employer.EstablishmentList.as_view(), name="employer_list"),
    path("nouveau/", employer.AddEmployer.as_view(), name="employer_add"),
    path("admissibilite/", employer.eligibility, name="eligibility"),
    path("<int:pk>/", employer.EmployerDetail.as_view(), name="employer_detail"),
    path("<int:pk>/modifier/", employer.ChangeEmployer.as_view(), name="employer_change"),
    path("<int:pk>/declarations/", employer.Declare.as_view(), name="declare"),
    path("<int:pk>/financeur/", employer.AttachFinancer.as_view(), name="attach_financer"),
    path("<int:pk>/acces/", employer.OpenAccess.as_view(), name="open_access"),
    path("<int:pk>/etablissements/nouveau/", site.AddEstablishment.as_view(), name="establishment_add"),
    path("etablissements/<int:pk>/", site.EstablishmentDetail.as_view(), name="establishment_detail"),
    path("etablissements/<int:pk>/modifier/", site.ChangeEstablishment.as_view(), name="establishment_change"),
    path("etablissements/<int:pk>/interlocuteurs/nouveau/", site.AddContact.as_view(), name="contact_add"),
    path("interlocuteurs/<int:pk>/modifier/", site.ChangeContact.as_view(), name="contact_change"),
    path("interlocuteurs/<int:pk>/retirer/", site.remove_contact, name="contact_remove"),
]
