"""Messages: written with their cause, sent once, kept waiting while the mail server is down."""

import socket
from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction

from accounts import clock, jobs, outbox
from accounts.models import Message


def post(key="relance/1", **changes):
    fields = {"recipient": "claire@agence.example", "subject": "Relance", "body": "Bonjour", **changes}
    return outbox.post_message(key=key, **fields)


@pytest.fixture
def folder(settings, tmp_path):
    settings.MAIL_DIR = str(tmp_path / "mail")
    settings.SMS_BACKEND = "file"
    return tmp_path / "mail"


@pytest.mark.django_db(transaction=True)
def test_a_message_leaves_after_its_cause_is_written():
    with transaction.atomic():
        message = post()
        assert mail.outbox == []
    assert [one.to for one in mail.outbox] == [["claire@agence.example"]]
    message.refresh_from_db()
    assert message.sent_at


@pytest.mark.django_db(transaction=True)
def test_a_cause_that_fails_sends_nothing():
    with transaction.atomic():
        post()
        transaction.set_rollback(True)
    assert mail.outbox == []
    assert not Message.objects.exists()


@pytest.mark.django_db
def test_the_same_key_is_the_same_message():
    assert post() == post(body="autre texte")
    assert Message.objects.get().body == "Bonjour"


@pytest.mark.django_db
def test_a_message_is_sent_once():
    message = post()
    assert jobs.send_message(message.pk)
    assert not jobs.send_message(message.pk)
    assert len(mail.outbox) == 1


@pytest.mark.django_db
def test_a_message_in_somebody_elses_hands_is_left_alone():
    message = post()
    Message.objects.update(lease_until=clock.true_now() + timedelta(minutes=1))
    assert not jobs.send_message(message.pk)
    assert mail.outbox == []


@pytest.mark.django_db
def test_a_mail_server_that_is_down_only_delays(settings, unused_port):
    real, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", unused_port, False
    message = post()
    assert not jobs.send_message(message.pk)
    message.refresh_from_db()
    assert (message.sent_at, message.error) == (None, "ConnectionRefusedError")
    settings.EMAIL_BACKEND = real
    Message.objects.update(lease_until=clock.true_now() - timedelta(seconds=1))
    assert jobs.sweep() == 1
    assert len(mail.outbox) == 1


@pytest.fixture
def unused_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.django_db
def test_the_message_number_comes_from_the_key():
    for attempt in range(2):
        message = post(f"relance/{attempt}")
        jobs.send_message(message.pk)
    numbers = [one.extra_headers["Message-ID"] for one in mail.outbox]
    assert len(set(numbers)) == 2
    assert all(number.startswith("<relance-") for number in numbers)


@pytest.mark.django_db
def test_line_breaks_in_a_subject_add_no_header():
    message = post(subject="Relance\nBcc: intrus@nulle-part.example")
    jobs.send_message(message.pk)
    assert mail.outbox[0].subject == "Relance Bcc: intrus@nulle-part.example"
    assert mail.outbox[0].recipients() == ["claire@agence.example"]


@pytest.mark.django_db
def test_files_are_named_after_the_key_so_that_a_repeat_adds_none(folder):
    message = post()
    jobs.send_message(message.pk)
    Message.objects.update(sent_at=None)
    jobs.send_message(message.pk)
    (file,) = folder.iterdir()
    text = file.read_text(encoding="utf-8")
    assert "À : claire@agence.example" in text
    assert "Bonjour" in text


@pytest.mark.django_db
def test_text_messages_go_to_files_too(folder):
    jobs.send_message(post(channel=Message.Channel.SMS, recipient="0612345678").pk)
    assert [file.name.endswith(".sms.txt") for file in folder.iterdir()] == [True]


@pytest.mark.django_db
def test_text_messages_are_shown_when_nothing_else_is_set(settings, capsys):
    settings.SMS_BACKEND = "console"
    jobs.send_message(post(channel=Message.Channel.SMS, recipient="0612345678").pk)
    assert "0612345678" in capsys.readouterr().out


@pytest.mark.django_db
def test_a_link_is_shown_whole_to_who_develops_and_written_in_no_log(settings, capsys):
    settings.SMS_BACKEND = "console"
    link = "https://impec.example/ma-fiche/entrer/I98AY40WpBR0-HaVSAbnFOxFIH68tfsO/"
    for debug in (True, False):
        settings.DEBUG = debug
        text = post(f"lien/{debug}", channel=Message.Channel.SMS, recipient="0612345678", body=f"Votre lien : {link}")
        jobs.send_message(text.pk)
    shown, logged = capsys.readouterr().out.splitlines()
    assert link in shown
    assert logged.endswith("/ma-fiche/entrer/…/")


def lines_are_busy(message):
    """A back-end of somebody else, on a bad day."""
    raise ConnectionRefusedError(message.recipient)


@pytest.mark.django_db
def test_another_way_out_is_named_by_its_path_and_tried_again_when_it_fails(settings):
    settings.SMS_BACKEND = f"{__name__}.lines_are_busy"
    message = post(channel=Message.Channel.SMS, recipient="+33612345678")
    assert jobs.send_message(message.pk) is False
    message.refresh_from_db()
    assert (message.sent_at, message.error, message.attempts) == (None, "ConnectionRefusedError", 1)


@pytest.mark.django_db
def test_texts_are_forgotten_a_week_after_the_sending():
    message = post()
    jobs.send_message(message.pk)
    assert jobs.tidy() == 0
    Message.objects.update(sent_at=clock.true_now() - timedelta(days=8))
    assert jobs.tidy() == 1
    message.refresh_from_db()
    assert (message.body, message.subject) == ("", "")


@pytest.mark.django_db
def test_what_waited_in_a_database_that_comes_back_is_held_until_a_person_decides():
    waiting, gone = post("relance/1"), post("relance/2")
    jobs.send_message(gone.pk)
    mail.outbox.clear()
    assert outbox.hold_unsent() == 1
    assert not jobs.send_message(waiting.pk)
    assert jobs.sweep() == 0
    assert list(outbox.held()) == [waiting]
    assert outbox.release([gone.pk]) == 0
    assert outbox.release([waiting.pk]) == 1
    assert jobs.sweep() == 1
    assert len(mail.outbox) == 1


@pytest.mark.django_db
def test_the_text_of_a_held_message_is_forgotten_after_a_week_and_it_cannot_leave_any_more():
    post()
    outbox.hold_unsent()
    assert jobs.tidy() == 0
    Message.objects.update(held_at=clock.true_now() - timedelta(days=8))
    assert jobs.tidy() == 1
    assert outbox.release() == 0


CALENDAR = outbox.Attachment(
    name="convocation.ics", type="text/calendar", method="REQUEST", text="BEGIN:VCALENDAR\r\nSUMMARY:Été\r\n"
)


@pytest.mark.django_db
def test_an_attachment_leaves_with_its_name_its_type_and_its_method():
    jobs.send_message(post(attachments=[CALENDAR]).pk)
    (sent,) = mail.outbox
    part = sent.message().get_payload()[1]
    assert (part.get_content_type(), part.get_param("method"), part.get_filename()) == (
        "text/calendar",
        "REQUEST",
        "convocation.ics",
    )
    assert part.get_payload(decode=True).decode("utf-8") == CALENDAR.text


@pytest.mark.django_db
def test_an_attachment_is_written_beside_its_message_with_its_line_ends(folder):
    jobs.send_message(post(attachments=[CALENDAR]).pk)
    (file,) = folder.glob("*.convocation.ics")
    assert file.read_bytes().decode("utf-8") == CALENDAR.text
    assert len(list(folder.iterdir())) == 2


@pytest.mark.django_db
def test_attachments_are_forgotten_with_the_text():
    message = post(attachments=[CALENDAR])
    jobs.send_message(message.pk)
    Message.objects.update(sent_at=clock.true_now() - timedelta(days=8))
    jobs.tidy()
    message.refresh_from_db()
    assert message.attachments == []
