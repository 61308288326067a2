"""Three small readers of the environment: the only place where variables become values."""

import os
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA cache_size=-64000;"
    "PRAGMA mmap_size=268435456;PRAGMA temp_store=MEMORY"
)


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def site_address(hosts: list[str], *, plain: bool) -> str:
    """« https://impec.example »: the first host this installation answers to."""
    host = next((host for host in hosts if not host.startswith((".", "*"))), "localhost")
    port = f":{text('PORT', '8000')}" if plain else ""
    return f"{'http' if plain else 'https'}://{host}{port}"


def flag(name: str, default: bool = False) -> bool:
    """Only `1` turns a switch on, only `0` turns it off."""
    return {"1": True, "0": False}.get(text(name), default)


def listing(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def database(url: str) -> dict:
    """Django's settings for `sqlite:///path` or `postgres://user:password@host:port/name`."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        path = Path(unquote(parts.path)[1:])  # sqlite:///relative, sqlite:////absolute
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(path),
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": SQLITE_PRAGMAS},
        }
    if parts.scheme in ("postgres", "postgresql"):
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path[1:]),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": parts.port or "",
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
        }
    raise ImproperlyConfigured(
        "DATABASE_URL doit commencer par sqlite:/// ou postgres://, par exemple sqlite:////srv/impec/impec.sqlite3."
    )


def mail(url: str) -> dict:
    """Django's mail settings for `smtp://user:password@host:port` (STARTTLS) or `smtps://…`; console without one."""
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ImproperlyConfigured("MAIL_URL doit commencer par smtp:// ou smtps://, par exemple smtp://serveur:587.")
    query = {key: values[0] for key, values in parse_qs(parts.query).items()}
    secure = parts.scheme == "smtps"
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if secure else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": secure,
        # Only a server on the same machine may do without encryption: ?tls=0
        "EMAIL_USE_TLS": not secure and query.get("tls") != "0",
    }


def proconnect(*, url: str, client_id: str, secret: str, plain: bool) -> dict:
    """The three settings of ProConnect, together or not at all."""
    values = {"PROCONNECT_URL": url.rstrip("/"), "PROCONNECT_CLIENT_ID": client_id, "PROCONNECT_CLIENT_SECRET": secret}
    missing = [name for name, value in values.items() if not value]
    if len(missing) == len(values):
        return values
    if missing:
        raise ImproperlyConfigured(
            f"ProConnect demande ses trois variables : donnez aussi {' et '.join(missing)}, ou n'en donnez aucune."
        )
    parts = urlsplit(url)
    if parts.scheme not in (("https", "http") if plain else ("https",)) or not parts.hostname:
        raise ImproperlyConfigured(
            "PROCONNECT_URL doit être l'adresse https de l'émetteur, par exemple https://fournisseur.example/api/v2."
        )
    return values


def media_storage(url: str) -> dict:
    """Storage of uploaded and generated files: local folder, or `s3://bucket?endpoint=…`."""
    if not url:
        return {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    parts = urlsplit(url)
    if parts.scheme != "s3":
        raise ImproperlyConfigured(
            "MEDIA_STORAGE doit être vide ou commencer par s3://, par exemple s3://impec?endpoint=…"
        )
    query = {key: values[0] for key, values in parse_qs(parts.query).items()}
    options = {"bucket_name": parts.netloc, "default_acl": "private", "file_overwrite": True}
    # A file that is read waits on the disk above this size, never whole in memory.
    options["max_memory_size"] = 8 * 1024 * 1024
    if "endpoint" in query:
        options["endpoint_url"] = query["endpoint"]
    if "region" in query:
        options["region_name"] = query["region"]
    if parts.path.strip("/"):
        options["location"] = parts.path.strip("/")
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}


def queue_broker(url: str, timeout: int) -> dict:
    """django-q2's broker: the ORM by default, or `redis://…`.

    The lock runs from the moment a task is taken out, not from its start, hence
    retry > timeout × (ceil((queue_limit + bulk) / workers) + 1).
    """
    shared = {
        "name": "impec",
        "label": "Tâches",
        "workers": 2,
        "bulk": 1,
        "queue_limit": 2,
        "timeout": timeout,
        "retry": timeout * 4,
        "ack_failures": True,
        "max_attempts": 1,
        "save_limit": 1000,
        "catch_up": False,
        "recycle": 100,
        "poll": 0.5,
    }
    if not url or url == "orm":
        return {**shared, "orm": "default"}
    if url.startswith(("redis://", "rediss://", "unix://")):
        return {**shared, "redis": url}
    raise ImproperlyConfigured("Q_BROKER doit être « orm » ou commencer par redis://.")
