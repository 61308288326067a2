"""What the rooms know of an unusual use: which files name people, and which agencies an account works with."""

from accounts.models import Membership, Organisation, User
from accounts.roles import OrganisationKind
from cohorts.models import Cohort
from exports.models import Delivery
from exports.registry import KINDS

# Any other list may name somebody.
LISTS_WITHOUT_TRAINEES = frozenset(
    {
        "arretes",
        "arrets",
        "cohortes",
        "conventions",
        "demi-journees",
        "etablissements",
        "grilles",
        "imports",
        "invitations",
        "jalons",
        "jours-de-rappel",
        "journal",
        "plafonds",
        "places",
        "profils",
        "reglages",
        "reglages-formation",
        "remises",
        "rsa",
        "smic",
    }
)
FIGURES_ONLY = frozenset({"dossier de comité"})


def is_nominative(purpose: str, filters: dict) -> bool:
    """By the line of the export in the log: « O1, OPCO Santé », a list by its name."""
    kind = KINDS.get(purpose.partition(",")[0])
    if kind is not None:
        return kind.is_nominative
    return purpose not in FIGURES_ONLY and filters.get("liste") not in LISTS_WITHOUT_TRAINEES


def agencies_of(user: User, membership: Membership) -> set[int]:
    """Those of the cohorts or the deliveries she reaches there; every agency when nothing tells which."""
    user.acting_through = membership
    reached = set(Cohort.objects.visible_to(user).values_list("agency", flat=True))
    reached.update(Delivery.objects.visible_to(user).values_list("cohort__agency", flat=True))
    agencies = Organisation.objects.active().filter(kind=OrganisationKind.AGENCY)
    return reached or set(agencies.values_list("pk", flat=True))
