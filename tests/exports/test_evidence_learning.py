"""What a pack of proofs tells of what somebody learns: her own words, the shared minutes, never the private ones."""

from datetime import date, time

import pytest

from contracts import actions
from regulations.meetings import MeetingKind
from regulations.skills import Face
from tests import builders as b
from tests.exports.packs import a_pack, folder_of, opened, rows_of, text_of
from tutoring.models import ConfidentialNote, DiscussedPoint, Meeting

HER_WORDS = "Je le fais toute seule le matin"
DECIDED = "Le refaire ensemble jeudi"
AGREED = "Un planning affiché en salle de pause"
PRIVATE = "Ne pas lui en parler avant lundi"


@pytest.fixture
def learning(world):
    """Amina says what she can do, it is discussed, and an interview is held with a shared part and a private one."""
    skill = b.a_grid().blocks.all()[0].skills.all()[0]
    view = b.an_own_view(world.contract, skill, Face.CAN, date(2026, 6, 10), sentence=HER_WORDS)
    DiscussedPoint.objects.create(
        contract=world.contract,
        own_view=view,
        observation=b.an_observation(world.tutorship, skill, observed_on=date(2026, 6, 8)),
        text=DECIDED,
        discussed_on=date(2026, 6, 12),
        recorded_by=world.users["coordinator"],
    )
    held = a_meeting(world, MeetingKind.REVIEW_3, held_on=date(2026, 6, 15), present="TRAINEE TUTOR", agreed=AGREED)
    a_meeting(world, MeetingKind.REVIEW_6, held_on=None)
    ConfidentialNote.objects.create(meeting=held, text=PRIVATE, written_by=world.users["coordinator"])
    return world


def a_meeting(world, kind, **changes):
    return Meeting.objects.create(
        contract=world.contract, kind=kind, day=date(2026, 6, 15), starts_at=time(9, 30), **changes
    )


def of_amina(pack, part):
    files = opened(pack)
    return rows_of(files[f"{folder_of(files, 'baudry')}/{part}.csv"])[1:]


@pytest.mark.parametrize("audience, name", [("AGENCY", ""), ("EMPLOYER", "Closerie")])
def test_who_follows_her_gets_her_own_words_and_the_shared_minutes(learning, audience, name):
    pack = a_pack(learning, audience, name)
    assert of_amina(pack, "regards") == [["10/06/2026", "Faire la chambre", str(Face.CAN.label), HER_WORDS]]
    assert of_amina(pack, "points-discutes") == [["12/06/2026", "Faire la chambre", DECIDED]]
    ((day, _, *said),) = of_amina(pack, "entretiens")
    assert (day, said) == ("15/06/2026", ["salarié stagiaire, tuteur", "", "", AGREED])
    assert PRIVATE not in text_of(pack)


@pytest.mark.parametrize("audience, name", [("DDETS", ""), ("OPCO", "OPCO Santé")])
def test_no_funder_gets_them(learning, audience, name):
    b.a_financing(learning.closerie.employer)
    pack = a_pack(learning, audience, name)
    text = text_of(pack)
    assert [words for words in (HER_WORDS, DECIDED, AGREED, PRIVATE) if words in text] == []
    assert "Entretiens" in opened(pack)["index.html"].decode().partition("Ce destinataire ne reçoit pas")[2]


def test_a_new_employer_reads_nothing_said_at_the_one_before(learning):
    move = actions.Change(effective_on=date(2026, 9, 1), establishment=learning.estran)
    actions.change_employer(contract=learning.contract, change=move, by=learning.users["coordinator"])
    pack = a_pack(learning, "EMPLOYER", learning.estran.name)
    text = text_of(pack)
    assert [words for words in (HER_WORDS, DECIDED, AGREED) if words in text] == []
