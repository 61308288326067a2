"""`manage.py export`: the same files as the pages, in a folder, one JSON line each."""

import hashlib
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from exports.models import Delivery
from tests import builders as b


@pytest.fixture
def export(world, claire, tmp_path, capsys):
    b.a_financing(world.closerie.employer)

    def run(code, *more, login=claire.email, cohort="SM 2026"):
        call_command("export", code, "--cohort", cohort, "--as", login, "--out", str(tmp_path / "out"), *more)
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return run


def test_the_whole_cohort_then_each_establishment(export, world):
    told = export("O1")
    assert [one["employeur"] for one in told] == ["tous", world.closerie.siret, world.estran.siret]
    assert [one["lignes"] for one in told] == [2, 1, 1]
    assert told[1]["destinataire"] == "OPCO Santé"


def test_each_line_tells_the_file_it_wrote(export):
    for one in export("O2"):
        content = Path(one["fichier"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == one["sha256"]
        assert len(content) == one["octets"]
        assert Delivery.objects.get(number=one["numero"]).is_frozen


def test_one_establishment(export, world):
    (one,) = export("O1", "--employer", world.closerie.siret)
    assert (one["employeur"], one["lignes"]) == (world.closerie.siret, 1)


@pytest.mark.parametrize("code", ["D1", "D2"])
def test_the_ddets_has_the_cohort_as_a_whole(export, code):
    (one,) = export(code)
    assert (one["destinataire"], one["employeur"]) == ("DDETS", "tous")


@pytest.mark.parametrize(
    "code, more, changes, words",
    [
        ("O1", (), {"login": "personne@agence.example"}, "Aucun compte actif"),
        ("O1", (), {"cohort": "XX"}, "ne voit aucune cohorte"),
        ("O1", ("--employer", "12345678900000"), {}, "Aucun contrat"),
        ("D1", ("--employer", "12345678900000"), {}, "cohorte entière"),
    ],
)
def test_refusals_are_sentences(export, code, more, changes, words):
    with pytest.raises(CommandError, match=words):
        export(code, *more, **changes)


def test_who_may_not_prepare_gets_nothing(export, esther):
    with pytest.raises(CommandError):
        export("O2", login=esther.email)
    assert not Delivery.objects.exists()
