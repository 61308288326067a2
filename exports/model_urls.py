"""Addresses of the recipients' own workbooks."""

from django.urls import path

from exports.views import workbook_models as models

urlpatterns = [
    path("modeles/", models.ModelList.as_view(), name="model_list"),
    path("modeles/recevoir/", models.ReceiveModel.as_view(), name="model_receive"),
    path("modeles/<int:pk>/", models.ModelDetail.as_view(), name="model_detail"),
    path("modeles/<int:pk>/classeur/", models.model_download, name="model_download"),
    path("modeles/<int:pk>/nouveau/", models.RenewModel.as_view(), name="model_renew"),
    path("modeles/<int:pk>/colonnes/", models.MapModel.as_view(), name="model_mapping"),
    path("modeles/<int:pk>/listes/", models.MapCodes.as_view(), name="model_codes"),
    path("modeles/<int:pk>/retenir/", models.KeepModel.as_view(), name="model_keep"),
    path("modeles/<int:pk>/corriger/", models.CorrectModel.as_view(), name="model_correct"),
    path("modeles/<int:pk>/retirer/", models.WithdrawModel.as_view(), name="model_withdraw"),
]
