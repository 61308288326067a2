"""The booklet of a person as a workbook."""

from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.actions import log_access
from accounts.downloads import attachment
from accounts.identity import recent_identity
from exports.build import workshop
from exports.livret import write_booklet
from tutoring.models.own_views import contracts_read_by


@require_safe
@permission_required(("tutoring.view_observation", "exports.export_list"), raise_exception=True)
@recent_identity
def booklet(request, pk):
    rows = contracts_read_by(request.user).select_related("enrolment__person", "establishment__employer", "cohort")
    contract = get_object_or_404(rows, pk=pk)
    with workshop() as folder:
        written = write_booklet(contract=contract, user=request.user, folder=folder)
        file = written.path.open("rb")
    log_access(
        user=request.user,
        action="export",
        obj=contract,
        count=sum(written.rows.values()),
        file_sha256=written.sha256,
        purpose="E1",
        request=request,
    )
    return attachment(file, written.path.name)
