"""Installations apart: each its own folder and its own database, on the server of the suite when it has one."""

import io
import json
import os
import subprocess
import sys
import tarfile
import uuid
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

import psycopg
from django.conf import settings
from django.db import connections
from psycopg import sql

# As `--nomigrations` makes them, then said to be those of the last migration: many times faster.
TABLES = """
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db.migrations.recorder import MigrationRecorder
settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}
call_command("migrate", run_syncdb=True, verbosity=0)
settings.MIGRATION_MODULES = {}
call_command("migrate", fake=True, verbosity=0)
call_command("createcachetable", verbosity=0)
"""
FILL = """
from datetime import datetime, UTC
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from allauth.usersessions.models import UserSession
from accounts import clock, work
from accounts.models import Message
from accounts.roles import Role
from tests import builders as b

claire = b.a_user("claire@agence.example", first_name="Claire")
membership = b.a_membership(claire, b.the_agency(), Role.COORDINATOR, is_admin=True)
cohort = b.a_cohort(code="SM 2026")
b.a_referent(cohort, claire)
amina = b.a_person(birth_name="BAUDRY", first_name="Amina")
contract = b.a_contract(person=amina, cohort=cohort)
b.an_aid_request(contract)
b.a_tutorship(contract)
b.an_attendance(b.a_half_day(b.a_session(cohort)), contract.enrolment)
b.a_person(birth_name="DA COSTA", first_name="Zoé")

store = SessionStore()
store["qui"] = claire.pk
store.create()
UserSession.objects.create(
    user=claire, session_key=store.session_key, ip="127.0.0.1", user_agent="essai", last_seen_at=clock.true_now()
)
for number, sent_at in enumerate((None, clock.true_now())):
    Message.objects.create(
        key=f"relance/{number}", recipient="claire@agence.example", subject="Relance", body="Bonjour", sent_at=sent_at
    )
work.start_job(key="o1", kind="export", label="O1", arguments={"delivery": 0}, user=claire, membership=membership)
for name, text in {
    "remises/SM-2026.xlsx": b"classeur" * 9000,
    "absences/certificat d'été, page 2.pdf": b"%PDF-1.7",
    "imports/vide.csv": b"",
}.items():
    default_storage.save(name, ContentFile(text))
"""
# Every row of every table, as text: what one database says and another must say again.
TELL_ROWS = """
import json
from django.db import connection
with connection.cursor() as cursor:
    told = {}
    for name in connection.introspection.table_names(cursor):
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(name)}")
        columns = [column[0] for column in cursor.description]
        told[name] = sorted([dict(zip(columns, map(str, row))) for row in cursor.fetchall()], key=str)
print(json.dumps(told))
"""


class Place:
    """An installation: `manage` runs one of its commands, `run` some code in it."""

    def __init__(self, folder: Path, address: str):
        self.folder, self.address = folder, address
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def media(self) -> Path:
        return self.folder / "media"

    @property
    def environment(self) -> dict:
        return os.environ | {
            "DATABASE_URL": self.address,
            "IMPEC_VAR": str(self.folder),
            "MEDIA_ROOT": str(self.media),
            "MAIL_DIR": str(self.folder / "mail"),
            "SECRET_KEY": "exercice" * 8,
            "DEBUG": "1",
            "IMPEC_TODAY": "2026-11-20",
        }

    def manage(self, *arguments, **variables) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "manage.py", *map(str, arguments)],
            cwd=settings.BASE_DIR,
            env=self.environment | variables,
            capture_output=True,
            text=True,
            check=False,
        )

    def start(self, code: str) -> subprocess.Popen:
        """Code that goes on meanwhile; what it prints is read line by line."""
        command = [sys.executable, "-u", "manage.py", "shell", "--no-imports", "-c", code]
        return subprocess.Popen(command, cwd=settings.BASE_DIR, env=self.environment, stdout=subprocess.PIPE, text=True)

    def run(self, code: str) -> str:
        done = self.manage("shell", "--no-imports", "-c", code)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def rows(self) -> dict:
        return json.loads(self.run(TELL_ROWS))

    def files(self) -> dict:
        found = [path for path in self.media.rglob("*") if path.is_file()]
        return {path.relative_to(self.media).as_posix(): path.read_bytes() for path in found}

    def back_up(self) -> Path:
        done = self.manage("backup")
        assert done.returncode == 0, done.stderr
        return Path(done.stdout.splitlines()[0].partition(" : ")[2])

    def is_empty(self) -> bool:
        """No base, no file, nothing half-done beside them."""
        beside = {path.name for path in self.folder.iterdir()} - {"static"}
        return beside <= {"media"} and not list(self.media.glob("*")) and not self._tables()

    def _tables(self) -> int:
        """On a server; a base that is a file stands in the folder."""
        if self.address.startswith("sqlite"):
            return 0
        with closing(psycopg.connect(self.address)) as server:
            return server.execute("SELECT COUNT(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()[0]


class Places:
    """Makes installations in one folder, and takes their databases away at the end."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.bases: list[str] = []

    def make(self) -> Place:
        name = f"lieu_{uuid.uuid4().hex[:12]}"
        return Place(self.folder / name, self._address(name))

    def _address(self, name: str) -> str:
        suite = connections["default"]
        if suite.vendor == "sqlite":
            return f"sqlite:///{self.folder / name / 'impec.sqlite3'}"
        self._tell_server("CREATE DATABASE {}", name)
        self.bases.append(name)
        base = suite.settings_dict
        return f"postgres://{base['USER']}:{quote(base['PASSWORD'])}@{base['HOST']}:{base['PORT']}/{name}"

    def close(self) -> None:
        for name in self.bases:
            self._tell_server("DROP DATABASE {} WITH (FORCE)", name)

    def _tell_server(self, words: str, name: str) -> None:
        base = connections["default"].settings_dict
        address = {key: base[key.upper()] for key in ("host", "port", "user", "password")}
        with closing(psycopg.connect(dbname="postgres", autocommit=True, **address)) as server:
            server.execute(sql.SQL(words).format(sql.Identifier(name)))


def manifest_of(path: Path) -> dict:
    with tarfile.open(path) as tar:
        return json.load(tar.extractfile("manifeste.json"))


def rewritten(path: Path, target: Path, change=lambda manifest, parts: None) -> Path:
    """The archive again, with right sums, once `change` has had its way with its manifest and its parts."""
    with tarfile.open(path) as tar:
        parts = {member.name: tar.extractfile(member).read() for member in tar}
    manifest = json.loads(parts.pop("manifeste.json"))
    change(manifest, parts)
    manifest["parts"] = [
        {"name": name, "size": len(text), "sha256": sha256(text).hexdigest()} for name, text in parts.items()
    ]
    write_archive(target, [*parts.items(), ("manifeste.json", json.dumps(manifest).encode())])
    return target


def write_archive(target: Path, entries) -> None:
    """Entries are names and texts, or ready-made members of the tar."""
    with tarfile.open(target, "w") as tar:
        for entry in entries:
            if isinstance(entry, tarfile.TarInfo):
                tar.addfile(entry)
                continue
            name, text = entry
            member = tarfile.TarInfo(name)
            member.size = len(text)
            tar.addfile(member, io.BytesIO(text))
    write_sum(target)


def write_sum(target: Path) -> None:
    sum_beside = target.with_name(f"{target.name}.sha256")
    sum_beside.write_text(f"{sha256(target.read_bytes()).hexdigest()}  {target.name}\n")
