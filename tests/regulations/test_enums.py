import pytest

from regulations import aid, breaks, calendar, contracts, deadlines, employers, exits, findings, people, smic, training
from regulations import tutors as tutors_module
from regulations.enums import LabelledEnum
from regulations.people import Checked

MODULES = (
    aid,
    breaks,
    calendar,
    contracts,
    deadlines,
    employers,
    exits,
    findings,
    people,
    smic,
    training,
    tutors_module,
)
LISTS = sorted(
    {
        value
        for module in MODULES
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, LabelledEnum) and value is not LabelledEnum
    },
    key=lambda one: one.__name__,
)


def test_a_member_is_its_code_and_carries_its_label():
    assert Checked.NOT_CHECKED == "NOT_CHECKED"
    assert str(Checked.NOT_CHECKED) == "NOT_CHECKED"
    assert Checked.NOT_CHECKED.label == "non vérifié"
    assert Checked("YES") is Checked.YES


def test_choices_are_plain_pairs_in_order():
    assert Checked.choices() == [("YES", "oui"), ("NO", "non"), ("NOT_CHECKED", "non vérifié")]
    assert {type(code) for code, label in Checked.choices()} == {str}


def test_the_label_of_a_code_that_left_the_list_is_the_code():
    assert Checked.label_of("YES") == "oui"
    assert Checked.label_of("PEUT_ETRE") == "PEUT_ETRE"


def test_an_enumeration_is_not_called_by_a_template():
    assert Checked.do_not_call_in_templates is True
    assert "do_not_call_in_templates" not in Checked.__members__


@pytest.mark.parametrize("labelled", LISTS, ids=lambda one: one.__name__)
def test_every_list_has_distinct_labels_and_short_codes(labelled):
    labels = [member.label for member in labelled]
    assert len(set(labels)) == len(labels)
    assert all(label.strip() == label and label for label in labels)
    assert all(len(member.value) <= 32 for member in labelled)
