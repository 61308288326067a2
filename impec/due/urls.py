"""Addresses of what is due and of its reminders."""

from django.urls import path

from impec.due import settings_pages, views

REMINDER = "echeances/a-venir/<str:rule>/<slug:key>/<str:day>/<int:recipient>"

app_name = "due"
urlpatterns = [
    path("echeances/", views.DueList.as_view(), name="due_list"),
    path("echeances/a-venir/", views.Upcoming.as_view(), name="upcoming"),
    path(f"{REMINDER}/deplacer/", views.Move.as_view(), name="move"),
    path(f"{REMINDER}/annuler/", views.Cancel.as_view(), name="cancel"),
    path("echeances/recus/", views.ReceiptList.as_view(), name="receipt_list"),
    path("echeances/recus/<int:pk>/reprendre/", views.TakeBack.as_view(), name="take_back"),
    path("echeances/recus/<int:pk>/piece/", views.scan, name="scan"),
    path("echeances/<str:rule>/<slug:key>/recu/", views.Receive.as_view(), name="receive"),
    path("references/rappels/", settings_pages.SettingList.as_view(), name="setting_list"),
    path("references/rappels/<str:rule>/", settings_pages.ChangeSetting.as_view(), name="change_setting"),
]
