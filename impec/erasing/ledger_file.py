"""The ledger of erasures, outside the database: a backup put back never brings an erased person back.

JSON lines, each written to the disk before the erasure is committed: public code, instant, depth, and the number of
the account that erased. Nothing in it names the person.
"""

import json
import logging
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.exceptions import ValidationError

from regulations.retention import ErasureDepth

logger = logging.getLogger("impec.erasing")

OWNER_ONLY = 0o600
UNWRITABLE = "Le registre des effacements ne s'écrit pas : rien n'est effacé. Prévenez l'administration technique."


@dataclass(frozen=True, slots=True)
class Line:
    """Ligne du registre."""

    public_code: str
    at: str
    depth: ErasureDepth
    by: int


def append(line: Line) -> None:
    """On the disk when this returns; refused in French when it cannot be."""
    try:
        settings.ERASURE_LEDGER.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(settings.ERASURE_LEDGER, os.O_RDWR | os.O_APPEND | os.O_CREAT, OWNER_ONLY)
        with os.fdopen(descriptor, "a+b") as file:
            # A line that a power failure cut short does not swallow this one.
            start = b"" if _ends_a_line(file) else b"\n"
            file.write(start + json.dumps(asdict(line)).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise ValidationError(UNWRITABLE) from error


def _ends_a_line(file: BinaryIO) -> bool:
    if file.seek(0, os.SEEK_END) == 0:
        return True
    file.seek(-1, os.SEEK_END)
    return file.read(1) == b"\n"


def read(path: Path) -> list[Line]:
    """A line cut by a power failure was never committed; whichever cannot be read is said, by its number."""
    lines = []
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines() if path.exists() else (), start=1):
        try:
            facts = json.loads(text)
            lines.append(Line(facts["public_code"], facts["at"], ErasureDepth(facts["depth"]), facts["by"]))
        except (ValueError, KeyError, TypeError):
            logger.warning("registre des effacements : la ligne %s ne se lit pas et n'efface personne", number)
    return lines
