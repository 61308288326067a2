"""The roll, its signatures, what a tablet sends of them: a part of training/urls.py, under the same names."""

from django.urls import path

from training.views import roll, roll_device, roll_proofs

urlpatterns = [
    path("socle/demi-journees/<int:pk>/appel/", roll.roll, name="roll"),
    path("socle/demi-journees/<int:pk>/appel/ajouter/", roll.AddToRoll.as_view(), name="add_to_roll"),
    path("socle/demi-journees/<int:pk>/clore/", roll.close_half_day, name="close_half_day"),
    path("socle/demi-journees/<int:pk>/signer/", roll.Countersign.as_view(), name="countersign"),
    path("socle/demi-journees/<int:pk>/rouvrir/", roll.ReopenHalfDay.as_view(), name="reopen_half_day"),
    path("socle/presences/", roll.AttendanceList.as_view(), name="attendance_list"),
    # the tablet
    path("socle/demi-journees/<int:pk>/envois/", roll_device.receive_sending, name="roll_sendings"),
    path("socle/demi-journees/<int:pk>/etat/", roll_device.roll_state, name="roll_state"),
    path("socle/demi-journees/hors-ligne.js", roll_device.roll_worker, name="roll_worker"),
    # the proofs
    path("socle/demi-journees/<int:pk>/signatures/", roll_proofs.signatures, name="signatures"),
    path("socle/signatures/<int:pk>/annuler/", roll_proofs.VoidSignature.as_view(), name="void_signature"),
]
