"""The ledger of erasures, outside the database: a backup put back never brings an erased person back.

JSON lines, each written to the disk before the erasure is committed: public code, instant, depth, and the number of
the account that erased. Nothing in it names the person.
"""

import json
import logging
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.exceptions import ValidationError

from regulations.retention import ErasureDepth

logger = logging.getLogger("impec.erasing")

OWNER_ONLY = 0o600
UNWRITABLE = "Le registre des effacements ne s'écrit pas : rien n'est effacé. Prévenez l'administration technique."
UNREADABLE = (
    "Le registre des effacements {path} : la ligne {number} ne se lit pas, et la personne qu'elle dit reviendrait. "
    "Reprenez-la d'une autre copie du registre ; sans autre copie, ôtez-la, et effacez de nouveau cette personne après "
    "la restauration."
)
# How a line that was never written to its end is closed.
CUT = " # coupée\n".encode()


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
            # A line that a power failure cut short does not swallow this one, and is said to be so.
            start = b"" if _ends_a_line(file) else CUT
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
    """A line cut by a power failure was never committed; any other that cannot be read is refused, by its number."""
    if not path.exists():
        return []
    lines = []
    with path.open("rb") as file:
        for number, text in enumerate(file, start=1):
            try:
                lines.append(_line_of(text.removesuffix(CUT)))
            except (ValueError, KeyError, TypeError) as error:
                if text.endswith(b"\n") and not text.endswith(CUT):
                    raise ValidationError(UNREADABLE.format(path=path, number=number)) from error
                logger.warning("registre des effacements : la ligne %s, coupée, n'efface personne", number)
    return lines


def _line_of(text: bytes) -> Line:
    facts = json.loads(text.decode())
    line = Line(facts["public_code"], facts["at"], ErasureDepth(facts["depth"]), facts["by"])
    is_dated = datetime.fromisoformat(line.at).tzinfo is not None
    if not (is_dated and isinstance(line.public_code, str) and isinstance(line.by, int)):
        raise ValueError(text)
    return line
