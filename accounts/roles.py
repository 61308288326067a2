"""Roles and kinds of organisation: codes, with the words people read."""

from django.db.models import TextChoices


class Role(TextChoices):
    COORDINATOR = "COORDINATOR", "conseillère ou conseiller de l'agence"
    ADVISER = "ADVISER", "prescriptrice ou prescripteur"
    EMPLOYER = "EMPLOYER", "employeur (RH ou direction)"
    TUTOR = "TUTOR", "tutrice ou tuteur"
    TRAINER = "TRAINER", "organisme de formation"
    FUNDER = "FUNDER", "financeur"
    ADMINISTRATOR = "ADMINISTRATOR", "administration technique"


# A tutor sees her own tutees; every other role can list people or export. Whoever manages members needs one all
# the same: `Membership.needs_second_factor` says both.
ROLES_WITHOUT_SECOND_FACTOR = (Role.TUTOR,)


class OrganisationKind(TextChoices):
    AGENCY = "AGENCY", "agence"
    EMPLOYER = "EMPLOYER", "employeur"
    TRAINING_BODY = "TRAINING_BODY", "organisme de formation"
    FUNDER = "FUNDER", "financeur"
    PRESCRIBER = "PRESCRIBER", "prescripteur"
    OPERATOR = "OPERATOR", "exploitant du service"


class FunderKind(TextChoices):
    OPCO = "OPCO", "OPCO ou financeur de la formation"
    DDETS = "DDETS", "DDETS"
    OTHER = "OTHER", "autre financeur"


# An organisation only holds the roles of its own trade.
ROLES_OF_KIND = {
    OrganisationKind.AGENCY: (Role.COORDINATOR,),
    OrganisationKind.EMPLOYER: (Role.EMPLOYER, Role.TUTOR),
    OrganisationKind.TRAINING_BODY: (Role.TRAINER,),
    OrganisationKind.FUNDER: (Role.FUNDER,),
    OrganisationKind.PRESCRIBER: (Role.ADVISER,),
    OrganisationKind.OPERATOR: (Role.ADMINISTRATOR,),
}
