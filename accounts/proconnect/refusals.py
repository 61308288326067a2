"""What ProConnect's page says when it lets nobody in: each one tells what to do."""

from http import HTTPStatus

from django.core.exceptions import ValidationError

ELSEWHERE = "Entrez avec votre mot de passe ou un code reçu par courriel."
NOT_ASKED = (
    "Cette réponse de ProConnect ne correspond pas à votre demande, date de plus de dix minutes ou a déjà servi. "
    "Recommencez depuis la page de connexion."
)
GIVEN_UP = f"L'identification chez ProConnect n'est pas allée à son terme. Recommencez. {ELSEWHERE}"
NOT_PROVED = (
    "La réponse de ProConnect n'a pas pu être vérifiée : rien n'a été ouvert. Recommencez ; si cela se répète, "
    f"prévenez votre administration technique. {ELSEWHERE}"
)
SILENT = f"ProConnect ne répond pas en ce moment. {ELSEWHERE}"
UNKNOWN = (
    "Ce compte ProConnect n'est relié à aucun compte d'ImPEC. Connectez-vous d'abord ici, avec votre mot de passe ou "
    "un code reçu par courriel, puis reliez-le depuis « Mon compte »."
)
OTHER_LINKED = "Un autre compte ProConnect est déjà relié au vôtre : déliez-le d'abord."
TAKEN = (
    "Ce compte ProConnect est déjà relié à un autre compte d'ImPEC. Entrez dans cet autre compte pour le délier, "
    "ou identifiez-vous chez ProConnect avec le vôtre."
)
NONE_LINKED = "Aucun compte ProConnect n'est relié au vôtre."


class Refused(ValidationError):
    """Nobody is let in by this answer."""

    status = HTTPStatus.FORBIDDEN


class Silent(Refused):
    """The provider is down or answers something else: our own site works."""

    status = HTTPStatus.FAILED_DEPENDENCY

    def __init__(self):
        super().__init__(SILENT)
