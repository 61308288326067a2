"""The monthly sheets seen from the office: which ones are there, hold one for a tutor, print it, close a lost phone."""

from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_http_methods, require_safe

from accounts import clock
from accounts.identity import recent_identity
from accounts.journal import log_access
from accounts.models import Message
from accounts.pages import ChangePage, DetailPage, Link, ListPage
from accounts.scans import KINDS, download
from accounts.templatetags.french import as_count, as_day, of_month
from contracts.models import Contract
from regulations import sheets as law
from regulations.due import Rule
from regulations.phones import in_words
from regulations.sheets import Mood, SheetWay
from regulations.skills import Level
from tutoring.actions import sheet_links
from tutoring.actions import sheets as actions
from tutoring.forms.sheets import HeldSheetForm, VoidSheetForm
from tutoring.models import Tutor, TutorSheet, Tutorship
from tutoring.models.own_views import contracts_read_by
from tutoring.sheet_table import SheetTable, sheet_rows
from tutoring.sheets import is_asked, is_waited, lines_of, received, sheet_key
from tutoring.views.sheets import form_for, month_named

HOLD, READ, SETTLE = "tutoring.record_sheet", "tutoring.view_observation", "accounts.settle_due"


class SheetList(ListPage):
    """What a tutor gave back or not, in time or not; what he wrote is one page further, for whoever may read it."""

    permission_required = HOLD
    table_class = SheetTable
    title = "Fiches des tuteurs"
    intro = (
        f"Une fiche par personne et par mois, ouverte le {law.OPENS_DAY}, attendue le {law.DUE_DAY} du mois suivant. "
        "Une fiche envoyée, tenue ou reçue autrement arrête ses rappels dans la minute."
    )
    default_order = ()
    empty_text = "Aucune fiche n'est demandée en ce moment."

    def get_queryset(self):
        return sheet_rows(self.request.user, clock.today())

    def get_table(self):
        table = super().get_table()
        table.on = clock.today()
        return table

    def totals(self, rows):
        today = clock.today()
        waiting = [row for row in rows if row.is_waited]
        return [
            ("reçues", as_count(sum(not row.is_waited for row in rows))),
            ("attendues", as_count(len(waiting))),
            ("en retard", as_count(sum(row.due_on < today for row in waiting))),
        ]


class MonthOfTutorship(DetailPage):
    """All that was sent of one person for one month: two sendings are shown side by side, none replaces the other."""

    model = Tutorship
    permission_required = READ
    template_name = "tutoring/sheet_detail.html"

    def get_queryset(self):
        rows = super().get_queryset()
        return rows.select_related("tutor", "contract__enrolment__person", "contract__establishment")

    @cached_property
    def month(self):
        return month_named(self.kwargs["year"], self.kwargs["month"])

    @cached_property
    def is_waited(self):
        return is_waited(self.object.contract_id, self.month, clock.today())

    @cached_property
    def may_read(self):
        """What was seen of her; a colleague who follows another cohort only knows that the sheet came."""
        return contracts_read_by(self.request.user).filter(pk=self.object.contract_id).exists()

    def get(self, request, *args, **kwargs):
        answer = super().get(request, *args, **kwargs)
        log_access(user=request.user, action="read", obj=self.object, request=request)
        return answer

    def title(self):
        return f"Fiche du tuteur {of_month(self.month)} — {self.object.contract.enrolment.person.short_name}"

    def facts(self):
        contract = self.object.contract
        return [
            ("Tuteur", self.object.tutor),
            ("Emploi", f"{contract.job_title}, {contract.establishment}"),
            ("Où elle en est", self.state()),
        ]

    def state(self) -> str:
        if self.is_waited:
            return f"attendue, au plus tard le {as_day(law.due_on(self.month))}"
        return "reçue" if received([self.object.contract_id], [self.month]) else "pas demandée"

    def links(self):
        month = [self.object.pk, self.month.year, self.month.month]
        key = sheet_key(self.object.contract_id, self.month)
        hold = Link("Tenir pour le tuteur", reverse("tutoring:hold_sheet", args=month), HOLD, "edit", True)
        received_otherwise = reverse("due:receive", args=[Rule.TUTOR_SHEET.value, key])
        settle = Link("Reçue autrement", received_otherwise, SETTLE, "check")
        paper = Link("Fiche à imprimer", reverse("tutoring:print_sheet", args=month), READ, "print")
        shown = [(hold, self.may_read and self.is_waited), (settle, self.is_waited), (paper, self.may_read)]
        return [link for link, is_shown in shown if is_shown]

    def lines(self):
        return lines_of(self.object, clock.today()) if self.may_read else []

    def get_context_data(self, **kwargs):
        rows = TutorSheet.objects.visible_to(self.request.user)
        rows = rows.filter(tutorship__contract=self.object.contract_id, month=self.month)
        rows = rows.select_related("tutorship__tutor", "recorded_by", "voided_by").prefetch_related("observations")
        return super().get_context_data(**kwargs) | {
            "sheets": rows.order_by("received_at", "pk"),
            "double": [line for line in self.lines() if line.both],
            "may_void": self.request.user.has_perm(HOLD),
        }


class HoldSheet(ChangePage):
    """Tenir la fiche pour le compte du tuteur : marquée ainsi partout où elle se lit."""

    model = Tutorship
    form_class = HeldSheetForm
    permission_required = HOLD
    template_name = "tutoring/hold_sheet.html"
    submit_label = "Enregistrer pour le compte du tuteur"
    done_message = "La fiche est enregistrée : plus aucun rappel ne part."

    def get_queryset(self):
        readers = Contract.objects.private_to(self.request.user, clock.today())
        rows = super().get_queryset().filter(contract__in=readers)
        return rows.select_related("tutor", "contract__enrolment__person", "contract__establishment")

    @cached_property
    def month(self):
        return month_named(self.kwargs["year"], self.kwargs["month"])

    def get_form(self, form_class=None):
        if not is_asked(self.row, self.month):
            raise Http404("Cette fiche n'est pas demandée.")
        posted = self.request.method == "POST"
        initial = {"observed_on": clock.today(), "request_id": uuid4()}
        files = {"files": self.request.FILES} if posted else {}
        return form_for(self.row, self.request.POST if posted else None, HeldSheetForm, initial=initial, **files)

    def act(self, form):
        actions.send_sheet(tutorship=self.row, facts=form.held_facts(self.month), by=self.request.user, at=clock.now())
        return self.row

    def get_success_url(self):
        return reverse("tutoring:sheet_detail", args=[self.row.pk, self.month.year, self.month.month])

    cancel_url = get_success_url

    def get_context_data(self, **kwargs):
        found = super().get_context_data(**kwargs)
        name = self.row.contract.enrolment.person.short_name
        return found | {
            "title": f"Fiche {of_month(self.month)} — {name}",
            "intro": f"Tenue pour le compte de {self.row.tutor}, son tuteur.",
            "lines": found["form"].lines,
            "version": None,
        }


class VoidSheet(ChangePage):
    model = TutorSheet
    form_class = VoidSheetForm
    permission_required = HOLD
    title = "Annuler une fiche tenue par erreur"
    submit_label = "Annuler cette fiche"
    done_message = "La fiche est annulée : elle est de nouveau attendue."

    def get_queryset(self):
        rows = super().get_queryset().standing().exclude(way=SheetWay.LINK)
        return rows.select_related("tutorship__contract__enrolment__person", "tutorship__tutor")

    def act(self, form):
        return actions.void_sheet(
            sheet=self.row, reason=form.cleaned_data["reason"], by=self.request.user, at=clock.now()
        )

    def get_success_url(self):
        month = self.row.month
        return reverse("tutoring:sheet_detail", args=[self.row.tutorship_id, month.year, month.month])

    cancel_url = get_success_url

    def get_context_data(self, **kwargs):
        name = self.row.tutorship.contract.enrolment.person.short_name
        intro = f"Fiche {of_month(self.row.month)}, {name}. Elle reste lisible, avec votre motif."
        return super().get_context_data(**kwargs) | {"intro": intro, "version": None}


@require_safe
@permission_required(READ, raise_exception=True)
def print_sheet(request, pk, year, month):
    """The same items on paper, for who has no telephone; the level last seen is circled."""
    month = month_named(year, month)
    rows = Tutorship.objects.visible_to(request.user).filter(contract__in=contracts_read_by(request.user))
    rows = rows.select_related("tutor", "contract__enrolment__person", "contract__establishment")
    tutorship = get_object_or_404(rows, pk=pk)
    name = tutorship.contract.enrolment.person.short_name
    context = {
        "title": f"Fiche à imprimer {of_month(month)} — {name}",
        "tutorship": tutorship,
        "month": month,
        "lines": lines_of(tutorship, clock.today()),
        "levels": list(Level),
        "moods": list(Mood),
        "due_on": law.due_on(month),
    }
    log_access(user=request.user, action="read", obj=tutorship, request=request)
    return render(request, "tutoring/print_sheet.html", context)


@require_safe
@permission_required(HOLD, raise_exception=True)
@recent_identity
def sheet_scan(request, pk):
    """The paper itself, as an attachment; each reading leaves a line."""
    sheet = get_object_or_404(TutorSheet.objects.visible_to(request.user).exclude(scan=""), pk=pk)
    log_access(user=request.user, action="read", obj=sheet, request=request)
    kind = next(kind for kind in KINDS if sheet.scan.name.endswith(f".{kind.suffix}"))
    return download(sheet.scan.open("rb"), kind, f"fiche-{sheet.pk}")


@permission_required(HOLD, raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def tutor_access(request, pk):
    """Ce qui s'ouvre sans mot de passe au nom d'un tuteur : à fermer si son téléphone est perdu ; un lien à envoyer."""
    tutor = get_object_or_404(Tutor.objects.visible_to(request.user).select_related("establishment"), pk=pk)
    now = clock.now()
    if request.method == "POST":
        act = send_link if "send" in request.POST else close_everything
        act(request, tutor, now)
        return redirect("tutoring:tutor_access", pk=pk)
    phones = tutor.sheet_links.filter(revoked_at=None, used_at__gt=now - sheet_links.PHONE_LIFE)
    last = tutor.sheet_links.filter(planned_on__isnull=False).order_by("-created_at").first()
    context = {
        "title": f"Accès du tuteur — {tutor}",
        "tutor": tutor,
        "reached_at": address_of(tutor),
        "phones": phones.exclude(phone_hash="").count(),
        "last": last,
    }
    return render(request, "tutoring/tutor_access.html", context)


def address_of(tutor) -> str:
    channel, address = sheet_links.reached_by(tutor) or ("", "")
    return in_words(address) if channel == Message.Channel.SMS else address


def send_link(request, tutor, now) -> None:
    """To his own address or number, and no other."""
    if sheet_links.send_access(tutor=tutor, at=now):
        messages.success(request, "Un lien de dix minutes est parti à son adresse ou à son numéro.")
        return
    messages.warning(
        request,
        "Aucun lien n'est parti : le tuteur n'a ni portable ni courriel, ne suit personne, ou a déjà reçu cinq liens.",
    )


def close_everything(request, tutor, now) -> None:
    sheet_links.close_accesses(tutor=tutor, at=now)
    log_access(user=request.user, action="close-tutor-access", obj=tutor, request=request)
    messages.success(request, "Ses liens et ses téléphones n'ouvrent plus rien.")
