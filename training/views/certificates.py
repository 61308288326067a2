"""Pages of certificates: issued for a cohort, printed, replaced, checked by anybody who holds the paper."""

from datetime import date

from allauth.core import ratelimit
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, permission_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import clock, once
from accounts.pages import ChangePage, DetailPage, ListPage
from accounts.templatetags.french import as_count, as_day
from cohorts.models import Cohort
from regulations.periods import Period
from training.actions import certificates
from training.forms.certificates import CheckForm
from training.models import Certificate, Convention
from training.paid import WHOLE, Standing, periods_of, standing_of, standings, words_of
from training.paid_filters import CertificateFilters
from training.paid_tables import CertificateTable
from training.papers import certificate_paper

VIEW, ISSUE = "training.view_convention", "training.issue_certificate"


class CertificateList(ListPage):
    permission_required = VIEW
    model = Certificate
    table_class = CertificateTable
    filterset_class = CertificateFilters
    title = "Certificats de réalisation"
    intro = "Figés à l'émission ; un certificat se remplace par un autre numéro, il ne se modifie pas."
    search_label = "Chercher un certificat"
    search_help = "numéro ou nom du stagiaire"
    default_order = ("-starts_on", "number")
    export_name = "certificats"
    empty_text = "Aucun certificat. Ouvrez le programme d'une cohorte, puis ses certificats."

    def get_queryset(self):
        return super().get_queryset().with_names()


@permission_required(ISSUE, raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def cohort_certificates(request, pk):
    """Les certificats d'une cohorte pour une période : ce qui peut être émis, ce qui ne le peut pas et pourquoi."""
    cohort = get_object_or_404(Cohort.objects.visible_to(request.user), pk=pk)
    periods = periods_of(cohort, clock.today())
    if request.method == "POST":
        return redirect(once.run(request, lambda: issue(request, cohort, periods)))
    key = asked_period(request.GET, periods)
    rows = list(rows_of(request.user, cohort, periods[key])) if key else []
    context = {
        "cohort": cohort,
        "periods": [(name, words_of(name, period), name == key) for name, period in periods.items()],
        "key": key,
        "rows": rows,
        "people": len(rows),
        "ready": sum(not row.certificate and not row.findings for row in rows),
        "issued": sum(row.certificate is not None for row in rows),
    }
    return render(request, "training/cohort_certificates.html", context)


def asked_period(query, periods) -> str:
    """That of the address, else the latest month that is over."""
    months = [key for key in periods if key != WHOLE]
    asked = query.get("periode", "")
    return asked if asked in periods else (months[-1] if months else "")


def rows_of(user, cohort, period) -> list[Standing]:
    conventions = Convention.objects.visible_to(user).filter(cohort=cohort)
    return [row for row in standings(conventions, period, clock.today()) if not row.has_nothing]


def issue(request, cohort, periods) -> str:
    """*Émettre pour tous*: those that can be; the page then shows the others with their reasons."""
    key = request.POST.get("periode", "")
    if key not in periods:
        raise Http404("Cette période n'est pas de celles qui se certifient.")
    done = certificates.issue_for_all(
        conventions=Convention.objects.visible_to(request.user),
        cohort=cohort,
        period=periods[key],
        by=request.user,
        at=clock.now(),
    )
    count = len(done.certificates)
    plural = "s" if count > 1 else ""
    words = f"{as_count(count)} certificat{plural} émis." if count else "Aucun certificat ne peut être émis."
    if done.blocked:
        words += f" {as_count(len(done.blocked))} en attente : voyez pourquoi ci-dessous."
    (messages.success if count else messages.warning)(request, words)
    return f"{reverse('training:cohort_certificates', args=[cohort.pk])}?periode={key}"


class CertificateDetail(DetailPage):
    """Le certificat tel qu'il s'imprime, sur une feuille. Her own is open to the trainee, who has no role."""

    model = Certificate
    template_name = "training/certificate.html"

    def has_permission(self):
        user = self.request.user
        return user.has_perm(VIEW) or getattr(user, "person", None) is not None

    def get_queryset(self):
        return super().get_queryset().with_names().select_related("convention__cohort", "convention__training_body")

    def title(self):
        return f"Certificat de réalisation {self.object.number}"

    def get_context_data(self, **kwargs):
        one = self.object
        may_issue = self.request.user.has_perm(ISSUE)
        standing = self.standing() if may_issue and not one.is_replaced else None
        return super().get_context_data(**kwargs) | {
            **certificate_paper(one, self.request.build_absolute_uri(reverse("training:check_certificate"))),
            "outdated": standing is not None and standing.is_outdated,
            "findings": standing.findings if standing else [],
        }

    def standing(self) -> Standing | None:
        one = self.object
        return standing_of(one.convention, one.enrolment, Period(one.starts_on, one.ends_on), clock.today())


class ReplaceCertificate(ChangePage):
    permission_required = ISSUE
    model = Certificate
    form_class = forms.Form
    title = "Remplacer le certificat"
    submit_label = "Émettre le certificat de remplacement"
    done_message = "Le nouveau certificat est émis ; l'ancien dit qu'il est remplacé."

    def get_queryset(self):
        return super().get_queryset().with_names()

    def act(self, form):
        return certificates.replace_certificate(certificate=self.row, by=self.request.user, at=clock.now())

    def get_success_url(self):
        return self.object.get_absolute_url()

    def cancel_url(self):
        return self.row.get_absolute_url()

    def get_context_data(self, **kwargs):
        intro = (
            f"Le {self.row.number} reste visible, marqué remplacé. Le nouveau porte un autre numéro et les heures "
            "d'aujourd'hui, si tout est égal, clos et signé."
        )
        return super().get_context_data(**kwargs) | {"intro": intro, "version": None}


# --- Without an account ---

# How often, from one address: settings.ACCOUNT_RATE_LIMITS.
CHECKING = "check_certificate"


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check_certificate(request):
    """Valable, remplacé ou inconnu. What is shown is on the paper already, and its holder by initials only."""
    form = CheckForm(request.POST or None)
    context = {"title": "Vérifier un certificat", "form": form}
    if request.method != "POST":
        return render(request, "training/check_certificate.html", context)
    if not form.is_valid():
        return render(request, "training/check_certificate.html", context, status=422)
    if not ratelimit.consume(request, action=CHECKING):
        return render(request, "training/check_certificate.html", context | {"too_many": True}, status=429)
    found = certificates.find_certificate(**form.cleaned_data)
    context |= {"checked": True, "found": found, "paper": told(found)}
    return render(request, "training/check_certificate.html", context)


def told(certificate: Certificate | None) -> list[tuple[str, object]]:
    """Lines of the public page: never a name, never an employer."""
    if certificate is None:
        return []
    paper = certificate.facts
    days = (as_day(date.fromisoformat(paper[name])) for name in ("starts_on", "ends_on", "made_on"))
    starts_on, ends_on, made_on = days
    return [
        ("Numéro", certificate.number),
        ("Stagiaire", paper["initials"]),
        ("Action", paper["title"]),
        ("Organisme de formation", paper["body"]),
        ("Période", f"du {starts_on} au {ends_on}"),
        ("Heures réalisées", paper["hours"]),
        ("Émis le", made_on),
    ]
