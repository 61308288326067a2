"""How allauth talks to the provider, and what it never does with the answer."""

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter


class ProviderAdapter(DefaultSocialAccountAdapter):
    """Nobody signs up from outside; calls have allauth's time limit and follow no redirection."""

    def is_open_for_signup(self, request, sociallogin):
        return False

    def get_requests_session(self):
        session = super().get_requests_session()
        session.max_redirects = 0
        return session
