"""Pages of the packs of proofs: asked for from a cohort or a contract, followed, shared, downloaded."""

from django import forms
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.actions import log_access
from accounts.downloads import attachment
from accounts.identity import recent_identity
from accounts.pages import DetailPage, FormPage, ListPage, Scoped
from accounts.templatetags.french import as_count, as_day, as_instant
from cohorts.models import Cohort
from contracts.models import Contract
from exports.actions import evidence
from exports.evidence.scope import readers_of
from exports.evidence_tables import EvidenceTable, ReceivedEvidenceTable
from exports.forms.evidence import EvidenceForm
from exports.models import EvidencePack

ZIP = "application/zip"


class EvidenceList(ListPage):
    model = EvidencePack
    permission_required = "exports.view_delivery"
    title = "Dossiers de preuves"
    search_label = "Chercher un dossier"
    search_help = "numéro, destinataire ou établissement"
    default_order = ("-asked_at",)

    @property
    def makes(self) -> bool:
        return self.request.user.has_perm("exports.make_delivery")

    @property
    def intro(self):
        return "Un dossier se demande depuis la page d'une cohorte ou d'un contrat." if self.makes else ""

    @property
    def empty_text(self):
        return "Aucun dossier pour l'instant." if self.makes else "Aucun dossier ne vous a encore été remis."

    @property
    def table_class(self):
        return EvidenceTable if self.makes else ReceivedEvidenceTable

    def get_queryset(self):
        return super().get_queryset().with_names()


class AskEvidence(Scoped, FormPage):
    """Demander un dossier: the address says about what, the form for whom."""

    model = Cohort
    form_class = EvidenceForm
    permission_required = "exports.make_delivery"
    submit_label = "Préparer le dossier"
    contract = None

    @cached_property
    def about(self):
        return get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])

    @cached_property
    def cohort(self):
        return self.about

    @property
    def title(self):
        return f"Dossier de preuves, {self.cohort}"

    @property
    def intro(self):
        return (
            "Un zip lisible sans connexion : les faits, les certificats, les émargements, les fiches du tuteur, les "
            "entretiens, les états de présence, l'aide versée et les échanges, avec les empreintes qui permettent de "
            "tout vérifier."
        )

    def get_form_kwargs(self):
        readers = readers_of(self.cohort, self.request.user, clock.today(), self.contract)
        return super().get_form_kwargs() | {"readers": readers}

    def act(self, form):
        return evidence.ask_evidence(
            cohort=self.cohort, reader=form.reader(), author=self.request.user, contract=self.contract
        )

    def note(self, refusal):
        log_access(user=self.request.user, action="refusal", purpose="dossier de preuves", request=self.request)

    def cancel_url(self):
        return reverse("cohort_page", args=[self.cohort.pk])


class AskContractEvidence(AskEvidence):
    model = Contract

    def get_queryset(self):
        return super().get_queryset().select_related("cohort__agency", "enrolment__person", "establishment__employer")

    @property
    def contract(self):
        return self.about

    @property
    def cohort(self):
        return self.about.cohort

    @property
    def title(self):
        return f"Dossier de preuves, contrat de {self.about.enrolment.person.full_name}"

    def cancel_url(self):
        return self.about.get_absolute_url()


class EvidenceDetail(DetailPage):
    model = EvidencePack
    permission_required = "exports.view_delivery"
    template_name = "exports/evidence_detail.html"

    def get_queryset(self):
        return super().get_queryset().with_names()

    def title(self):
        return f"Dossier de preuves {self.object.number}"

    def facts(self):
        one = self.object
        return [
            ("Cohorte", one.cohort),
            ("Objet", one.about),
            ("Destinataire", one.to_whom),
            ("Liste applicable", one.get_audience_display()),
            ("Arrêté au", as_day(one.as_of)),
            ("Contrats", as_count(one.contract_count) if one.is_frozen else None),
            ("Fichiers", as_count(one.file_count) if one.is_frozen else None),
            ("Préparé par", f"{one.author}, le {as_instant(one.asked_at)}"),
            ("Remis", f"le {as_instant(one.shared_at)} par {one.shared_by}" if one.shared_at else "pas encore"),
        ]

    def get_context_data(self, **kwargs):
        pack, user = self.object, self.request.user
        makes, may_open = user.has_perm("exports.make_delivery"), evidence.may_open_evidence(user, pack)
        return super().get_context_data(**kwargs) | {
            "may_open": may_open,
            "may_share": makes and may_open and not pack.shared_at and pack.recipient is not None,
            "job": pack.job if makes and not pack.is_frozen else None,
            "check_address": self.request.build_absolute_uri(reverse("check_file")),
        }


@require_safe
@permission_required("exports.view_delivery", raise_exception=True)
@recent_identity
def evidence_download(request, pk):
    pack = get_object_or_404(EvidencePack.objects.visible_to(request.user).with_names(), pk=pk)
    if not pack.is_frozen:
        raise Http404("Ce dossier n'est pas encore prêt.")
    if not evidence.may_open_evidence(request.user, pack):
        log_access(user=request.user, action="refusal", obj=pack, request=request)
        raise PermissionDenied(evidence.EVIDENCE_NOT_REFERENT)
    return attachment(evidence.take_evidence(pack=pack, user=request.user, request=request), pack.file_name, ZIP)


class ShareEvidence(Scoped, FormPage):
    """Remettre: a page of its own, because it cannot be taken back."""

    model = EvidencePack
    form_class = forms.Form
    permission_required = "exports.make_delivery"
    submit_label = "Remettre le dossier"
    done_message = "Le dossier est remis : le destinataire est prévenu."

    @cached_property
    def pack(self):
        return get_object_or_404(self.get_queryset().with_names(), pk=self.kwargs["pk"])

    @property
    def title(self):
        return f"Remettre le dossier {self.pack.number}"

    @property
    def intro(self):
        return f"{self.pack.to_whom} le verra dans son espace, et un message le lui dira. Cela ne se reprend pas."

    def act(self, form):
        return evidence.share_evidence(pack=self.pack, by=self.request.user)

    def cancel_url(self):
        return self.pack.get_absolute_url()
