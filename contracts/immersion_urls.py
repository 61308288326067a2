"""Addresses of immersions and of swap weeks."""

from django.urls import path

from contracts.views import immersions

urlpatterns = [
    path("contrats/<int:pk>/immersion/", immersions.RecordImmersion.as_view(), name="record_immersion"),
    path("immersions/<int:pk>/", immersions.ImmersionDetail.as_view(), name="immersion_detail"),
    path("immersions/<int:pk>/accord/", immersions.AgreeImmersion.as_view(), name="agree_immersion"),
    path("immersions/<int:pk>/bilan/", immersions.ConcludeImmersion.as_view(), name="conclude_immersion"),
    path("immersions/<int:pk>/annuler/", immersions.VoidImmersion.as_view(), name="void_immersion"),
    path("cohortes/<int:pk>/echanges/", immersions.NoteSwapAgreement.as_view(), name="note_swap_agreement"),
]
