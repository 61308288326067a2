"""Pages around a delivery: what it changes, its slip, its correction, its acknowledgement."""

from dataclasses import dataclass

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.functional import cached_property
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.actions import log_access
from accounts.identity import recent_identity
from accounts.pages import LAST_PAGE, FormPage, Scoped
from accounts.scans import download, kind_named
from exports import actions
from exports.changes import Nature, changes_since
from exports.following import MOST_ROWS, filters_in_words, following, told_rows
from exports.forms.following import AcknowledgeForm, CorrectForm, VoidForm
from exports.models import Acknowledgement, Delivery
from exports.registry import KINDS

PER_PAGE = 50
NATURES = {"ajoutees": Nature.ADDED, "retirees": Nature.REMOVED, "modifiees": Nature.CHANGED}


@dataclass(frozen=True)
class LinesPage:
    """One page of lines that are no rows of the database, for the pager of the house."""

    rows: list
    number: int
    count: int

    @property
    def total(self) -> int:
        return max(1, -(-self.count // PER_PAGE))

    @property
    def has_next(self) -> bool:
        return self.number < self.total

    @property
    def has_others(self) -> bool:
        return self.total > 1

    @property
    def first(self) -> int:
        return (self.number - 1) * PER_PAGE + 1

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1


def page_asked(request) -> int:
    asked = request.GET.get("page", "")
    return min(max(int(asked), 1), LAST_PAGE) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 1


def frozen_delivery(request, pk) -> Delivery:
    delivery = get_object_or_404(Delivery.objects.visible_to(request.user).with_names(), pk=pk)
    if not delivery.is_frozen:
        raise Http404("Ce fichier n'est pas encore prêt.")
    return delivery


@require_safe
@permission_required("exports.view_delivery", raise_exception=True)
def delivery_changes(request, pk):
    """Depuis la dernière remise : line by line, for whoever may open the file."""
    delivery = frozen_delivery(request, pk)
    if not actions.may_open(request.user, delivery):
        log_access(user=request.user, action="refusal", obj=delivery, request=request)
        raise PermissionDenied(actions.NOT_REFERENT)
    found, nature = changes_since(delivery), NATURES.get(request.GET.get("nature", ""))
    counts = {Nature.ADDED: found.added, Nature.REMOVED: found.removed, Nature.CHANGED: found.changed}
    number, count = page_asked(request), counts[nature] if nature else found.total
    start = (number - 1) * PER_PAGE
    lines = found.lines(start, start + PER_PAGE, nature=nature)
    log_access(user=request.user, action="read", obj=delivery, count=len(lines), request=request)
    came, went = found.columns()
    return render(
        request,
        "exports/delivery_changes.html",
        {
            "title": f"Depuis la dernière remise : {delivery.number}",
            "delivery": delivery,
            "changes": found,
            "counts": [(word, label, counts[label]) for word, label in NATURES.items()],
            "nature": nature,
            "page": LinesPage(lines, number, count),
            "came": came,
            "went": went,
        },
    )


@require_safe
@permission_required("exports.view_delivery", raise_exception=True)
def delivery_sheet(request, pk):
    """Bordereau : the whole delivery on one page that prints, its rows for whoever may open the file."""
    delivery = frozen_delivery(request, pk)
    rows = told_rows(delivery, request.user)
    if rows:
        log_access(user=request.user, action="read", obj=delivery, count=len(rows), request=request)
    return render(
        request,
        "exports/delivery_sheet.html",
        {
            "title": f"Bordereau de la remise {delivery.number}",
            "delivery": delivery,
            "main_sheet": KINDS[delivery.code].main_sheet,
            "filters": filters_in_words(delivery),
            "following": following(delivery, request.user),
            "rows": rows,
            "most": MOST_ROWS,
            "today": clock.today(),
        },
    )


class OfDelivery(Scoped, FormPage):
    """A form about one delivery, whose page it goes back to."""

    model = Delivery
    permission_required = "exports.make_delivery"
    template_name = "exports/delivery_form.html"

    @cached_property
    def delivery(self):
        return get_object_or_404(self.get_queryset().with_names(), pk=self.kwargs["pk"])

    def cancel_url(self):
        return self.delivery.get_absolute_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"delivery": self.delivery}


class Correct(OfDelivery):
    """Corriger : le même fichier, sous un autre numéro qui dit ce qu'il remplace et pourquoi."""

    form_class = CorrectForm
    submit_label = "Préparer la correction"

    @property
    def title(self):
        return f"Corriger la remise {self.delivery.number}"

    @property
    def intro(self):
        return "La remise corrigée reste, telle qu'elle est partie. Une autre la remplace, sous un autre numéro."

    def get_initial(self):
        return {"as_of": self.delivery.as_of}

    def act(self, form):
        return actions.correct_delivery(delivery=self.delivery, by=self.request.user, **form.facts())

    def note(self, refusal):
        log_access(user=self.request.user, action="refusal", obj=self.delivery, request=self.request)


class Acknowledge(OfDelivery):
    """Noter l'accusé de réception du destinataire."""

    form_class = AcknowledgeForm
    submit_label = "Noter l'accusé de réception"
    done_message = "L'accusé de réception est noté."

    @property
    def title(self):
        return f"Accusé de réception de la remise {self.delivery.number}"

    @property
    def intro(self):
        return f"Destinataire : {self.delivery.to_whom}."

    def get_initial(self):
        return {"received_on": clock.today()}

    def act(self, form):
        return actions.acknowledge(delivery=self.delivery, received=form.received(), by=self.request.user)


class VoidAcknowledgement(OfDelivery):
    """Annuler un accusé noté par erreur."""

    form_class = VoidForm
    submit_label = "Annuler cet accusé"
    done_message = "L'accusé est annulé ; il reste dans l'historique, avec votre raison."

    @cached_property
    def acknowledgement(self):
        rows = Acknowledgement.objects.visible_to(self.request.user).select_related("delivery")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    @property
    def delivery(self):
        return self.acknowledgement.delivery

    @property
    def title(self):
        return f"Annuler l'accusé de réception de la remise {self.delivery.number}"

    def act(self, form):
        reason = form.cleaned_data["reason"]
        return actions.void_acknowledgement(acknowledgement=self.acknowledgement, reason=reason, by=self.request.user)


@require_safe
@permission_required("exports.make_delivery", raise_exception=True)
@recent_identity
def acknowledgement_file(request, pk):
    """La pièce jointe à un accusé de réception."""
    kept = get_object_or_404(Acknowledgement.objects.visible_to(request.user).exclude(file=""), pk=pk)
    log_access(user=request.user, action="download", obj=kept, file_sha256=kept.sha256, request=request)
    return download(kept.file.open("rb"), kind_named(kept.content_type), f"accuse-{kept.pk}")
