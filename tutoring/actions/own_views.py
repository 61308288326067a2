"""What a trainee says of herself, and what her counsellor writes of a disagreement. Nothing said is ever changed."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from accounts.rows import keep
from contracts import actions as contract_actions
from contracts.models import Contract
from regulations.skills import Face
from tutoring.both_views import latest_own_views, point_of
from tutoring.grids import grid_of
from tutoring.models import DiscussedPoint, OwnView


@transaction.atomic
def say_own_view(
    *,
    contract: Contract,
    faces: Mapping[UUID, Face],
    sentences: Mapping[UUID, str] | None = None,
    said_on: date,
    request_id: UUID,
) -> list[OwnView]:
    """Dire où l'on en est : ce qui change, ou ce que l'on en dit. Le même envoi, reçu deux fois, compte une fois."""
    contract = contract_actions.locked(contract)
    received = OwnView.objects.filter(request_id=request_id)
    if received.exists():
        return list(received)
    if contract.last_day is not None and contract.last_day < said_on:
        raise ValidationError("Votre contrat est fini. Parlez-en à votre conseillère.")
    grid = grid_of(contract, said_on)
    skills = {skill.key: skill for skill in grid.skills_in_order()} if grid else {}
    if unknown := faces.keys() - skills.keys():
        raise ValidationError(f"Cette page a changé depuis : rouvrez-la ({len(unknown)} ligne ancienne).")
    said, sentences = latest_own_views([contract]), sentences or {}
    return [
        keep(
            OwnView(
                contract=contract,
                grid_skill=skills[key],
                skill=skills[key].words,
                face=face,
                sentence=sentences.get(key, "").strip(),
                said_on=said_on,
                request_id=request_id,
            )
        )
        for key, face in faces.items()
        if _is_news(said.get((contract.pk, key)), face, sentences.get(key, "").strip())
    ]


def _is_news(before: OwnView | None, face: Face, sentence: str) -> bool:
    return before is None or before.face != face or bool(sentence and sentence != before.sentence)


@transaction.atomic
def discuss_point(*, own_view: OwnView, text: str, on: date, by: User) -> DiscussedPoint:
    """Répondre à un point à discuter : ce qui est décidé, en une phrase ; les deux regards restent."""
    contract_actions.locked(own_view.contract)
    point = point_of(own_view)
    if point is None:
        raise ValidationError("Ce point n'est plus à discuter : les deux disent pareil, ou quelqu'un y a répondu.")
    if not text.strip():
        raise ValidationError({"text": "Écrivez en une phrase ce qui est décidé."})
    return keep(
        DiscussedPoint(
            contract=own_view.contract,
            own_view=own_view,
            observation=point.observation,
            text=text.strip(),
            discussed_on=on,
            recorded_by=by,
        )
    )
