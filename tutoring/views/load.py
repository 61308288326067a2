"""What tutors give: recognition of a year, sheets returned in time, the setting of the hours."""

from django.contrib.auth.decorators import permission_required
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse_lazy
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.pages import ChangePage, FormPage
from contracts.forms.shape import RowForm
from tutoring.actions.rules import save_rules
from tutoring.load import given_by, last_months, returns_by_employer, rules_of, years_of
from tutoring.models import Tutor, TutoringRules


@require_safe
@permission_required("tutoring.view_tutor", raise_exception=True)
def recognition(request, pk, year):
    """Attestation de tutorat : le tuteur et l'établissement, jamais une personne suivie."""
    today = clock.today()
    rows = Tutor.objects.visible_to(request.user).select_related("establishment__employer")
    tutor = get_object_or_404(rows, pk=pk)
    if year not in years_of(tutor, today):
        raise Http404("Ce tuteur n'a suivi personne cette année-là.")
    context = {
        "title": f"Attestation de tutorat {year}, {tutor}",
        "tutor": tutor,
        "given": given_by(tutor, year, today),
        "until": today if year == today.year else None,
        "today": today,
    }
    return render(request, "tutoring/recognition.html", context)


@require_safe
@permission_required("tutoring.record_sheet", raise_exception=True)
def returns(request):
    """Fiches revenues à temps, par employeur : le taux, ses deux nombres et les lignes qui manquent."""
    months = last_months(clock.today())
    context = {
        "title": "Fiches revenues à temps",
        "first": months[0],
        "last": months[-1],
        "employers": returns_by_employer(request.user, months),
    }
    return render(request, "tutoring/returns.html", context)


@require_safe
@permission_required("contracts.view_reference_data", raise_exception=True)
def rules_list(request):
    """Le temps de tutorat retenu, faute de relevé : des lignes datées."""
    kept = TutoringRules.objects.order_by("-valid_from")
    context = {"title": "Réglage du tutorat", "kept": kept, "usual": rules_of()[-1]}
    return render(request, "tutoring/rules.html", context)


class RulesForm(RowForm):
    class Meta:
        model = TutoringRules
        fields = ("valid_from", "weekly_minutes", "note")


class AddRules(FormPage):
    form_class = RulesForm
    permission_required = "contracts.change_reference_data"
    success_url = reverse_lazy("tutoring:rules_list")
    title = "Nouveau réglage du tutorat"
    done_message = "Le réglage est enregistré."

    def act(self, form):
        return save_rules(facts=form.cleaned_data)

    def cancel_url(self):
        return self.success_url


class ChangeRules(ChangePage):
    model = TutoringRules
    form_class = RulesForm
    permission_required = "contracts.change_reference_data"
    success_url = reverse_lazy("tutoring:rules_list")
    title = "Corriger le réglage du tutorat"
    done_message = "Le réglage est enregistré."

    def get_queryset(self):
        return TutoringRules.objects.all()

    def act(self, form):
        return save_rules(rules=self.row, facts=form.cleaned_data, version=self.version)

    def cancel_url(self):
        return self.success_url
