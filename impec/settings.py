"""One settings file: everything that changes from one machine to another comes from the environment.

The table of variables is in docs/exploitation.md.
"""

import secrets
import sys
from datetime import timedelta
from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from accounts import audit
from impec import environment

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(environment.text("IMPEC_VAR") or BASE_DIR / "var")

TESTING = "pytest" in sys.modules
DEBUG = environment.flag("DEBUG")
SECRET_KEY = environment.text("SECRET_KEY") or (secrets.token_urlsafe(50) if TESTING else "")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY manque : donnez une suite d'au moins 50 caractères au hasard dans la variable SECRET_KEY."
    )
ALLOWED_HOSTS = environment.listing("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]" if DEBUG or TESTING else "")
PLAIN_HTTP = environment.flag("PLAIN_HTTP") or TESTING
TRUSTED_PROXIES = int(environment.text("TRUSTED_PROXIES", "0"))
# Where the links of a reminder lead: no request asked for it.
SITE_ADDRESS = environment.site_address(ALLOWED_HOSTS, plain=PLAIN_HTTP)
# Tests of the pages sign in without it; those of the second factor turn it on.
MFA_REQUIRED = environment.flag("MFA_REQUIRED", not TESTING)
if not MFA_REQUIRED and not DEBUG and not TESTING:
    raise ImproperlyConfigured("MFA_REQUIRED=0 n'est permis qu'avec DEBUG=1.")
IMPEC_TODAY = environment.text("IMPEC_TODAY")
# Who answers for this installation, on its page of legal notices (loi n° 2004-575 du 21 juin 2004).
LEGAL_PUBLISHER = environment.text("LEGAL_PUBLISHER")
LEGAL_HOST = environment.text("LEGAL_HOST")

INSTALLED_APPS = [
    # First, so that its pages replace allauth's and the administration's.
    "accounts",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
    "auditlog",
    "csp",
    "django_filters",
    "django_q",
    "django_tables2",
    "employers",
    "cohorts",
    "contracts",
    "training",
    "tutoring",
    "imports",
    "exports",
    "impec",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "accounts.middleware.OfferedMethodsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.middleware.ActingMembershipMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "accounts.middleware.PrivateAnswersMiddleware",
    "auditlog.middleware.AuditlogMiddleware",
]

ROOT_URLCONF = "impec.urls"
WSGI_APPLICATION = "impec.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "impec" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "impec.context.house",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {
    "default": environment.database(environment.text("DATABASE_URL") or f"sqlite:///{VAR_DIR / 'impec.sqlite3'}"),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Attempt counters must be shared by all web processes.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "impec_cache"}}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.RoleBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"

LANGUAGE_CODE = "fr"
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True
# Identifiers stand in attributes and addresses; figures are grouped by filters of their own.
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "impec.staticfinder.BootstrapFinder",
]
MEDIA_ROOT = Path(environment.text("MEDIA_ROOT") or VAR_DIR / "media")
# Outside the database, so that a backup put back does not bring an erased person back.
ERASURE_LEDGER = Path(environment.text("ERASURE_LEDGER") or VAR_DIR / "effacements.jsonl")
STORAGES = {
    "default": environment.media_storage(environment.text("MEDIA_STORAGE")),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "accounts.uploads.BoundedUploadHandler",
]
# More than any page accepts; what comes after is received and dropped.
UPLOAD_KEPT = 24 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

Q_CLUSTER = environment.queue_broker(environment.text("Q_BROKER"), timeout=900)
if TESTING:
    Q_CLUSTER = {**Q_CLUSTER, "sync": True}
# Kind of long job → function that does it (accounts/work.py).
JOB_HANDLERS = {
    "export": "exports.jobs.run_delivery",
    "list": "exports.jobs.run_list",
    "evidence": "exports.jobs.run_evidence",
    "import": "imports.jobs.run_import",
    "verify": "impec.verifying.jobs.run_verification",
    "purge": "impec.retention.jobs.run_purge",
}
# Acts that follow the withdrawal of a member: the links she made fall with her (accounts/actions.py).
WHEN_A_MEMBER_LEAVES = ("exports.actions.links.drop_links_of", "training.actions.calendars.drop_feeds_of")
# Rows whose scope rules the reminders about them (accounts/models/reminders.py).
REMINDER_SUBJECTS = ("contracts.Contract",)
# Start of a message's key → function asked, when it leaves, what it still has to say (accounts/outbox.py).
MESSAGE_CHECKS = {"digest": "impec.due.digest.refresh", "fiche": "tutoring.sheet_reminders.refresh"}

DJANGO_TABLES2_TEMPLATE = "_table.html"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"tokens": {"()": "accounts.log_masks.TokenMask"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["tokens"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"django.request": {"level": "ERROR"}, "impec": {"level": "INFO"}},
}

# --- Sign-in, sessions, headers: the rules are in docs/exploitation.md ---
SESSION_IDLE = timedelta(minutes=30)
SESSION_ABSOLUTE = timedelta(hours=12)
SESSION_COOKIE_AGE = int(SESSION_ABSOLUTE.total_seconds())
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not PLAIN_HTTP
if not PLAIN_HTTP:
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    if TRUSTED_PROXIES:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "accounts.refusals.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        # Bootstrap draws its ticks and arrows, and allauth its QR code, as data images.
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "first_name", "last_name")},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.HouseValidator"},
]
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "add_email": "accounts.forms.OwnAddressForm",
    "reset_password": "accounts.forms.ForgottenPasswordForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "ImPEC : "
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http" if PLAIN_HTTP else "https"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_RATE_LIMITS = {
    "login_failed": "30/15m/ip,10/15m/key",
    "login": "60/15m/ip",
    "signup": "5/m/ip",
    # The public page that checks a certificate.
    "check_certificate": "20/15m/ip",
    "trainee_link": "20/15m/ip",
    "sheet_link": "20/15m/ip",
    "cover_link": "20/15m/ip",
}
MFA_ADAPTER = "accounts.adapters.SecondFactorAdapter"
MFA_FORMS = {"authenticate": "accounts.forms.CodeForm", "reauthenticate": "accounts.forms.CodeAgainForm"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "ImPEC"
MFA_TOTP_TOLERANCE = 0
MFA_RECOVERY_CODE_COUNT = 10
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_ADAPTER = "accounts.proconnect.adapter.ProviderAdapter"
# Empty, all three: ProConnect is off.
vars().update(
    environment.proconnect(
        url=environment.text("PROCONNECT_URL"),
        client_id=environment.text("PROCONNECT_CLIENT_ID"),
        secret=environment.text("PROCONNECT_CLIENT_SECRET"),
        plain=PLAIN_HTTP,
    )
)

MAIL_DIR = environment.text("MAIL_DIR")
SMS_BACKEND = environment.text("SMS_BACKEND", "file" if MAIL_DIR else "console")
DEFAULT_FROM_EMAIL = environment.text("MAIL_FROM", "ImPEC <ne-pas-repondre@localhost>")
EMAIL_TIMEOUT = 15
vars().update(environment.mail(environment.text("MAIL_URL")))

# Which fields are masked follows from their class in accounts/disclosure/.
AUDITLOG_INCLUDE_TRACKING_MODELS = audit.policy()
AUDITLOG_DISABLE_REMOTE_ADDR = True
