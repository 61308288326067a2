"""Messages to send: written in the transaction of their cause, sent once by a job."""

import hashlib
import os
import re
import smtplib
import uuid
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import timedelta
from email.mime.text import MIMEText
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.module_loading import import_string
from django_q.tasks import async_task

from accounts import clock
from accounts.log_masks import masked
from accounts.models import Message

LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 60
TEXT_KEPT = timedelta(days=7)
HELD = "Retenu à la restauration : il est peut-être déjà parti."


@dataclass(frozen=True, slots=True)
class Attachment:
    """Pièce jointe : un petit texte à nous ; `name` est en ASCII, `method` est celle d'un agenda (RFC 6047)."""

    name: str
    type: str
    text: str
    method: str = ""


def post_message(
    *,
    key: str,
    recipient: str,
    subject: str,
    body: str,
    channel: str = Message.Channel.MAIL,
    attachments: Iterable[Attachment] = (),
) -> Message:
    """The same key twice is the same message: the second call changes nothing."""
    subject = " ".join(subject.split())
    facts = {"recipient": recipient, "subject": subject[:200], "body": body, "channel": channel}
    facts["attachments"] = [asdict(one) for one in attachments]
    message, _ = Message.objects.get_or_create(key=key, defaults=facts)
    transaction.on_commit(lambda: async_task("accounts.jobs.send_message", message.pk))
    return message


def send(message_id: int) -> bool:
    """True when this call sent it. The lease keeps two workers from sending it together."""
    now = clock.true_now()
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    unsent = Message.objects.filter(free, pk=message_id, sent_at=None, held_at=None, attempts__lt=MOST_ATTEMPTS)
    taken = unsent.update(lease_until=now + LEASE, attempts=F("attempts") + 1)
    if not taken:
        return False
    message = Message.objects.get(pk=message_id)
    if not still_says_something(message):
        return False
    try:
        deliver(message)
    except (OSError, smtplib.SMTPException) as error:
        Message.objects.filter(pk=message_id).update(error=type(error).__name__)
        return False
    Message.objects.filter(pk=message_id).update(sent_at=clock.true_now(), lease_until=None, error="")
    return True


def still_says_something(message: Message) -> bool:
    """A message that waited asks its writer what is left to say: the text is brought up to date, or nothing leaves."""
    check = settings.MESSAGE_CHECKS.get(message.key.partition(":")[0])
    return check is None or import_string(check)(message)


def waiting_ids() -> list[int]:
    now = clock.true_now()
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    waiting = Message.objects.filter(free, sent_at=None, held_at=None, attempts__lt=MOST_ATTEMPTS)
    return list(waiting.order_by("created_at", "pk").values_list("pk", flat=True)[:200])


def hold_unsent() -> int:
    """In a database that comes back: what waited may have left since the copy, and waits for a person to decide."""
    facts = {"held_at": clock.true_now(), "lease_until": None, "error": HELD}
    return Message.objects.filter(sent_at=None, held_at=None).update(**facts)


def held() -> QuerySet[Message]:
    """What a person may still let go, the oldest first: its text is not forgotten."""
    return Message.objects.filter(sent_at=None, held_at__isnull=False).exclude(body="").order_by("created_at", "pk")


def release(ids: Iterable[int] | None = None) -> int:
    """Those messages, or all that are held: they leave at the next sweep."""
    chosen = held() if ids is None else held().filter(pk__in=ids)
    return chosen.update(held_at=None, attempts=0, error="")


def forget_texts() -> int:
    """Texts hold names, codes and links: a week after the sending, or the holding, only the fact remains."""
    limit = clock.true_now() - TEXT_KEPT
    old = Message.objects.filter(Q(sent_at__lt=limit) | Q(sent_at=None, held_at__lt=limit)).exclude(body="")
    return old.update(body="", subject="", attachments=[])


def deliver(message: Message) -> None:
    if message.channel == Message.Channel.SMS:
        _deliver_sms(message)
    elif settings.MAIL_DIR:
        _write_file(message, "eml.txt")
    else:
        _mail(message).send()


def _mail(message: Message) -> EmailMessage:
    headers = {"Message-ID": f"<{_name(message)}@impec>", "Auto-Submitted": "auto-generated"}
    mail = EmailMessage(message.subject, message.body, None, [message.recipient], headers=headers)
    for one in attached_to(message):
        mail.attach(_part(one))
    return mail


def attached_to(message: Message) -> list[Attachment]:
    return [Attachment(**facts) for facts in message.attachments]


def _part(attachment: Attachment) -> MIMEText:
    """A calendar says its method in its type too: that is what mail programmes read first."""
    part = MIMEText(attachment.text, attachment.type.partition("/")[2], "utf-8")
    if attachment.method:
        part.set_param("method", attachment.method)
    part.add_header("Content-Disposition", "attachment", filename=attachment.name)
    return part


def _deliver_sms(message: Message) -> None:
    """A back-end is a function of the message: what it raises as OSError is tried again later.

    `SMS_BACKEND` names one of ours, or the dotted path of another: « fournisseur.sms.send ».
    """
    backend = SMS_BACKENDS.get(settings.SMS_BACKEND) or import_string(settings.SMS_BACKEND)
    backend(message)


def _keep_sms(message: Message) -> None:
    _write_file(message, "sms.txt")


def _show_sms(message: Message) -> None:
    # What is printed in production is a log: the link would open to whoever reads it.
    body = message.body if settings.DEBUG else masked(message.body)
    print(f"SMS à {message.recipient} : {body}")  # noqa: T201


SMS_BACKENDS = {"file": _keep_sms, "console": _show_sms}


def _write_file(message: Message, suffix: str) -> None:
    """Named after the key: a repeat replaces the file and never adds one."""
    folder = Path(settings.MAIL_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    for one in attached_to(message):
        _write_whole(folder / f"{_name(message)}.{one.name}", one.text)
    text = (
        f"À : {message.recipient}\nObjet : {message.subject}\nMessage-ID : <{_name(message)}@impec>\n\n{message.body}\n"
    )
    _write_whole(folder / f"{_name(message)}.{suffix}", text)


def _write_whole(target: Path, text: str) -> None:
    temporary = target.with_name(f".{uuid.uuid4().hex}")
    # Line ends as they are: those of a calendar are part of its format.
    with temporary.open("w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(target)


def _name(message: Message) -> str:
    readable = re.sub(r"[^A-Za-z0-9]+", "-", message.key).strip("-")[:60]
    return f"{readable}-{hashlib.sha256(message.key.encode()).hexdigest()[:12]}"
