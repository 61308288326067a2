"""Long jobs: one key is one job, one job has one effect, progress can be followed and found again."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import OperationalError
from django.urls import reverse

from accounts import clock, jobs, work
from accounts.models import Job


def done(one):
    one.progress(0, 10, "lecture")
    with one.finish() as result:
        result["url"] = "/fichiers/"
        result["label"] = "Ouvrir la remise"


def refused(one):
    raise ValidationError("Il n'y a pas de ligne à écrire.")


def broken(one):
    raise ZeroDivisionError


def busy(one):
    raise OperationalError("database is locked")


def unfinished(one):
    one.progress(1, 2, "presque")


@pytest.fixture(autouse=True)
def handlers(settings):
    settings.JOB_HANDLERS = {name: f"{__name__}.{name}" for name in ("done", "refused", "broken", "busy", "unfinished")}


@pytest.fixture
def job_of(claire):
    """A queued job, not yet taken."""

    def make(kind, **changes):
        fields = {"key": f"key-{kind}", "label": "Liste des stagiaires", "created_by": claire, **changes}
        return Job.objects.create(kind=kind, membership=claire.memberships.get(), **fields)

    return make


def start(claire, kind="done"):
    return work.start_job(
        key="o1", kind=kind, label="O1", arguments={"id": 1}, user=claire, membership=claire.memberships.get()
    )


def test_a_started_job_is_done_by_the_queue(claire):
    job = start(claire)
    job.refresh_from_db()
    assert job.state == Job.State.DONE
    assert job.result["url"] == "/fichiers/"
    assert job.finished_at
    assert job.percent == 100


def test_the_same_key_is_the_same_job(claire):
    assert start(claire) == start(claire)
    assert Job.objects.get().attempts == 1


def test_a_done_job_is_not_run_again(job_of):
    job = job_of("done")
    assert jobs.run_job(job.pk)
    assert not jobs.run_job(job.pk)


def test_a_refusal_is_told_in_its_own_words(job_of):
    job = job_of("refused")
    jobs.run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == (Job.State.FAILED, "Il n'y a pas de ligne à écrire.")


def test_an_unexpected_error_is_told_without_detail(job_of, caplog):
    job = job_of("broken")
    jobs.run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == (Job.State.FAILED, work.UNEXPECTED)
    assert "ZeroDivisionError" in caplog.text


def test_a_busy_database_gives_the_job_back(job_of, caplog):
    job = job_of("busy")
    for _ in range(work.MOST_ATTEMPTS):
        jobs.run_job(job.pk)
        job.refresh_from_db()
        assert job.state == Job.State.RUNNING
        assert job.lease_until <= clock.true_now()
    jobs.run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == (Job.State.FAILED, work.GIVEN_UP)


def test_a_handler_that_forgets_to_finish_is_seen(job_of, caplog):
    job = job_of("unfinished")
    assert not jobs.run_job(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.FAILED


def test_who_lost_the_lease_writes_nothing(job_of):
    job = job_of("done")
    slow = work.claim(job.pk)
    Job.objects.update(lease_until=clock.true_now() - timedelta(seconds=1))
    quick = work.claim(job.pk)
    with pytest.raises(work.LeaseLost):
        slow.progress(5, 10, "écriture")
    with pytest.raises(work.LeaseLost), slow.finish():
        pytest.fail("what the slow one would write")
    with quick.finish() as result:
        result["by"] = "quick"
    job.refresh_from_db()
    assert job.result == {"by": "quick"}


def test_progress_renews_the_lease(job_of):
    one = work.claim(job_of("done").pk)
    Job.objects.update(lease_until=clock.true_now())
    one.progress(3, 10, "lecture")
    job = Job.objects.get()
    assert (job.done, job.total, job.step, job.percent) == (3, 10, "lecture", 30)
    assert job.lease_until > clock.true_now() + timedelta(minutes=1)


def test_progress_writes_twice_a_second_at_most(job_of, django_assert_num_queries):
    one = work.claim(job_of("done").pk)
    one.progress(0, 1000, "lecture")
    with django_assert_num_queries(0):
        one.progress(1, 1000, "lecture")


def test_a_lease_can_be_held_through_a_long_transaction(job_of):
    one = work.claim(job_of("done").pk)
    one.hold(timedelta(minutes=10))
    assert Job.objects.get().lease_until > clock.true_now() + timedelta(minutes=9)


def test_the_sweep_takes_up_the_job_of_a_dead_worker(job_of):
    job = job_of("done")
    work.claim(job.pk)
    assert jobs.sweep() == 0
    Job.objects.update(lease_until=clock.true_now() - timedelta(seconds=1))
    assert jobs.sweep() == 1
    job.refresh_from_db()
    assert (job.state, job.attempts) == (Job.State.DONE, 2)


def test_the_sweep_takes_up_a_job_whose_task_was_lost(job_of):
    job = job_of("done", lease_until=clock.true_now() - timedelta(seconds=1))
    jobs.sweep()
    job.refresh_from_db()
    assert job.state == Job.State.DONE


# --- Pages ---


def test_what_waited_in_a_database_that_comes_back_waits_for_its_author(job_of):
    running, queued, ended = (job_of("done", key=key) for key in "abc")
    work.run_job(ended.pk)
    work.claim(running.pk)
    assert work.hold_waiting() == 2
    assert work.hand_out_again() == 0
    for job in (running, queued):
        job.refresh_from_db()
        assert (job.state, job.error, job.lease_until) == (Job.State.FAILED, work.HELD, None)
    work.retry_job(job=queued)
    queued.refresh_from_db()
    assert queued.state == Job.State.DONE


def test_the_job_page_shows_progress_and_can_be_found_again(client_of, claire, job_of):
    job = job_of("done", state=Job.State.RUNNING, done=1, total=4, step="écriture")
    client = client_of(claire)
    page = client.get(reverse("accounts:job", args=[job.public_id])).content.decode()
    assert 'value="25"' in page
    assert 'aria-live="polite"' in page
    assert "Actualiser l'avancement" in page
    assert str(job.public_id) in client.get(reverse("accounts:jobs")).content.decode()


def test_the_job_page_says_the_same_to_a_machine(client_of, claire, job_of):
    job = job_of("done", state=Job.State.RUNNING, done=1, total=4, step="écriture")
    state = client_of(claire).get(reverse("accounts:job_state", args=[job.public_id])).json()
    assert state == {"etat": "RUNNING", "libelle": "en cours", "etape": "écriture", "pourcent": 25, "fini": False}


def test_a_done_job_leads_to_its_result(client_of, claire, job_of):
    job = job_of("done")
    jobs.run_job(job.pk)
    page = client_of(claire).get(reverse("accounts:job", args=[job.public_id])).content.decode()
    assert "Ouvrir la remise" in page
    assert "Actualiser" not in page


def test_a_failed_job_can_be_started_again(client_of, claire, job_of, settings):
    job = job_of("refused")
    jobs.run_job(job.pk)
    client = client_of(claire)
    url = reverse("accounts:job", args=[job.public_id])
    assert "Il n&#x27;y a pas de ligne" in client.get(url).content.decode()
    settings.JOB_HANDLERS = {"refused": f"{__name__}.done"}
    client.post(reverse("accounts:retry", args=[job.public_id]))
    job.refresh_from_db()
    assert job.state == Job.State.DONE


def test_a_job_that_did_not_fail_is_not_started_again(job_of):
    with pytest.raises(ValidationError):
        work.retry_job(job=job_of("done"))


def test_somebody_elses_job_is_not_found(client_of, denis, job_of):
    job = job_of("done")
    client = client_of(denis)
    for route in ("accounts:job", "accounts:job_state"):
        assert client.get(reverse(route, args=[job.public_id])).status_code == 404
    assert client.post(reverse("accounts:retry", args=[job.public_id])).status_code == 404
