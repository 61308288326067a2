"""Addresses of what happens to a contract on its way: included by urls.py."""

from django.urls import path

from contracts.views import amendments, orders, renewal, steps

urlpatterns = [
    path("contrats/<int:pk>/avenant/", amendments.AmendContract.as_view(), name="amend_contract"),
    path("contrats/<int:pk>/employeur/", amendments.ChangeEmployer.as_view(), name="change_employer"),
    path("avenants/<int:pk>/annuler/", amendments.VoidAmendment.as_view(), name="void_amendment"),
    path("contrats/<int:pk>/renouvellement/", renewal.RequestRenewal.as_view(), name="request_renewal"),
    path("contrats/<int:pk>/etapes/<slug:step>/", steps.MarkStep.as_view(), name="mark_step"),
    path("etapes/<int:pk>/annuler/", steps.VoidStep.as_view(), name="void_step"),
    path("contrats/<int:pk>/rupture/signalee/", steps.DeclareBreak.as_view(), name="declare_break"),
    path("suspensions/<int:pk>/signalee/", steps.DeclareSuspension.as_view(), name="declare_suspension"),
    path("suspensions/<int:pk>/corriger/", steps.ChangeSuspension.as_view(), name="change_suspension"),
    path("references/arretes/<int:pk>/", orders.OrderDetail.as_view(), name="order_detail"),
    path("references/arretes/<int:pk>/remplacer/", orders.ReplaceOrder.as_view(), name="order_replace"),
]
