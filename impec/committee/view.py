"""The pack of a committee, on one sheet, and its workbook."""

from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.downloads import attachment
from accounts.journal import log_access
from cohorts.models import Cohort
from exports.build import workshop
from impec.committee import charts
from impec.committee.figures import read_pack
from impec.committee.workbook import MASKING, write_pack

RIGHT = "cohorts.change_cohort"


@permission_required(RIGHT, raise_exception=True)
@require_safe
def committee_pack(request, pk):
    """Dossier de comité : chiffres, trois graphiques et leurs tableaux, décisions, risques. No name."""
    cohort = get_object_or_404(Cohort.objects.visible_to(request.user).select_related("agency"), pk=pk)
    pack = read_pack(cohort, request.user, clock.today())
    context = {
        "title": f"Dossier de comité — {cohort}",
        "pack": pack,
        "cohort": cohort,
        "masking": MASKING,
        "standing_chart": charts.standing_chart(pack.standings),
        "hours_chart": charts.hours_chart(pack),
        "aid_chart": charts.aid_chart(pack),
    }
    return render(request, "impec/committee/pack.html", context)


@permission_required(RIGHT, raise_exception=True)
@require_safe
def committee_workbook(request, pk):
    cohort = get_object_or_404(Cohort.objects.visible_to(request.user), pk=pk)
    pack = read_pack(cohort, request.user, clock.today())
    with workshop() as folder:
        done = write_pack(pack, request.user, folder)
        file = done.path.open("rb")
    log_access(
        user=request.user,
        action="export",
        obj=cohort,
        count=sum(done.rows.values()),
        file_sha256=done.sha256,
        purpose="dossier de comité",
        request=request,
    )
    return attachment(file, done.path.name)
