"""*Convoquer* : ce qui partirait, à qui, puis l'envoi ; une feuille à remettre à qui n'a pas de courriel."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts import clock, once
from accounts.templatetags.french import as_count
from cohorts.models import Cohort, Enrolment
from training.actions.convening import convene, hand_over, letters, upcoming
from training.expected import engagements, expected_pairs
from training.models import HalfDay, Session


@permission_required("training.plan_session", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def convene_cohort(request, pk):
    """Convoquer une cohorte : toutes ses demi-journées publiées à venir."""
    cohort = get_object_or_404(Cohort.objects.visible_to(request.user), pk=pk)
    half_days = HalfDay.objects.visible_to(request.user).filter(session__cohort=cohort)
    here = reverse("training:convene_cohort", args=[pk])
    back = ("Le programme", reverse("training:programme", args=[pk]))
    return page(request, half_days, {"intro": str(cohort), "back": back}, here)


@permission_required("training.plan_session", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def convene_session(request, pk):
    """Convoquer à une séance."""
    session = get_object_or_404(Session.objects.visible_to(request.user).select_related("module", "cohort"), pk=pk)
    half_days = HalfDay.objects.visible_to(request.user).filter(session=session)
    here = reverse("training:convene_session", args=[pk])
    back = ("La séance", reverse("training:session_detail", args=[pk]))
    return page(request, half_days, {"intro": f"{session.module}, {session.cohort}", "back": back}, here)


def page(request, half_days, context, here):
    half_days = upcoming(half_days, clock.today())
    if request.method == "POST":
        return redirect(once.run(request, lambda: send(request, half_days, here)))
    found = letters(half_days)
    context |= {
        "title": "Convoquer",
        "by_mail": [letter for letter in found if letter.person.email],
        "on_paper": [letter for letter in found if not letter.person.email],
        "planned": len(half_days),
    }
    return render(request, "training/convene.html", context)


def send(request, half_days, here) -> str:
    sent = convene(half_days=half_days, by=request.user, at=clock.now())
    if sent.people:
        words = "convocation part" if len(sent.people) == 1 else "convocations partent"
        messages.success(request, f"{as_count(len(sent.people))} {words}, avec un fichier d'agenda.")
    else:
        messages.info(request, "Rien de nouveau à envoyer par courriel.")
    if sent.establishments:
        names = ", ".join(str(place) for place in sent.establishments)
        messages.success(request, f"Les heures de leurs salariés partent à : {names}.")
    return here


@permission_required("training.plan_session", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def convocation_sheet(request, pk):
    """La convocation à remettre en main propre ; le dire la note comme remise."""
    rows = Enrolment.objects.visible_to(request.user).select_related("person", "cohort__training_organisation")
    enrolment = get_object_or_404(rows, pk=pk)
    half_days = HalfDay.objects.visible_to(request.user).filter(session__cohort=enrolment.cohort_id)
    half_days = upcoming(half_days, clock.today())
    if request.method == "POST":
        told = hand_over(enrolment=enrolment, half_days=half_days, by=request.user, at=clock.now())
        if told:
            messages.success(request, "La convocation est notée comme remise.")
        return redirect("training:convene_cohort", pk=enrolment.cohort_id)
    own = Enrolment.objects.visible_to(request.user).filter(pk=pk)
    context = {
        "enrolment": enrolment,
        "person": enrolment.person,
        "half_days": [half_day for half_day, _ in expected_pairs(half_days, engagements(own))],
        "is_owed": enrolment.person_id in {letter.person.pk for letter in letters(half_days)},
        "today": clock.today(),
    }
    return render(request, "training/convene_sheet.html", context)
