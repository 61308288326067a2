"""Where allauth asks us: nobody signs up alone, mails leave by the outbox, secrets are kept encrypted."""

import base64
import hashlib
import uuid

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.usersessions.models import UserSession
from cryptography.fernet import Fernet
from django.conf import settings
from django.urls import reverse

from accounts import clock
from accounts.blocking import PASSWORD, note_failure
from accounts.journal import log_access
from accounts.outbox import post_message

STRONG_METHODS = ("password", "mfa")


class AccountAdapter(DefaultAccountAdapter):
    """Comptes : on n'entre que sur invitation."""

    def is_open_for_signup(self, request):
        return False

    def send_mail(self, template_prefix, email, context):
        """The mail waits in the outbox: a mail server that is down stops nobody."""
        mail = self.render_mail(template_prefix, email, {"request": self.request, "email": email, **context})
        post_message(key=f"{template_prefix}/{uuid.uuid4()}", recipient=email, subject=mail.subject, body=mail.body)

    def send_notification_mail(self, template_prefix, user, context=None, email=None):
        """Each security notice (password, address, factor) also ends the person's other sign-in sessions."""
        super().send_notification_mail(template_prefix, user, context, email)
        end_other_sessions(self.request, user)

    def login(self, request, user):
        """The only door, whatever was proved before it."""
        super().login(request, user)
        log_access(user=user, action="sign-in", request=request)

    def authentication_failed(self, request, **credentials):
        key = self._get_login_attempts_cache_key(request, **credentials)
        address = credentials.get("email") or credentials.get("username", "")
        note_failure(request, key=key, address=address, proof=PASSWORD)

    def is_reauthentication_required(self, *, app, **kwargs):
        """A sign-in of the last ten minutes by password or second factor counts; a mailed code does not."""
        records = get_authentication_records(self.request, self.request.user)
        limit = clock.true_now().timestamp() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
        return not any(record["method"] in STRONG_METHODS and record["at"] > limit for record in records)

    def get_password_change_redirect_url(self, request):
        return reverse("accounts:account")


class SecondFactorAdapter(DefaultMFAAdapter):
    """Second facteur : les secrets ne sont jamais en clair dans la base."""

    def can_delete_authenticator(self, authenticator):
        """Whoever must have a second factor keeps it."""
        if not settings.MFA_REQUIRED:
            return True
        return not any(one.needs_second_factor for one in authenticator.user.memberships.active())

    def encrypt(self, text):
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text):
        return _cipher().decrypt(encrypted_text.encode()).decode()


def end_other_sessions(request, user):
    current = request.session.session_key if request else None
    for session in UserSession.objects.filter(user=user).exclude(session_key=current):
        session.end()


def _cipher() -> Fernet:
    digest = hashlib.sha256(b"impec.second-factor:" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
