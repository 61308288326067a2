"""Meetings held and to come, an immersion with everybody's agreement, a warning answered and those that wait."""

from datetime import date, time

from accounts import clock
from accounts.models import User
from contracts import actions as contract_actions
from contracts.models import Contract, Immersion
from impec.alerts.gather import open_alerts
from regulations.immersions import ImmersionEnding, ImmersionParty
from regulations.meetings import MeetingKind, Party
from regulations.warnings import WarningRule
from tutoring import actions
from tutoring.actions.rules import save_rules
from tutoring.actions.warnings import answer_warning
from tutoring.models import Meeting

START = actions.Slot(day=date(2026, 9, 22), starts_at=time(14, 0), place="Résidence La Closerie du Mont, salle du haut")
EXIT = actions.Slot(day=date(2026, 12, 3), starts_at=time(9, 30), place="Résidence La Closerie du Mont, salle du haut")
REVIEW = actions.Slot(day=date(2026, 12, 1), starts_at=time(10, 0), minutes=30, place="Agence d'Avranches")


def meetings_of_the_story(users: dict[str, User], found: dict[str, Contract]) -> None:
    claire = users["claire"]
    save_rules(
        facts={"valid_from": date(2025, 9, 1), "weekly_minutes": 60, "note": "Choix de l'agence, faute de texte."}
    )
    _held(found["DIALLO Amina"], users)
    _review(found["DE OLIVEIRA Valentine"], claire)
    for name, kind, slot in (
        ("DIALLO Amina", MeetingKind.REVIEW_3, REVIEW),
        ("BAUDRY Victoire", MeetingKind.EXIT, EXIT),
    ):
        actions.plan_meeting(contract=found[name], kind=kind, slot=slot, by=claire, at=clock.now())
    _immersion(found["GAUDIN Caroline"], claire)
    _warnings(claire)


def _plan(contract: Contract, kind: MeetingKind, slot: actions.Slot, by: User) -> Meeting:
    return actions.plan_meeting(contract=contract, kind=kind, slot=slot, by=by, at=clock.now()).meeting


def _sign(meeting: Meeting, party: Party, name: str, by: User | None, comment: str = "") -> None:
    hand = actions.Hand(party=party, signer_name=name, agrees=not comment, comment=comment)
    actions.sign_meeting(meeting=meeting, hand=hand, by=by, at=clock.now())


def _held(contract: Contract, users: dict[str, User]) -> None:
    """The three of them, in September: signed, one decision done, one still open."""
    claire = users["claire"]
    meeting = _plan(contract, MeetingKind.START, START, claire)
    minutes = actions.Minutes(
        held_on=START.day,
        present=(Party.TRAINEE, Party.TUTOR, Party.REFERENT),
        going_well="Ponctuelle, à l'écoute des résidents. L'équipe l'a bien accueillie.",
        to_work_on="L'ordre de la chambre et le tri du linge.",
        agreed="Un binôme avec Bruno le mardi et le jeudi jusqu'à la fin d'octobre.",
    )
    decisions = [
        actions.Decision(
            text="Afficher le planning deux semaines avant", owner=Party.EMPLOYER, due_on=date(2026, 10, 5)
        ),
        actions.Decision(text="Prévoir une visite de la blanchisserie", owner=Party.TUTOR, due_on=date(2026, 11, 10)),
    ]
    meeting = actions.minute_meeting(meeting=meeting, minutes=minutes, decisions=decisions, by=claire, at=clock.now())
    # Amina came by the link of her mail.
    for party, name, by in (
        (Party.TRAINEE, "Amina Diallo", None),
        (Party.TUTOR, "Bruno Hamon", claire),
        (Party.REFERENT, "Claire Morel", claire),
    ):
        _sign(meeting, party, name, by)
    first = meeting.decisions.order_by("pk").first()
    actions.finish_decision(decision=first, done_on=date(2026, 10, 2), by=claire, at=clock.now())
    actions.write_confidential(
        meeting=meeting, text="Demande à reparler de ses trajets du soir, seule à seule.", by=claire, at=clock.now()
    )


def _review(contract: Contract, claire: User) -> None:
    """A review in which the trainee says that she does not agree."""
    slot = actions.Slot(day=date(2026, 11, 6), starts_at=time(11, 0))
    meeting = _plan(contract, MeetingKind.REVIEW_9, slot, claire)
    minutes = actions.Minutes(
        held_on=slot.day,
        present=tuple(Party),
        going_well="Très bon contact.",
        to_work_on="Le plan de nettoyage.",
    )
    meeting = actions.minute_meeting(meeting=meeting, minutes=minutes, by=claire, at=clock.now())
    _sign(meeting, Party.TRAINEE, "Valentine De Oliveira", claire, "Le plan de nettoyage ne m'a pas été expliqué.")
    _sign(meeting, Party.TUTOR, "Michelle Hamon", claire)


def _immersion(contract: Contract, claire: User) -> None:
    """Two weeks at home with another employer, agreed by all and told."""
    immersion = Immersion.objects.valid().get(contract=contract)
    for party in ImmersionParty:
        immersion = contract_actions.agree_immersion(
            immersion=immersion, party=party, agreed_on=date(2026, 10, 9), by=claire
        )
    contract_actions.conclude_immersion(
        immersion=immersion,
        ending=ImmersionEnding.COMPLETED,
        outcome="L'équipe la recommande.",
        learned="Préparer une tournée à domicile, prévenir en cas de retard, écrire dans le cahier de liaison.",
        by=claire,
    )


def _warnings(claire: User) -> None:
    """One answered; what the rules find besides waits on her home page."""
    waiting = [one for one in open_alerts(claire, clock.today()) if one.warning.rule is WarningRule.BARRIER]
    answer_warning(
        contract=waiting[0].contract,
        warning=waiting[0].warning,
        text="Une place est trouvée à la garderie du mercredi ; à confirmer avec elle le 25 novembre.",
        was_useful=True,
        by=claire,
        at=clock.now(),
    )
