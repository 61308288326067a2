"""Ten failures close an account: its owner is told once, a stranger learns nothing."""

from collections import Counter

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_q.conf import Conf
from django_q.models import OrmQ

from accounts import blocking, clock
from accounts.models import AccessLog, Message
from tests import builders as b

PASSWORD = "quatre chevaux gris sous la pluie"
WRONG = "une autre phrase assez longue"
UNKNOWN = "personne@nulle-part.example"


@pytest.fixture(autouse=True)
def fresh_counters(db):
    cache.clear()


@pytest.fixture
def claire_with_password(claire):
    claire.set_password(PASSWORD)
    claire.save()
    return claire


def fail(client, address, times=10):
    for _ in range(times):
        answer = client.post(reverse("account_login"), {"login": address, "password": WRONG})
    return answer


def told(user):
    return Message.objects.filter(recipient=user.email, subject="Votre compte est bloqué un moment")


def test_the_owner_is_told_at_the_tenth_failure(client, claire_with_password):
    fail(client, claire_with_password.email, 9)
    assert not told(claire_with_password).exists()
    fail(client, claire_with_password.email, 1)
    message = told(claire_with_password).get()
    assert "10 essais de mot de passe" in message.body
    assert "15 minutes au plus" in message.body
    assert WRONG not in message.body
    line = AccessLog.objects.get(action="blocked")
    assert (line.user, line.purpose) == (claire_with_password, "mot de passe")


def test_capitals_hide_nothing(client, claire_with_password):
    fail(client, claire_with_password.email.upper())
    assert told(claire_with_password).count() == 1


def test_going_on_tells_nothing_more_within_the_window(client, claire_with_password):
    fail(client, claire_with_password.email, 14)
    # What allauth forgets after a quarter of an hour, one failure at a time.
    forget_oldest_failure(claire_with_password)
    fail(client, claire_with_password.email, 1)
    assert told(claire_with_password).count() == 1


def forget_oldest_failure(user):
    limit = blocking.ratelimit.parse_rate(blocking.account_limit())
    key = blocking.ratelimit.get_cache_key(
        None, app="allauth.account", action=blocking.ACTION, rate=limit, key=f"testserver:{user.email}"
    )
    history = cache.get(key)
    assert len(history) == limit.amount
    cache.set(key, history[:-1], limit.duration)


def test_failures_of_a_whole_room_tell_nobody(client, claire_with_password):
    for number in range(30):
        client.post(reverse("account_login"), {"login": f"inconnu{number}@nulle-part.example", "password": WRONG})
    fail(client, claire_with_password.email, 3)
    assert not Message.objects.exists()


def test_an_unknown_address_is_sent_nothing(client, claire_with_password):
    fail(client, UNKNOWN)
    assert not Message.objects.exists()
    assert not AccessLog.objects.filter(action="blocked").exists()


@pytest.fixture
def queued(monkeypatch):
    """The queue as it is in production: another process does the work. Gives the arguments that wait there."""
    monkeypatch.setattr(Conf, "SYNC", False)
    return lambda: [row.task["args"] for row in OrmQ.objects.order_by("pk")]


def ninth_and_tenth_failure(address):
    """The last answer, and the statements that the tenth failure asks beyond those of the ninth."""
    client = Client()
    fail(client, address, 8)
    asked = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            answer = fail(client, address, 1)
        asked.append(Counter(query["sql"].split()[0] for query in queries))
    return answer, asked[1] - asked[0]


def test_the_block_answers_and_works_the_same_for_an_unknown_address(claire_with_password, queued):
    """Only the job knows whether somebody owns the address."""
    known, more_for_known = ninth_and_tenth_failure(claire_with_password.email)
    unknown, more_for_unknown = ninth_and_tenth_failure(UNKNOWN)
    words = [list(page.context["form"].non_field_errors()) for page in (known, unknown)]
    assert words[0] == words[1] != []
    assert known.status_code == unknown.status_code
    assert more_for_known == more_for_unknown != Counter()
    assert [arguments[1] for arguments in queued()] == [blocking.PASSWORD] * 2


def test_the_queue_keeps_no_address(client, claire_with_password, queued):
    fail(client, claire_with_password.email)
    assert "claire" not in str(queued())


def test_a_job_handed_out_twice_tells_once(claire_with_password):
    facts = {
        "fingerprint": blocking.fingerprint_of(claire_with_password.email),
        "proof": blocking.PASSWORD,
        "at": clock.now(),
    }
    assert blocking.tell_owner(**facts) == blocking.tell_owner(**facts)
    assert told(claire_with_password).count() == 1
    assert AccessLog.objects.filter(action="blocked").count() == 1


def test_a_deactivated_account_is_told_nothing(client, claire_with_password):
    claire_with_password.is_active = False
    claire_with_password.save()
    fail(client, claire_with_password.email)
    assert not Message.objects.exists()


def test_ten_wrong_codes_say_that_the_password_is_known(client, claire_with_password):
    TOTP.activate(claire_with_password, generate_totp_secret())
    client.post(reverse("account_login"), {"login": claire_with_password.email, "password": PASSWORD})
    for _ in range(12):
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    message = told(claire_with_password).get()
    assert "essais de second facteur" in message.body
    assert "quelqu'un le connaît" in message.body


def test_ten_wrong_passwords_inside_tell_too(client, claire_with_password):
    client.force_login(claire_with_password)
    for _ in range(10):
        client.post(reverse("account_reauthenticate"), {"password": WRONG})
    assert told(claire_with_password).count() == 1


def test_each_owner_is_told_of_her_own(client, claire_with_password):
    other = b.a_user("sophie@agence.example")
    fail(client, other.email)
    assert told(other).count() == 1
    assert not told(claire_with_password).exists()
