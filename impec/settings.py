"""One settings file: everything that changes from one machine to another comes from the environment.

The table of variables is in docs/exploitation.md.
"""

import secrets
import sys
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from impec import environment

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(environment.text("IMPEC_VAR") or BASE_DIR / "var")
VAR_DIR.mkdir(parents=True, exist_ok=True)

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
MFA_REQUIRED = environment.flag("MFA_REQUIRED", True)
if not MFA_REQUIRED and not DEBUG and not TESTING:
    raise ImproperlyConfigured("MFA_REQUIRED=0 n'est permis qu'avec DEBUG=1.")
IMPEC_TODAY = environment.text("IMPEC_TODAY")

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
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
    "accounts",
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
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "accounts.middleware.ActingMembershipMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
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
AUTHENTICATION_BACKENDS = [
    "accounts.backends.RoleBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"

LANGUAGE_CODE = "fr"
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "impec.staticfinder.BootstrapFinder",
]
MEDIA_ROOT = Path(environment.text("MEDIA_ROOT") or VAR_DIR / "media")
STORAGES = {
    "default": environment.media_storage(environment.text("MEDIA_STORAGE")),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

Q_CLUSTER = environment.queue_broker(environment.text("Q_BROKER"), timeout=900)
if TESTING:
    Q_CLUSTER = {**Q_CLUSTER, "sync": True}

DJANGO_TABLES2_TEMPLATE = "_table.html"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"django.request": {"level": "ERROR"}, "impec": {"level": "INFO"}},
}

# --- Sign-in, sessions, headers: the rules of quality are in docs/exploitation.md ---
