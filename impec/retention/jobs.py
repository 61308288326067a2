"""Notices that leave by themselves, and a purge that somebody approved on the page."""

from datetime import date, timedelta

from django.urls import reverse

from accounts import clock
from accounts.work import Work
from impec.retention import purging, service

LONGEST = timedelta(minutes=15)


def warn_inactive() -> int:
    """Each day: accounts unused for eleven months are told once; nothing goes."""
    on = clock.today()
    silent = service.to_warn(on)
    for user in silent:
        service.warn(user, on)
    return len(silent)


def run_purge(work: Work) -> None:
    user, on = work.author(), date.fromisoformat(work.arguments["on"])
    work.hold(LONGEST)
    done = purging.approve(by=user, on=on, only=work.arguments["rules"], tell=lambda: work.hold(LONGEST))
    with work.finish() as result:
        result["url"] = reverse("retention:proposals")
        result["label"] = "Durées de conservation"
        result["message"] = purging.said(done)
