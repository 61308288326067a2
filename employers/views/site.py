"""Pages of the sites of an employer, and whom to write to there."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts import clock
from accounts.pages import ChangePage, DetailPage, Link
from employers import actions
from employers.forms import (
    ContactForm,
    EstablishmentForm,
)
from employers.models import Contact, Establishment
from employers.views.employer import OfEmployer
from regulations.siret import french_siret


class AddEstablishment(OfEmployer):
    form_class = EstablishmentForm
    permission_required = "employers.add_employer"
    title = "Ajouter un établissement"

    def act(self, form):
        return actions.add_establishment(employer=self.row, **form.cleaned_data)


class EstablishmentDetail(DetailPage):
    model = Establishment
    permission_required = "employers.view_employer"
    template_name = "employers/establishment_detail.html"

    def get_queryset(self):
        return super().get_queryset().select_related("employer")

    def facts(self):
        site = self.object
        place = " ".join(part for part in (site.address, site.postcode, site.town) if part)
        return [
            ("SIRET", french_siret(site.siret)),
            ("Adresse", place),
            ("Effectif (ETP)", site.headcount),
            *([("Fermé le", site.closed_on)] if site.closed_on else []),
        ]

    def links(self):
        pk = self.object.pk
        edit = "employers.change_employer"
        return [
            Link("Modifier", reverse("employers:establishment_change", args=[pk]), edit, icon="edit"),
            Link(
                "Agenda de la formation",
                reverse("training:establishment_calendar", args=[pk]),
                "training.share_calendar",
            ),
            Link("Ajouter un interlocuteur", reverse("employers:contact_add", args=[pk]), edit, icon="plus"),
        ]

    def get_context_data(self, **kwargs):
        contacts = self.object.contacts.filter(removed_on=None).order_by("role", "name")
        findings = self.object.employer.findings()
        return super().get_context_data(**kwargs) | {"contacts": contacts, "findings": findings}


class ChangeEstablishment(ChangePage):
    model = Establishment
    form_class = EstablishmentForm
    permission_required = "employers.change_employer"
    title = "Modifier l'établissement"
    done_message = "L'établissement est enregistré."

    def act(self, form):
        return actions.change_establishment(establishment=self.row, version=self.version, **form.cleaned_data)

    def cancel_url(self):
        return self.row.get_absolute_url()


class AddContact(ChangePage):
    model = Establishment
    form_class = ContactForm
    permission_required = "employers.change_employer"
    title = "Nouvel interlocuteur"

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs()
        kwargs.pop("instance")
        return kwargs

    def act(self, form):
        return actions.add_contact(establishment=self.row, **form.cleaned_data)

    def get_success_url(self):
        return self.row.get_absolute_url()

    def cancel_url(self):
        return self.row.get_absolute_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"intro": str(self.row), "version": None}


class ChangeContact(ChangePage):
    model = Contact
    form_class = ContactForm
    permission_required = "employers.change_employer"
    title = "Modifier l'interlocuteur"

    def act(self, form):
        return actions.change_contact(contact=self.row, **form.cleaned_data)

    def get_success_url(self):
        return self.row.establishment.get_absolute_url()

    def cancel_url(self):
        return self.row.establishment.get_absolute_url()


@require_POST
@permission_required("employers.change_employer", raise_exception=True)
def remove_contact(request, pk):
    contact = get_object_or_404(Contact.objects.visible_to(request.user), pk=pk)
    actions.remove_contact(contact=contact, on=clock.today())
    messages.success(request, f"{contact.name} n'est plus interlocuteur.")
    return redirect(contact.establishment)
