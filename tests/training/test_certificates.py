"""Certificates and invoices: three equal sums or a named difference; frozen, then replaced by another number."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from accounts.rows import change
from regulations.periods import Period
from regulations.training import AttendanceStatus, HalfDayPart
from tests import builders as b
from tests.training.paid import AT, MARCH, a_convention, a_held_half_day, an_invoice
from training.actions.certificates import find_certificate, issue_certificate, issue_for_all, replace_certificate
from training.actions.invoices import due_of_group, void_invoice, void_line
from training.models import Attendance, Certificate, Convention, InvoiceLine
from training.paid import WHOLE, periods_of, standing_of, standings

pytestmark = pytest.mark.django_db


@pytest.fixture
def amina_and_zoe(world):
    """Two employers, one convention each; two half-days of March followed by both, all closed and signed."""
    world.other = world.other_contract.enrolment
    world.mine = a_convention(world.cohort, world.closerie, world.enrolment)
    world.theirs = a_convention(world.cohort, world.estran, world.other)
    world.held = [a_held_half_day(world.cohort, date(2026, 3, day), world.enrolment, world.other) for day in (10, 17)]
    return world


def issue(world, period=MARCH, convention=None, enrolment=None, at=AT):
    return issue_certificate(
        convention=convention or world.mine,
        enrolment=enrolment or world.enrolment,
        period=period,
        by=world.users["trainer"],
        at=at,
    )


def noted(world, **facts):
    """What the roll of 10 March says of Amina."""
    world.held[0].attendances.filter(enrolment=world.enrolment).update(**facts)


def refusal(world, **asked):
    with pytest.raises(ValidationError) as refused:
        issue(world, **asked)
    assert not Certificate.objects.exists()
    return " ".join(refused.value.messages).replace("\u00a0", " ")


def test_followed_invoiced_and_signed_makes_a_certificate(amina_and_zoe):
    an_invoice(amina_and_zoe.mine, (amina_and_zoe.enrolment, 420))
    found = issue(amina_and_zoe)
    assert (found.number, found.minutes) == ("SM-2026-CR-001", 420)
    facts = found.facts
    assert facts["hours"] == "7,00"
    assert (facts["signatory"], facts["signatory_role"], facts["made_at"]) == (
        "Esther PARENT",
        "directrice",
        "Avranches",
    )
    assert (facts["person"], facts["initials"]) == ("BAUDRY Amina", "A. B.")
    assert (facts["employer"], facts["title"]) == ("Association La Closerie", "Socle commun ImPEC'")
    assert facts["lines"] == [["10/03/2026 matin", "3,50"], ["17/03/2026 matin", "3,50"]]
    assert facts["modes"] == [["présentiel", "7,00"]]
    assert [label for label, is_ticked in facts["natures"] if is_ticked] == ["action de formation"]
    assert (facts["starts_on"], facts["ends_on"], facts["made_on"]) == ("2026-03-01", "2026-03-31", "2026-11-20")


def test_half_an_hour_too_much_on_the_invoice_is_named_and_nothing_is_issued(amina_and_zoe):
    an_invoice(amina_and_zoe.mine, (amina_and_zoe.enrolment, 450))
    assert "7 h suivies, 7 h 30 facturées : 0 h 30 de différence." in refusal(amina_and_zoe)


def test_a_late_arrival_counts_by_the_minute(amina_and_zoe):
    world = amina_and_zoe
    noted(world, status=AttendanceStatus.LATE, minutes_late=13, attended_minutes=197)
    an_invoice(world.mine, (world.enrolment, 407))
    # 6,78 is rounded once from 407 minutes, and not 3,28 + 3,50 = 6,78 by chance.
    assert issue(world).facts["hours"] == "6,78"


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        pytest.param({"closed_at": None}, "à clore : 10/03/2026 matin", id="not closed"),
        pytest.param({"countersigned_on_paper": False}, "sans signature du formateur", id="no trainer"),
        pytest.param({"signed_on_paper": False}, "sans signature du stagiaire", id="no trainee"),
    ],
)
def test_a_half_day_not_closed_or_not_signed_stops_it(amina_and_zoe, fault, words):
    world = amina_and_zoe
    an_invoice(world.mine, (world.enrolment, 420))
    if "signed_on_paper" in fault:
        noted(world, **fault)
    else:
        change(world.held[0], **fault)
    assert words in refusal(world)


def test_a_half_day_nobody_noted_stops_it(amina_and_zoe):
    a_held_half_day(amina_and_zoe.cohort, date(2026, 3, 24), amina_and_zoe.other)
    an_invoice(amina_and_zoe.mine, (amina_and_zoe.enrolment, 420))
    assert "sans appel : 24/03/2026 matin" in refusal(amina_and_zoe)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda world: change(world.mine, signed_on=None), "n'est pas signée"),
        (lambda world: change(world.mine.training_body, representative=""), "qui signe pour l'organisme"),
    ],
)
def test_papers_that_lack_something_stop_it(amina_and_zoe, spoil, words):
    an_invoice(amina_and_zoe.mine, (amina_and_zoe.enrolment, 420))
    spoil(amina_and_zoe)
    assert words in refusal(amina_and_zoe)


def test_a_month_that_is_not_over_or_holds_nothing_is_refused(amina_and_zoe):
    assert "n'est pas terminée" in refusal(amina_and_zoe, period=Period(date(2026, 11, 1), date(2026, 11, 30)))
    assert "Aucune heure suivie" in refusal(amina_and_zoe, period=Period(date(2026, 5, 1), date(2026, 5, 31)))


def test_somebody_of_another_convention_gets_none(amina_and_zoe):
    assert "n'est pas dans cette convention" in refusal(amina_and_zoe, enrolment=amina_and_zoe.other)


def test_one_certificate_a_period_and_none_over_another(amina_and_zoe):
    world = amina_and_zoe
    an_invoice(world.mine, (world.enrolment, 420))
    issue(world)
    with pytest.raises(ValidationError, match="déjà émis pour cette période"):
        issue(world)
    with pytest.raises(ValidationError, match="couvre déjà une partie"):
        issue(world, period=Period(date(2026, 3, 1), date(2026, 4, 30)))
    assert Certificate.objects.count() == 1


def test_for_all_issues_those_that_can_be_and_lists_the_others(amina_and_zoe):
    world = amina_and_zoe
    an_invoice(world.mine, (world.enrolment, 420))
    an_invoice(world.theirs, (world.other, 450), number="F-2026-04")
    act = {"cohort": world.cohort, "period": MARCH, "by": world.users["trainer"], "at": AT}
    done = issue_for_all(conventions=Convention.objects.all(), **act)
    assert [one.enrolment for one in done.certificates] == [world.enrolment]
    ((blocked, words),) = [(one.enrolment, one.findings[0].message) for one in done.blocked]
    assert blocked == world.other
    assert "0\u00a0h\u00a030 de différence" in words
    # Again: nobody twice, and the same one still waits.
    again = issue_for_all(conventions=Convention.objects.all(), **act)
    assert (again.certificates, [one.enrolment for one in again.blocked]) == ([], [world.other])


def test_a_certificate_is_replaced_by_another_number_and_kept(amina_and_zoe):
    world = amina_and_zoe
    (line,) = an_invoice(world.mine, (world.enrolment, 420))
    first = issue(world)
    with pytest.raises(ValidationError, match="Rien n'a changé"):
        replace_certificate(certificate=first, by=world.users["trainer"], at=AT)
    noted(world, status=AttendanceStatus.LATE, minutes_late=30, attended_minutes=180)
    assert standing_of(world.mine, world.enrolment, MARCH, b.TODAY).is_outdated
    with pytest.raises(ValidationError, match="de différence"):
        replace_certificate(certificate=first, by=world.users["trainer"], at=AT)
    void_line(line=line, by=world.users["trainer"], at=AT, reason="Trente minutes de retard")
    an_invoice(world.mine, (world.enrolment, 390), number="F-2026-03 bis")
    second = replace_certificate(certificate=first, by=world.users["trainer"], at=AT)
    first.refresh_from_db()
    assert (first.is_replaced, first.minutes, first.facts["hours"]) == (True, 420, "7,00")
    assert (second.replaces, second.number, second.facts["hours"]) == (first, "SM-2026-CR-002", "6,50")
    with pytest.raises(ValidationError, match="déjà remplacé par le SM-2026-CR-002"):
        replace_certificate(certificate=first, by=world.users["trainer"], at=AT)


def test_what_is_issued_stays_as_it_was_printed(amina_and_zoe):
    an_invoice(amina_and_zoe.mine, (amina_and_zoe.enrolment, 420))
    found = issue(amina_and_zoe)
    change(amina_and_zoe.person, usual_name="MARTIN")
    found.refresh_from_db()
    assert found.facts["person"] == "BAUDRY Amina"


def test_hours_count_for_the_employer_of_the_day(amina_and_zoe):
    """Amina left on 12 March: the second half-day is nobody's to pay at Denis's."""
    world = amina_and_zoe
    change(world.contract, broken_on=date(2026, 3, 12), break_reason="RESIGNATION")
    assert standing_of(world.mine, world.enrolment, MARCH, b.TODAY).minutes == 210


def test_a_period_is_cut_to_the_convention_and_a_half_day_outside_it_is_named(amina_and_zoe):
    world = amina_and_zoe
    change(world.mine, starts_on=date(2026, 3, 5), ends_on=date(2026, 3, 12))
    standing = standing_of(world.mine, world.enrolment, MARCH, b.TODAY)
    assert standing.period == Period(date(2026, 3, 5), date(2026, 3, 12))
    named = [one.message for one in standing.findings if one.code == "hors_convention"]
    assert named == ["Demi-journée hors des dates de la convention (du 05/03/2026 au 12/03/2026) : 17/03/2026 matin."]
    assert standing_of(world.mine, world.enrolment, Period(date(2026, 5, 1), date(2026, 5, 31)), b.TODAY) is None


def test_a_half_day_caught_up_in_another_cohort_counts(amina_and_zoe):
    world = amina_and_zoe
    elsewhere = b.a_cohort(training_organisation=world.cohort.training_organisation)
    a_held_half_day(elsewhere, date(2026, 3, 26), world.enrolment)
    assert standing_of(world.mine, world.enrolment, MARCH, b.TODAY).minutes == 630


def test_periods_are_months_that_are_over_and_the_action_once_it_is(amina_and_zoe):
    assert list(periods_of(amina_and_zoe.cohort, b.TODAY)) == ["2026-02", "2026-03", WHOLE]
    assert list(periods_of(amina_and_zoe.cohort, date(2026, 3, 20))) == ["2026-02", WHOLE]
    a_held_half_day(amina_and_zoe.cohort, date(2026, 12, 1))
    assert list(periods_of(amina_and_zoe.cohort, b.TODAY)) == ["2026-02", "2026-03"]


def test_the_whole_action_is_one_certificate_of_one_sheet(amina_and_zoe):
    """Twenty-four half-days and more: beyond thirty they are added up by month."""
    world = amina_and_zoe
    world.half_day.closed_at = AT
    world.half_day.countersigned_on_paper = True
    world.half_day.save()
    for month in (4, 5, 6):
        for day in range(1, 11):
            a_held_half_day(world.cohort, date(2026, month, day), world.enrolment, part=HalfDayPart.AFTERNOON)
    whole = periods_of(world.cohort, b.TODAY)[WHOLE]
    an_invoice(world.mine, (world.enrolment, 33 * 210), period=whole)
    facts = issue(world, period=whole).facts
    assert facts["lines"] == [
        ["02/2026", "3,50"],
        ["03/2026", "7,00"],
        ["04/2026", "35,00"],
        ["05/2026", "35,00"],
        ["06/2026", "35,00"],
    ]
    assert facts["hours"] == "115,50"


def test_standings_ask_the_same_queries_whatever_the_people(amina_and_zoe, django_assert_max_num_queries):
    world = amina_and_zoe
    more = [b.a_contract(enrolment=b.an_enrolment(cohort=world.cohort), establishment=world.closerie) for _ in range(9)]
    a_convention(world.cohort, world.closerie, *[one.enrolment for one in more])
    with django_assert_max_num_queries(8):
        found = standings(Convention.objects.all(), MARCH, b.TODAY)
        assert [one.findings for one in found]
    assert len(found) == 11


# --- Checked without an account ---


def test_number_and_code_together_find_it(amina_and_zoe):
    an_invoice(amina_and_zoe.mine, (amina_and_zoe.enrolment, 420))
    found = issue(amina_and_zoe)
    code = found.verification_code
    assert find_certificate(number=found.number.lower(), code=code.lower().replace("-", " ")) == found
    assert find_certificate(number=found.number, code="K7P2-QX4M-9TBC") is None
    assert find_certificate(number="SM-2026-CR-999", code=code) is None
    assert find_certificate(number=found.number, code="") is None


# --- Invoices ---


def test_hours_times_rate_and_the_same_hours_twice_are_refused(amina_and_zoe):
    world = amina_and_zoe
    (line,) = an_invoice(world.mine, (world.enrolment, 200))
    assert line.amount == Decimal("50.00")
    with pytest.raises(ValidationError, match="BAUDRY Amina est déjà facturée du 01/03/2026"):
        an_invoice(world.mine, (world.enrolment, 200), number="F-2")
    with pytest.raises(ValidationError, match="n'est pas dans cette convention"):
        an_invoice(world.mine, (world.other, 200), number="F-2")
    assert InvoiceLine.objects.count() == 1


def test_a_group_price_is_shared_by_the_hours_followed(world):
    others = [b.a_contract(enrolment=b.an_enrolment(cohort=world.cohort), establishment=world.closerie) for _ in "ab"]
    people = [world.enrolment, *(one.enrolment for one in others)]
    convention = a_convention(
        world.cohort, world.closerie, *people, hourly_rate=None, group_price=Decimal("1000.00"), planned_minutes=420
    )
    a_held_half_day(world.cohort, date(2026, 3, 10), *people)
    # February's half-day and March's are the 420 minutes of the convention: all its price is due at the end of March.
    lines = an_invoice(convention, *((one, 210) for one in people))
    assert [line.amount for line in lines] == [Decimal("333.34"), Decimal("333.33"), Decimal("333.33")]
    assert due_of_group(convention, MARCH) == 0
    void_invoice(line=lines[0], by=world.users["trainer"], at=AT, reason="Erreur de période")
    assert due_of_group(convention, MARCH) == Decimal("1000.00")
    assert not InvoiceLine.objects.valid().exists()


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"period": Period(date(2026, 1, 1), date(2026, 1, 31))}, "sort des dates de la convention"),
        ({"period": Period(date(2026, 3, 31), date(2026, 3, 1))}, "doit suivre son début"),
        ({"on": date(2026, 11, 21)}, "aujourd'hui ou d'avant"),
    ],
)
def test_an_invoice_outside_its_dates_is_refused(amina_and_zoe, asked, words):
    with pytest.raises(ValidationError, match=words):
        an_invoice(amina_and_zoe.mine, (amina_and_zoe.enrolment, 210), **asked)


def test_an_invoice_of_no_hour_or_voided_without_a_word_is_refused(amina_and_zoe):
    with pytest.raises(ValidationError, match="Aucune heure à facturer"):
        an_invoice(amina_and_zoe.mine, (amina_and_zoe.enrolment, 0))
    (line,) = an_invoice(amina_and_zoe.mine, (amina_and_zoe.enrolment, 210))
    with pytest.raises(ValidationError, match="pourquoi"):
        void_line(line=line, by=amina_and_zoe.users["trainer"], at=AT, reason=" ")


def test_each_reads_the_certificates_of_its_own(amina_and_zoe, client_of):
    world = amina_and_zoe
    an_invoice(world.mine, (world.enrolment, 420))
    issue(world)
    sees = []
    for role, user in world.users.items():
        if user:
            user.acting_through = user.memberships.first()
            if Certificate.objects.visible_to(user).exists():
                sees.append(role)
    assert sees == ["coordinator", "employer", "trainer", "trainee"]
    assert Attendance.objects.valid().count() == 6
