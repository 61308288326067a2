"""The monthly sheet, on the tutor's telephone and at the office: a part of tutoring/urls.py, under the same names."""

from django.urls import path

from tutoring.views import sheet_entry, sheet_office, sheets

urlpatterns = [
    # the tutor
    path("ma-fiche/", sheets.my_sheets, name="my_sheets"),
    path("ma-fiche/entrer/", sheet_entry.enter_sheets, name="enter_sheets"),
    path("ma-fiche/entrer/<str:token>/", sheet_entry.open_link, name="open_sheet_link"),
    path("ma-fiche/sortir/", sheet_entry.leave, name="leave_sheets"),
    path("ma-fiche/etat/", sheets.sheet_state, name="sheet_state"),
    path("ma-fiche/gardien.js", sheets.sheet_worker, name="sheet_worker"),
    path("ma-fiche/application.webmanifest", sheets.sheet_manifest, name="sheet_manifest"),
    path("ma-fiche/<int:pk>/<int:year>-<int:month>/", sheets.fill_sheet, name="fill_sheet"),
    # the office
    path("fiches/", sheet_office.SheetList.as_view(), name="sheet_list"),
    path("fiches/<int:pk>/<int:year>-<int:month>/", sheet_office.MonthOfTutorship.as_view(), name="sheet_detail"),
    path("fiches/<int:pk>/<int:year>-<int:month>/tenir/", sheet_office.HoldSheet.as_view(), name="hold_sheet"),
    path("fiches/<int:pk>/<int:year>-<int:month>/imprimer/", sheet_office.print_sheet, name="print_sheet"),
    path("fiches/envois/<int:pk>/annuler/", sheet_office.VoidSheet.as_view(), name="void_sheet"),
    path("fiches/envois/<int:pk>/papier/", sheet_office.sheet_scan, name="sheet_scan"),
    path("tuteurs/<int:pk>/acces/", sheet_office.tutor_access, name="tutor_access"),
]
