"""One search for everything: people, employers, cohorts, contracts, each through its own scope.

The text travels in the body of the request: a name has no place in an address.
"""

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from cohorts.models import Cohort, Person
from contracts.models import Contract
from employers.models import Establishment
from regulations.nir import nir_findings
from regulations.people import unaccented

MOST = 10
LONGEST = 80


@require_http_methods(["GET", "HEAD", "POST"])
def search(request):
    text = request.POST.get("texte", "").replace("\0", "").strip()[:LONGEST]
    refusal = " ".join(finding.message for finding in nir_findings(text))
    text = "" if refusal else text
    groups = found_for(request.user, text) if len(text) > 1 else []
    context = {
        "title": "Recherche",
        "text": text,
        "refusal": refusal,
        "groups": groups,
        "nothing": text and not groups,
    }
    return render(request, "impec/search.html", context)


def found_for(user, text: str) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """(kind, [(label, note, address)]) for each kind this user may open; ten of each at most."""
    kinds = (
        ("Personnes", "cohorts.view_person", people),
        ("Contrats", "contracts.view_contract", contracts),
        ("Employeurs", "employers.view_employer", establishments),
        ("Cohortes", "cohorts.view_cohort", cohorts),
    )
    found = [(name, look(user, text)) for name, permission, look in kinds if user.has_perm(permission)]
    return [(name, rows) for name, rows in found if rows]


def people(user, text):
    rows = Person.objects.visible_to(user).search(text).order_by("search_text", "pk")[:MOST]
    return [(person.full_name, person.town, person.get_absolute_url()) for person in rows]


def contracts(user, text):
    rows = Contract.objects.visible_to(user).search(text).with_names().order_by("-starts_on", "-pk")[:MOST]
    return [
        (row.enrolment.person.full_name, f"{row.job_title}, {row.establishment}", row.get_absolute_url())
        for row in rows
    ]


def establishments(user, text):
    rows = Establishment.objects.visible_to(user)
    for word in unaccented(text).split():
        rows = rows.filter(search_text__contains=word)
    return [
        (str(row), f"{row.town}, SIRET {row.siret}", reverse("employers:establishment_detail", args=[row.pk]))
        for row in rows.order_by("name", "pk")[:MOST]
    ]


def cohorts(user, text):
    rows = [
        cohort
        for cohort in Cohort.objects.visible_to(user).order_by("-starts_on")
        if all(word in unaccented(f"{cohort.name} {cohort.code}") for word in unaccented(text).split())
    ]
    return [(row.name, row.code, reverse("cohort_page", args=[row.pk])) for row in rows[:MOST]]
