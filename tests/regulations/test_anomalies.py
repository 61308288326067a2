"""Anomalies of the attendance: each rule fires on its own case, and none on a clean month."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from regulations import anomalies as rules
from regulations.anomalies import anomalies
from regulations.anomaly_facts import Agreement, AnomalyRule, Facts, Ink, Presence, Shift, Slot, Thresholds
from regulations.calendar import Territory
from regulations.periods import Period

PARIS = ZoneInfo("Europe/Paris")
AMINA, ZOE = 1, 2
# Tuesdays and Thursdays of a month without a holiday, mornings.
DAYS = [date(2026, 3, day) for day in (3, 5, 10, 12, 17, 19, 24, 26)]
AT = datetime(2026, 4, 20, 12, tzinfo=PARIS)


def at(day, hour, minute=0, second=0):
    return datetime.combine(day, time(hour, minute, second), PARIS)


def a_slot(day=DAYS[0], pk=None, **changes):
    facts = {
        "pk": pk or day.toordinal(),
        "starts_at": at(day, 9),
        "ends_at": at(day, 12, 30),
        "planned_minutes": 210,
        "part": "matin",
        "module": "Gestes et postures",
        "trainer": "Noémi TOUSSAINT",
        "countersigned_at": at(day, 12, 35),
        **changes,
    }
    return Slot(**facts)


def a_presence(slot, enrolment=AMINA, **changes):
    return Presence(**{"slot": slot, "enrolment": enrolment, "person": enrolment, "minutes": 210, **changes})


def an_ink(slot, enrolment=AMINA, after=10, image=None, **changes):
    facts = {"half_day": slot.pk, "enrolment": enrolment, "at": slot.ends_at + timedelta(seconds=after)}
    return Ink(**facts | {"image_sha256": image or f"{slot.pk}-{enrolment}"} | changes)


def a_month(**changes):
    """Eight mornings, two people, everybody there and signed, within contracts and conventions."""
    slots = [a_slot(day) for day in DAYS]
    both = (AMINA, ZOE)
    agreement = Agreement(number="C-1", period=Period(DAYS[0], DAYS[-1]), planned_minutes=8 * 210)
    facts = {
        "at": AT,
        "slots": slots,
        "presences": [a_presence(slot, one) for slot in slots for one in both],
        "inks": [an_ink(slot, one, after=60 * one) for slot in slots for one in both],
        "contracts": {one: [Period(date(2026, 2, 2), date(2027, 2, 1))] for one in both},
        "suspensions": {AMINA: [Period(date(2026, 5, 1), date(2026, 5, 31))]},
        # The night before ends two hours before the class; a leave the day after the last one.
        "shifts": {
            AMINA: [Shift(starts_at=at(DAYS[1] - timedelta(days=1), 21), ends_at=at(DAYS[1], 7))],
            ZOE: [Shift(starts_at=at(date(2026, 3, 27), 0), ends_at=at(date(2026, 3, 28), 0), is_leave=True)],
        },
        "agreements": {one: [agreement] for one in both},
        "expected": {slot.pk: list(both) for slot in slots},
        **changes,
    }
    return Facts(**facts)


def with_slot(**changes):
    """The clean month, whose first half-day is changed everywhere it is read."""
    month = a_month()
    first = replace(month.slots[0], **changes)
    presences = [replace(one, slot=first) if one.slot.pk == first.pk else one for one in month.presences]
    return replace(month, slots=[first, *month.slots[1:]], presences=presences)


def with_presence(**changes):
    """The clean month, where Amina's first row is changed."""
    month = a_month()
    return replace(month, presences=[replace(month.presences[0], **changes), *month.presences[1:]])


def with_another_slot(slot, *people):
    """The clean month, and one more half-day followed by those people."""
    month = a_month()
    slots = [*month.slots, slot]
    return replace(month, slots=slots, presences=[*month.presences, *(a_presence(slot, one) for one in people)])


def moved_to(day, **changes):
    return with_slot(starts_at=at(day, 9), ends_at=at(day, 12, 30), countersigned_at=at(day, 12, 35), **changes)


def found(facts, rule):
    return [(one.rule, one.enrolment, one.message) for one in anomalies(facts) if one.rule is rule]


def test_a_clean_month_says_nothing():
    assert anomalies(a_month()) == []


def test_a_month_with_an_absence_and_a_lateness_whose_minutes_are_noted_says_nothing_before_the_convention_ends():
    month = a_month()
    absent = replace(month.presences[0], attended=False, minutes=0, signed=False)
    late = replace(month.presences[3], minutes=190, minutes_missed=20)
    facts = replace(month, presences=[absent, *month.presences[1:3], late, *month.presences[4:]])
    assert {one.rule for one in anomalies(facts)} == {AnomalyRule.NOT_AS_CONVENTION}
    assert anomalies(replace(facts, agreements={})) == []


FIRST = DAYS[0]
SECOND_PLACE = a_slot(pk=9, starts_at=at(FIRST, 11), ends_at=at(FIRST, 13), module="Hygiène", trainer="Autre")
AFTERNOON = {"starts_at": at(FIRST, 13, 30), "ends_at": at(FIRST, 17, 31), "countersigned_at": at(FIRST, 17, 40)}


@pytest.mark.parametrize(
    ("facts", "rule", "enrolment", "words"),
    [
        pytest.param(
            moved_to(date(2026, 4, 6)), "HOLIDAY", None, "06/04/2026 (matin), jour férié", id="lundi de Pâques"
        ),
        pytest.param(
            moved_to(date(2026, 4, 3), territory=Territory.ALSACE_MOSELLE),
            "HOLIDAY",
            None,
            "jour férié : Vendredi saint",
            id="Vendredi saint en Moselle, L3134-13",
        ),
        pytest.param(moved_to(date(2026, 3, 8)), "SUNDAY", None, "08/03/2026 (matin), un dimanche", id="dimanche"),
        pytest.param(
            with_another_slot(SECOND_PLACE, AMINA),
            "TWO_AT_ONCE",
            AMINA,
            "11:00–13:00 dans « Hygiène » et à 09:00–12:30",
            id="deux séances à la fois",
        ),
        pytest.param(
            with_another_slot(replace(SECOND_PLACE, trainer="noémi toussaint"), 3),
            "TWO_AT_ONCE",
            None,
            "noémi toussaint est noté",
            id="intervenante à deux endroits",
        ),
        pytest.param(
            a_month(shifts={AMINA: [Shift(starts_at=at(FIRST, 6, 45), ends_at=at(FIRST, 14, 15))]}),
            "OVER_SHIFT",
            AMINA,
            "pendant une vacation : 06:45–14:15",
            id="vacation du matin",
        ),
        pytest.param(
            a_month(shifts={AMINA: [Shift(starts_at=at(FIRST - timedelta(days=1), 21), ends_at=at(FIRST, 9, 30))]}),
            "OVER_SHIFT",
            AMINA,
            "du 02/03/2026 à 21:00 au 03/03/2026 à 09:30",
            id="nuit qui finit pendant la séance",
        ),
        pytest.param(
            a_month(
                shifts={AMINA: [Shift(starts_at=at(FIRST, 0), ends_at=at(FIRST + timedelta(days=1), 0), is_leave=True)]}
            ),
            "OVER_LEAVE",
            AMINA,
            "un jour de congé déclaré",
            id="congé",
        ),
        pytest.param(
            a_month(suspensions={ZOE: [Period(DAYS[-1])]}),
            "OVER_SUSPENSION",
            ZOE,
            "suspendu depuis le 26/03/2026",
            id="suspension encore ouverte",
        ),
        pytest.param(
            with_presence(minutes=180),
            "NOT_AS_PLANNED",
            AMINA,
            "3,00 h signées le 03/03/2026 (matin), 3,50 h",
            id="3 h",
        ),
        pytest.param(
            with_presence(minutes_unknown=True),
            "NOT_AS_PLANNED",
            AMINA,
            "sans nombre de minutes",
            id="retard sans minutes",
        ),
        pytest.param(
            with_presence(minutes=180, minutes_missed=30),
            "NOT_AS_CONVENTION",
            AMINA,
            "27,50 h signées jusqu'au 26/03/2026, 28,00 h à la convention C-1 : 0,50 h de différence",
            id="14 h contre 13 h 30",
        ),
        pytest.param(
            with_another_slot(a_slot(date(2026, 4, 7)), AMINA),
            "OUTSIDE_CONVENTION",
            AMINA,
            "hors de la convention C-1, du 03/03/2026 au 26/03/2026",
            id="date hors de la convention",
        ),
        pytest.param(
            with_presence(signed=False), "UNSIGNED_TRAINEE", AMINA, "03/03/2026", id="stagiaire sans signature"
        ),
        pytest.param(
            with_slot(countersigned_at=None), "UNSIGNED_TRAINER", None, "03/03/2026", id="intervenant sans signature"
        ),
        pytest.param(
            with_slot(countersigned_at=at(FIRST, 12, 29)),
            "SIGNED_EARLY",
            None,
            "finie à 12:30, signée le 03/03/2026 à 12:29",
            id="signé une minute avant la fin",
        ),
        pytest.param(
            with_slot(countersigned_at=at(FIRST + timedelta(days=8), 9)),
            "SIGNED_LATE",
            None,
            "8 jours après, 7 au plus",
            id="signé huit jours après",
        ),
        pytest.param(
            a_month(inks=[an_ink(a_slot(), AMINA, after=10), an_ink(a_slot(), ZOE, after=15)]),
            "TOGETHER",
            None,
            "Les 2 signatures du 03/03/2026 (matin) sont de 03/03/2026 à 12:30, en 5 s",
            id="groupe entier en cinq secondes",
        ),
        pytest.param(
            a_month(inks=[an_ink(a_slot(), AMINA, image="x"), an_ink(a_slot(), ZOE, after=90, image="x")]),
            "SAME_IMAGE",
            ZOE,
            "identique à celle d'une autre personne",
            id="même tracé pour deux personnes",
        ),
        pytest.param(
            a_month(inks=[an_ink(a_slot(), image="x"), an_ink(a_slot(DAYS[1]), image="x")]),
            "SAME_IMAGE",
            AMINA,
            "identique à celle de la même personne, le 03/03/2026",
            id="même tracé deux jours",
        ),
        pytest.param(
            a_month(inks=[an_ink(a_slot(), None, image="x"), an_ink(a_slot(), ZOE, after=90, image="x")]),
            "SAME_IMAGE",
            ZOE,
            "identique à celle de l'intervenant",
            id="l'intervenant signe pour une stagiaire",
        ),
        pytest.param(
            a_month(contracts={AMINA: [Period(date(2026, 2, 2), DAYS[-2])], ZOE: [Period(date(2026, 2, 2))]}),
            "OUTSIDE_CONTRACT",
            AMINA,
            "Présente le 26/03/2026 (matin), après la fin du contrat, le 24/03/2026",
            id="après la fin du contrat",
        ),
        pytest.param(
            a_month(presences=a_month().presences[2:], inks=[]),
            "NOTHING_NOTED",
            None,
            "Séance déclarée le 03/03/2026 (matin) : personne n'y est noté",
            id="jour déclaré, aucun appel",
        ),
        pytest.param(
            a_month(presences=a_month().presences[1:], inks=[]),
            "NOTHING_NOTED",
            AMINA,
            "Attendue le 03/03/2026 (matin)",
            id="une personne oubliée à l'appel",
        ),
        pytest.param(
            replace(a_month(), slots=[*a_month().slots, a_slot(date(2026, 4, 7), is_cancelled=True)]),
            "NOTHING_NOTED",
            None,
            "annulée le 07/04/2026 (matin), ses heures ne sont placées nulle part",
            id="séance annulée, jamais replacée",
        ),
        pytest.param(
            replace(
                with_another_slot(a_slot(pk=9, planned_minutes=241, **AFTERNOON)),
                presences=[
                    *a_month().presences,
                    a_presence(a_slot(pk=9, planned_minutes=241, **AFTERNOON), minutes=241),
                ],
            ),
            "LONG_DAY",
            AMINA,
            "7,52 h de formation le 03/03/2026, plus de 7,00 h par jour",
            id="sept heures trente et une minutes",
        ),
    ],
)
def test_each_rule_fires_on_its_case(facts, rule, enrolment, words):
    ((_, who, message),) = found(facts, AnomalyRule(rule))
    assert who == enrolment
    assert words in message


def test_every_rule_has_a_case():
    (mark,) = test_each_rule_fires_on_its_case.pytestmark
    assert {case.values[1] for case in mark.args[1]} == {rule.value for rule in AnomalyRule}
    assert len(rules.RULES) == len(AnomalyRule)


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param(moved_to(date(2026, 4, 3)), id="Vendredi saint en métropole"),
        pytest.param(
            replace(
                a_month(),
                slots=[*a_month().slots, a_slot(date(2026, 4, 7), is_cancelled=True, is_replaced=True)],
            ),
            id="annulée, replacée",
        ),
        pytest.param(with_slot(countersigned_at=at(FIRST, 12, 30)), id="signé à la fin"),
        pytest.param(with_slot(countersigned_at=at(FIRST + timedelta(days=7), 23, 59)), id="signé sept jours après"),
        pytest.param(with_slot(countersigned_at=None, countersigned_on_paper=True), id="signé sur papier"),
        pytest.param(
            a_month(inks=[an_ink(a_slot(), AMINA, after=0), an_ink(a_slot(), ZOE, after=6)]),
            id="signatures en six secondes",
        ),
        pytest.param(a_month(inks=[an_ink(a_slot(), AMINA)]), id="une seule personne a signé sur écran"),
        pytest.param(
            a_month(inks=[an_ink(slot, image_sha256="") for slot in a_month().slots]), id="noms tapés, sans tracé"
        ),
        pytest.param(
            a_month(shifts={AMINA: [Shift(starts_at=at(FIRST, 12, 30), ends_at=at(FIRST, 20))]}),
            id="vacation juste après",
        ),
    ],
)
def test_each_rule_is_silent_at_its_limit(facts):
    kept = {AnomalyRule.OUTSIDE_CONVENTION, AnomalyRule.NOT_AS_CONVENTION}
    assert [one for one in anomalies(facts) if one.rule not in kept] == []


def test_an_absent_person_raises_nothing_of_what_is_followed():
    facts = with_presence(attended=False, minutes=0, signed=False)
    assert anomalies(replace(facts, suspensions={AMINA: [Period(FIRST, FIRST)]}, agreements={})) == []


def test_thresholds_are_those_of_the_day():
    strict = Thresholds(most_minutes_a_day=180, countersign_days=0, together_seconds=0)
    facts = with_slot(thresholds=strict, countersigned_at=at(FIRST + timedelta(days=1), 9))
    assert {one.rule for one in anomalies(facts)} == {AnomalyRule.LONG_DAY, AnomalyRule.SIGNED_LATE}


def test_nothing_is_missing_while_the_roll_may_still_be_completed():
    slot = a_slot(countersigned_at=None)
    facts = Facts(
        at=slot.ends_at + timedelta(hours=4),
        slots=[slot],
        presences=[a_presence(slot, signed=False)],
        contracts={AMINA: [Period(FIRST)]},
        expected={slot.pk: [AMINA, ZOE]},
    )
    assert anomalies(facts) == []
    later = {one.rule for one in anomalies(replace(facts, at=facts.at + timedelta(seconds=1)))}
    assert later == {AnomalyRule.UNSIGNED_TRAINEE, AnomalyRule.UNSIGNED_TRAINER, AnomalyRule.NOTHING_NOTED}


def test_a_long_session_meets_each_one_inside_it():
    whole = a_slot(pk=1, ends_at=at(FIRST, 18))
    inside = [a_slot(pk=pk, starts_at=at(FIRST, hour), ends_at=at(FIRST, hour + 1)) for pk, hour in ((2, 10), (3, 14))]
    facts = Facts(at=AT, slots=[whole, *inside], presences=[a_presence(slot) for slot in (whole, *inside)])
    people = [one for one in anomalies(facts) if one.rule is AnomalyRule.TWO_AT_ONCE and one.enrolment]
    assert {one.half_day for one in people} == {2, 3}


def test_the_latest_day_comes_first_and_a_line_is_told_once():
    months = anomalies(a_month(suspensions={AMINA: [Period(FIRST), Period(FIRST)]}))
    assert [one.day for one in months] == sorted(DAYS, reverse=True)
