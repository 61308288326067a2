"""Exports of long lists, kept a day for their author."""

from datetime import datetime, timedelta

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.http import HttpRequest

from accounts import work
from accounts.actions import log_access
from accounts.models import User
from accounts.rows import keep
from accounts.scope import acting_membership
from exports.models import ListExport
from workbooks.write import Written

LIST_LIFE = timedelta(hours=24)


def take_list(*, export: ListExport, user: User, request: HttpRequest | None = None) -> File:
    log_access(
        user=user,
        action="download",
        obj=export,
        count=export.row_count,
        file_sha256=export.sha256,
        request=request,
    )
    return export.file.open("rb")


@transaction.atomic
def ask_list(*, name: str, title: str, query: str, author: User) -> ListExport:
    """A long list is written by a job; asked for again, it is another one."""
    export = keep(ListExport(name=name, query=query, author=author))
    log_access(user=author, action="export", obj=export, filters={"liste": name}, purpose="liste")
    export.job = work.start_job(
        key=f"list/{export.public_id}",
        kind="list",
        label=f"Export de la liste « {title} »"[:200],
        arguments={"list_export": export.pk},
        user=author,
        membership=acting_membership(author),
    )
    export.save(update_fields=["job"])
    return export


def keep_list(*, export: ListExport, written: Written, kept: str) -> ListExport:
    export.file, export.file_name = kept, written.path.name
    export.sha256, export.row_count = written.sha256, sum(written.rows.values())
    export.save()
    log_access(
        user=export.author,
        action="freeze",
        obj=export,
        count=export.row_count,
        filters={"liste": export.name},
        file_sha256=export.sha256,
    )
    return export


def purge_list_exports(*, before: datetime) -> int:
    """List exports live a day."""
    old = list(ListExport.objects.filter(asked_at__lt=before))
    for export in old:
        if export.file:
            default_storage.delete(export.file.name)
        export.delete()
    return len(old)
