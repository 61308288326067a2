"""The demonstration, and everybody in it just signed in."""

import json

from django.core.management import call_command

from accounts.models import User
from bench.worlds.tables import make_tables
from drill.worlds.agency import cookies_of
from impec.demo.logins import LOGINS


def prepare() -> None:
    make_tables()
    call_command("demo", verbosity=0)
    users = {user.email: user for user in User.objects.filter(email__in=[login.email for login in LOGINS])}
    print(json.dumps({login.email: cookies_of(users[login.email]) for login in LOGINS}))
