"""A provider of identities for the tests of ProConnect."""

import pytest
from allauth.socialaccount.models import SocialAccount

from tests.accounts.oidc import CLIENT_ID, SECRET, Provider


@pytest.fixture
def provider(settings):
    with Provider() as one:
        settings.PROCONNECT_URL = one.issuer
        settings.PROCONNECT_CLIENT_ID, settings.PROCONNECT_CLIENT_SECRET = CLIENT_ID, SECRET
        yield one


@pytest.fixture
def linked(claire, provider):
    return SocialAccount.objects.create(user=claire, provider=provider.issuer, uid=provider.subject)
