"""Who may prepare a file, and who may open it afterwards."""

from django.core.exceptions import ValidationError

from accounts import clock
from accounts.models import User
from accounts.scope import acting_membership
from cohorts.models import Cohort
from employers.models import Establishment
from exports.catalogue import levels_of
from exports.mapping import Mapping
from exports.models import Delivery, ExportProfile, WorkbookModel

PROTECTED = frozenset({"P2", "P3"})
EMPLOYER_FILES = ("O1", "O2", "A1")
NOT_REFERENT = (
    "Ce fichier porte des données protégées : seule une personne référente de la cohorte peut le préparer et l'ouvrir."
)


def refuse_author(author: User, cohort: Cohort, profile: ExportProfile, model: WorkbookModel | None = None) -> None:
    if (
        not author.has_perm("exports.make_delivery")
        or not Cohort.objects.visible_to(author).filter(pk=cohort.pk).exists()
    ):
        raise ValidationError("Vous ne pouvez pas préparer de fichier pour cette cohorte.")
    if is_protected(profile, model) and not is_referent(author, cohort):
        raise ValidationError(NOT_REFERENT)


def is_protected(profile: ExportProfile, model: WorkbookModel | None = None) -> bool:
    """Does the file hold private (P2) or protected (P3) data? The recipient's own workbook has its own columns."""
    keys = {column["key"] for column in profile.columns if column["on"]}
    return bool(PROTECTED & levels_of(keys.union(Mapping.from_dict(model.mapping).keys if model else ())))


def is_referent(user: User, cohort: Cohort) -> bool:
    return Cohort.objects.followed_by(user, clock.today()).filter(pk=cohort.pk).exists()


def may_open(user: User, delivery: Delivery) -> bool:
    """Whoever sees the row may not always open the file: private and protected data have fewer readers."""
    membership = acting_membership(user)
    if not delivery.is_frozen or membership is None or not user.has_perm("exports.view_delivery"):
        return False
    if user.has_perm("exports.make_delivery"):
        return not is_protected(delivery.profile, delivery.workbook_model) or is_referent(user, delivery.cohort)
    if delivery.recipient_id == membership.organisation_id:
        return delivery.sent_at is not None
    # An employer reads what was sent about its own people, without the criteria of the aid.
    own = delivery.establishment_id and Establishment.objects.of_organisation(membership.organisation_id).filter(
        pk=delivery.establishment_id
    )
    return bool(own) and own.exists() and delivery.code in EMPLOYER_FILES
