"""Somebody's own workbook given back, its faults said where they are: coloured, commented, listed on a first sheet.

No cell changes, neither value nor style: the rows of every sheet keep their bytes. The colour is a conditional format,
the words are comments; marking a marked workbook again, even saved since by a spreadsheet, replaces the former marks.
The work is done in a child process: whatever a workbook costs or breaks, the process that asked goes on.
"""

import base64
import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import asdict

from workbooks.guard import judge
from workbooks.limits import MIB, Limits, Refused
from workbooks.listed import Fault
from workbooks.patch import Publication
from workbooks.read import answers, child

MOST_MARKS = 2_000
# Somebody waits in front of the page.
MARKING = Limits(memory_bytes=512 * MIB, cpu_seconds=5, clock_seconds=8)
TOO_MANY = Refused("trop_de_marques", "Ce classeur a trop de points à corriger pour être annoté case par case.")
NOT_MARKED = Refused("non_annote", "Ce classeur ne peut pas être annoté sans risque de l'abîmer.")


def mark(
    source: str | os.PathLike,
    path: str | os.PathLike,
    faults: Sequence[Fault],
    *,
    author: str,
    intro: str,
    limits: Limits = MARKING,
) -> None:
    """Write to `path` the workbook `source` (judged before, see `guard`) with its `faults` marked.

    `Refused` when it cannot be done safely, or could not be sent again under these `limits`; nothing is written then.
    """
    if len(faults) > MOST_MARKS:
        raise TOO_MANY
    task = {"path": os.path.abspath(source), "author": author, "intro": intro}
    try:
        with tempfile.TemporaryFile() as told, Publication(path) as file:
            told.write(json.dumps([asdict(fault) for fault in faults]).encode())
            told.seek(0)
            with child("workbooks.marking", task, limits, told) as process:
                for answer in answers(process, limits, lambda: None):
                    file.write(base64.b64decode(answer.get("bytes", "")))
            file.flush()
            judge(file.name, limits)
    except Refused as refusal:
        raise NOT_MARKED from refusal
