"""The sheet of the month on a telephone: one person a page, then the next one; and what the telephone asks for."""

from datetime import date
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts import clock
from accounts.journal import log_access
from accounts.pages import add_refusal
from accounts.templatetags.french import of_month
from accounts.workers import worker_script
from regulations import sheets as law
from tutoring.actions import sheets as actions
from tutoring.forms.sheets import SheetForm, day_of, refusal_in_words, shown
from tutoring.grids import trade_of
from tutoring.sheets import followed, is_open, latest_of, lines_of, sent_by, tutorships_of, waited_of
from tutoring.views.sheet_entry import for_tutors, guarded, known_phone, phone_cookie, tutors_of


def month_named(year: int, month: int) -> date:
    if not (1 <= month <= 12 and 2000 <= year < 2100):
        raise Http404("Ce mois n'existe pas.")
    return date(year, month, 1)


def address_of(tutorship_id: int, month: date) -> str:
    return reverse("tutoring:fill_sheet", args=[tutorship_id, month.year, month.month])


def owner_of(request) -> str:
    """Whose sendings a telephone holds: another tutor's are not his to send."""
    return "-".join(str(tutor.pk) for tutor in request.tutors)


@for_tutors
@require_safe
def my_sheets(request):
    """The next sheet that is waited for; when all are sent, what was sent."""
    today = clock.today()
    waiting = waited_of(request.tutors, today)
    if waiting and "fait" not in request.GET:
        return redirect(address_of(waiting[0].tutorship.pk, waiting[0].month))
    months = law.open_months(today)
    context = {
        "waiting": [(one, address_of(one.tutorship.pk, one.month)) for one in waiting],
        "sent": sent_by(request.tutors, months),
        "owner": owner_of(request),
        "asked_by_nobody": not followed(today, tutorships_of(request.tutors)).exists(),
    }
    return render(request, "tutoring/my_sheets.html", context)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def fill_sheet(request, pk, year, month):
    """La fiche d'une personne pour un mois : cinq gestes. A telephone sends it here too, from its queue."""
    month = month_named(year, month)
    if request.method == "POST" and "application/json" in request.headers.get("Accept", ""):
        return receive(request, pk, month)
    return fill_on_page(request, pk=pk, month=month)


@for_tutors
def fill_on_page(request, pk, month):
    tutorship = get_object_or_404(tutorships_of(request.tutors), pk=pk)
    today = clock.today()
    if request.method != "POST" and not is_open(tutorship, month, today):
        raise Http404("Cette fiche n'est pas demandée.")
    form = form_for(tutorship, request.POST if request.method == "POST" else None)
    if request.method == "POST" and sent(request, form, tutorship, month, today):
        name = tutorship.contract.enrolment.person.short_name
        messages.success(request, f"La fiche de {name} est envoyée. Merci.")
        return redirect("tutoring:my_sheets")
    if request.method != "POST":
        log_access(user=by_of(request), action="read", obj=tutorship, request=request)
    context = page_context(request, tutorship, month, form, today)
    return render(request, "tutoring/fill_sheet.html", context, status=422 if form.is_bound else 200)


def form_for(tutorship, data, form_class=SheetForm, **kwargs):
    """The page of a new sheet carries its number: sent twice, it is received once."""
    today = clock.today()
    facts = {"lines": lines_of(tutorship, today), "trade": trade_of(tutorship.contract)}
    return form_class(data, initial={"request_id": uuid4(), **kwargs.pop("initial", {})}, **facts, **kwargs)


def by_of(request):
    return request.user if request.user.is_authenticated else None


def sent(request, form, tutorship, month, observed_on) -> bool:
    """The sheet is kept, or what hinders it is said on the page."""
    if not form.is_valid():
        return False
    try:
        facts = form.facts(month=month, observed_on=observed_on)
        actions.send_sheet(tutorship=tutorship, facts=facts, by=by_of(request), at=clock.now())
    except ValidationError as refusal:
        add_refusal(form, refusal)
        return False
    return True


def page_context(request, tutorship, month, form, today) -> dict:
    waiting = waited_of(request.tutors, today)
    here = (tutorship.pk, month)
    others = [one for one in waiting if (one.tutorship.pk, one.month) != here]
    return {
        "tutorship": tutorship,
        "short_name": tutorship.contract.enrolment.person.short_name,
        "month": month,
        "title": f"Fiche {of_month(month)} — {tutorship.contract.enrolment.person.short_name}",
        "form": form,
        "lines": form.lines,
        "sent_before": latest_of(tutorship, month),
        "others": [(one, address_of(one.tutorship.pk, one.month)) for one in others],
        "owner": owner_of(request),
        "addresses": " ".join(address_of(one.tutorship.pk, one.month) for one in waiting),
    }


# --- What a telephone sends and asks ---


def receive(request, pk, month):
    """From the queue of a telephone, maybe days later: the session may be over, the telephone is still known."""
    tutors, phone = tutors_of(request), known_phone(request)
    if phone is not None and not tutors and not request.user.is_authenticated:
        tutors = [phone.tutor]
    if not tutors:
        # Known once and no longer: what it keeps is to be wiped. Not because somebody else is signed in on it.
        closed = phone is None and phone_cookie() in request.COOKIES
        return guarded(JsonResponse({"closed": closed}, status=401))
    tutorship = tutorships_of(tutors).filter(pk=pk).first()
    if tutorship is None:
        message = "Cette personne n'est pas, ou plus, parmi celles que vous suivez."
        return guarded(JsonResponse({"message": message}, status=409))
    form = form_for(tutorship, request.POST)
    if not form.is_valid():
        return guarded(JsonResponse({"message": shown(form.errors)}, status=409))
    facts = form.facts(month=month, observed_on=day_of(form.age(), clock.now(), month))
    try:
        sheet = actions.send_sheet(tutorship=tutorship, facts=facts, by=by_of(request), at=clock.now())
    except ValidationError as refusal:
        return guarded(JsonResponse({"message": refusal_in_words(refusal)}, status=409))
    if request.session.session_key or request.user.is_authenticated:
        messages.success(request, f"La fiche de {tutorship.contract.enrolment.person.short_name} est envoyée. Merci.")
    waiting = waited_of(tutors, clock.today())
    following = address_of(waiting[0].tutorship.pk, waiting[0].month) if waiting else reverse("tutoring:my_sheets")
    return guarded(JsonResponse({"received": str(sheet.request_id), "following": following, "left": len(waiting)}))


@login_not_required
@require_safe
def sheet_state(request):
    """A token for a page that was kept; it opens nothing."""
    return guarded(JsonResponse({"token": get_token(request)}))


@login_not_required
@require_safe
def sheet_worker(request):
    return worker_script("tutoring/sheet-worker.js")


@login_not_required
@require_safe
def sheet_manifest(request):
    """What a telephone needs to put these sheets beside its applications."""
    return JsonResponse(
        {
            "name": "Fiches de suivi ImPEC'",
            "short_name": "Mes fiches",
            "lang": "fr",
            "start_url": reverse("tutoring:my_sheets"),
            "scope": reverse("tutoring:my_sheets"),
            "display": "standalone",
            "background_color": "#faf7f2",
            "theme_color": "#0b5d5b",
            "icons": [
                {"src": static("impec/icon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
            ],
        },
        content_type="application/manifest+json",
    )
