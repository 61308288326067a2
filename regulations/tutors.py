"""Le tuteur : deux ans d'expérience, volontaire, trois personnes suivies au plus à toute date.

Sources
  R5134-38: tutor among volunteer qualified employees, two years of experience, at most three people at once. H
  R5134-38: exceptionally the employer itself, with the authority's leave. H
  Active volunteer of an association accepted in 2021 (Nouvelle-Aquitaine, Île-de-France). M
"""

from regulations.enums import LabelledEnum

MOST_FOLLOWED = 3  # R5134-38
LEAST_YEARS = 2  # R5134-38


class TutorStatus(LabelledEnum):
    """À quel titre la personne est tutrice."""

    EMPLOYEE = "EMPLOYEE", "salarié de la structure"
    EMPLOYER = "EMPLOYER", "l'employeur lui-même"
    VOLUNTEER = "VOLUNTEER", "bénévole actif de l'association"
