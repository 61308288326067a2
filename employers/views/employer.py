"""Pages of the legal entities: list, page, and the acts about one of them."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.actions import INVITATION_LEAVES
from accounts.pages import ChangePage, DetailPage, FormPage, Link, ListPage
from accounts.scope import acting_membership
from employers import actions
from employers.filters import EstablishmentFilters
from employers.forms import (
    AccessForm,
    DeclarationsForm,
    EmployerForm,
    FinancingForm,
    SiteForm,
)
from employers.models import Employer, Establishment, Financer
from employers.tables import EstablishmentTable
from regulations.employers import FinancerKind, LegalCategory, financer_findings, financer_for, pec_findings
from regulations.siret import french_siret


class EstablishmentList(ListPage):
    model = Establishment
    permission_required = "employers.view_employer"
    table_class = EstablishmentTable
    filterset_class = EstablishmentFilters
    title = "Employeurs"
    intro = "Un établissement par ligne ; une structure peut en avoir plusieurs."
    search_label = "Chercher un établissement"
    search_help = "nom, SIRET, commune ou structure"
    default_order = ("name", "pk")
    export_name = "etablissements"
    empty_text = "Aucun employeur : enregistrez le premier, ou importez votre classeur."

    def get_queryset(self):
        return super().get_queryset().select_related("employer").with_financer(clock.today())

    def links(self):
        address = reverse("employers:employer_add")
        return [Link("Nouvel employeur", address, "employers.add_employer", icon="plus", main=True)]


class EmployerDetail(DetailPage):
    model = Employer
    permission_required = "employers.view_employer"
    template_name = "employers/employer_detail.html"

    @cached_property
    def is_managed(self):
        return self.object.is_managed

    def facts(self):
        employer = self.object
        return [
            ("SIREN", french_siret(employer.siren)),
            ("Statut", employer.get_legal_category_display()),
            ("Convention collective (IDCC)", employer.idcc and f"{employer.idcc:04d}"),
            ("Accès à ImPEC'", self.access_in_words()),
        ]

    def access_in_words(self):
        if self.is_managed:
            return "ouvert ; la structure invite elle-même ses membres"
        return "ouvert" if self.object.organisation_id else "pas encore ouvert"

    def links(self):
        pk = self.object.pk
        add = "employers.add_employer"
        links = [Link("Modifier", reverse("employers:employer_change", args=[pk]), add, icon="edit")]
        if not self.is_managed:
            links.append(Link("Ouvrir un accès", reverse("employers:open_access", args=[pk]), add, icon="person"))
        return links

    def get_context_data(self, **kwargs):
        employer = self.object
        on = clock.today()
        sites = employer.establishments.filter(pk__in=Establishment.objects.visible_to(self.request.user))
        return super().get_context_data(**kwargs) | {
            "findings": employer.findings(),
            "establishments": sites.order_by("name", "pk"),
            "financings": employer.financings.select_related("financer").order_by("-valid_from"),
            "financing": employer.financings.in_force(on).select_related("financer").first(),
            "expected_financer": expected_financer(employer.legal_category, employer.idcc),
        }


def expected_financer(legal_category, idcc):
    kind = financer_for(LegalCategory(legal_category), idcc)
    return Financer.objects.filter(kind=kind).order_by("pk").first() if kind else None


class AddEmployer(FormPage):
    form_class = SiteForm
    permission_required = "employers.add_employer"
    template_name = "employers/employer_add.html"
    title = "Nouvel employeur"
    submit_label = "Enregistrer l'employeur"

    def act(self, form):
        typed = dict(form.cleaned_data)
        financer = typed.pop("financer") or expected_financer(typed["legal_category"], typed["idcc"])
        establishment = actions.register_site(site=actions.Site(**typed))
        if financer:
            actions.attach_financer(employer=establishment.employer, financer=financer, valid_from=clock.today())
        return establishment.employer

    def cancel_url(self):
        return reverse("employers:employer_list")


@require_safe
@permission_required("employers.view_employer", raise_exception=True)
def eligibility(request):
    """What the form says while it is being filled: may they sign a PEC, and who finances the training."""
    category, idcc = request.GET.get("legal_category", ""), request.GET.get("idcc", "")
    if category not in dict(LegalCategory.choices()):
        return render(request, "employers/_eligibility.html", {})
    number = int(idcc) if idcc.isascii() and idcc.isdigit() and len(idcc) < 6 else None
    kind = financer_for(LegalCategory(category), number)
    context = {"chosen": True, "findings": pec_findings(LegalCategory(category)), "financer": kind and kind.label}
    return render(request, "employers/_eligibility.html", context)


class ChangeEmployer(ChangePage):
    model = Employer
    form_class = EmployerForm
    permission_required = "employers.add_employer"
    template_name = "employers/employer_add.html"
    title = "Modifier la structure"
    done_message = "La structure est enregistrée."

    def act(self, form):
        return actions.change_employer(employer=self.row, version=self.version, **form.cleaned_data)

    def cancel_url(self):
        return self.row.get_absolute_url()


class OfEmployer(ChangePage):
    """An act about a legal entity: the form is not its own fields, and the result is its page."""

    model = Employer

    def get_success_url(self):
        return self.row.get_absolute_url()

    def cancel_url(self):
        return self.row.get_absolute_url()

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs()
        kwargs.pop("instance", None)
        return kwargs

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"intro": str(self.row), "version": None}


class Declare(OfEmployer):
    form_class = DeclarationsForm
    permission_required = "employers.change_employer"
    title = "Déclarations de l'employeur"
    done_message = "Les déclarations sont enregistrées."

    def get_initial(self):
        row = self.row
        return {
            "contributions_up_to_date": row.contributions_up_to_date,
            "recent_economic_dismissal": row.recent_economic_dismissal,
            "declared_on": row.declared_on or clock.today(),
            "reason": row.declarations_reason,
        }

    def act(self, form):
        return actions.declare(employer=self.row, **form.cleaned_data)


class AttachFinancer(OfEmployer):
    form_class = FinancingForm
    permission_required = "employers.add_employer"
    title = "Rattacher à un financeur"

    def get_initial(self):
        return {
            "financer": expected_financer(self.row.legal_category, self.row.idcc),
            "valid_from": clock.today(),
        }

    def act(self, form):
        financing = actions.attach_financer(employer=self.row, **form.cleaned_data)
        row = self.row
        kind = FinancerKind(financing.financer.kind)
        for finding in financer_findings(LegalCategory(row.legal_category), row.idcc, kind):
            messages.warning(self.request, finding.message)
        return financing


@method_decorator(reauthentication_required, name="dispatch")
class OpenAccess(OfEmployer):
    form_class = AccessForm
    permission_required = "employers.add_employer"
    title = "Ouvrir un accès à l'employeur"
    submit_label = "Envoyer l'invitation"
    done_message = INVITATION_LEAVES

    def act(self, form):
        site, membership = self.request.build_absolute_uri("/"), acting_membership(self.request.user)
        return actions.open_access(employer=self.row, site=site, invited_by=membership, **form.cleaned_data)
