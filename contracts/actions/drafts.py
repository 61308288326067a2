"""What is typed and not recorded yet, and the word to the referent once it is."""

from django.db import transaction

from accounts import clock
from accounts.fields import in_force
from accounts.models import User
from accounts.outbox import post_message
from cohorts.models import Enrolment
from contracts.models import Contract, ContractDraft
from regulations.nir import nir_findings


@transaction.atomic
def keep_draft(*, enrolment: Enrolment, values: dict[str, str], author: User) -> ContractDraft:
    """Garder un brouillon ; ce qui ressemble à un numéro de sécurité sociale n'est jamais gardé."""
    clean = {name: value for name, value in values.items() if value and not nir_findings(value)}
    draft, _ = ContractDraft.objects.select_for_update().get_or_create(enrolment=enrolment, author=author)
    draft.values, draft.saved_at = clean, clock.now()
    draft.save()
    return draft


def drop_draft(*, enrolment: Enrolment, author: User) -> None:
    ContractDraft.objects.filter(enrolment=enrolment, author=author).delete()


@transaction.atomic
def tell_referents(*, contract: Contract, address: str) -> int:
    """Prévenir les référents de la cohorte, une fois chacun ; le message ne porte aucun nom."""
    followed = in_force("valid_from", "valid_to", clock.today())
    referents = list(contract.cohort.referents.filter(followed).select_related("user"))
    for referent in referents:
        post_message(
            key=f"contract-recorded-{contract.pk}-{referent.user_id}",
            recipient=referent.user.email,
            subject=f"Contrat saisi, cohorte {contract.cohort.code}",
            body=(
                f"{contract.establishment} a saisi un contrat de la cohorte {contract.cohort}.\n\n"
                f"Le lire et compléter la décision : {address}\n"
            ),
        )
    return len(referents)
