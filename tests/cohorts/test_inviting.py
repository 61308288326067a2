"""Inviting employers: what is pasted, what leaves, what comes back."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from accounts import clock
from accounts.models import Invitation, Message
from cohorts import actions, jobs
from cohorts.actions import LineVerdict, Reply
from cohorts.models import EmployerInvitation, Seat
from employers.models import Employer
from tests import builders as b

pytestmark = pytest.mark.django_db

SITE = "https://impec.example"


def paste(*lines):
    return "\n".join(lines)


@pytest.fixture
def six_lines(closerie):
    """One known, three new, one bad key, one duplicate."""
    new = [b.a_siret(700 + number) for number in range(3)]
    return paste(
        "SIRET ; courriel ; places",
        "999 982 119 00011 ; rh@closerie.example ; 2",
        f"{new[0]} ; un@nouveau.example ; 1",
        f"{new[1]}\tdeux@nouveau.example\t3",
        f"trois@nouveau.example;{new[2]};2;Foyer des Salines",
        "99998211900012 ; faux@cle.example ; 2",
        f"{new[0]} ; encore@nouveau.example ; 2",
    )


def invite(cohort, text, at=None):
    lines = actions.judge_lines(cohort=cohort, text=text)
    return actions.invite_employers(cohort=cohort, lines=lines, site=SITE, at=at or clock.now())


@pytest.fixture
def invitation(cohort, closerie):
    return invite(cohort, "99998211900011 ; rh@closerie.example ; 2")[0]


def token_of(message):
    return message.body.partition("/invitations-employeurs/")[2].split("/")[0].split()[0]


def test_each_line_says_what_it_is(cohort, six_lines):
    lines = actions.judge_lines(cohort=cohort, text=six_lines)
    assert [line.verdict for line in lines] == [
        LineVerdict.KNOWN,
        LineVerdict.NEW,
        LineVerdict.NEW,
        LineVerdict.NEW,
        LineVerdict.WRONG,
        LineVerdict.MERGED,
    ]
    assert "clé" in lines[4].messages[0]
    assert "Même SIRET que la ligne 3" in lines[5].messages[0]
    assert lines[1].seats == 2
    assert lines[3].name == "Foyer des Salines"


def test_six_lines_with_a_bad_key_and_a_duplicate_send_four(cohort, six_lines):
    assert len(invite(cohort, six_lines)) == 4
    assert Message.objects.count() == 4
    assert Employer.objects.count() == 4


def test_sending_twice_sends_nothing_twice(cohort, six_lines):
    lines = actions.judge_lines(cohort=cohort, text=six_lines)
    for expected in (4, 0):
        sent = actions.invite_employers(cohort=cohort, lines=lines, site=SITE, at=clock.now())
        assert len(sent) == expected
    assert Message.objects.count() == 4
    again = actions.judge_lines(cohort=cohort, text=six_lines)
    assert again[0].verdict == LineVerdict.INVITED


def test_a_commercial_company_is_said_at_once(cohort):
    b.an_establishment(employer=b.an_employer(siren="999982119", legal_category="COMPANY"), siret="99998211900011")
    line = actions.judge_lines(cohort=cohort, text="99998211900011;rh@dore.example;1")[0]
    assert "société commerciale" in line.messages[0]
    assert "L5134-21" in line.messages[0]
    typed = actions.judge_lines(cohort=cohort, text=f"{b.a_siret()};rh@dore.example;1;société commerciale")[0]
    assert "société commerciale" in typed.messages[0]


@pytest.mark.parametrize(
    "line, word",
    [
        ("rh@closerie.example ; 2", "SIRET"),
        ("99998211900011 ; 2", "adresse"),
        ("99998211900011 ; rh@ ; 2", "adresse"),
        ("99998211900011 ; rh@closerie.example ; 0", "places"),
        ("9,99982E+13 ; rh@closerie.example ; 2", "abîmé"),
    ],
)
def test_a_wrong_line_says_why(cohort, line, word):
    judged = actions.judge_lines(cohort=cohort, text=line)[0]
    assert judged.verdict == LineVerdict.WRONG
    assert word in " ".join(judged.messages)


def test_a_social_security_number_is_not_shown_back(cohort):
    judged = actions.judge_lines(cohort=cohort, text="2 98 03 50 218 004 12 ; rh@closerie.example")[0]
    assert judged.verdict == LineVerdict.WRONG
    assert "218" not in judged.text


def test_nothing_pasted_is_refused(cohort):
    with pytest.raises(ValidationError, match="au moins une ligne"):
        actions.judge_lines(cohort=cohort, text="  \n\n")


def test_only_the_hash_of_the_link_is_kept(invitation):
    token = token_of(Message.objects.get())
    assert len(token) >= 40
    assert token not in invitation.token_hash
    assert actions.find_invitation(token) == invitation


def test_accepting_offers_the_seats_and_opens_the_way_to_an_account(invitation, closerie):
    reply = Reply(accepted=True, seats=3, job_title="Agent de service", contact_name="Paul TURPIN")
    answered = actions.answer_invitation(invitation=invitation, reply=reply, site=SITE, at=clock.now())
    seat = Seat.objects.get()
    assert (seat.establishment, seat.quantity, seat.job_title) == (closerie, 3, "Agent de service")
    assert answered.answer == EmployerInvitation.Answer.ACCEPTED
    assert closerie.contacts.get().email == "rh@closerie.example"
    assert Invitation.objects.get().organisation == closerie.employer.organisation


def test_a_new_employer_names_itself(cohort):
    invitation = invite(cohort, f"{b.a_siret(901)} ; rh@nouveau.example ; 1")[0]
    assert invitation.establishment.name.startswith("Établissement ")
    reply = Reply(accepted=True, seats=1, establishment_name="Foyer des Salines", legal_category="ASSOCIATION")
    actions.answer_invitation(invitation=invitation, reply=reply, site=SITE, at=clock.now())
    invitation.establishment.refresh_from_db()
    assert invitation.establishment.name == "Foyer des Salines"
    assert invitation.establishment.employer.findings() == []


def test_a_known_employer_is_not_renamed_by_a_link(invitation, closerie):
    reply = Reply(accepted=True, seats=1, establishment_name="Autre", legal_category="COMPANY")
    actions.answer_invitation(invitation=invitation, reply=reply, site=SITE, at=clock.now())
    closerie.refresh_from_db()
    assert closerie.name == "Résidence La Closerie du Mont"
    assert closerie.employer.legal_category == "ASSOCIATION"


def test_a_refusal_says_why(invitation):
    with pytest.raises(ValidationError, match="pourquoi"):
        actions.answer_invitation(invitation=invitation, reply=Reply(accepted=False), site=SITE, at=clock.now())
    reply = Reply(accepted=False, reason="Pas de tuteur cette année")
    answered = actions.answer_invitation(invitation=invitation, reply=reply, site=SITE, at=clock.now())
    assert answered.refusal_reason == "Pas de tuteur cette année"
    assert not Seat.objects.exists()


def test_an_answer_is_given_once(invitation):
    reply = Reply(accepted=True, seats=1)
    actions.answer_invitation(invitation=invitation, reply=reply, site=SITE, at=clock.now())
    with pytest.raises(ValidationError, match="déjà été donnée"):
        actions.answer_invitation(invitation=invitation, reply=reply, site=SITE, at=clock.now())


def test_a_link_lives_seven_days_and_is_renewed_until_thirty(invitation):
    later = clock.now() + timedelta(days=8)
    reply = Reply(accepted=True, seats=1)
    with pytest.raises(ValidationError, match="plus valable"):
        actions.answer_invitation(invitation=invitation, reply=reply, site=SITE, at=later)
    first = token_of(Message.objects.get())
    renewed = actions.renew_link(invitation=invitation, site=SITE, at=later)
    assert actions.find_invitation(first) is None
    actions.answer_invitation(invitation=renewed, reply=reply, site=SITE, at=later)


def test_after_thirty_days_there_is_no_new_link(invitation):
    with pytest.raises(ValidationError, match="plus ouverte"):
        actions.renew_link(invitation=invitation, site=SITE, at=clock.now() + timedelta(days=31))


def test_two_links_at_once_are_refused(invitation):
    with pytest.raises(ValidationError, match="dix minutes"):
        actions.renew_link(invitation=invitation, site=SITE, at=clock.now() + timedelta(minutes=5))


def test_reminders_leave_at_the_fifth_and_tenth_day_once(invitation):
    sent = []
    for days in (4, 5, 5, 9, 10, 10, 20):
        sent.append(jobs.remind_employers(str(b.TODAY + timedelta(days=days))))
    assert sent == [0, 1, 0, 0, 1, 0, 0]
    assert Message.objects.filter(key__contains="relance").count() == 2


def test_an_answer_ends_the_reminders(invitation):
    reply = Reply(accepted=True, seats=1)
    actions.answer_invitation(invitation=invitation, reply=reply, site=SITE, at=clock.now())
    assert jobs.remind_employers(str(b.TODAY + timedelta(days=5))) == 0


def test_a_corrected_address_gets_its_own_link(invitation):
    first = token_of(Message.objects.get())
    actions.correct_address(invitation=invitation, email="Direction@Closerie.example", site=SITE, at=clock.now())
    assert actions.find_invitation(first) is None
    assert Message.objects.latest("pk").recipient == "direction@closerie.example"


def test_a_withdrawn_invitation_can_be_made_again(cohort, invitation):
    actions.revoke_invitation(invitation=invitation, at=clock.now())
    assert len(invite(cohort, "99998211900011 ; rh@closerie.example ; 2")) == 1
