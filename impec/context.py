"""What every page of the house shows: main menu by rights, role switch, date of a demonstration."""

from typing import NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from accounts import clock
from training.roll import owner_of


class Entry(NamedTuple):
    """One entry of the main menu."""

    label: str
    route: str
    permission: str


MENU = (
    Entry("Cohortes", "cohorts:cohort_list", "cohorts.view_cohort"),
    Entry("Personnes", "cohorts:person_list", "cohorts.view_person"),
    Entry("Employeurs", "employers:employer_list", "employers.view_employer"),
    Entry("Orientations", "cohorts:referral_list", "cohorts.answer_referral"),
    Entry("Personnes orientées", "cohorts:sent_people", "cohorts.view_sent_people"),
    Entry("Contrats", "contracts:contract_list", "contracts.view_contract"),
    Entry("Mois", "contracts:choose_month", "contracts.declare_presence"),
    Entry("Échéances", "due:due_list", "accounts.view_due"),
    Entry("Formation", "training:session_list", "training.view_session"),
    Entry("Tutorat", "tutoring:tutor_list", "tutoring.view_tutor"),
    Entry("Imports", "imports:batch_list", "imports.import_payments"),
    Entry("Fichiers", "exports:delivery_list", "exports.view_delivery"),
)


def house(request):
    """Lazy where it costs: an error page or a fragment pays for nothing it does not show."""
    return {
        "menu": SimpleLazyObject(lambda: list(menu(request))),
        "acting_membership": SimpleLazyObject(lambda: getattr(user_of(request), "acting_through", None)),
        "other_memberships": SimpleLazyObject(lambda: other_memberships(request)),
        # as text: a page would part its thousands
        "session_seconds": str(int(settings.SESSION_IDLE.total_seconds())),
        # whose rolls this device may still keep, while the network is away
        "roll_owner": SimpleLazyObject(lambda: owner_of(request.user)),
        "proconnect_is_on": bool(settings.PROCONNECT_URL),
        "moved_day": clock.today() if clock.is_moved() else None,
    }


def user_of(request):
    return getattr(request, "user", None)


def menu(request):
    user = user_of(request)
    if not getattr(user, "is_authenticated", False):
        return
    entries = [(entry, reverse(entry.route)) for entry in MENU if user.has_perm(entry.permission)]
    here = current_route(request, entries)
    for entry, url in entries:
        yield {"label": entry.label, "url": url, "current": entry.route == here}


def current_route(request, entries) -> str:
    """The entry whose address begins this one, the longest of them; else the first entry of the same room."""
    under = [(len(url), entry.route) for entry, url in entries if request.path.startswith(url)]
    if under:
        return max(under)[1]
    room = getattr(request.resolver_match, "namespace", "")
    same_room = [entry.route for entry, _ in entries if room and entry.route.startswith(f"{room}:")]
    return same_room[0] if same_room else ""


def other_memberships(request) -> list:
    """The roles one could take instead of the present one."""
    user = user_of(request)
    if not getattr(user, "is_authenticated", False):
        return []
    others = [one for one in getattr(user, "active_memberships", ()) if one != user.acting_through]
    return sorted(others, key=lambda one: (one.organisation.name, one.role))
