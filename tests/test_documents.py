"""The documents tell of the project as it is: each name, command, variable, limit and file they give exists."""

import importlib
import pkgutil
import re

import pytest
from django.conf import settings
from django.core.management import get_commands

from tests.sources import MODELS, ROOMS, ROOT, code_that_runs
from workbooks.limits import MIB, Limits

DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
EXPLOITATION = (ROOT / "docs" / "exploitation.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
GLOSSARY = (ROOT / "docs" / "glossaire.md").read_text(encoding="utf-8")

TERM = re.compile(r"^\| [^|]+ \| (`[^|]+`) \| (\w+) \|", re.MULTILINE)
TERMS = {(room, name) for names, room in TERM.findall(GLOSSARY) for name in re.findall(r"`(\w+)`", names)}
COMMAND = re.compile(r"manage\.py ([a-z_]+)")
LINK = re.compile(r"""\]\(([^)#]+)\)|(?:src|href)="([^"]+)\"""")
VARIABLE = re.compile(r"^\| `([A-Z_]+)` \|", re.MULTILINE)
READ = re.compile(r"""(?:text|flag|listing|environ\.get)\(["']([A-Z_]+)["']""")

documents = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)


def modules_of(room: str):
    package = importlib.import_module(room)
    names = [name for _, name, _ in pkgutil.walk_packages(package.__path__, f"{room}.")]
    return [importlib.import_module(name) for name in names if ".migrations" not in name]


@pytest.mark.parametrize("room, name", sorted(TERMS))
def test_each_name_of_the_glossary_lives_in_its_room(room, name):
    found = {getattr(module, name).__module__ for module in modules_of(room) if hasattr(module, name)}
    assert any(place.split(".")[0] == room for place in found)


def test_each_model_has_its_line_in_the_glossary():
    models = {(model._meta.app_label, model.__name__) for model in MODELS}
    assert not models - TERMS


def test_each_room_is_on_the_map():
    rooms = {room.label for room in ROOMS} | {"regulations", "workbooks"}
    assert set(re.findall(r"^\| `(\w+)/` \|", README, re.MULTILINE)) == rooms


def test_each_variable_documented_is_read_and_each_one_read_is_documented():
    read = {name for path in code_that_runs() for name in READ.findall(path.read_text(encoding="utf-8"))}
    assert set(VARIABLE.findall(EXPLOITATION)) == read


@documents
def test_each_command_given_exists(path):
    text = path.read_text(encoding="utf-8")
    assert set(COMMAND.findall(text)) <= set(get_commands())
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"`(?:[A-Z]+=\S+ )?make ([a-z]+)", text)) <= targets


@documents
def test_each_place_a_document_leads_to_exists(path):
    places = [first or second for first, second in LINK.findall(path.read_text(encoding="utf-8"))]
    assert [place for place in places if "://" not in place and not (path.parent / place).exists()] == []


def test_the_limits_of_uploads_are_those_of_the_code():
    limits = Limits()
    said = EXPLOITATION.split("**Classeurs reçus**")[1].split("**Connexion**")[0].replace("\n", " ")
    rows = f"{limits.max_rows:,}".replace(",", " ")
    for words in (
        f"{limits.max_bytes // MIB} Mo, {limits.max_parts} parties, {limits.max_unpacked // MIB} Mo",
        f"rapport de compression {limits.max_ratio}, {limits.max_sheets} feuilles",
        f"{rows} lignes et {limits.max_columns} colonnes",
        f"{limits.memory_bytes // (1024 * MIB)} Gio de mémoire, {limits.cpu_seconds} s de calcul",
        f"{limits.clock_seconds:g} s d'horloge",
    ):
        assert words in said


def test_the_limits_of_signing_in_are_those_of_the_settings():
    lengths = [
        v["OPTIONS"]["min_length"] for v in settings.AUTH_PASSWORD_VALIDATORS if "min_length" in v.get("OPTIONS", {})
    ]
    idle, whole = settings.SESSION_IDLE.total_seconds() / 60, settings.SESSION_ABSOLUTE.total_seconds() / 3600
    code = settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60
    assert settings.ACCOUNT_RATE_LIMITS["login_failed"] == "30/15m/ip,10/15m/key"
    for words in (
        f"{lengths[0]} caractères au moins",
        f"{code} minutes, {settings.ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS} essais",
        "10 par compte et 30 par adresse réseau en 15 minutes",
        f"{idle:g} minutes sans activité, {whole:g} heures en tout",
        f"moins de {settings.ACCOUNT_REAUTHENTICATION_TIMEOUT // 60} minutes",
    ):
        assert words in EXPLOITATION
