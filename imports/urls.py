from django.urls import path

from imports import views
from imports.payments import views as payments
from imports.rosters import views as rosters

app_name = "imports"
urlpatterns = [
    path("", views.BatchList.as_view(), name="batch_list"),
    path("nouveau/", views.Upload.as_view(), name="upload"),
    path("paiements/nouveau/", payments.NewPayments.as_view(), name="payment_upload"),
    path("plannings/<int:pk>/", rosters.NewRoster.as_view(), name="roster"),
    path("<uuid:public_id>/colonnes/", payments.NameColumns.as_view(), name="payment_columns"),
    path("<uuid:public_id>/", views.batch_detail, name="batch_detail"),
    path("<uuid:public_id>/repondre/", views.answer, name="answer"),
    path("<uuid:public_id>/enregistrer/", views.confirm, name="confirm"),
    path("<uuid:public_id>/abandonner/", views.drop, name="drop"),
    path("<uuid:public_id>/a-corriger/", views.give_back, name="give_back"),
    path("<uuid:public_id>/annuler/", views.undo, name="undo"),
]
