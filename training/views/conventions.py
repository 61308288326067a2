"""Pages of conventions: read, corrected, signed, printed."""

from django.db.models import Count
from django.urls import reverse

from accounts import clock
from accounts.pages import ChangePage, DetailPage, Link, ListPage
from accounts.templatetags.french import as_day, as_hours
from cohorts.models import Enrolment
from contracts.models import Contract
from regulations.periods import Period
from regulations.siret import french_siret
from training.actions import conventions
from training.annex import annex_of, live_annex
from training.forms.conventions import ConventionForm, FileNumberForm, SignForm, typed_hours
from training.models import Convention
from training.paid import standings
from training.paid_filters import ConventionFilters
from training.paid_tables import ConventionTable, price_of

VIEW, PREPARE = "training.view_convention", "training.prepare_convention"


class ConventionList(ListPage):
    permission_required = VIEW
    model = Convention
    table_class = ConventionTable
    filterset_class = ConventionFilters
    title = "Conventions de formation"
    intro = "Une par employeur d'une cohorte, le même programme annexé à toutes."
    search_label = "Chercher une convention"
    search_help = "numéro, dossier du financeur ou établissement"
    default_order = ("-cohort__starts_on", "number")
    export_name = "conventions"
    empty_text = "Aucune convention. Ouvrez le programme d'une cohorte, puis préparez ses conventions."

    def get_queryset(self):
        return super().get_queryset().with_names().annotate(people=Count("trainees"))

    def links(self):
        return [
            Link("Certificats", reverse("training:certificate_list"), VIEW, "list"),
            Link("Plafonds", reverse("training:cap_list"), "contracts.view_reference_data"),
            Link("Réglages", reverse("training:training_rules_list"), "contracts.view_reference_data"),
        ]


class ConventionDetail(DetailPage):
    permission_required = VIEW
    model = Convention
    template_name = "training/convention.html"

    def get_queryset(self):
        return super().get_queryset().with_names()

    def title(self):
        return f"Convention {self.object.number}"

    def facts(self):
        one = self.object
        return [
            ("Établissement", f"{one.establishment} ({french_siret(one.establishment.siret)})"),
            ("Structure employeuse", one.establishment.employer),
            ("Cohorte", one.cohort),
            ("Action", f"{one.title}, {one.get_nature_display()}"),
            ("Période", f"du {as_day(one.starts_on)} au {as_day(one.ends_on)}"),
            ("Heures prévues par stagiaire", as_hours(one.planned_minutes)),
            ("Prix HT", price_of(one) or None),
            ("Conditions de paiement", one.payment_terms),
            ("Organisme de formation", one.training_body),
            ("Sous-traitant", one.subcontractor or "aucun"),
            ("Dossier du financeur", one.file_number),
            ("Signée le", as_day(one.signed_on) if one.signed_on else None),
        ]

    def links(self):
        one = self.object
        acts = [
            ("Imprimer", "print_convention", VIEW, "file", one.signed_on is not None),
            ("Dossier du financeur", "note_file_number", PREPARE, "edit", False),
            ("Dépenses", "expense_list", "training.view_expense", "list", False),
        ]
        if one.signed_on is None:
            acts += [
                ("Corriger", "change_convention", PREPARE, "edit", False),
                ("Noter la signature", "sign_convention", PREPARE, "ok", True),
            ]
        return [
            Link(label, reverse(f"training:{name}", args=[one.pk]), permission, icon, main)
            for label, name, permission, icon, main in acts
        ]

    def get_context_data(self, **kwargs):
        one, today = self.object, clock.today()
        rows = standings(Convention.objects.visible_to(self.request.user).filter(pk=one.pk), period_of(one), today)
        lines = one.invoice_lines.select_related("enrolment__person", "voided_by")
        return super().get_context_data(**kwargs) | {
            "notices": notices(one),
            "rows": rows,
            "minutes": sum(row.minutes for row in rows),
            "invoiced": sum(row.invoiced_minutes for row in rows),
            "certified": sum(row.certified_minutes for row in rows),
            "lines": lines.order_by("-invoiced_on", "invoice_number", "enrolment__person__search_text", "pk"),
            "total": sum(line.amount for line in lines if line.voided_at is None),
            "annex": annex_of(one),
        }


def period_of(convention: Convention) -> Period:
    return Period(convention.starts_on, convention.ends_on)


def notices(convention: Convention) -> list[str]:
    """What the convention or its papers still lack, in words."""
    body, found = convention.training_body, []
    if not convention.has_price:
        found.append("Elle n'a pas encore de prix.")
    if not body.representative:
        found.append("On ne sait pas qui signe pour l'organisme de formation.")
    if not body.declaration_number:
        found.append("Le numéro de déclaration d'activité de l'organisme de formation manque.")
    if convention.signed_on and convention.signed_on > convention.starts_on:
        found.append(
            f"Elle est signée le {as_day(convention.signed_on)}, après le premier jour "
            f"({as_day(convention.starts_on)}) : un financeur peut la refuser (D6353-1)."
        )
    if annex_of(convention) != live_annex(convention):
        found.append("Le programme de la cohorte a changé depuis celui qui est annexé aux conventions signées.")
    return found


class PrintConvention(DetailPage):
    permission_required = VIEW
    model = Convention
    template_name = "training/print_convention.html"

    def get_queryset(self):
        return super().get_queryset().with_names()

    def title(self):
        return f"Convention de formation {self.object.number}"

    def get_context_data(self, **kwargs):
        one = self.object
        people = one.trainees.select_related("enrolment__person").order_by("enrolment__person__search_text", "pk")
        return super().get_context_data(**kwargs) | {
            "annex": annex_of(one),
            "people": [row.enrolment.person for row in people],
            "price": price_of(one),
            "siret": french_siret(one.establishment.siret),
            "body_siret": french_siret(one.training_body.siret),
        }


class OnConvention(ChangePage):
    """A verb on one convention; then back to it."""

    permission_required = PREPARE
    model = Convention

    def get_queryset(self):
        return super().get_queryset().with_names()

    def get_success_url(self):
        return self.row.get_absolute_url()

    cancel_url = get_success_url

    def get_context_data(self, **kwargs):
        intro = f"{self.row.number}, {self.row.establishment}"
        return super().get_context_data(**kwargs) | {"intro": intro}


class ChangeConvention(OnConvention):
    form_class = ConventionForm
    title = "Corriger la convention"
    done_message = "La convention est corrigée."

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"people": self.people()}

    def people(self):
        """Whoever was hired there, and those already in it."""
        hired = Contract.objects.visible_to(self.request.user).filter(
            cohort=self.row.cohort, establishment=self.row.establishment, closed_on=None
        )
        seen = Enrolment.objects.visible_to(self.request.user).select_related("person")
        either = seen.filter(contracts__in=hired) | seen.filter(conventions__convention=self.row)
        return either.distinct().order_by("person__search_text", "pk")

    def get_initial(self):
        return {
            "planned_hours": typed_hours(self.row.planned_minutes),
            "people": list(self.row.trainees.values_list("enrolment_id", flat=True)),
        }

    def act(self, form):
        return conventions.change_convention(
            convention=self.row, trainees=form.cleaned_data["people"], version=self.version, **form.facts()
        )


class SignConvention(OnConvention):
    form_class = SignForm
    title = "Noter la signature de la convention"
    submit_label = "Noter la signature"
    done_message = "La convention est signée : son programme ne change plus."

    def get_initial(self):
        return {"signed_on": clock.today()}

    def act(self, form):
        signed_on = form.cleaned_data["signed_on"]
        return conventions.sign_convention(convention=self.row, on=signed_on, today=clock.today())


class NoteFileNumber(OnConvention):
    form_class = FileNumberForm
    title = "Numéro de dossier du financeur"

    def get_initial(self):
        return {"file_number": self.row.file_number}

    def act(self, form):
        return conventions.note_file_number(convention=self.row, version=self.version, **form.cleaned_data)
