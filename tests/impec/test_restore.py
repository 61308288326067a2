"""What is put back is what was copied, in an empty place; nothing leaves twice, and what is refused leaves nothing."""

import json
import re
import tarfile

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connections

from impec.operations import archives
from impec.operations.restoring import refuse_other
from tests.impec.places import rewritten, write_archive, write_sum

# What a restoration changes, and nothing else.
CLOSED = {"django_session", "usersessions_usersession", "django_q_ormq"}
HELD = {"accounts_message", "accounts_job"}
JOURNAL = {"accounts_accesslog", "accounts_chainhead"}
LET_GO = """
from pathlib import Path
from django.conf import settings
from django.core.management import CommandError, call_command
from accounts import jobs
from accounts.outbox import held
def sweep():
    jobs.sweep()
    print("sent", len(list(Path(settings.MAIL_DIR).glob("relance-0-*"))))
sweep()
call_command("restore", held=True)
call_command("restore", release=[str(held().get().pk)])
sweep()
try:
    call_command("restore", release=["tous"])
except CommandError as refusal:
    print(str(refusal).partition(" ne porte")[0])
"""
GO_BACK = """
from django.core.management import call_command
call_command("migrate", "usersessions", "zero", verbosity=0)
"""
TELL_STATE = """
import json
from django.contrib.sessions.models import Session
from allauth.usersessions.models import UserSession
from django_q.models import OrmQ, Schedule
from accounts import journal
from accounts.models import AccessLog, Job, Message
last = AccessLog.objects.latest("pk")
print(json.dumps({
    "open": [Session.objects.count(), UserSession.objects.count(), OrmQ.objects.count()],
    "messages": sorted([one.key, one.held_at is not None, one.sent_at is not None] for one in Message.objects.all()),
    "jobs": [[one.state, one.error.partition(" :")[0]] for one in Job.objects.all()],
    "log": [last.action, last.file_sha256, last.filters["messages retenus"], last.filters["travaux retenus"]],
    "chain": journal.check().holds,
}))
"""
ERASE = """
from accounts import clock
from accounts.models import User
from cohorts.models import Person
from impec.erasing.actions import erase_person
for person in Person.objects.order_by("pk"):
    erase_person(person=person, by=User.objects.get(), reason="À sa demande", on=clock.today())
"""
# Killed when everything is in its place and nothing is held yet.
DIE = """
from pathlib import Path
from accounts import outbox
from impec.operations import archives, restoring
from tests.dying import die_in
die_in(outbox, "hold_unsent", "before")
path = Path(%r)
restoring.restore(path=path, sha256=archives.expected_sum(path), erasures=None)
"""


def restore(place, archive, *options):
    return place.manage("restore", archive, *(options or ("--without-erasures",)))


@pytest.fixture(scope="session")
def restored_place(archive, places):
    """The backup put back, and what the command said."""
    place = places.make()
    place.said = restore(place, archive)
    assert place.said.returncode == 0, place.said.stderr
    return place


@pytest.fixture(scope="session")
def state(restored_place):
    return json.loads(restored_place.run(TELL_STATE))


def test_every_row_of_every_table_comes_back(filled_place, restored_place):
    there, here = filled_place.copied.rows, restored_place.rows()
    assert there.keys() == here.keys()
    unchanged = there.keys() - CLOSED - HELD - JOURNAL
    assert {name: here[name] for name in unchanged} == {name: there[name] for name in unchanged}
    assert (len(here["cohorts_person"]), len(here["contracts_contract"])) == (2, 1)
    for name in HELD:
        assert [row["id"] for row in here[name]] == [row["id"] for row in there[name]]
    assert here["accounts_accesslog"][:-1] == there["accounts_accesslog"]


def test_every_file_comes_back(filled_place, restored_place):
    assert restored_place.files() == filled_place.copied.files
    assert len(restored_place.files()) == 3


def test_nobody_is_signed_in_any_more_and_the_queue_is_empty(state):
    assert state["open"] == [0, 0, 0]


def test_what_waited_is_held_and_what_had_left_stays_as_it_was(state):
    assert state["messages"] == [["relance/0", True, False], ["relance/1", False, True]]
    assert state["jobs"] == [["FAILED", "Retenu à la restauration"]]


def test_a_restoration_leaves_its_line_in_a_chain_that_holds(state, archive):
    assert state["log"] == ["restore", archives.expected_sum(archive), 1, 1]
    assert state["chain"]


def test_the_command_says_what_it_held_and_what_to_do_next(restored_place):
    for words in ("Messages retenus : 1", "Travaux retenus : 1", "Connexions fermées : 1", "manage.py setup"):
        assert words in restored_place.said.stdout


def test_nothing_leaves_until_a_person_lets_it_go(archive, new_place):
    restore(new_place, archive)
    told = new_place.run(LET_GO)
    assert re.search(r"^sent 0\n +\d+  .* courriel  relance\nMessages retenus : 1$", told, re.MULTILINE)
    assert told.endswith("Messages qui partiront dans la minute : 1\nsent 1\nAucun message retenu\n")
    assert "claire@agence.example" not in told


def test_one_thing_at_a_time_is_asked():
    for options in ({}, {"held": True, "release": ["tous"]}):
        with pytest.raises(CommandError, match="Donnez une archive"):
            call_command("restore", **options)
    with pytest.raises(CommandError, match="Donnez les numéros"):
        call_command("restore", release=["1", "deux"])


def test_an_older_archive_is_brought_to_the_tables_of_the_program(places, new_place, archive):
    """`usersessions` stands alone: an archive from before it was installed."""
    older = places.make()
    restore(older, archive)
    older.run(GO_BACK)
    done = restore(new_place, older.back_up())
    assert "tables mises à jour" in done.stdout


# --- Who was erased since ---


@pytest.fixture(scope="session")
def erased_place(places, archive):
    """Another installation, where Amina, who has a contract, and Zoé, who has none, were erased after the backup."""
    place = places.make()
    restore(place, archive)
    place.run(ERASE)
    return place


def test_who_was_erased_since_the_backup_stays_erased(filled_place, archive, erased_place, new_place):
    ledger = erased_place.folder / "effacements.jsonl"
    done = restore(new_place, archive, "--erasures", ledger)
    assert "Personnes effacées de nouveau : 2" in done.stdout
    here = new_place.rows()
    assert "DA COSTA" in str(filled_place.copied.rows)
    assert "DA COSTA" not in str(here)
    assert here["cohorts_person"] == erased_place.rows()["cohorts_person"]
    # The next restoration of this place finds them too.
    assert (new_place.folder / "effacements.jsonl").read_text() == ledger.read_text()


def test_the_ledger_of_the_place_is_replayed_when_no_other_is_given(archive, erased_place, new_place):
    ledger = (erased_place.folder / "effacements.jsonl").read_text()
    (new_place.folder / "effacements.jsonl").write_text(ledger)
    assert "Personnes effacées de nouveau : 2" in new_place.manage("restore", archive).stdout
    assert (new_place.folder / "effacements.jsonl").read_text() == ledger


# --- A place that is not empty ---


def test_a_base_with_tables_is_refused_and_keeps_what_it_has(filled_place, archive):
    done = restore(filled_place, archive)
    assert done.returncode == 1
    assert "contient déjà" in done.stderr
    assert "dans une base vide" in done.stderr
    assert filled_place.files() == filled_place.copied.files


def test_a_folder_with_files_is_refused_and_keeps_them(new_place, archive):
    (new_place.media / "remises").mkdir(parents=True)
    (new_place.media / "remises" / "autre.xlsx").write_bytes(b"autre")
    done = restore(new_place, archive)
    assert done.returncode == 1
    assert "elle contient « remises/autre.xlsx »" in done.stderr
    assert new_place.files() == {"remises/autre.xlsx": b"autre"}
    assert not (new_place.folder / "impec.sqlite3").exists()


@pytest.mark.skipif(connections["default"].vendor != "sqlite", reason="only SQLite writes beside its base")
def test_writings_left_beside_a_base_are_refused(new_place, archive):
    left = new_place.folder / "impec.sqlite3-wal"
    left.write_bytes(b"ecritures")
    done = restore(new_place, archive)
    assert done.returncode == 1
    assert not new_place.media.exists()


def test_the_ledger_of_erasures_is_asked_for_before_anything_is_read(settings, archive, tmp_path):
    settings.ERASURE_LEDGER = tmp_path / "effacements.jsonl"
    with pytest.raises(CommandError, match="Le registre des effacements manque"):
        call_command("restore", archive)
    with pytest.raises(CommandError, match=r"rien\.jsonl n'existe pas"):
        call_command("restore", archive, erasures=tmp_path / "rien.jsonl")


# --- An archive that is not what it should be: said, and nothing is left ---


def test_a_damaged_byte_is_refused(archive, new_place, tmp_path):
    damaged = tmp_path / archive.name
    text = bytearray(archive.read_bytes())
    text[len(text) // 2] ^= 1
    damaged.write_bytes(text)
    archives.sum_beside(damaged).write_text(archives.sum_beside(archive).read_text())
    done = restore(new_place, damaged)
    assert done.returncode == 1
    assert "l'archive est abîmée, ou incomplète" in done.stderr
    assert new_place.is_empty()


def test_rows_that_are_missing_empty_the_place_again(archive, new_place, tmp_path):
    def more_people(manifest, parts):
        manifest["database"]["rows"]["cohorts_person"] += 1

    done = restore(new_place, rewritten(archive, tmp_path / "menteuse.tar", more_people))
    assert done.returncode == 1
    assert "cohorts_person" in done.stderr
    assert new_place.is_empty()


def test_a_base_that_cannot_be_read_empties_the_place_again(archive, new_place, tmp_path):
    def spoil(manifest, parts):
        name = manifest["database"]["name"]
        parts[name] = parts[name][: len(parts[name]) // 2]

    done = restore(new_place, rewritten(archive, tmp_path / "coupée.tar", spoil))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert new_place.is_empty()
    assert restore(new_place, archive).returncode == 0


@pytest.mark.skipif(connections["default"].vendor != "sqlite", reason="on a server the operator empties the base")
def test_a_restoration_killed_halfway_has_put_no_base_in_place(archive, new_place):
    killed = new_place.manage("shell", "--no-imports", "-c", DIE % str(archive))
    assert killed.returncode == -9
    assert not (new_place.folder / "impec.sqlite3").exists()


def opened(path):
    with archives.opened(path, archives.expected_sum(path)) as found:
        return found.manifest


def named(name, kind=tarfile.REGTYPE):
    member = tarfile.TarInfo(name)
    member.type = kind
    member.linkname = "/etc/passwd"
    return member


@pytest.mark.parametrize(
    "member",
    [
        pytest.param(named("../dehors.txt"), id="above"),
        pytest.param(named("fichiers/../../dehors.txt"), id="above, from inside"),
        pytest.param(named("/etc/dehors.txt"), id="from the root"),
        pytest.param(named("fichiers//dehors.txt"), id="written otherwise"),
        pytest.param(named("fichiers\\..\\dehors.txt"), id="written as elsewhere"),
        pytest.param(named("ailleurs/dehors.txt"), id="in another folder"),
        pytest.param(named("fichiers/lien", tarfile.SYMTYPE), id="link"),
        pytest.param(named("fichiers/lien", tarfile.LNKTYPE), id="hard link"),
        pytest.param(named("fichiers/tube", tarfile.FIFOTYPE), id="pipe"),
    ],
)
def test_a_part_that_would_stand_elsewhere_is_refused(tmp_path, member):
    write_archive(tmp_path / "a.tar", [member])
    with pytest.raises(ValidationError, match="qui n'y a pas sa place"):
        opened(tmp_path / "a.tar")


def test_an_archive_with_a_path_outside_writes_nothing(archive, new_place, tmp_path):
    def escape(manifest, parts):
        parts["fichiers/../../dehors.txt"] = b"dehors"

    done = restore(new_place, rewritten(archive, tmp_path / "traversante.tar", escape))
    assert done.returncode == 1
    assert "« fichiers/../../dehors.txt », qui n'y a pas sa place" in done.stderr
    assert new_place.is_empty()
    assert not list(new_place.folder.parent.rglob("dehors.txt"))


def test_a_part_told_twice_is_refused(tmp_path):
    write_archive(tmp_path / "a.tar", [("fichiers/a.txt", b"un"), ("fichiers/a.txt", b"deux")])
    with pytest.raises(ValidationError, match="deux fois"):
        opened(tmp_path / "a.tar")


def told(change):
    """The manifest and the parts of a small archive, once changed."""
    database = {"vendor": "sqlite", "name": "base", "size": 4, "migrations": {}, "rows": {}}
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    manifest = {
        "format": 1,
        "made_at": "2026-11-20T09:00:00+01:00",
        "database": database,
        "parts": [{"name": "base", "size": 0, "sha256": empty}],
    }
    change(manifest)
    return [("base", b""), ("manifeste.json", json.dumps(manifest).encode())]


@pytest.mark.parametrize(
    "change, refusal",
    [
        pytest.param(lambda said: said.update(format=2), "au format 2", id="another format"),
        pytest.param(lambda said: said.pop("database"), "illisible", id="no database told"),
        pytest.param(lambda said: said.update(made_at="hier"), "illisible", id="no instant"),
        pytest.param(lambda said: said["parts"].clear(), "exactement", id="a part untold"),
        pytest.param(lambda said: said["parts"].append(said["parts"][0]), "exactement", id="a part told twice"),
        pytest.param(lambda said: said["database"].update(name="autre"), "pas de base", id="no database"),
        pytest.param(lambda said: said["parts"][0].update(sha256="0" * 64), "n'a pas l'empreinte", id="another sum"),
    ],
)
def test_a_manifest_that_does_not_tell_the_archive_is_refused(tmp_path, change, refusal):
    write_archive(tmp_path / "a.tar", told(lambda said: None))
    assert opened(tmp_path / "a.tar").database.name == "base"
    write_archive(tmp_path / "b.tar", told(change))
    with pytest.raises(ValidationError, match=refusal):
        opened(tmp_path / "b.tar")


@pytest.mark.parametrize("text", [b"", b"pas un tar" * 100])
def test_a_file_that_is_no_archive_is_refused(tmp_path, text):
    path = tmp_path / "a.tar"
    path.write_bytes(text)
    write_sum(path)
    with pytest.raises(ValidationError, match=r"archive de sauvegarde|sauvegarde d'ImPEC"):
        opened(path)


def test_an_archive_without_its_sum_is_opened_by_the_one_that_is_given(archive, tmp_path):
    alone = tmp_path / archive.name
    alone.write_bytes(archive.read_bytes())
    with pytest.raises(ValidationError, match="--sha256"):
        archives.expected_sum(alone)
    with archives.opened(alone, archives.as_sum(archives.expected_sum(archive).upper())) as found:
        assert found.manifest.parts
    with pytest.raises(ValidationError, match="64 chiffres"):
        archives.as_sum("abc")


def copied(**changes):
    facts = {"vendor": connections["default"].vendor, "name": "base", "size": 0, "migrations": {}, "rows": {}}
    return archives.Copied(**facts | changes)


@pytest.fixture
def real_migrations(settings):
    """A suite that makes its tables without migrations hides them."""
    settings.MIGRATION_MODULES = {}


def test_an_archive_of_another_kind_of_base_is_refused(real_migrations):
    refuse_other(copied(migrations={"sessions": "0001_initial"}))
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}[connections["default"].vendor]
    with pytest.raises(ValidationError, match="une base vide de même nature"):
        refuse_other(copied(vendor=other))


@pytest.mark.parametrize("app", ["sessions", "salle_a_venir"])
def test_an_archive_newer_than_the_program_is_refused(real_migrations, app):
    with pytest.raises(ValidationError, match=f"ne connaît pas {app} 0999_a_venir"):
        refuse_other(copied(migrations={app: "0999_a_venir"}))
