"""The access log: chained, without names or values, read by the administrators of the organisation."""

import pytest
from django.core.exceptions import ValidationError
from django.test import RequestFactory
from django.urls import reverse

from accounts import journal
from accounts.journal import log_access
from accounts.models import AccessLog, ChainHead
from accounts.rows import refuse_social_security_numbers
from regulations.nir import looks_like_nir


@pytest.fixture
def three_rows(claire, denis, cohort):
    return [
        log_access(user=claire, action="read", obj=cohort),
        log_access(user=denis, action="export", count=12),
        log_access(user=claire, action="export", count=3, filters={"etat": "en cours"}, file_sha256="0" * 64),
    ]


def test_a_row_says_who_what_which_and_how_many(claire, cohort):
    row = log_access(user=claire, action="read", obj=cohort, purpose="suivi")
    assert (row.user, row.organisation, row.role) == (claire, cohort.agency, "COORDINATOR")
    assert (row.object_type, row.object_id) == ("cohorts.Cohort", str(cohort.pk))


def test_a_fingerprint_is_not_taken_for_a_social_security_number(claire):
    """Thirteen of its characters may happen to have that shape."""
    fingerprint = "0e9cc6cbfecdd9ac40bbce41a7faff241960c5e2490780215777b4cb6917113b"
    assert looks_like_nir(fingerprint)
    refuse_social_security_numbers(AccessLog(user=claire, file_sha256=fingerprint))
    with pytest.raises(ValidationError):
        refuse_social_security_numbers(AccessLog(user=claire, purpose="2490780215777"))


def test_rows_are_chained(three_rows):
    assert [row.previous_hash for row in three_rows[1:]] == [row.row_hash for row in three_rows[:-1]]
    assert journal.first_broken_row() is None
    assert journal.chain_holds()


def test_a_changed_row_shows(three_rows):
    AccessLog.objects.filter(pk=three_rows[1].pk).update(count=11)
    assert journal.first_broken_row() == three_rows[1]
    assert not journal.chain_holds()


def test_a_removed_row_shows(three_rows):
    AccessLog.objects.filter(pk=three_rows[1].pk).delete()
    assert journal.first_broken_row() == three_rows[2]


def test_rows_cut_off_at_the_end_show(three_rows):
    AccessLog.objects.filter(pk=three_rows[2].pk).delete()
    assert journal.first_broken_row() is None
    assert not journal.chain_holds()


def test_an_empty_journal_holds(db):
    assert journal.chain_holds()
    assert not ChainHead.objects.exists()


@pytest.mark.parametrize(
    "address, kept", [("192.0.2.77", "192.0.2.0/24"), ("2001:db8:1:2::5", "2001:db8:1::/48"), ("", "")]
)
def test_the_address_is_kept_coarse(address, kept):
    assert journal.coarse_address(RequestFactory().get("/", REMOTE_ADDR=address)) == kept


def test_an_act_without_request_has_no_address():
    assert journal.coarse_address(None) == ""


def test_administrators_read_the_journal_of_their_own_organisation(client_of, claire, denis, three_rows):
    page = client_of(denis).get(reverse("accounts:access_log")).content.decode()
    assert "TURPIN" in page
    assert "MOREL" not in page
    assert list(AccessLog.objects.visible_to(claire).order_by("pk")) == [three_rows[0], three_rows[2]]


def test_members_who_manage_nothing_read_no_journal(claire, three_rows):
    claire.acting_through.is_admin = False
    assert not AccessLog.objects.visible_to(claire).exists()


def test_the_journal_keeps_a_fixed_number_of_queries(client_of, claire, three_rows, django_assert_max_num_queries):
    client = client_of(claire)
    for _ in range(20):
        log_access(user=claire, action="read")
    with django_assert_max_num_queries(12):
        client.get(reverse("accounts:access_log"))
