"""The row each route names in the access matrix: Amina's contract at Denis's, in Claire's cohort."""

from accounts import clock
from accounts.models import Invitation, Job
from accounts.roles import Role
from employers.models import Contact

EMPLOYER = ("employer_detail", "employer_change", "declare", "attach_financer", "open_access", "establishment_add")
ESTABLISHMENT = ("establishment_detail", "establishment_change", "contact_add")
CONTACT = ("contact_change", "contact_remove")
SESSION = ("session_detail", "change_session", "add_half_day")
HALF_DAY = ("move_half_day", "cancel_half_day", "roll", "close_half_day", "countersign", "reopen_half_day")
TRAINING_OF_COHORT = ("programme", "add_module", "plan_session", "cohort_hours")


def arguments(world):
    claire = world.users["coordinator"]
    membership = claire.memberships.get()
    return {
        "account_confirm_email": {"key": "inconnue"},
        "account_reset_password_from_key": {"uidb36": "1", "key": "inconnue"},
        "accounts:deactivate": {"pk": membership.pk},
        "accounts:reactivate": {"pk": membership.pk},
        "accounts:revoke": {"pk": an_invitation(membership).pk},
        "accounts:invitation": {"token": "inconnu"},
        **rows("employers", EMPLOYER, world.closerie.employer),
        **rows("employers", ESTABLISHMENT, world.closerie),
        **rows("employers", CONTACT, a_contact(world.closerie)),
        **rows("training", SESSION, world.session),
        **rows("training", HALF_DAY, world.half_day),
        **rows("training", TRAINING_OF_COHORT, world.cohort),
        **{f"accounts:{name}": {"public_id": a_job(membership).public_id} for name in ("job", "job_state", "retry")},
    }


def rows(room, names, row):
    return {f"{room}:{name}": {"pk": row.pk} for name in names}


def a_contact(establishment):
    return Contact.objects.get_or_create(establishment=establishment, name="Nadia FERRY")[0]


def an_invitation(membership):
    return Invitation.objects.get_or_create(
        token_hash="matrice",
        defaults={
            "email": "sophie@agence.example",
            "organisation": membership.organisation,
            "role": Role.COORDINATOR,
            "invited_by": membership,
            "link_expires_at": clock.now(),
        },
    )[0]


def a_job(membership):
    return Job.objects.get_or_create(
        key="matrice",
        defaults={"kind": "export", "label": "O1", "created_by": membership.user, "membership": membership},
    )[0]
