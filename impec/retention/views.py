"""The proposal, rule by rule, and its approval: what goes then goes for good."""

from allauth.account.decorators import reauthentication_required
from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.http import require_safe

from accounts import clock, work
from accounts.journal import log_access
from accounts.pages import FormPage
from accounts.templatetags.french import as_count
from impec.retention import purging

SHOWN = 50


@require_safe
def proposals(request):
    """Durées de conservation : ce qui les a passées, règle par règle. Aucun nom, et rien ne part en le lisant."""
    rules = purging.rules_seen_by(request.user)
    if not rules:
        raise PermissionDenied
    found = purging.proposals(clock.today(), purging.agency_of(request.user), rules)
    total = sum(one.count for one in found)
    log_access(user=request.user, action="read", count=total, purpose="durées de conservation", request=request)
    context = {
        "title": "Durées de conservation",
        "due": [one for one in found if one.count],
        "others": [one for one in found if not one.count],
        "shown": f":{SHOWN}",
        "may_approve": purging.may_approve(request.user),
        "not_entitled": purging.NOT_ENTITLED,
    }
    return render(request, "impec/retention.html", context)


class ApproveForm(forms.Form):
    rules = forms.MultipleChoiceField(
        label="Ce que vous approuvez",
        widget=forms.CheckboxSelectMultiple,
        help_text="Vérifiez avec les archives publiques si votre agence en relève.",
        error_messages={"required": "Cochez au moins une règle."},
    )

    def __init__(self, *args, found, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["rules"].choices = [
            (one.rule.kept.value, f"{one.rule.title} ({as_count(one.count)})\u00a0: {one.rule.effect}") for one in found
        ]


@method_decorator(reauthentication_required, name="dispatch")
class Approve(FormPage):
    """A named person approves: her name stays in the access log, rule by rule."""

    form_class = ApproveForm
    title = "Retirer ce qui a passé sa durée"
    intro = "Ce qui part ne revient pas. Votre nom reste au journal d'accès, avec le nombre de chaque règle."
    submit_label = "Retirer ce qui est coché"

    def has_permission(self):
        return purging.may_approve(self.request.user)

    @cached_property
    def found(self):
        user = self.request.user
        rules = purging.rules_of(user)
        return [one for one in purging.proposals(clock.today(), purging.agency_of(user), rules) if one.count]

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"found": self.found}

    def act(self, form):
        if not self.found:
            raise ValidationError("Rien n'a passé sa durée.")
        chosen, user = form.cleaned_data["rules"], self.request.user
        return work.start_job(
            key=f"purge/{user.pk}/{clock.true_now().isoformat()}",
            kind="purge",
            label="Purge de ce qui a passé sa durée de conservation",
            arguments={"rules": chosen, "on": clock.today().isoformat()},
            user=user,
            membership=user.acting_through,
        )

    def get_success_url(self):
        return reverse("accounts:job", args=[self.object.public_id])

    def cancel_url(self):
        return reverse("retention:proposals")
