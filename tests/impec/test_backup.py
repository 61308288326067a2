"""A backup is whole, of one instant, and nobody waits for it."""

import fcntl
import io
import os
import stat
import tarfile
from hashlib import sha256

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connections

from accounts.journal import log_access
from impec.operations import archives, media
from tests.impec.places import manifest_of

LOGGED = """
from accounts.models import AccessLog
row = AccessLog.objects.filter(action="backup").latest("pk")
print(row.file_sha256, row.count, row.filters)
"""
# Says each row once it is committed, until somebody stops it.
WRITE = """
from accounts.models import Message
for number in range(10**6):
    row = Message.objects.create(key=f"pendant/{number}", recipient="claire@agence.example", body="Bonjour")
    print(row.pk, flush=True)
"""
DIE = """
from pathlib import Path
from impec.operations import backing_up
from tests.dying import die_in
die_in(backing_up, "_put", "before")
backing_up.back_up(folder=Path(%r))
"""


@pytest.fixture
def folder(tmp_path):
    """Where a test keeps its own archives."""
    return tmp_path / "archives"


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def mode_of(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_a_backup_holds_the_base_every_file_and_the_sum_of_each(archive, filled_place):
    manifest = manifest_of(archive)
    with tarfile.open(archive) as tar:
        held = {member.name: tar.extractfile(member).read() for member in tar}
    del held["manifeste.json"]
    said = {part["name"]: (part["size"], part["sha256"]) for part in manifest["parts"]}
    assert said == {name: (len(text), sha256(text).hexdigest()) for name, text in held.items()}
    files = {name.removeprefix("fichiers/"): text for name, text in held.items() if name.startswith("fichiers/")}
    assert files == filled_place.copied.files
    assert manifest["database"]["vendor"] == connections["default"].vendor
    assert manifest["database"]["rows"]["cohorts_person"] == 2
    assert manifest["database"]["migrations"]["sessions"] == "0001_initial"


def test_a_backup_is_dated_has_its_sum_beside_it_and_is_read_by_nobody_else(archive):
    assert archives.sum_beside(archive).read_text() == f"{sha256(archive.read_bytes()).hexdigest()}  {archive.name}\n"
    assert names_in(archive.parent) == [archive.name, f"{archive.name}.sha256"]
    assert [mode_of(path) for path in (archive.parent, archive, archives.sum_beside(archive))] == [0o700, 0o600, 0o600]


def test_a_backup_leaves_its_line_in_the_access_log(archive, filled_place):
    rows = manifest_of(archive)["database"]["rows"]
    line = filled_place.run(LOGGED)
    assert line.startswith(f"{archives.expected_sum(archive)} {sum(rows.values())} ")
    assert "'fichiers': 3" in line


def test_a_backup_holds_what_was_committed_before_it_and_stops_no_writer(filled_place, new_place, folder):
    with filled_place.start(WRITE) as writer:
        before = [int(writer.stdout.readline()) for _ in range(50)]
        done = filled_place.manage("backup", "--to", folder)
        after = int(writer.stdout.readline())
        writer.kill()
        last = int(writer.stdout.read().splitlines()[-1])
    assert done.returncode == 0, done.stderr
    assert last > after > before[-1]
    (archive,) = folder.glob("*.tar")
    restored = new_place.manage("restore", archive, "--without-erasures")
    assert restored.returncode == 0, restored.stderr
    assert {str(pk) for pk in before} <= {row["id"] for row in new_place.rows()["accounts_message"]}


def test_old_archives_go_only_when_asked_and_nothing_else_does(filled_place, folder):
    folder.mkdir()
    old = ["impec_2020-01-01_000000Z.tar", "impec_2020-01-01_000000Z.tar.sha256"]
    others = ["impec_2020-01-01.tar", "notes.txt"]
    for name in old + others:
        (folder / name).touch()
    assert filled_place.manage("backup", "--to", folder).returncode == 0
    assert set(old + others) < set(names_in(folder))
    done = filled_place.manage("backup", "--to", folder, "--forget-after", 35)
    assert "Archives de plus de 35 jours effacées : 1" in done.stdout
    assert not set(old) & set(names_in(folder))
    assert set(others) < set(names_in(folder))
    assert len(list(folder.glob("*Z.tar"))) == 2


@pytest.mark.parametrize("days", ["0", "-1", "tout"])
def test_forgetting_every_archive_is_refused(days):
    with pytest.raises(CommandError, match="1 au moins"):
        call_command("backup", f"--forget-after={days}")


def test_archives_are_not_kept_among_the_files_they_hold(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with pytest.raises(CommandError, match="dans le dossier des fichiers gardés"):
        call_command("backup", to=tmp_path / "sauvegardes")
    assert names_in(tmp_path) == []


def test_two_backups_at_once_in_a_folder_are_refused(folder):
    folder.mkdir()
    held = os.open(folder, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    with pytest.raises(CommandError, match="Une sauvegarde est déjà en cours"):
        call_command("backup", to=folder)
    os.close(held)
    assert names_in(folder) == []


def test_a_killed_backup_leaves_no_archive_and_the_next_one_cleans_after_it(filled_place, folder):
    killed = filled_place.manage("shell", "--no-imports", "-c", DIE % str(folder))
    assert killed.returncode == -9
    (left,) = names_in(folder)
    assert left.startswith(".en-cours-")
    assert filled_place.manage("backup", "--to", folder).returncode == 0
    assert [name.partition("_")[0] for name in names_in(folder)] == ["impec", "impec"]


@pytest.mark.django_db
def test_the_age_of_the_last_backup_is_told_and_a_late_one_fails(settings, capsys):
    with pytest.raises(CommandError, match="jamais été sauvegardée"):
        call_command("backup", age=True)
    settings.IMPEC_TODAY = "2026-11-20T08:00"
    log_access(user=None, action="backup")
    settings.IMPEC_TODAY = "2026-11-20T09:30"
    call_command("backup", age=True, older_than=2)
    told = capsys.readouterr().out
    assert told.startswith("Dernière sauvegarde : 20/11/2026 à 8")
    assert told.endswith("il y a 90 minutes.\n")
    with pytest.raises(CommandError, match="il y a 90 minutes"):
        call_command("backup", age=True, older_than=1)


def test_a_base_that_cannot_be_copied_leaves_nothing(new_place, folder):
    done = new_place.manage("backup", "--to", folder)
    assert done.returncode == 1
    assert "Il n'y a pas de nouvelle sauvegarde" in done.stderr
    assert names_in(folder) == []


@pytest.mark.skipif(connections["default"].vendor != "postgresql", reason="SQLite needs no program of its own")
def test_a_missing_program_of_postgresql_is_said(filled_place, folder):
    done = filled_place.manage("backup", "--to", folder, PATH="/nulle-part")
    assert done.returncode == 1
    assert "pg_dump manque" in done.stderr
    assert names_in(folder) == []


# --- Files, wherever they are kept ---


@pytest.fixture
def far_away(settings):
    """A place of files that is no folder."""
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}


def test_files_are_read_from_a_place_that_is_no_folder(far_away):
    for name in ("remises/b.xlsx", "remises/2026/a.xlsx", "c.txt"):
        default_storage.save(name, ContentFile(name.encode()))
    assert sorted(media.names()) == ["c.txt", "remises/2026/a.xlsx", "remises/b.xlsx"]
    with media.opened("remises/b.xlsx") as (file, size):
        assert (file.read(), size) == (b"remises/b.xlsx", 14)


def test_files_come_back_to_a_place_that_is_no_folder_or_none_of_them_stays(far_away):
    files = [("remises/2026/a.xlsx", b"a"), ("c.txt", b"c")]
    with pytest.raises(ZeroDivisionError), media.filled((name, io.BytesIO(text)) for name, text in files):
        raise ZeroDivisionError
    media.refuse_occupied()
    with media.filled((name, io.BytesIO(text)) for name, text in files) as count:
        assert count == 2
    assert default_storage.open("remises/2026/a.xlsx").read() == b"a"
    with pytest.raises(ValidationError, match=r"elle contient « c\.txt »"):
        media.refuse_occupied()


def test_a_file_that_went_meanwhile_is_left_out(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with media.opened("listes/parti.xlsx") as found:
        assert found is None
    assert list(media.names("listes")) == []
