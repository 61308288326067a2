"""The pages around one cohort, each for whoever may open it."""

from typing import NamedTuple

from django import template
from django.urls import reverse

register = template.Library()

PAGES = (
    ("La cohorte", "cohort_page", "cohorts.view_cohort"),
    ("Places", "cohorts:seat_list", "cohorts.view_cohort"),
    ("Jalons", "cohorts:milestone_list", "cohorts.view_cohort"),
    ("Invitations", "cohorts:invitation_list", "cohorts.change_cohort"),
    ("Placement", "cohorts:placement", "cohorts.change_cohort"),
    ("Réglages", "cohorts:cohort_change", "cohorts.change_cohort"),
)


class CohortPage(NamedTuple):
    label: str
    url: str
    is_here: bool


@register.simple_tag(takes_context=True)
def cohort_pages(context, cohort):
    """The longest address that the present one begins with is here: adding a seat is still *Places*."""
    request = context["request"]
    pages = [(label, reverse(route, args=[cohort.pk])) for label, route, right in PAGES if request.user.has_perm(right)]
    here = max((url for _, url in pages if request.path.startswith(url)), key=len, default="")
    return [CohortPage(label, url, url == here) for label, url in pages]
