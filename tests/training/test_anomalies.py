"""The anomalies as people meet them: the list, its filters, the answer that never deletes the fact, its cost."""

from datetime import date, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts import clock
from accounts.models import AccessLog
from exports.checks import checks
from exports.scope import Destination, FileScope
from regulations.anomaly_facts import AnomalyRule
from regulations.training import AttendanceStatus, FixedFact, ShiftKind, SignatureWay
from tests import builders as b
from training import actions
from training.anomalies import lines_for
from training.models import (
    AnomalyAnswer,
    Attendance,
    ConventionTrainee,
    HalfDay,
    RosterShift,
    Signature,
    TrainingRules,
    Unavailability,
)
from training.models.certificate import Convention
from training.models.programme import TrainingBody

AT = datetime(2026, 11, 20, 9, tzinfo=clock.PARIS)
LIST = "/socle/anomalies/"


def found(user, at=AT):
    return {(line.anomaly.rule.value, line.anomaly.enrolment) for line in lines_for(user, at=at)}


@pytest.fixture
def clean(world):
    """The half-day of the world, signed by everybody: nothing to say."""
    half_day = world.half_day
    half_day.countersigned_at = clock.at(half_day.day, time(12, 40))
    half_day.save()
    return world


def explain_url(half_day, rule, enrolment=0):
    return reverse("training:explain_anomaly", args=[rule, half_day.pk, enrolment])


def test_a_clean_half_day_says_nothing(clean, claire):
    assert found(claire) == set()


def on_a_holiday(world):
    world.half_day.day = date(2026, 5, 1)
    world.half_day.countersigned_at = clock.at(date(2026, 5, 1), time(12, 40))
    world.half_day.save()


def another_session(world):
    half_day = b.a_half_day(
        b.a_session(world.cohort, trainer_name="Autre"), starts_at=time(11), countersigned_on_paper=True
    )
    for enrolment in world.cohort.enrolments.all():
        b.an_attendance(half_day, enrolment, AttendanceStatus.ABSENT)
    half_day.attendances.filter(enrolment=world.enrolment).delete()
    b.an_attendance(half_day, world.enrolment)


def a_shift(world, kind=ShiftKind.WORK):
    RosterShift.objects.create(
        enrolment=world.enrolment,
        starts_at=clock.at(world.half_day.day, time(6, 45)),
        ends_at=clock.at(world.half_day.day, time(14, 15)),
        kind=kind,
    )


def a_leave(world):
    day = world.half_day.day
    Unavailability.objects.create(enrolment=world.enrolment, kind=FixedFact.LEAVE, starts_on=day, ends_on=day)


def a_suspension(world):
    world.contract.suspensions.create(starts_on=world.half_day.day, reason="ILLNESS")


def no_signature(world):
    world.half_day.attendances.filter(enrolment=world.enrolment).update(signed_on_paper=False)


def a_convention(world, **changes):
    body = TrainingBody.objects.create(organisation=world.cohort.training_organisation, name="Centre de la Baie")
    facts = {"starts_on": date(2026, 2, 2), "ends_on": date(2026, 2, 27), "planned_minutes": 240, **changes}
    convention = Convention.objects.create(
        cohort=world.cohort, establishment=world.closerie, training_body=body, number="C-1", title="Socle", **facts
    )
    ConventionTrainee.objects.create(convention=convention, enrolment=world.enrolment)


def signatures(world, image="", seconds=4):
    for rank, enrolment in enumerate(world.cohort.enrolments.order_by("pk")):
        Signature.objects.create(
            half_day=world.half_day,
            enrolment=enrolment,
            signer_name="x",
            way=SignatureWay.TABLET,
            image_sha256=image,
            server_at=clock.at(world.half_day.day, time(12, 30)) + timedelta(seconds=seconds * rank),
        )


AMINA, NOBODY = True, False


@pytest.mark.parametrize(
    ("change", "rule", "who"),
    [
        pytest.param(on_a_holiday, "HOLIDAY", NOBODY, id="1er mai"),
        pytest.param(another_session, "TWO_AT_ONCE", AMINA, id="deux séances"),
        pytest.param(a_shift, "OVER_SHIFT", AMINA, id="vacation"),
        pytest.param(lambda world: a_shift(world, ShiftKind.LEAVE), "OVER_LEAVE", AMINA, id="congé du planning"),
        pytest.param(a_leave, "OVER_LEAVE", AMINA, id="congé dit une fois"),
        pytest.param(a_suspension, "OVER_SUSPENSION", AMINA, id="suspension"),
        pytest.param(no_signature, "UNSIGNED_TRAINEE", AMINA, id="stagiaire sans signature"),
        pytest.param(a_convention, "NOT_AS_CONVENTION", AMINA, id="4 h à la convention, 3 h 30 signées"),
        pytest.param(
            lambda world: a_convention(world, starts_on=date(2026, 2, 11), planned_minutes=0),
            "OUTSIDE_CONVENTION",
            AMINA,
            id="avant la convention",
        ),
        pytest.param(signatures, "TOGETHER", NOBODY, id="deux signatures en quatre secondes"),
        pytest.param(
            lambda world: HalfDay.objects.update(countersigned_at=clock.at(date(2026, 2, 10), time(10))),
            "SIGNED_EARLY",
            NOBODY,
            id="signée avant la fin",
        ),
        pytest.param(
            lambda world: HalfDay.objects.update(countersigned_at=clock.at(date(2026, 3, 10), time(10))),
            "SIGNED_LATE",
            NOBODY,
            id="signée un mois après",
        ),
        pytest.param(
            lambda world: HalfDay.objects.update(countersigned_at=None), "UNSIGNED_TRAINER", NOBODY, id="non signée"
        ),
        pytest.param(
            lambda world: Attendance.objects.all().delete(), "NOTHING_NOTED", NOBODY, id="personne n'est noté"
        ),
        pytest.param(
            lambda world: Attendance.objects.filter(enrolment=world.enrolment).delete(),
            "NOTHING_NOTED",
            AMINA,
            id="une personne oubliée",
        ),
        pytest.param(
            lambda world: HalfDay.objects.update(cancelled_on=date(2026, 2, 9)),
            "NOTHING_NOTED",
            NOBODY,
            id="annulée, jamais replacée",
        ),
        pytest.param(
            lambda world: Attendance.objects.filter(enrolment=world.enrolment).update(minutes_unknown=True),
            "NOT_AS_PLANNED",
            AMINA,
            id="retard sans minutes",
        ),
        pytest.param(
            lambda world: TrainingRules.objects.update(most_minutes_a_day=180),
            "LONG_DAY",
            None,
            id="journée trop longue",
        ),
    ],
)
def test_each_fact_of_the_database_raises_its_rule(clean, claire, change, rule, who):
    TrainingRules.objects.get_or_create(valid_from=date(2018, 1, 1))
    change(clean)
    people = {enrolment for one, enrolment in found(claire) if one == rule}
    everybody = set(clean.cohort.enrolments.values_list("pk", flat=True))
    assert people == {AMINA: {clean.enrolment.pk}, NOBODY: {None}, None: everybody}[who]


def test_the_same_drawing_for_two_people_is_told_of_the_second(clean, claire):
    signatures(clean, image="a" * 64, seconds=90)
    second = clean.cohort.enrolments.order_by("pk").last()
    assert found(claire) == {("SAME_IMAGE", second.pk)}


def test_after_a_break_presence_is_told(clean, claire):
    clean.contract.broken_on, clean.contract.break_reason = date(2026, 2, 6), "RESIGNATION"
    clean.contract.save()
    assert found(claire) == {("OUTSIDE_CONTRACT", clean.enrolment.pk)}


def test_the_reason_of_a_suspension_is_never_told(clean, esther):
    a_suspension(clean)
    (line,) = lines_for(esther, at=AT)
    assert line.anomaly.message.endswith("suspendu depuis le 10/02/2026.")


def test_neighbours_and_other_roles_see_no_anomaly(clean, client_of):
    assert [
        client_of(clean.users[role]).get(LIST).status_code
        for role in ("employer", "tutor", "funder", "administrator", "trainee", "trainer")
    ] == [403, 403, 403, 403, 403, 200]


def test_another_training_body_sees_none(clean, client_of):
    no_signature(clean)
    elsewhere = b.a_cohort(training_organisation=b.an_organisation("TRAINING_BODY", "Ailleurs"))
    user = b.a_user()
    b.a_membership(user, elsewhere.training_organisation, "TRAINER")
    assert found(user) == set()
    address = explain_url(clean.half_day, "UNSIGNED_TRAINEE", clean.enrolment.pk)
    assert client_of(user).get(address).status_code == 404


def test_an_anomaly_is_explained_and_stays_in_the_list(clean, client_of, esther):
    no_signature(clean)
    browser = client_of(esther)
    address = explain_url(clean.half_day, "UNSIGNED_TRAINEE", clean.enrolment.pk)
    assert "BAUDRY Amina : Demi-journée suivie le 10/02/2026 (matin)" in browser.get(address).content.decode()
    browser.post(address, {"text": "Feuille égarée, attestation jointe au dossier."})
    text = browser.get(LIST).content.decode()
    assert "connu et expliqué" in text
    assert "Feuille égarée, attestation jointe au dossier. (Esther PARENT, 20/11/2026)" in text
    assert browser.get(LIST + "?etat=ouvertes").context["count"].number == 0
    assert AnomalyAnswer.objects.get().answered_by == esther


def test_an_explanation_is_taken_back_with_a_reason(clean, client_of, claire):
    no_signature(clean)
    answer = AnomalyAnswer.objects.create(
        half_day=clean.half_day, enrolment=clean.enrolment, rule="UNSIGNED_TRAINEE", text="x", answered_by=claire
    )
    browser, address = client_of(claire), reverse("training:take_back_explanation", args=[answer.pk])
    assert "obligatoire" in browser.post(address, {"reason": ""}).content.decode()
    browser.post(address, {"reason": "Mauvaise demi-journée"})
    assert [line.is_open for line in lines_for(claire, at=AT)] == [True]
    answer.refresh_from_db()
    assert (answer.voided_by, answer.void_reason) == (claire, "Mauvaise demi-journée")
    assert browser.get(address).status_code == 404


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("  ", "quelques mots", id="vide"),
        pytest.param("2 84 06 50 129 001 32", "sécurité sociale", id="numéro de sécurité sociale"),
        pytest.param("FR76 3000 6000 0112 3456 7890 189", "bancaire", id="compte bancaire"),
    ],
)
def test_an_explanation_that_may_not_be_kept_is_refused(clean, claire, text, said):
    with pytest.raises(ValidationError, match=said):
        actions.explain_anomaly(
            half_day=clean.half_day, enrolment=None, rule=AnomalyRule.HOLIDAY, text=text, by=claire, at=AT
        )


def test_the_same_anomaly_has_one_answer(clean, claire):
    facts = {"half_day": clean.half_day, "enrolment": None, "rule": AnomalyRule.HOLIDAY, "by": claire, "at": AT}
    actions.explain_anomaly(text="Accord de tous.", **facts)
    with pytest.raises(ValidationError, match="déjà sa réponse"):
        actions.explain_anomaly(text="Encore.", **facts)


@pytest.mark.parametrize("whose", ["nobody", "amina"])
def test_the_database_keeps_one_answer_for_each_anomaly(clean, whose):
    enrolment = clean.enrolment if whose == "amina" else None
    facts = {"half_day": clean.half_day, "enrolment": enrolment, "rule": "HOLIDAY", "text": "x"}
    AnomalyAnswer.objects.create(**facts, voided_at=AT)
    AnomalyAnswer.objects.create(**facts)
    with pytest.raises(IntegrityError), transaction.atomic():
        AnomalyAnswer.objects.create(**facts)


def test_what_does_not_stand_cannot_be_explained(clean, client_of, claire):
    browser = client_of(claire)
    assert browser.get(explain_url(clean.half_day, "HOLIDAY")).status_code == 404
    assert browser.get(explain_url(clean.half_day, "NO_SUCH_RULE")).status_code == 404
    assert browser.get(f"{LIST}HOLIDAY/{9**40}/{9**40}/expliquer/").status_code == 404


def test_delicate_words_come_back_once_and_are_kept_knowingly(clean, client_of, esther):
    no_signature(clean)
    browser, address = client_of(esther), explain_url(clean.half_day, "UNSIGNED_TRAINEE", clean.enrolment.pk)
    text = "Absente pour maladie, revenue sans signer."
    assert "knowingly" not in browser.get(address).content.decode()
    warned = browser.post(address, {"text": text}).content.decode()
    assert "Relisez ce texte avant de le garder : « maladie »" in warned
    assert text in warned
    assert "knowingly" in warned
    assert not AnomalyAnswer.objects.exists()
    browser.post(address, {"text": text, "knowingly": "on"})
    assert AnomalyAnswer.objects.get().text == text
    assert AccessLog.objects.filter(user=esther, action="note-kept-knowingly").count() == 1


def test_filters_are_in_the_address(clean, client_of, claire):
    no_signature(clean)
    HalfDay.objects.update(countersigned_at=None)
    browser = client_of(claire)

    def lines(query):
        return browser.get(f"{LIST}?{query}").context["count"].number

    assert lines("") == 2
    assert lines("regle=UNSIGNED_TRAINEE") == 1
    assert lines(f"cohorte={clean.cohort.pk}") == 2
    assert lines("du=2026-02-11") == 0
    assert lines("au=2026-02-10") == 2
    assert lines("etat=expliquees") == 0
    # What cannot be read keeps everything.
    assert lines("regle=nimporte&du=31/02/2026") == 2


def test_ten_times_as_many_rows_cost_the_same_queries(clean, claire, django_assert_num_queries):
    grow(clean, people=2, mornings=range(2))
    # Who she is, once.
    lines_for(claire, at=AT)
    with django_assert_num_queries(11):
        assert lines_for(claire, at=AT)
    grow(clean, people=20, mornings=range(2, 12))
    with django_assert_num_queries(11):
        assert lines_for(claire, at=AT)


def grow(world, people, mornings):
    halves = [b.a_half_day(world.session, day=date(2026, 3, 2) + timedelta(days=day)) for day in mornings]
    for _ in range(people):
        enrolment = b.a_contract(cohort=world.cohort, establishment=world.closerie).enrolment
        facts = {"enrolment": enrolment, "status": AttendanceStatus.PRESENT, "attended_minutes": 210}
        Attendance.objects.bulk_create(Attendance(half_day=half, **facts) for half in halves)


def test_the_home_of_trainer_and_coordinator_counts_what_waits(clean, client_of, claire, esther):
    no_signature(clean)
    for user in (claire, esther):
        browser = client_of(user)
        home = browser.get("/").content.decode()
        assert "anomalie d&#x27;émargement à expliquer" in home
        assert f"{LIST}?etat=ouvertes" in home
        assert browser.get(f"{LIST}?etat=ouvertes").context["count"].number == 1


def test_the_page_of_the_session_tells_what_is_to_explain(clean, client_of, esther, denis):
    no_signature(clean)
    address = reverse("training:session_detail", args=[clean.session.pk])
    page = client_of(esther).get(address).content.decode()
    assert "1 anomalie" in page
    assert explain_url(clean.half_day, "UNSIGNED_TRAINEE", clean.enrolment.pk) in page
    assert "à expliquer" not in client_of(denis).get(address).content.decode()


def test_the_check_before_a_delivery_counts_what_is_not_explained(clean, claire):
    scope = FileScope(cohort=clean.cohort, destination=Destination(), as_of=date(2026, 11, 20), author=claire)

    def counted():
        label = "Anomalies d'émargement ni corrigées ni expliquées"
        return next(check.count for check in checks(scope, "O2") if check.label == label)

    assert counted() == 0
    no_signature(clean)
    assert counted() == 1
    AnomalyAnswer.objects.create(
        half_day=clean.half_day, enrolment=clean.enrolment, rule="UNSIGNED_TRAINEE", text="x", answered_by=claire
    )
    assert counted() == 0


def test_who_comes_from_another_cohort_to_catch_up_is_read_too(clean, claire, client_of):
    other = b.a_cohort(agency=clean.cohort.agency)
    guest = b.a_contract(enrolment=b.an_enrolment(cohort=other), establishment=clean.closerie).enrolment
    b.an_attendance(clean.half_day, guest, signed_on_paper=False)
    assert found(claire) == {("UNSIGNED_TRAINEE", guest.pk)}
    page = client_of(claire).get(reverse("training:session_detail", args=[clean.session.pk])).content.decode()
    address = explain_url(clean.half_day, "UNSIGNED_TRAINEE", guest.pk)
    assert address in page
    assert client_of(claire).get(address).status_code == 200


def test_a_trainer_who_signs_for_a_trainee_is_told(clean, claire):
    facts = {"half_day": clean.half_day, "signer_name": "x", "way": SignatureWay.TABLET, "image_sha256": "a" * 64}
    noon = clock.at(clean.half_day.day, time(12, 30))
    Signature.objects.create(server_at=noon, **facts)
    Signature.objects.create(server_at=noon + timedelta(minutes=2), enrolment=clean.enrolment, **facts)
    assert found(claire) == {("SAME_IMAGE", clean.enrolment.pk)}
