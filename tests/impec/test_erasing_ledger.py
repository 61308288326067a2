"""The ledger of erasures: a line that cannot be read stops a restoration, unless it was never written to its end."""

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from impec.erasing import ledger, ledger_file
from regulations.retention import ErasureDepth

TOLD = b'{"public_code": "IJKMNPQR", "at": "2026-11-20T09:00:00+01:00", "depth": "COMPLETE", "by": 1}'


@pytest.fixture(autouse=True)
def ledger_of_the_test(settings, tmp_path):
    settings.ERASURE_LEDGER = tmp_path / "effacements.jsonl"


def test_a_line_cut_short_is_told_and_swallows_no_other(settings, caplog):
    ledger_file.append(ledger_file.Line("ABCDEFGH", "2026-11-20T09:00:00+01:00", ErasureDepth.COMPLETE, 1))
    with settings.ERASURE_LEDGER.open("a") as file:
        file.write('{"public_code": "IJK')
    ledger_file.append(ledger_file.Line("LMNPQRST", "2026-11-20T09:00:00+01:00", ErasureDepth.ARCHIVED, 1))
    with settings.ERASURE_LEDGER.open("a") as file:
        file.write('{"public_code": "UVW')
    assert [line.public_code for line in ledger.read(settings.ERASURE_LEDGER)] == ["ABCDEFGH", "LMNPQRST"]
    assert "la ligne 2, coupée, n'efface personne" in caplog.text
    assert "la ligne 4, coupée" in caplog.text


def test_a_whole_line_without_its_end_is_kept_by_the_next(settings):
    ledger_file.append(ledger_file.Line("ABCDEFGH", "2026-11-20T09:00:00+01:00", ErasureDepth.COMPLETE, 1))
    settings.ERASURE_LEDGER.write_bytes(settings.ERASURE_LEDGER.read_bytes().removesuffix(b"\n"))
    ledger_file.append(ledger_file.Line("LMNPQRST", "2026-11-20T09:00:00+01:00", ErasureDepth.ARCHIVED, 1))
    assert [line.public_code for line in ledger.read(settings.ERASURE_LEDGER)] == ["ABCDEFGH", "LMNPQRST"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(TOLD[:40], id="half a line"),
        pytest.param(TOLD.replace(b"IJK", b"\xe9\xff\x00"), id="bytes that are no text"),
        pytest.param(TOLD.replace(b"2026-11-20T", b"le 20/11, "), id="no instant"),
        pytest.param(TOLD.replace(b"+01:00", b""), id="an instant of nowhere"),
        pytest.param(TOLD.replace(b"COMPLETE", b"ENTIER"), id="an unknown depth"),
        pytest.param(TOLD.replace(b'"IJKMNPQR"', b'["IJKMNPQR"]'), id="no code"),
        pytest.param(TOLD.replace(b": 1}", b': "claire"}'), id="no account"),
        pytest.param(b'"IJKMNPQR"', id="no facts"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_a_line_that_cannot_be_read_is_refused_by_its_number(settings, text):
    path = settings.ERASURE_LEDGER
    path.write_bytes(TOLD + b"\n" + TOLD + b"\n")
    assert len(ledger.read(path)) == 2
    path.write_bytes(TOLD + b"\n" + text + b"\n" + TOLD + b"\n")
    with pytest.raises(ValidationError, match="la ligne 2 ne se lit pas"):
        ledger.read(path)


@pytest.mark.parametrize("is_given", [True, False])
def test_a_restoration_refuses_it_before_anything_is_put_back(settings, archive, tmp_path, is_given):
    damaged = tmp_path / "autre.jsonl" if is_given else settings.ERASURE_LEDGER
    damaged.write_bytes(TOLD + b"\n" + TOLD[:40] + b"\n")
    with pytest.raises(CommandError, match="la ligne 2 ne se lit pas"):
        call_command("restore", archive, erasures=damaged if is_given else None)


def test_a_restoration_refuses_its_own_too_when_another_is_given(settings, archive, tmp_path):
    settings.ERASURE_LEDGER.write_bytes(TOLD[:40] + b"\n")
    given = tmp_path / "autre.jsonl"
    given.write_bytes(TOLD + b"\n")
    with pytest.raises(CommandError, match=r"effacements\.jsonl : la ligne 1 ne se lit pas"):
        call_command("restore", archive, erasures=given)
