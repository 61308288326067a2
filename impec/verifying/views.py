"""The page of the administrator: what the last verification read and found, and a new one."""

from django.contrib.auth.decorators import permission_required
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts import clock, work
from impec.verifying.verification import recent

VERIFY = "accounts.verify_records"
SHOWN = 10


@permission_required(VERIFY, raise_exception=True)
@require_safe
def verifications(request):
    """Vérifications : la dernière, sorte par sorte, et l'issue des précédentes."""
    found = list(recent(SHOWN))
    context = {"title": "Vérifications", "last": found[0] if found else None, "before": found[1:]}
    return render(request, "impec/verifications.html", context)


@permission_required(VERIFY, raise_exception=True)
@require_POST
def ask_verification(request):
    """One at a time for the same minute: a second click finds the first one's work."""
    user = request.user
    job = work.start_job(
        key=f"verify/{user.pk}/{clock.true_now():%Y%m%d%H%M}",
        kind="verify",
        label="Vérification des journaux et des fichiers",
        arguments={},
        user=user,
        membership=user.acting_through,
    )
    return redirect("accounts:job", job.public_id)
