"""Creating a series: it is placed, moved, published; then how it refuses."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from regulations.training import FixedFact, HalfDayPart, ShiftKind
from tests import builders as b
from training import actions, reference
from training.actions.series import SeriesRow, Terms, needs_of, publish_series
from training.models import ClosedPeriod, HalfDay, Module, RosterShift, Session, Unavailability

pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")
AT = datetime(2026, 3, 1, 9, tzinfo=PARIS)
SALLE = Terms(place="Salle Tombelaine", trainer_name="Noémi TOUSSAINT")


@pytest.fixture
def programme(world):
    """Twelve modules of seven hours, the first of which the world has placed half of."""
    programme = actions.ensure_programme(cohort=world.cohort)
    programme.modules.exclude(sessions__isnull=False).delete()
    for title in reference.MODULES[1:]:
        actions.add_module(programme=programme, title=title, planned_minutes=420)
    return programme


def settings_of(**changes):
    return {
        "first_day": "2026-03-03",
        "pattern": ["1-MORNING", "3-MORNING"],
        "place": "Salle Tombelaine",
        "remote_link": "",
        "trainer_name": "Noémi TOUSSAINT",
        "capacity": "",
        "modules": list(reference.MODULES[1:]),
        "morning_starts_at": "09:00",
        "morning_ends_at": "12:30",
        "afternoon_starts_at": "13:30",
        "afternoon_ends_at": "17:00",
        **changes,
    }


def rows_of(page):
    """What the browser would send back of the half-days shown."""
    sent = {}
    for line in page.context["lines"]:
        for bound in line.form:
            value = bound.value()
            sent[bound.html_name] = f"{value:%H:%M}" if isinstance(value, time) else str(value)
    return sent


@pytest.fixture
def propose(world, programme, client_of, esther):
    browser = client_of(esther)
    address = reverse("training:create_series", args=[world.cohort.pk])

    def send(**changes):
        return browser.post(address, settings_of(**changes))

    return send


def words(page):
    return " ".join(page.content.decode().replace("\xa0", " ").replace("&#x27;", "'").split())


def row(title, day, starts_at="09:00", ends_at="12:30"):
    part = HalfDayPart.MORNING if starts_at < "13" else HalfDayPart.AFTERNOON
    slot = actions.Slot(
        day=day, part=part, starts_at=time.fromisoformat(starts_at), ends_at=time.fromisoformat(ends_at)
    )
    return SeriesRow(title=title, slot=slot)


# --- it works ---


def test_all_half_days_are_proposed_then_published_at_once(world, propose):
    page = propose(etape="proposer")
    assert len(page.context["lines"]) == 22
    assert not Session.objects.exclude(pk=world.session.pk).exists()
    answer = propose(etape="publier", **rows_of(page))
    assert answer.status_code == 302
    half_days = HalfDay.objects.exclude(session=world.session).order_by("day")
    assert half_days.count() == 22
    assert {one.day.weekday() for one in half_days} == {1, 3}
    assert needs_of(world.cohort)[0].title == world.session.module.title
    session = half_days.first().session
    assert (session.place, session.trainer_name) == ("Salle Tombelaine", "Noémi TOUSSAINT")
    assert session.published_at


def test_publishing_twice_makes_one_series(propose):
    page = propose(etape="proposer")
    for _ in range(2):
        propose(etape="publier", form_token="jeton-de-la-serie", **rows_of(page))
    assert HalfDay.objects.count() == 23


def test_a_holiday_and_a_closed_period_are_left_out_and_said(world, propose):
    days = {"starts_on": date(2026, 4, 20), "ends_on": date(2026, 4, 24)}
    ClosedPeriod.objects.create(cohort=world.cohort, label="Congés", **days)
    page = propose(etape="proposer", pattern=["0-MORNING", "4-MORNING"])
    said = {one.day: one.reason for one in page.context["left_out"]}
    assert said[date(2026, 4, 6)] == "jour férié (Lundi de Pâques)"
    assert said[date(2026, 5, 1)] == "jour férié (Fête du Travail)"
    assert said[date(2026, 4, 20)] == "Congés"
    assert not said.keys() & {line.slot.day for line in page.context["lines"]}


def test_a_closed_period_is_added_on_the_page_and_nothing_typed_is_lost(world, propose):
    closing = {
        "fermeture-label": "Salle en travaux",
        "fermeture-starts_on": "2026-03-05",
        "fermeture-ends_on": "2026-03-06",
    }
    page = propose(etape="fermer", trainer_name="Farida LEROY", **closing)
    assert ClosedPeriod.objects.get().label == "Salle en travaux"
    assert page.context["form"]["trainer_name"].value() == "Farida LEROY"
    assert page.context["form"]["pattern"].value() == ["1-MORNING", "3-MORNING"]
    page = propose(rouvrir=ClosedPeriod.objects.get().pk, **rows_of(propose(etape="proposer")))
    assert not ClosedPeriod.objects.exists()
    assert date(2026, 3, 5) in {line.slot.day for line in page.context["lines"]}


def test_one_is_moved_by_its_fields_and_the_others_stay(propose):
    rows = rows_of(propose(etape="proposer")) | {"r1-day": "2026-03-04", "r1-starts_at": "13:30", "r1-ends_at": "17:00"}
    page = propose(etape="verifier", **rows)
    assert page.context["lines"][0].slot.day == date(2026, 3, 4)
    propose(etape="publier", **rows_of(page))
    assert HalfDay.objects.get(day=date(2026, 3, 4)).part == "AFTERNOON"


def test_the_two_best_patterns_are_one_click_away(world, propose):
    for day in range(1, 29):
        start = datetime(2026, 3, day, 6, tzinfo=PARIS)
        RosterShift.objects.create(enrolment=world.enrolment, starts_at=start, ends_at=start.replace(hour=13))
    page = propose(etape="proposer", modules=reference.MODULES[1:3])
    assert page.context["clashes"] == 4
    patterns = [(code, one.clashes) for code, _, one, _ in page.context["patterns"]]
    assert [count for _, count in patterns] == [0, 0]
    page = propose(motif=patterns[0][0], modules=reference.MODULES[1:3], **rows_of(page))
    assert page.context["clashes"] == 0
    assert {line.slot.part for line in page.context["lines"]} == {HalfDayPart.AFTERNOON}


def test_clashes_are_said_under_each_half_day_for_each_person(world, propose):
    start = datetime(2026, 3, 3, 6, 45, tzinfo=PARIS)
    RosterShift.objects.create(enrolment=world.enrolment, starts_at=start, ends_at=start.replace(hour=14))
    Unavailability.objects.create(
        enrolment=world.other_contract.enrolment, kind=FixedFact.NEVER_ON, weekday=3, ends_on=date(2026, 3, 5)
    )
    page = propose(etape="proposer")
    assert [[(one.name, one.cause) for one in line.clashes] for line in page.context["lines"][:3]] == [
        [("BAUDRY Amina", "en poste")],
        [("DA COSTA Zoé", "jamais ce jour-là")],
        [],
    ]


def test_hours_of_work_are_for_those_who_may_read_them(world, programme, client_of, esther, claire):
    start = datetime(2026, 3, 3, 6, 45, tzinfo=PARIS)
    RosterShift.objects.create(enrolment=world.enrolment, starts_at=start, ends_at=start.replace(hour=14))
    address = reverse("training:create_series", args=[world.cohort.pk])
    data = settings_of(etape="proposer")
    assert "en poste de 6 h 45 à 14 h 45" in words(client_of(claire).post(address, data))
    page = words(client_of(esther).post(address, data))
    assert "BAUDRY Amina" in page
    assert "6 h 45" not in page


def test_a_proposal_asks_a_constant_number_of_queries(world, propose, django_assert_max_num_queries):
    propose(etape="proposer")
    for _ in range(10):
        one = b.an_enrolment(cohort=world.cohort)
        b.a_contract(enrolment=one, cohort=world.cohort)
        RosterShift.objects.create(
            enrolment=one,
            starts_at=datetime(2026, 3, 3, 0, tzinfo=PARIS),
            ends_at=datetime(2026, 3, 4, 0, tzinfo=PARIS),
            kind=ShiftKind.LEAVE,
        )
    with django_assert_max_num_queries(30):
        page = propose(etape="proposer")
    assert len(page.context["lines"][0].clashes) == 10


# --- how it refuses ---


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({"first_day": "2025-10-01"}, "Le premier jour doit être dans la cohorte", id="hors cohorte"),
        pytest.param({"pattern": []}, "Choisissez au moins une demi-journée de la semaine", id="aucun motif"),
        pytest.param({"morning_ends_at": "08:00"}, "La fin doit suivre le début", id="horaires à l'envers"),
        pytest.param({"place": ""}, "Dites où : un lieu, ou un lien à distance", id="sans lieu"),
        pytest.param({"first_day": "demain"}, "date valide", id="date illisible"),
    ],
)
def test_what_cannot_be_placed_is_said_and_what_was_typed_stays(propose, changes, said):
    page = propose(etape="proposer", **{"trainer_name": "Farida LEROY", **changes})
    assert said in words(page)
    assert 'value="Farida LEROY"' in page.content.decode()
    assert not page.context["lines"]


def test_what_does_not_fit_before_the_last_day_is_named(world, propose):
    page = propose(etape="proposer", first_day="2027-01-05", pattern=["1-MORNING"])
    assert "il reste 63 h à placer" in words(page)
    assert "« Bilan et suite de parcours »" in words(page)


def test_a_capacity_below_the_group_is_refused_and_everything_stays(propose):
    page = propose(etape="proposer")
    answer = propose(etape="publier", capacity="1", **rows_of(page))
    assert "Le groupe compte 2 personnes et la capacité est de 1" in words(answer)
    assert len(answer.context["lines"]) == 22
    assert HalfDay.objects.count() == 1


@pytest.mark.parametrize(
    ("moved", "said"),
    [
        pytest.param({"r1-ends_at": "08:00"}, "Demi-journée 1 : La fin doit suivre le début.", id="à l'envers"),
        pytest.param({"r1-day": "2026-07-14"}, "jour férié (Fête nationale)", id="férié"),
        pytest.param({"r1-day": "2028-03-07"}, "hors des dates de la cohorte", id="hors cohorte"),
        pytest.param({"r1-day": "2026-03-05"}, "elle commence avant la fin", id="deux à la fois"),
        pytest.param({"r1-ends_at": "12:00"}, "6 h 30 dans la série, 7 h à placer", id="module trop court"),
        pytest.param({"r1-ends_at": "13:00"}, "7 h 30 dans la série, 7 h à placer", id="module trop long"),
        pytest.param({"r1-title": "Poterie"}, "« Poterie » n'a plus d'heures à placer", id="module inconnu"),
    ],
)
def test_a_half_day_that_does_not_hold_is_refused_by_its_name(propose, moved, said):
    page = propose(etape="publier", **(rows_of(propose(etape="proposer")) | moved))
    assert said in words(page)
    assert HalfDay.objects.count() == 1


def test_who_publishes_second_is_told_that_it_is_done(world, programme):
    rows = [row(reference.MODULES[1], date(2026, 3, 3)), row(reference.MODULES[1], date(2026, 3, 5))]
    publish_series(cohort=world.cohort, rows=rows, terms=SALLE, at=AT)
    with pytest.raises(ValidationError, match="n'a plus d'heures à placer"):
        publish_series(cohort=world.cohort, rows=rows, terms=SALLE, at=AT)
    assert Module.objects.get(title=reference.MODULES[1]).sessions.count() == 1


def test_a_session_on_site_says_where(world, programme):
    rows = [row(reference.MODULES[1], date(2026, 3, 3)), row(reference.MODULES[1], date(2026, 3, 5))]
    with pytest.raises(ValidationError, match="Dites où"):
        publish_series(cohort=world.cohort, rows=rows, terms=Terms(), at=AT)


@pytest.mark.parametrize(
    ("closing", "said"),
    [
        pytest.param({}, "À remplir pour ajouter une période", id="vide"),
        pytest.param(
            {"fermeture-label": "Congés", "fermeture-starts_on": "2026-08-14", "fermeture-ends_on": "2026-08-03"},
            "La fin doit suivre le début",
            id="à l'envers",
        ),
    ],
)
def test_a_closed_period_that_is_not_one_is_refused_and_the_series_stays(propose, closing, said):
    rows = rows_of(propose(etape="proposer")) | {"r1-day": "2026-03-04"}
    page = propose(etape="fermer", **rows, **closing)
    assert said in words(page)
    assert page.context["lines"][0].slot.day == date(2026, 3, 4)
    assert not ClosedPeriod.objects.exists()


def test_a_cohort_of_elsewhere_is_not_found(world, client_of, claire):
    other = b.a_cohort(agency=b.an_organisation())
    assert client_of(claire).get(reverse("training:create_series", args=[other.pk])).status_code == 404


# --- sessions that exist ---


@pytest.fixture
def hindered(world):
    """Amina works on the morning of a session to come."""
    half_day = b.a_half_day(world.session, day=date(2026, 12, 10))
    start = datetime(2026, 12, 10, 6, 45, tzinfo=PARIS)
    RosterShift.objects.create(enrolment=world.enrolment, starts_at=start, ends_at=start.replace(hour=14, minute=15))
    return half_day


def test_the_page_of_a_session_says_who_cannot_come(world, hindered, client_of, claire, denis):
    address = reverse("training:session_detail", args=[world.session.pk])
    assert "en poste de 6 h 45 à 14 h 15" in words(client_of(claire).get(address))
    assert "en poste" not in words(client_of(denis).get(address))


def test_moving_says_who_could_not_come_and_moves_once_that_is_accepted(world, hindered, client_of, claire):
    half_day = b.a_half_day(world.session, day=date(2026, 12, 3))
    browser, address = client_of(claire), reverse("training:move_half_day", args=[half_day.pk])
    data = {"day": "2026-12-10", "part": "AFTERNOON", "starts_at": "13:30", "ends_at": "17:00"}
    page = browser.post(address, data)
    assert "Après-midi, BAUDRY Amina : en poste de 6 h 45 à 14 h 15" in words(page)
    assert page.context["form"]["malgre"].label == "Déplacer quand même"
    assert browser.post(address, data | {"malgre": "on"}).status_code == 302
    moved = HalfDay.objects.get(pk=half_day.pk)
    assert (moved.day, moved.calendar_id, moved.sequence) == (date(2026, 12, 10), half_day.calendar_id, 1)


def test_moving_to_a_free_day_asks_nothing(world, hindered, client_of, claire):
    address = reverse("training:move_half_day", args=[hindered.pk])
    data = {"day": "2026-12-11", "part": "MORNING", "starts_at": "09:00", "ends_at": "12:30"}
    assert client_of(claire).post(address, data).status_code == 302


def test_a_room_and_a_trainer_already_taken_are_said(world, client_of, claire):
    other = b.a_cohort(agency=world.cohort.agency, training_organisation=world.cohort.training_organisation)
    taken = b.a_session(other, trainer_name="noémi toussaint", place="Salle Tombelaine, Avranches")
    b.a_half_day(taken, day=date(2026, 12, 10))
    b.a_half_day(world.session, day=date(2026, 12, 10))
    page = words(client_of(claire).get(reverse("training:session_detail", args=[world.session.pk])))
    assert "Noémi TOUSSAINT : avec une autre cohorte de 9 h 00 à 12 h 30" in page
    assert "Salle Tombelaine, Avranches : par une autre cohorte de 9 h 00 à 12 h 30" in page


def test_adding_and_planning_say_it_too_and_lose_nothing(world, hindered, client_of, claire):
    browser = client_of(claire)
    slot = {"day": "2026-12-10", "part": "AFTERNOON", "starts_at": "13:30", "ends_at": "17:00"}
    address = reverse("training:add_half_day", args=[world.session.pk])
    assert "BAUDRY Amina : en poste" in words(browser.post(address, slot))
    address = reverse("training:plan_session", args=[world.cohort.pk])
    data = {
        "module": world.session.module.title,
        "day": "2026-12-10",
        "parts": ["MORNING", "AFTERNOON"],
        "morning_starts_at": "09:00",
        "morning_ends_at": "12:30",
        "afternoon_starts_at": "13:30",
        "afternoon_ends_at": "17:00",
        "place": "Salle Cancale",
        "mode": "ON_SITE",
    }
    page = browser.post(address, data)
    assert "Matin, BAUDRY Amina : en poste de 6 h 45 à 14 h 15" in words(page)
    assert "Matin, Tout le groupe : «" in words(page)
    assert 'value="Salle Cancale"' in page.content.decode()
    assert browser.post(address, data | {"malgre": "on"}).status_code == 302
    assert HalfDay.objects.filter(day=date(2026, 12, 10)).count() == 3


def test_two_half_days_of_a_session_never_overlap(world):
    slot = actions.Slot(day=date(2026, 12, 3), part=HalfDayPart.MORNING, starts_at=time(9), ends_at=time(14))
    actions.add_half_day(session=world.session, slot=slot)
    after = actions.Slot(day=date(2026, 12, 3), part=HalfDayPart.AFTERNOON, starts_at=time(13, 30), ends_at=time(17))
    with pytest.raises(ValidationError, match="chevauche"):
        actions.add_half_day(session=world.session, slot=after)


def test_a_session_is_not_given_a_room_too_small(world, client_of, claire):
    address = reverse("training:change_session", args=[world.session.pk])
    data = {"place": "Petite salle", "mode": "ON_SITE", "capacity": "1"}
    page = client_of(claire).post(address, data)
    assert "Le groupe compte 2 personnes et la capacité est de 1" in words(page)
    assert 'value="Petite salle"' in page.content.decode()


def test_what_is_already_planned_in_a_closed_period_is_said(world, client_of, claire):
    b.a_half_day(world.session, day=date(2026, 12, 10))
    days = {"starts_on": date(2026, 12, 7), "ends_on": date(2026, 12, 11)}
    ClosedPeriod.objects.create(cohort=world.cohort, label="Salle en travaux", **days)
    page = words(client_of(claire).get(reverse("training:session_detail", args=[world.session.pk])))
    assert "Tout le groupe : Salle en travaux" in page
