"""What she can do: the same skills as her tutor's, four faces, her own words. Nothing of anybody else."""

from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods, require_safe

from accounts import clock
from accounts.pages import add_refusal
from impec.own_skills.hers import certificates_of, contract_of, is_over
from training.views.entry import for_trainees
from tutoring.actions.own_views import say_own_view
from tutoring.both_views import both_views
from tutoring.forms.own_views import OwnViewForm
from tutoring.progress import progress_of
from tutoring.views.experience import ExperienceDetail


@method_decorator(for_trainees, name="dispatch")
class MyExperience(ExperienceDetail):
    """Her own certificate, as it prints."""

    def has_permission(self):
        return True

    def get_queryset(self):
        return certificates_of(self.request.trainee)


@for_trainees
@require_safe
def my_skills(request):
    """Mes savoir-faire : où j'en suis, bloc par bloc, et ce dont on va parler."""
    contract = contract_of(request.trainee)
    progress = progress_of(contract, clock.today()) if contract else None
    both = both_views(contract, progress.grid) if progress else []
    context = {
        "progress": progress,
        "parts": list(zip(progress.blocks, both, strict=True)) if progress else [],
        "points": [line for part in both for line in part.lines if line.is_open],
        "answers": [line for part in both for line in part.lines if line.discussed],
        "certificates": certificates_of(request.trainee),
        "is_over": contract is not None and is_over(contract),
    }
    return render(request, "impec/own_skills/my_skills.html", context)


@for_trainees
@require_http_methods(["GET", "HEAD", "POST"])
def my_block(request, rank):
    """Un bloc : un visage par savoir-faire, et ses mots si elle veut."""
    contract = contract_of(request.trainee)
    progress = progress_of(contract, clock.today()) if contract and not is_over(contract) else None
    both = both_views(contract, progress.grid) if progress else []
    if not 1 <= rank <= len(both):
        raise Http404("Ce bloc n'est pas dans votre grille.")
    part = both[rank - 1]
    form = OwnViewForm(request.POST or None, lines=part.lines, initial={"request_id": uuid4()})
    if request.method == "POST" and form.is_valid() and said(request, form, contract):
        return redirect("own_skills:my_skills")
    context = {"part": part, "lines": form.bound_lines(), "form": form}
    return render(request, "impec/own_skills/my_block.html", context, status=422 if request.method == "POST" else 200)


def said(request, form, contract) -> bool:
    """Her words are kept, or what hinders it is said on the page."""
    try:
        kept = say_own_view(
            contract=contract,
            faces=form.faces(),
            sentences=form.sentences(),
            said_on=clock.today(),
            request_id=form.cleaned_data["request_id"],
        )
    except ValidationError as refusal:
        add_refusal(form, refusal)
        return False
    messages.success(request, "Merci, c'est noté." if kept else "Rien n'a changé : tout est déjà noté.")
    return True
