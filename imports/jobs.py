"""Entry points for the queue: plain arguments, safe to run twice."""

from accounts import clock
from accounts.work import Work
from imports import actions
from imports.models import ImportBatch


def run_import(work: Work) -> None:
    """Reads a workbook, or writes what was confirmed; acts as the member who asked for it."""
    batch = ImportBatch.objects.select_related("cohort", "organisation").get(pk=work.arguments["batch"])
    user = work.author()
    if work.arguments["act"] == "write":
        actions.confirm_import(batch=batch, by=user, work=work)
    else:
        actions.read_batch(batch=batch, user=user, work=work)


def forget_old_previews() -> int:
    return actions.forget_old_previews(at=clock.now())
