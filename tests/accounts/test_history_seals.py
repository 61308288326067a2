"""The history of the fields under seal: what is missing, altered or slipped in is named; what is lawful holds."""

import logging
import threading
from datetime import timedelta

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, connections

from accounts import clock, history, jobs, journal, seals
from accounts.models import ChainHead, Seal, SealedEntry, SealedGap
from tests.builders import an_organisation

ALTER = "UPDATE auditlog_logentry SET object_repr = 'autre' WHERE id = %s"
REMOVE = "DELETE FROM auditlog_logentry WHERE id = %s"


def written(count=3):
    """Some history, oldest first."""
    before = LogEntry.objects.count()
    for _ in range(count):
        an_organisation()
    return list(LogEntry.objects.order_by("pk")[before:])


def by_hand(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def slip_in(like, *, at):
    """A line that nobody wrote, dated as one likes."""
    LogEntry.objects.bulk_create(
        [LogEntry(content_type=like.content_type, object_pk="1", object_repr="x", action=0, changes={}, timestamp=at)]
    )
    return LogEntry.objects.order_by("pk").last()


@pytest.fixture
def sealed(claire):
    """Three lines under seal, and more after them."""
    lines = written()
    jobs.seal_history()
    written()
    jobs.seal_history()
    return lines


def faults():
    return [found.fault for found in (seals.check(), history.check(), journal.check()) if not found.holds]


def test_every_line_is_sealed_once(sealed):
    assert SealedEntry.objects.count() == LogEntry.objects.count() == history.check().count
    assert jobs.seal_history() == 0
    assert faults() == []


def test_seals_follow_each_other(sealed):
    first, second = Seal.objects.order_by("pk")
    assert second.previous_hash == first.row_hash
    assert first.last_entry < second.first_entry
    assert ChainHead.objects.get(name="seals").row_hash == second.row_hash


def test_many_lines_take_several_seals(sealed, monkeypatch):
    monkeypatch.setattr(history, "AT_ONCE", 2)
    written(5)
    assert jobs.seal_history() == 5
    assert list(Seal.objects.order_by("pk").values_list("count", flat=True)[2:]) == [2, 2, 1]
    assert faults() == []


def test_a_seal_is_read_in_the_same_queries_however_many_lines_it_has(sealed, django_assert_num_queries):
    written(40)
    jobs.seal_history()
    with django_assert_num_queries(1 + 2 * Seal.objects.count() + 2):
        seals.check()


def test_an_empty_history_holds(db):
    LogEntry.objects.all().delete()
    assert (jobs.seal_history(), faults()) == (0, [])


def test_what_is_not_sealed_yet_is_counted_apart(sealed):
    written(2)
    found = history.check()
    assert (found.fault, found.waiting) == ("", 2)


# --- What is wrong is named ---


@pytest.mark.parametrize(
    "sql",
    [
        ALTER,
        """UPDATE auditlog_logentry SET changes = '{"name": ["a", "b"]}' WHERE id = %s""",
        "UPDATE auditlog_logentry SET timestamp = '2026-01-01 00:00:00+00:00' WHERE id = %s",
        "UPDATE auditlog_logentry SET actor_email = 'autre@impec.example' WHERE id = %s",
        "UPDATE auditlog_logentry SET action = 2 WHERE id = %s",
    ],
)
def test_an_altered_line_is_named(sealed, sql):
    by_hand(sql, sealed[1].pk)
    assert faults() == [f"la ligne d'historique n° {sealed[1].pk} a été modifiée."]


def test_a_line_removed_in_the_middle_is_named(sealed):
    by_hand(REMOVE, sealed[1].pk)
    assert faults() == [f"la ligne d'historique n° {sealed[1].pk} manque."]


def test_a_line_removed_at_the_end_is_named(sealed):
    last = LogEntry.objects.order_by("pk").last()
    by_hand(REMOVE, last.pk)
    assert faults() == [f"la ligne d'historique n° {last.pk} manque."]


def test_a_line_slipped_into_the_past_is_named_and_never_sealed(sealed):
    forged = slip_in(sealed[0], at=clock.true_now() - history.LATE - timedelta(hours=1))
    jobs.seal_history()
    assert faults() == [f"la ligne d'historique n° {forged.pk} a été ajoutée après coup."]


def test_a_line_that_was_written_late_is_sealed_by_the_next_seal(sealed):
    """Its transaction ended after that of a later line: its number and its hour are older than the last seal."""
    slip_in(sealed[0], at=clock.true_now() - timedelta(minutes=14))
    assert history.check().waiting == 1
    jobs.seal_history()
    assert (faults(), history.check().waiting) == ([], 0)


def test_the_first_fault_is_the_one_that_is_named(sealed):
    for line in sealed[1:]:
        by_hand(ALTER, line.pk)
    assert f"n° {sealed[1].pk} " in history.check().fault


def test_an_altered_digest_shows_in_its_seal(sealed):
    """Whoever rewrites a line and its digest still has to rewrite every seal after it."""
    line = SealedEntry.objects.get(entry=sealed[1].pk)
    by_hand("UPDATE accounts_sealedentry SET digest = %s WHERE id = %s", "0" * 64, line.pk)
    assert seals.check().fault == f"le sceau n° {line.seal_id} ou ses lignes ont été modifiés."


def test_a_seal_removed_in_the_middle_shows(sealed):
    first, second = Seal.objects.order_by("pk")
    by_hand("DELETE FROM accounts_sealedentry WHERE seal_id = %s", first.pk)
    by_hand("DELETE FROM accounts_seal WHERE id = %s", first.pk)
    assert seals.check().fault == f"un sceau manque avant le sceau n° {second.pk}."


def test_a_seal_removed_at_the_end_shows(sealed):
    last = Seal.objects.order_by("pk").last()
    by_hand("DELETE FROM accounts_sealedentry WHERE seal_id = %s", last.pk)
    by_hand("DELETE FROM accounts_seal WHERE id = %s", last.pk)
    assert seals.check().fault == "des sceaux manquent à la fin."


# --- What is lawful holds ---


def test_lines_blanked_by_an_erasure_hold(sealed, claire):
    pks = [line.pk for line in sealed[:2]]
    with history.lawful_change(entries=pks, kind=Seal.Kind.ERASURE, by=claire):
        LogEntry.objects.filter(pk__in=pks).update(object_repr="", changes={})
    assert faults() == []
    mark = Seal.objects.order_by("pk").last()
    assert (mark.kind, mark.by, mark.count) == ("ERASURE", claire, 2)


def test_lines_removed_at_the_end_of_their_retention_hold(sealed, claire):
    pks = [line.pk for line in sealed[:2]]
    with history.lawful_change(entries=pks, kind=Seal.Kind.RETENTION, by=claire):
        LogEntry.objects.filter(pk__in=pks).delete()
    assert faults() == []
    assert jobs.seal_history() == 0


def test_nobody_can_try_out_what_an_erased_line_said(sealed, claire):
    with history.lawful_change(entries=[sealed[0].pk], kind=Seal.Kind.ERASURE, by=claire):
        LogEntry.objects.filter(pk=sealed[0].pk).update(object_repr="")
    before, after = SealedEntry.objects.filter(entry=sealed[0].pk).order_by("seal_id")
    assert (before.salt, bool(after.salt)) == ("", True)


def test_a_lawful_change_before_the_first_seal_holds(claire):
    lines = written()
    with history.lawful_change(entries=[lines[0].pk], kind=Seal.Kind.ERASURE, by=claire):
        LogEntry.objects.filter(pk=lines[0].pk).update(object_repr="")
    jobs.seal_history()
    assert faults() == []


def test_a_lawful_change_does_not_clean_an_altered_line(sealed, claire):
    altered, other = sealed[0].pk, sealed[1].pk
    by_hand(ALTER, altered)
    with history.lawful_change(entries=[altered, other], kind=Seal.Kind.ERASURE, by=claire):
        LogEntry.objects.filter(pk__in=[altered, other]).update(object_repr="")
    assert faults() == [f"la ligne d'historique n° {altered} a été modifiée."]


def test_a_line_that_comes_back_after_its_retention_is_named(sealed, claire):
    with history.lawful_change(entries=[sealed[0].pk], kind=Seal.Kind.RETENTION, by=claire):
        LogEntry.objects.filter(pk=sealed[0].pk).delete()
    LogEntry.objects.bulk_create([sealed[0]])
    assert faults() == [f"la ligne d'historique n° {sealed[0].pk} avait été retirée, et elle est revenue."]


def test_a_lawful_change_that_fails_leaves_no_seal(sealed, claire):
    def blank_and_refuse(line):
        LogEntry.objects.filter(pk=line.pk).update(object_repr="")
        raise ValidationError("non")

    with pytest.raises(ValidationError), history.lawful_change(entries=[1], kind=Seal.Kind.ERASURE, by=claire):
        blank_and_refuse(sealed[0])
    assert Seal.objects.count() == 2
    assert faults() == []


# --- The day's heads ---


def test_the_heads_are_written_outside_the_database(sealed, claire, caplog):
    journal.log_access(user=claire, action="read")
    with caplog.at_level(logging.INFO, logger="impec.chains"):
        jobs.tell_heads()
    told = caplog.text
    assert all(head.row_hash in told for head in ChainHead.objects.all())
    assert ChainHead.objects.count() == 2


# --- At once ---


@pytest.mark.django_db(transaction=True)
def test_two_sealers_at_once_seal_each_line_once(claire):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one transaction write at a time, which settles it by itself")
    written(20)
    ready, counts = threading.Barrier(2), []

    def seal():
        try:
            ready.wait()
            counts.append(jobs.seal_history())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=seal) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == LogEntry.objects.count() == SealedEntry.objects.count()
    assert faults() == []


# --- What the database refuses ---


def test_a_seal_bears_once_on_a_line(sealed):
    line = SealedEntry.objects.first()
    again = SealedEntry(seal=line.seal, entry=line.entry)
    with pytest.raises(ValidationError, match="ne porte qu'une fois"):
        again.full_clean()
    with pytest.raises(IntegrityError):
        again.save()


def test_a_gap_ends_after_its_start(sealed):
    with pytest.raises(ValidationError, match="vient après la première"):
        SealedGap(seal=Seal.objects.first(), first_row=9, last_row=8, count=1, hash_after="0" * 64).full_clean()
    with pytest.raises(IntegrityError, match="sealed_gap_ends_after_its_start"):
        SealedGap.objects.create(seal=Seal.objects.first(), first_row=9, last_row=8, count=1, hash_after="0" * 64)
