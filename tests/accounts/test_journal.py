"""The access log: chained, without names or values, read by the administrators of the organisation."""

import ast
from html import unescape

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import RequestFactory
from django.urls import reverse

from accounts import journal, seals
from accounts.journal import log_access
from accounts.listings import ACTIONS
from accounts.models import AccessLog, Seal, SealedGap
from accounts.rows import refuse_social_security_numbers
from accounts.seals import Check
from regulations.nir import looks_like_nir
from tests.sources import code_that_runs, tree_of


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
    assert journal.check() == Check(3)


def by_hand(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def fault():
    return journal.check().fault


@pytest.mark.parametrize("position", [0, 1, 2])
def test_a_changed_row_is_named(three_rows, position):
    by_hand("UPDATE accounts_accesslog SET count = 11 WHERE id = %s", three_rows[position].pk)
    assert fault() == f"la ligne n° {three_rows[position].pk} a été modifiée."


def test_a_removed_row_is_named(three_rows):
    first, second, third = three_rows
    by_hand("DELETE FROM accounts_accesslog WHERE id = %s", second.pk)
    assert fault() == f"une ligne manque entre la n° {first.pk} et la n° {third.pk}."


def test_the_first_row_of_all_cannot_go(three_rows):
    by_hand("DELETE FROM accounts_accesslog WHERE id = %s", three_rows[0].pk)
    assert fault() == f"une ligne manque entre la n° 0 et la n° {three_rows[1].pk}."


def test_rows_cut_off_at_the_end_show(three_rows):
    by_hand("DELETE FROM accounts_accesslog WHERE id = %s", three_rows[2].pk)
    assert fault() == f"des lignes manquent à la fin, après la ligne n° {three_rows[1].pk}."


def test_a_whole_journal_cannot_go(three_rows):
    by_hand("DELETE FROM accounts_accesslog")
    assert fault() == "des lignes manquent à la fin, après la ligne n° 0."


def forged(number, after):
    """As well made as it can be: its own fingerprint is right, and it follows the row before."""
    row = AccessLog(pk=number, action="read", previous_hash=after.row_hash)
    row.row_hash = journal.fingerprint(row)
    row.save(force_insert=True)
    return row


def test_a_forged_row_at_the_end_is_named(three_rows):
    row = forged(three_rows[2].pk + 1, after=three_rows[2])
    assert fault() == f"la ligne n° {row.pk} a été ajoutée après coup."


def test_a_forged_row_in_the_middle_is_named(three_rows, claire):
    AccessLog.objects.filter(pk=three_rows[2].pk).delete()
    row = forged(three_rows[2].pk, after=three_rows[1])
    three_rows[2].pk += 1
    three_rows[2].save(force_insert=True)
    assert fault() == f"la ligne n° {row.pk} a été ajoutée après coup."


def test_an_empty_journal_holds(db):
    assert journal.check() == Check(0)


# --- Rows at the end of their retention ---


@pytest.mark.parametrize("kept", [(), (0,), (1,), (2,), (0, 2), (0, 1)])
def test_what_retention_removes_leaves_a_chain_that_holds(three_rows, claire, kept):
    gone = [row.pk for position, row in enumerate(three_rows) if position not in kept]
    assert journal.remove_rows(rows=AccessLog.objects.filter(pk__in=gone), by=claire) == len(gone)
    assert journal.check() == Check(len(kept))
    log_access(user=claire, action="read")
    assert journal.check() == Check(len(kept) + 1)
    assert (seals.check().fault, Seal.objects.get().by, Seal.objects.get().count) == ("", claire, len(gone))


def test_rows_leave_in_several_times(three_rows, claire):
    for row in (three_rows[1], three_rows[0], three_rows[2]):
        journal.remove_rows(rows=AccessLog.objects.filter(pk=row.pk), by=claire)
        assert fault() == ""
    assert list(SealedGap.objects.order_by("first_row").values_list("count", flat=True)) == [1, 1, 1]


def test_rows_that_follow_each_other_leave_as_one_gap(three_rows, claire):
    journal.remove_rows(rows=AccessLog.objects.filter(pk__in=[row.pk for row in three_rows[:2]]), by=claire)
    gap = SealedGap.objects.get()
    assert (gap.first_row, gap.last_row, gap.count) == (three_rows[0].pk, three_rows[1].pk, 2)


def test_removing_nothing_leaves_no_seal(three_rows, claire):
    assert journal.remove_rows(rows=AccessLog.objects.none(), by=claire) == 0
    assert not Seal.objects.exists()


def test_a_row_altered_before_its_retention_stays_and_is_named(three_rows, claire):
    by_hand("UPDATE accounts_accesslog SET count = 11 WHERE id = %s", three_rows[1].pk)
    assert journal.remove_rows(rows=AccessLog.objects.all(), by=claire) == 2
    assert fault() == f"la ligne n° {three_rows[1].pk} a été modifiée."


def test_a_gap_written_by_hand_shows_in_its_seal(three_rows, claire):
    journal.remove_rows(rows=AccessLog.objects.filter(pk=three_rows[0].pk), by=claire)
    by_hand("UPDATE accounts_sealedgap SET hash_after = %s, last_row = %s", three_rows[1].row_hash, three_rows[1].pk)
    by_hand("DELETE FROM accounts_accesslog WHERE id = %s", three_rows[1].pk)
    assert fault() == ""
    assert seals.check().fault == f"le sceau n° {Seal.objects.get().pk} ou ses lignes ont été modifiés."


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


def test_a_page_that_is_refused_is_written_down_once(client_of, bruno):
    assert client_of(bruno).get(reverse("accounts:members")).status_code == 403
    line = AccessLog.objects.get(action="refusal")
    assert (line.user, line.purpose) == (bruno, "accounts:members")
    assert line.request_id


def test_every_act_has_its_words_in_the_journal():
    """`log_access(action="…")`, wherever it is written; a name stands for the constant of its module."""
    written = set()
    for path in code_that_runs():
        tree = tree_of(path)
        known = {
            target.id: node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "log_access":
                found = next(keyword.value for keyword in call.keywords if keyword.arg == "action")
                written.add(found.value if isinstance(found, ast.Constant) else known.get(found.id, ""))
    # Names that another module gives are constants of accounts/journal.py.
    written = (written - {""}) | {journal.READ, journal.DOWNLOAD, journal.EXPORT, journal.REFUSAL, journal.UNUSUAL}
    assert len(written) > 30
    assert written - set(ACTIONS) == set()


def test_the_journal_speaks_french(client_of, claire, cohort):
    log_access(user=claire, action="name-referent", obj=cohort)
    page = unescape(client_of(claire).get(reverse("accounts:access_log")).content.decode())
    assert "référente ou référent nommé" in page
    assert "cohorts.Cohort" not in page
