"""The table of contents of the site: one line per room."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from exports.views.checking import check_file
from impec import views
from impec.cohort_page.view import cohort_page
from impec.committee.view import committee_pack, committee_workbook
from impec.search import search

handler500 = "impec.failures.failed"

urlpatterns = [
    path("", views.home, name="home"),
    path("verifier/", check_file, name="check_file"),
    path("recherche/", search, name="search"),
    path("aide", views.help_page, name="help"),
    path("sante", views.health, name="health"),
    path("cohortes/<int:pk>/", cohort_page, name="cohort_page"),
    path("cohortes/<int:pk>/comite/", committee_pack, name="committee_pack"),
    path("cohortes/<int:pk>/comite/classeur/", committee_workbook, name="committee_workbook"),
    path("mes-savoir-faire/", include("impec.own_skills.urls")),
    path("mes-entretiens/", include("impec.own_meetings.urls")),
    path("", include("impec.due.urls")),
    path("", include("impec.alerts.urls")),
    path("", include("impec.erasing.urls")),
    path("", include("impec.verifying.urls")),
    path("", include("impec.retention.urls")),
    path("compte/", include("accounts.signin_urls")),
    path("", include("accounts.urls")),
    path("employeurs/", include("employers.urls")),
    path("", include("cohorts.urls")),
    path("", include("contracts.urls")),
    path("", include("training.urls")),
    path("", include("tutoring.urls")),
    path("imports/", include("imports.urls")),
    path("fichiers/", include("exports.urls")),
    path("administration/", admin.site.urls),
]

if settings.DEBUG:
    from impec.style import style_page

    urlpatterns.append(path("style/", style_page, name="style"))
