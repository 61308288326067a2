"""Pages of the files that go out: register, preparation, one delivery, its download."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.actions import log_access
from accounts.downloads import attachment
from accounts.identity import recent_identity
from accounts.pages import DetailPage, FormPage, Link, ListPage, Scoped
from accounts.templatetags.french import as_count, as_day, as_instant
from cohorts.models import Cohort
from exports import actions, checks
from exports.answers import with_answers
from exports.filters import DeliveryFilters
from exports.following import filters_in_words, following
from exports.forms.deliveries import CohortForm, DeliveryForm, SendForm
from exports.model_page import headings_of, own_workbook
from exports.models import Delivery
from exports.overview import (
    aid_lines,
    ddets_line,
    grant_lines,
    inside_lines,
    paper_lines,
    report_lines,
    training_lines,
)
from exports.registry import KINDS
from exports.tables import DeliveryTable, EmployerDeliveryTable, ReceivedTable
from exports.views.answers import answers_context


class DeliveryList(ListPage):
    model = Delivery
    permission_required = "exports.view_delivery"
    filterset_class = DeliveryFilters
    search_label = "Chercher une remise"
    search_help = "numéro, destinataire ou établissement"
    default_order = ("-prepared_at",)
    export_name = "remises"

    @property
    def makes(self) -> bool:
        return self.request.user.has_perm("exports.make_delivery")

    @property
    def title(self):
        return "Fichiers remis" if self.makes else "Fichiers qui vous sont remis"

    @property
    def empty_text(self):
        return "Aucun fichier préparé pour l'instant." if self.makes else "Aucun fichier ne vous a encore été remis."

    @property
    def table_class(self):
        if self.makes:
            return DeliveryTable
        return ReceivedTable if self.request.user.has_perm("exports.note_delivery") else EmployerDeliveryTable

    def get_queryset(self):
        return with_answers(super().get_queryset().with_names().with_follow_up(self.request.user))

    def links(self):
        address = reverse("exports:new_delivery")
        return [
            Link("Dossiers de preuves", reverse("exports:evidence_list"), "exports.view_delivery", icon="lock"),
            Link("Préparer un fichier", address, "exports.make_delivery", icon="file", main=True),
            Link("Profils des fichiers", reverse("exports:profile_list"), "exports.edit_profile", icon="list"),
            Link("Classeurs des destinataires", reverse("exports:model_list"), "exports.make_delivery", icon="list"),
        ]


@require_safe
@permission_required("exports.make_delivery", raise_exception=True)
def new_delivery(request):
    """Every file of a cohort, one button each."""
    form = CohortForm(request.GET if "cohorte" in request.GET else first_choice(request.user), user=request.user)
    context = {"title": "Préparer un fichier", "form": form, "names": KINDS}
    if form.is_valid():
        cohort, day = form.cleaned_data["cohorte"], form.cleaned_data["au"]
        training, ddets = training_lines(cohort, request.user, day), ddets_line(cohort, request.user, day)
        context |= {
            "cohort": cohort,
            "day": day,
            "is_referent": actions.is_referent(request.user, cohort),
            "not_referent": actions.NOT_REFERENT,
            "training": training,
            "papers": paper_lines(cohort, request.user, day),
            "ddets_lines": [ddets],
            "aid_lines": aid_lines(cohort, request.user, day),
            "inside": inside_lines(training),
            "reports": report_lines(cohort, request.user, day, ddets),
            "grants": grant_lines(ddets),
        }
    return render(request, "exports/new_delivery.html", context)


def first_choice(user) -> dict | None:
    """The cohort she follows, else the latest one that has begun, seen today."""
    today = clock.today()
    rows = Cohort.objects.visible_to(user).order_by("-starts_on", "pk")
    followed = Cohort.objects.followed_by(user, today).order_by("starts_on", "pk")
    cohort = followed.running(today).first() or rows.filter(starts_on__lte=today).first() or rows.first()
    return {"cohorte": cohort.pk, "au": as_day(today)} if cohort else None


class Prepare(FormPage):
    """One file before it is built: what it will hold, what lacks, and its button."""

    form_class = DeliveryForm
    permission_required = "exports.make_delivery"
    template_name = "exports/prepare.html"
    submit_label = "Préparer le fichier"

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs() | {"user": self.request.user}
        # Opened by a link: what it asks for is judged at once.
        return kwargs if self.request.method == "POST" else kwargs | {"data": self.request.GET}

    def act(self, form):
        scope = form.scope()
        return actions.new_delivery(
            cohort=scope.cohort,
            code=form.cleaned_data["code"],
            destination=scope.destination,
            as_of=scope.as_of,
            author=self.request.user,
        )

    def note(self, refusal):
        log_access(user=self.request.user, action="refusal", purpose="remise", request=self.request)

    def cancel_url(self):
        return reverse("exports:new_delivery")

    @property
    def title(self):
        code = self.request.POST.get("code") or self.request.GET.get("code", "")
        return KINDS[code].name if code in KINDS else "Préparer un fichier"

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        form = context["form"]
        return context | (contents(form) if form.is_valid() else {})


def contents(form) -> dict:
    scope, code = form.scope(), form.cleaned_data["code"]
    profile = actions.profile_for(code, scope.cohort, scope.destination, clock.today())
    own = own_workbook(scope, code)
    filled = own.model if own.fills else None
    return {
        "scope": scope,
        "rows": KINDS[code].count(scope),
        "checks": checks.checks(scope, code, None if filled else profile),
        "own": own,
        "headings": headings_of(profile, filled) if profile else [],
        "profile": profile,
    }


class DeliveryDetail(DetailPage):
    model = Delivery
    permission_required = "exports.view_delivery"
    template_name = "exports/delivery_detail.html"

    def get_queryset(self):
        return super().get_queryset().with_names()

    def title(self):
        return f"Remise {self.object.number}"

    def facts(self):
        one, main_sheet = self.object, KINDS[self.object.code].main_sheet
        return [
            ("Fichier", f"{one.profile.name} ({one.code}, profil version {one.profile.version})"),
            *([("Classeur du destinataire", one.workbook_model)] if one.workbook_model else []),
            ("Cohorte", one.cohort),
            ("Destinataire", one.to_whom),
            ("Établissement", one.establishment or "tous les employeurs"),
            ("Arrêtée au", as_day(one.as_of)),
            ("Filtres", filters_in_words(one)),
            (f"Lignes de la feuille « {main_sheet} »", as_count(one.row_count) if one.is_frozen else None),
            ("Préparée par", f"{one.author}, le {as_instant(one.prepared_at)}"),
            ("Remise", self.sending()),
        ]

    def sending(self) -> str | None:
        one = self.object
        if not one.sent_at:
            return "pas encore"
        how = f" ({one.sent_through})" if one.sent_through else ""
        return f"le {as_day(one.sent_at)} par {one.sent_by}{how}"

    def get_context_data(self, **kwargs):
        delivery, user = self.object, self.request.user
        makes = user.has_perm("exports.make_delivery")
        return super().get_context_data(**kwargs) | {
            "may_open": actions.may_open(user, delivery),
            "following": following(delivery, user) if delivery.is_frozen else None,
            "may_send": makes and delivery.is_frozen and not delivery.sent_at and actions.has_recipient(delivery),
            "job": delivery.job if makes and not delivery.is_frozen else None,
            "headings": headings_of(delivery.profile, delivery.workbook_model),
            **answers_context(self.request, delivery),
        }


@require_safe
@permission_required("exports.view_delivery", raise_exception=True)
@recent_identity
def delivery_download(request, pk):
    delivery = get_object_or_404(Delivery.objects.visible_to(request.user).with_names(), pk=pk)
    if not delivery.is_frozen:
        raise Http404("Ce fichier n'est pas encore prêt.")
    if not actions.may_open(request.user, delivery):
        log_access(user=request.user, action="refusal", obj=delivery, request=request)
        raise PermissionDenied(actions.NOT_REFERENT)
    try:
        file = actions.take_copy(delivery=delivery, user=request.user, request=request)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect(delivery)
    return attachment(file, delivery.file_name)


class Send(Scoped, FormPage):
    """Noter la remise : le destinataire la voit, ou l'on garde la voie par où elle est partie."""

    model = Delivery
    form_class = SendForm
    permission_required = "exports.make_delivery"
    submit_label = "Noter la remise"
    done_message = "La remise est notée."

    @cached_property
    def delivery(self):
        return get_object_or_404(self.get_queryset().with_names(), pk=self.kwargs["pk"])

    @property
    def title(self):
        return f"Noter la remise {self.delivery.number}"

    @property
    def intro(self):
        return f"Destinataire : {self.delivery.to_whom}."

    def get_initial(self):
        return {"sent_on": clock.today()}

    def act(self, form):
        return actions.send_delivery(delivery=self.delivery, by=self.request.user, **form.cleaned_data)

    def cancel_url(self):
        return self.delivery.get_absolute_url()
