"""When trainees can come: facts told once, months known, what they hinder; then how it refuses."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from regulations.periods import Period
from regulations.training import FixedFact, ShiftKind
from tests import builders as b
from training.actions.rosters import ShiftFact, replace_month, tell_fact
from training.diary import clashes_of_cohort
from training.models import RosterShift, Unavailability

pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
TUESDAY = date(2026, 3, 10)


@pytest.fixture
def tuesday(world):
    return b.a_half_day(world.session, day=TUESDAY)


def at(day, hour, minute=0):
    return datetime(2026, 3, day, hour, minute, tzinfo=PARIS)


def said(world, user, period=MARCH):
    return [
        (half_day.day.day, one.name, one.words.replace("\N{NO-BREAK SPACE}", " "))
        for half_day, told in clashes_of_cohort(world.cohort, period, user)
        for one in told
    ]


def words(page):
    return " ".join(page.content.decode().replace("\xa0", " ").replace("&#x27;", "'").split())


# --- facts ---


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        pytest.param({"kind": FixedFact.NEVER_ON, "weekdays": [1]}, "jamais le mardi", id="jamais le mardi"),
        pytest.param(
            {"kind": FixedFact.NEVER_ON, "weekdays": [1], "starts_at": time(8), "ends_at": time(10)},
            "jamais le mardi de 8 h 00 à 10 h 00",
            id="le mardi de 8 h à 10 h",
        ),
        pytest.param(
            {"kind": FixedFact.LEAVE, "starts_on": date(2026, 3, 9), "ends_on": date(2026, 3, 13)},
            "en congé du 09/03/2026 au 13/03/2026",
            id="en congé",
        ),
        pytest.param(
            {"kind": FixedFact.NIGHTS},
            "nuit finie le 10/03 à 7 h 00, séance à 9 h 00 : 2 h de repos au lieu de 11 h",
            id="travaille de nuit",
        ),
    ],
)
def test_a_fact_told_once_hinders_the_half_days_it_meets(world, tuesday, claire, fact, expected):
    tell_fact(enrolment=world.enrolment, by=claire, **fact)
    assert said(world, claire) == [(10, "BAUDRY Amina", expected)]


def test_a_night_of_the_day_before_is_seen_when_one_day_is_looked_at(world, tuesday, claire):
    tell_fact(enrolment=world.enrolment, kind=FixedFact.NIGHTS, weekdays=[0], by=claire)
    [(_, _, told)] = said(world, claire, Period(TUESDAY, TUESDAY))
    assert told.startswith("nuit finie le 10/03 à 7 h 00")


def test_one_day_is_looked_at_with_its_whole_month(world, tuesday, claire):
    tell_fact(enrolment=world.enrolment, kind=FixedFact.NIGHTS, by=claire)
    night = ShiftFact(starts_at=at(20, 21), ends_at=at(21, 7), code="N")
    leave = [ShiftFact(starts_at=at(day, 0), ends_at=at(day + 1, 0), kind=ShiftKind.LEAVE) for day in range(9, 14)]
    replace_month(month=MARCH.starts_on, shifts={world.enrolment: [night, *leave]}, by=claire)
    assert said(world, claire, Period(TUESDAY, TUESDAY)) == [(10, "BAUDRY Amina", "en congé du 09/03 au 13/03")]


def test_a_fact_of_another_day_or_another_hour_hinders_nothing(world, tuesday, claire):
    tell_fact(enrolment=world.enrolment, kind=FixedFact.NEVER_ON, weekdays=[2], by=claire)
    tell_fact(
        enrolment=world.enrolment,
        kind=FixedFact.NEVER_ON,
        weekdays=[1],
        starts_at=time(13),
        ends_at=time(17),
        by=claire,
    )
    assert said(world, claire) == []


def test_a_roster_of_the_month_says_which_nights_are_worked(world, tuesday, claire):
    tell_fact(enrolment=world.enrolment, kind=FixedFact.NIGHTS, by=claire)
    shift = ShiftFact(starts_at=at(20, 21), ends_at=at(21, 7), code="N")
    replace_month(month=MARCH.starts_on, shifts={world.enrolment: [shift]}, by=claire)
    assert said(world, claire) == []


def test_the_same_fact_twice_is_one(world, claire):
    for _ in range(2):
        tell_fact(enrolment=world.enrolment, kind=FixedFact.NEVER_ON, weekdays=[1, 4], by=claire)
    assert sorted(Unavailability.objects.values_list("weekday", flat=True)) == [1, 4]


@pytest.mark.parametrize(
    ("fact", "refusal"),
    [
        pytest.param({"kind": FixedFact.NEVER_ON}, "Choisissez le ou les jours", id="jamais, mais quand"),
        pytest.param(
            {"kind": FixedFact.LEAVE, "starts_on": date(2026, 3, 9)}, "premier et un dernier jour", id="congé"
        ),
        pytest.param(
            {"kind": FixedFact.NEVER_ON, "weekdays": [1], "starts_at": time(8)}, "les deux heures", id="une heure"
        ),
        pytest.param(
            {"kind": FixedFact.NEVER_ON, "weekdays": [1], "starts_at": time(10), "ends_at": time(8)},
            "La fin doit suivre le début",
            id="à l'envers",
        ),
    ],
)
def test_a_fact_that_says_nothing_is_refused(world, claire, fact, refusal):
    with pytest.raises(ValidationError, match=refusal):
        tell_fact(enrolment=world.enrolment, by=claire, **fact)


# --- who is hindered ---


def test_days_outside_the_contract_hinder_nothing(world, tuesday, claire):
    world.contract.starts_on = date(2026, 3, 11)
    world.contract.save()
    RosterShift.objects.create(enrolment=world.enrolment, starts_at=at(10, 6), ends_at=at(10, 14))
    assert said(world, claire) == []


def test_another_cohort_of_the_same_person_is_another_session(world, tuesday, claire):
    other = b.a_cohort(agency=world.cohort.agency)
    enrolment = b.an_enrolment(world.person, other)
    b.a_contract(enrolment=enrolment, cohort=other)
    b.a_half_day(b.a_session(other, trainer_name="Un autre", place="Ailleurs"), day=TUESDAY)
    assert said(world, claire) == [(10, "BAUDRY Amina", "séance d'une autre cohorte")]


# --- months ---


def test_a_month_is_replaced_and_the_next_one_stays(world, claire):
    april = datetime(2026, 4, 1, 6, 45, tzinfo=PARIS)
    RosterShift.objects.create(enrolment=world.enrolment, starts_at=april, ends_at=april.replace(hour=14))
    for code in ("M", "S"):
        shift = ShiftFact(starts_at=at(31, 21), ends_at=april.replace(hour=7), code=code)
        replace_month(month=MARCH.starts_on, shifts={world.enrolment: [shift]}, by=claire)
    codes = RosterShift.objects.order_by("starts_at").values_list("code", flat=True)
    assert list(codes) == ["S", ""]


def test_a_new_version_of_the_month_rewrites_only_what_it_changes(world, claire):
    morning = ShiftFact(starts_at=at(3, 6), ends_at=at(3, 14), code="M")
    evening = ShiftFact(starts_at=at(4, 13), ends_at=at(4, 21), code="S")
    for facts in ([morning, evening], [morning, ShiftFact(starts_at=at(4, 13), ends_at=at(4, 20), code="S")]):
        before = list(RosterShift.objects.order_by("starts_at").values_list("pk", flat=True))
        replace_month(month=MARCH.starts_on, shifts={world.enrolment: facts}, by=claire)
    first, second = RosterShift.objects.order_by("starts_at")
    assert first.pk == before[0]
    assert second.pk != before[1]
    assert second.ends_at == at(4, 20)


def test_a_shift_of_another_month_is_refused_and_the_month_stays(world, claire):
    kept = RosterShift.objects.create(enrolment=world.enrolment, starts_at=at(3, 6), ends_at=at(3, 14))
    stray = ShiftFact(starts_at=datetime(2026, 5, 1, tzinfo=PARIS), ends_at=datetime(2026, 5, 2, tzinfo=PARIS))
    with pytest.raises(ValidationError, match="hors du mois"):
        replace_month(month=MARCH.starts_on, shifts={world.enrolment: [stray]}, by=claire)
    assert RosterShift.objects.get() == kept


# --- pages ---


def test_an_employer_tells_and_takes_back_a_fact_of_its_own_people(world, client_of, denis):
    browser = client_of(denis)
    address = reverse("training:tell_fact", args=[world.enrolment.pk])
    answer = browser.post(address, {"kind": "NEVER_ON", "weekdays": ["0", "1"]})
    assert answer.url == reverse("training:availability", args=[world.cohort.pk])
    page = browser.get(answer.url)
    assert "jamais le lundi" in words(page)
    assert "DA COSTA" not in words(page)
    for fact in Unavailability.objects.all():
        browser.post(reverse("training:drop_fact", args=[fact.pk]))
    assert not Unavailability.objects.exists()


def test_what_is_refused_stays_typed(world, client_of, denis):
    address = reverse("training:tell_fact", args=[world.enrolment.pk])
    page = client_of(denis).post(address, {"kind": "LEAVE", "starts_on": "2026-03-13", "ends_on": "2026-03-09"})
    assert "La fin doit suivre le début" in words(page)
    assert 'value="2026-03-13"' in page.content.decode()


def test_the_neighbour_tells_nothing_of_them(world, client_of, gaelle):
    assert client_of(gaelle).get(reverse("training:tell_fact", args=[world.enrolment.pk])).status_code == 404


def test_a_coordinator_who_is_no_referent_reads_nobodys_hours(world, client_of):
    other = b.a_user("sophie@agence.example")
    b.a_membership(other, world.cohort.agency)
    page = client_of(other).get(reverse("training:availability", args=[world.cohort.pk]))
    assert "Aucune stagiaire de cette cohorte dont vous puissiez lire les horaires" in words(page)


def test_the_page_asks_a_constant_number_of_queries(world, client_of, claire, django_assert_max_num_queries):
    browser = client_of(claire)
    address = reverse("training:availability", args=[world.cohort.pk])
    browser.get(address)
    for day in range(1, 11):
        one = b.an_enrolment(b.a_person(agency=world.cohort.agency), world.cohort, seat=world.seat)
        b.a_contract(enrolment=one, cohort=world.cohort, establishment=world.closerie)
        b.a_half_day(world.session, day=date(2026, 12, day))
        RosterShift.objects.create(
            enrolment=one,
            starts_at=datetime(2026, 12, day, tzinfo=PARIS),
            ends_at=datetime(2026, 12, day, 23, tzinfo=PARIS),
            kind=ShiftKind.LEAVE,
        )
    with django_assert_max_num_queries(22):
        page = browser.get(address)
    assert len(page.context["days"]) == 10
