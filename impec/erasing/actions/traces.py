"""What no foreign key leads to: messages, previews of imports, list exports, receipts, her account, mentions of her."""

from collections.abc import Callable
from functools import reduce
from operator import or_

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from auditlog.context import disable_auditlog
from django.apps import apps
from django.db import models
from django.db.models import Q, QuerySet

from accounts.models import Message, Receipt, SentForm, User
from contracts.models import Contract
from exports.models import ListExport
from impec.erasing.actions.rows import Touched
from impec.erasing.fates import GONE, SEARCHED
from impec.erasing.mentions import Mentions
from imports.models import ImportBatch, ImportRow

# A mail of these writes itself again as it leaves: what waits of it is only emptied.
REWRITTEN = "digest:"
PREVIEWED = (ImportBatch.State.RECEIVED, ImportBatch.State.READ)


def blank_messages(mentions: Mentions, touched: Touched) -> None:
    """Her own, and those that name her: what left keeps its day, what waited does not leave."""
    told = [message for message in Message.objects.exclude(subject="", body="") if _tells(message, mentions)]
    emptied = [one.pk for one in told if one.sent_at or one.key.startswith(REWRITTEN)]
    waiting = [one.pk for one in told if one.pk not in emptied]
    hers = Q(recipient__in=mentions.addresses)
    nobodys = Message.objects.filter(hers, subject="", body="").values_list("pk", flat=True)
    Message.objects.filter(pk__in=emptied).update(subject="", body="", attachments=[])
    touched.add(Message, sorted({*emptied, *nobodys}), gone=False)
    Message.objects.filter(hers, pk__in={*emptied, *nobodys}).update(recipient=GONE)
    Message.objects.filter(pk__in=waiting).delete()
    touched.add(Message, waiting, gone=True)


def _tells(message: Message, mentions: Mentions) -> bool:
    said = [message.subject, message.body, message.attachments]
    return message.recipient.lower() in mentions.addresses or mentions.are_in(said)


def drop_previews(mentions: Mentions, touched: Touched) -> None:
    """A file that names her and waits to be confirmed, or to be forgotten within the day: it can be given again."""
    for batch in ImportBatch.objects.filter(purged_at=None):
        rows = batch.rows.values_list("name", "content").iterator()
        said = [batch.file_name, batch.refusal, batch.sheets, batch.notes, batch.answers]
        if not mentions.are_in(said) and not any(mentions.are_in(list(row)) for row in rows):
            continue
        touched.files += [batch.file.name] if batch.file else []
        touched.add(ImportRow, list(batch.rows.values_list("pk", flat=True)), gone=True)
        batch.rows.all().delete()
        dropped = {"state": ImportBatch.State.DROPPED} if batch.state in PREVIEWED else {}
        named = {"file_name": GONE} if mentions.are_in(batch.file_name) else {}
        emptied = {"file": "", "answers": {}, "sheets": [], "notes": [], "refusal": mentions.blanked(batch.refusal)}
        ImportBatch.objects.filter(pk=batch.pk).update(**emptied, **dropped, **named)
        touched.add(ImportBatch, [batch.pk], gone=False)


def drop_list_exports(touched: Touched) -> None:
    """They live a day and are asked for again: none is opened to know whether it names her."""
    exports = list(ListExport.objects.all())
    touched.files += [one.file.name for one in exports if one.file]
    touched.add(ListExport, [one.pk for one in exports], gone=True)
    ListExport.objects.filter(pk__in=[one.pk for one in exports]).delete()


def receipts_of(contracts: set[int]) -> QuerySet[Receipt]:
    return Receipt.objects.filter(subject_kind=Contract._meta.label, subject_id__in=contracts)


def blank_receipts(contracts: set[int], touched: Touched, *, complete: bool) -> None:
    """How something came by another way; its scan is a proof, and goes with the last ground."""
    rows = receipts_of(contracts)
    said = rows.exclude(how__in=("", GONE))
    touched.add(Receipt, list(said.values_list("pk", flat=True)), gone=False)
    said.update(how=GONE)
    if complete:
        scanned = rows.exclude(scan="")
        touched.files += scanned.values_list("scan", flat=True)
        touched.add(Receipt, list(scanned.values_list("pk", flat=True)), gone=False)
        scanned.update(scan="")


def blank_texts(mentions: Mentions, touched: Touched) -> None:
    """Each mention, in the texts that people write about something else."""
    for label, names in SEARCHED.items():
        model, fields = apps.get_model(label), names.split()
        written = reduce(or_, (~Q(**{name: _nothing(model, name)}) for name in fields))
        rows = model._base_manager.filter(written).values("pk", *fields).order_by("pk")
        for row in rows.iterator():
            facts = {name: row[name] for name in fields if mentions.are_in(row[name])}
            if facts:
                model._base_manager.filter(pk=row["pk"]).update(**_shortened(model, facts, mentions.blanked))
                touched.add(model, [row["pk"]], gone=False)


def _nothing(model: type[models.Model], name: str) -> str | dict:
    column = model._meta.get_field(name)
    return {} if isinstance(column, models.JSONField) else ""


def _shortened(model: type[models.Model], facts: dict, blanked: Callable) -> dict:
    """A column stays within its length, whatever takes the place of a name."""
    lengths = {name: getattr(model._meta.get_field(name), "max_length", None) for name in facts}
    return {name: blanked(value)[: lengths[name]] if lengths[name] else blanked(value) for name, value in facts.items()}


def close_account(account: User, code: str, touched: Touched) -> None:
    """The trainee's own: nobody signs in by it any more, and it names nobody."""
    UserSession.objects.filter(user=account).delete()
    for model in (EmailAddress, Authenticator, SocialAccount, SentForm):
        model.objects.filter(user=account).delete()
    with disable_auditlog():
        account.email, account.first_name, account.last_name = f"{code.lower()}@efface.invalid", "", ""
        account.is_active = False
        account.set_unusable_password()
        account.save()
    touched.add(User, [account.pk], gone=False)
