"""What a tablet sends, read strictly: anything else is refused in French, and nothing is written."""

import base64
import binascii
import json
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime

from regulations.nir import nir_findings
from regulations.training import SignatureWay
from training.actions import Sending, SentLine, SentSignature
from training.marks import parsed

UNREADABLE = "Cet envoi est illisible : rechargez la page, puis refaites le dernier geste."
# A clock further than that is broken; its hour would say nothing.
YEARS = range(1970, 2200)


def sending_of(body: bytes, enrolments, moved: timedelta = timedelta(0)) -> Sending:
    """`enrolments`: the people whoever sends may see, as a queryset. `moved`: by how much our own clock is moved, for
    a demonstration; the clocks of its devices move with it.
    """
    try:
        found = json.loads(body)
        known = enrolments.select_related("person").in_bulk(_people(found))
        return Sending(
            request_id=UUID(found["request_id"]),
            device_id=_text(found.get("device_id"), 64),
            device_at=_instant(found.get("device_at"), moved),
            taken_at=_instant(found.get("taken_at"), moved),
            lines=[_line(one, known) for one in found.get("lines", [])],
            signatures=[_signature(one, known, moved) for one in found.get("signatures", [])],
            closes=found.get("closes") is True,
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ValidationError(UNREADABLE) from error


def _people(found) -> set[int]:
    rows = [*found.get("lines", []), *found.get("signatures", [])]
    people = {row["enrolment"] for row in rows} - {None}
    if not all(type(pk) is int and 0 < pk < 2**63 for pk in people):
        raise ValueError("not an identifier")
    return people


def _line(one, known) -> SentLine:
    mark = parsed(one["mark"])
    if mark is None:
        raise ValueError("a line without a mark")
    return SentLine(enrolment=_known(one["enrolment"], known), seen=parsed(one["seen"]), mark=mark)


def _signature(one, known, moved) -> SentSignature:
    way = SignatureWay(one["way"])
    typed_name = _text(one.get("typed_name"), 160)
    if nir_findings(typed_name):
        raise ValidationError([finding.message for finding in nir_findings(typed_name)])
    return SentSignature(
        request_id=UUID(one["request_id"]),
        enrolment=None if one["enrolment"] is None else _known(one["enrolment"], known),
        way=way,
        image=_bytes(one.get("image")),
        typed_name=typed_name,
        device_at=_instant(one.get("device_at"), moved),
    )


def _known(pk, known):
    if pk not in known:
        raise ValidationError("Une personne de cet envoi n'est plus de vos cohortes : rechargez la page.")
    return known[pk]


def _text(value, longest) -> str:
    value = value or ""
    if not isinstance(value, str) or len(value) > longest or "\0" in value:
        raise ValueError("not a text")
    return value


def _bytes(value) -> bytes:
    """A data address of a canvas, or its base64 alone."""
    text = _text(value, 200_000).rpartition(",")[2]
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error


def _instant(value, moved) -> datetime | None:
    """A clock that says nothing possible is as none at all."""
    if not value:
        return None
    instant = parse_datetime(value)
    if instant is None or instant.tzinfo is None:
        raise ValueError("not an instant")
    return instant + moved if instant.year in YEARS else None
