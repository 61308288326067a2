"""What a log line must not keep: the token of an address, which opens what it leads to."""

import logging
import re

# Pages whose address carries a token: invitations, links of trainees, calendars, covers of deliveries.
TOKEN = re.compile(r"(/(?:invitation|invitations-employeurs|entrer|agenda|couverture)/)[^/?\s\"']{8,}")


def masked(text: str) -> str:
    return TOKEN.sub(r"\1…", text)


class TokenMask(logging.Filter):
    """Rewrites the line before anything writes it."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = masked(record.getMessage()), ()
        return True
