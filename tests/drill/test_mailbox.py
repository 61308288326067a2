"""The small mail server of the drills takes what Python's own client sends."""

import smtplib

from drill.running.mailbox import mailbox
from scripts.with_postgres import free_port

TEXT = "Message-ID: <{}@impec>\r\nSubject: essai\r\n\r\nBonjour.\r\n.\r\nMessage-ID: <dans le texte>\r\n"


def test_each_message_taken_is_known_by_its_identifier():
    port = free_port()
    with mailbox(port) as received, smtplib.SMTP("127.0.0.1", port) as client:
        for name in ("un", "deux"):
            client.sendmail("impec@exercice.example", ["claire@agence.example"], TEXT.format(name))
        assert received == ["<un@impec>", "<deux@impec>"]
