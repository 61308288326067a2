"""What a trainee says of herself: added, never changed; where it differs from the tutor's, somebody answers."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from regulations.skills import Face, Level
from tests.builders import TODAY, a_grid, a_membership, a_user, an_observation, an_own_view
from tutoring.actions.own_views import discuss_point, say_own_view
from tutoring.both_views import both_views, open_points
from tutoring.models import DiscussedPoint, OwnView

OCTOBER = date(2026, 10, 8)


@pytest.fixture
def grid(db):
    return a_grid()


@pytest.fixture
def skill(grid):
    return grid.skills_in_order()[0]


def say(world, skill, face, sentence="", on=TODAY, request_id=None):
    return say_own_view(
        contract=world.contract,
        faces={skill.key: face},
        sentences={skill.key: sentence},
        said_on=on,
        request_id=request_id or uuid4(),
    )


def test_each_word_of_hers_is_added_to_the_others(world, skill):
    say(world, skill, Face.HELPED, on=OCTOBER)
    say(world, skill, Face.CAN, "Maintenant je sais.")
    said = OwnView.objects.order_by("pk").values_list("face", "sentence", "skill")
    assert list(said) == [("HELPED", "", "Faire la chambre"), ("CAN", "Maintenant je sais.", "Faire la chambre")]


def test_what_she_had_said_already_is_not_written_again(world, skill):
    say(world, skill, Face.HELPED, "Le matin.", on=OCTOBER)
    assert say(world, skill, Face.HELPED) == []
    assert say(world, skill, Face.HELPED, "Le matin.") == []
    assert len(say(world, skill, Face.HELPED, "Le soir aussi.")) == 1


def test_one_sending_received_three_times_counts_once(world, skill):
    sending = uuid4()
    first = say(world, skill, Face.CAN, request_id=sending)
    assert say(world, skill, Face.CAN, request_id=sending) == first
    assert say(world, skill, Face.NOT_YET, request_id=sending) == first
    with pytest.raises(IntegrityError, match=r"(?i)own_?view"), transaction.atomic():
        an_own_view(world.contract, skill, request_id=sending)


def test_a_line_of_another_grid_and_a_contract_that_is_over_are_refused(world, skill):
    other = a_grid("KITCHEN").skills_in_order()[0]
    with pytest.raises(ValidationError, match="rouvrez-la"):
        say(world, other, Face.CAN)
    with pytest.raises(ValidationError, match="Votre contrat est fini"):
        say(world, skill, Face.CAN, on=world.contract.last_day + timedelta(days=1))


# --- Points to discuss ---


def test_a_disagreement_opens_a_point_that_an_answer_closes(world, claire, skill):
    an_observation(world.tutorship, skill, Level.WITH_HELP, OCTOBER)
    view = an_own_view(world.contract, skill, Face.CAN)
    (point,) = open_points([world.contract])
    assert (point.own_view, point.since) == (view, date(2026, 11, 10))
    discuss_point(own_view=view, text=" Bruno regarde samedi. ", on=TODAY, by=claire)
    assert open_points([world.contract]) == []
    (line,) = [line for part in both_views(world.contract, skill.block.grid) for line in part.lines if line.discussed]
    assert (line.discussed.text, line.differs, line.is_open) == ("Bruno regarde samedi.", True, False)


def test_a_new_word_on_either_side_opens_the_point_again(world, claire, skill):
    an_observation(world.tutorship, skill, Level.WITH_HELP, OCTOBER)
    view = an_own_view(world.contract, skill, Face.CAN)
    discuss_point(own_view=view, text="On regarde.", on=TODAY, by=claire)
    an_observation(world.tutorship, skill, Level.NOT_SHOWN, TODAY)
    assert len(open_points([world.contract])) == 1


def test_a_point_goes_by_itself_when_both_say_the_same(world, claire, skill):
    an_observation(world.tutorship, skill, Level.WITH_HELP, OCTOBER)
    view = an_own_view(world.contract, skill, Face.CAN)
    an_observation(world.tutorship, skill, Level.ALONE, TODAY)
    assert open_points([world.contract]) == []
    with pytest.raises(ValidationError, match="n'est plus à discuter"):
        discuss_point(own_view=view, text="Trop tard.", on=TODAY, by=claire)
    assert not DiscussedPoint.objects.exists()


def test_one_side_alone_is_no_disagreement(world, grid):
    first, second, *_ = grid.skills_in_order()
    an_own_view(world.contract, first, Face.CAN)
    an_observation(world.tutorship, second)
    assert open_points([world.contract]) == []


def test_an_answer_has_words(world, claire, skill):
    an_observation(world.tutorship, skill)
    view = an_own_view(world.contract, skill)
    with pytest.raises(ValidationError, match="ce qui est décidé"):
        discuss_point(own_view=view, text="  ", on=TODAY, by=claire)


def test_a_point_is_answered_once(world, claire, skill):
    seen, view = an_observation(world.tutorship, skill), an_own_view(world.contract, skill)
    discuss_point(own_view=view, text="On regarde.", on=TODAY, by=claire)
    with pytest.raises(IntegrityError, match=r"(?i)discussed_?point"), transaction.atomic():
        DiscussedPoint.objects.create(
            contract=world.contract,
            own_view=view,
            observation=seen,
            text="Encore",
            discussed_on=TODAY,
            recorded_by=claire,
        )


def test_points_of_many_people_cost_three_questions(world, skill, django_assert_num_queries):
    an_observation(world.tutorship, skill)
    an_own_view(world.contract, skill)
    with django_assert_num_queries(3):
        open_points([world.contract, world.other_contract])


# --- Pages of the counsellor ---


def test_the_counsellor_finds_the_point_and_answers_it(world, claire, client_of, skill):
    an_observation(world.tutorship, skill, Level.WITH_HELP, OCTOBER)
    view = an_own_view(world.contract, skill, Face.CAN, sentence="Je la fais seule.")
    client, address = client_of(claire), reverse("tutoring:discuss_point", args=[view.pk])
    assert address in client.get(reverse("tutoring:point_list")).content.decode()
    assert "Je la fais seule." in client.get(address).content.decode()
    page = client.post(address, {"text": ""})
    assert "obligatoire" in page.content.decode()
    page = client.post(address, {"text": "Bruno regarde samedi."}, follow=True).content.decode()
    assert "Bruno regarde samedi." in page
    assert "Rien à discuter" in client.get(reverse("tutoring:point_list")).content.decode()


def test_a_counsellor_of_other_cohorts_has_none_of_it(world, client_of, skill):
    pilot = a_user("pilote@agence.example")
    a_membership(pilot)
    an_observation(world.tutorship, skill)
    view = an_own_view(world.contract, skill)
    assert "Rien à discuter" in client_of(pilot).get(reverse("tutoring:point_list")).content.decode()
    assert client_of(pilot).get(reverse("tutoring:discuss_point", args=[view.pk])).status_code == 404


def test_the_home_of_the_counsellor_counts_what_the_page_lists(world, claire, client_of, skill):
    an_observation(world.tutorship, skill)
    an_own_view(world.contract, skill)
    page = client_of(claire).get(reverse("home")).content.decode()
    assert "point à discuter avec une stagiaire" in page
    assert reverse("tutoring:point_list") in page
