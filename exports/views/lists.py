"""The export of what a list shows, at once or by a job."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts import clock, once, searching
from accounts.actions import log_access
from accounts.downloads import attachment
from accounts.identity import recent_identity
from exports import actions, lists
from exports.build import workshop
from exports.models import ListExport

AT_ONCE = 1000


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("exports.export_list", raise_exception=True)
@recent_identity
def export_list(request, name):
    """Up to a thousand rows at once; a longer list by a job, asked for by a button."""
    view = lists.open_list(name, request.user, searching.with_text(request))
    if view is None:
        raise Http404("Aucune liste de ce nom.")
    if not view.has_permission():
        raise PermissionDenied
    count = view.rows.order_by().count()
    if count > AT_ONCE:
        return long_list(request, name, view, count)
    with workshop() as folder:
        written = lists.write_list(view, name, request.user, folder)
        file = written.path.open("rb")
    log_access(
        user=request.user,
        action="export",
        count=count,
        filters={"liste": name},
        file_sha256=written.sha256,
        purpose="liste",
        request=request,
    )
    return attachment(file, written.path.name)


def long_list(request, name, view, count):
    if request.method != "POST":
        return render(request, "exports/long_list.html", {"title": f"Exporter « {view.title} »", "count": count})
    query = searching.with_text(request).urlencode()

    def ask() -> str:
        export = actions.ask_list(name=name, title=view.title, query=query, author=request.user)
        return reverse("accounts:job", args=[export.job.public_id])

    try:
        return redirect(once.run(request, ask))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect(request.get_full_path())


@require_safe
@permission_required("exports.export_list", raise_exception=True)
@recent_identity
def list_download(request, public_id):
    export = get_object_or_404(ListExport.objects.visible_to(request.user), public_id=public_id)
    if not export.file or export.asked_at < clock.now() - actions.LIST_LIFE:
        messages.info(request, "Ce classeur n'est plus gardé (24 heures) : refaites l'export.")
        return redirect("home")
    return attachment(actions.take_list(export=export, user=request.user, request=request), export.file_name)
