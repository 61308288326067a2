"""Scans and photographs: known by their content, refused in French, never served as a page."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from accounts.scans import KINDS, checked_scan, download, kind_named

START = b"\xff\xd8"
FRAME = b"\xff\xc0\x00\x0b\x08\x00\x01\x00\x01\x01\x01\x11\x00"
END = b"\xff\xd9"


def a_part(marker, size):
    return b"\xff" + bytes([marker]) + (size + 2).to_bytes(2, "big") + b"x" * size


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(START + FRAME + END, id="le plus court"),
        pytest.param(START + a_part(0xE1, 60_000) + a_part(0xE2, 60_000) * 8 + FRAME + END, id="beaucoup d'en-têtes"),
        pytest.param(START + a_part(0xE0, 14) + b"\xff" + FRAME + END, id="un octet de remplissage"),
        pytest.param(START + b"\xff\x01" + FRAME + END, id="un marqueur seul"),
        pytest.param(START + FRAME + END + b"ftypmp4", id="une photographie animée"),
    ],
)
def test_a_photograph_of_a_telephone_is_one(content):
    assert checked_scan(ContentFile(content, "x"), 5_000_000).suffix == "jpg"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(START + b"\xff\xe0\x00\x10JFIF", id="en-tête seul"),
        pytest.param(START + a_part(0xE0, 14) + END, id="sans image"),
        pytest.param(START + FRAME, id="sans fin"),
        pytest.param(b"%PDF-1.7 et rien d'autre", id="PDF sans fin"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + b"\0" * 40 + b"IEND", id="PNG sans en-tête"),
        pytest.param(b"GIF89a" + b"\0" * 40, id="GIF"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", id="SVG"),
        pytest.param(b"", id="rien"),
    ],
)
def test_what_only_looks_like_one_is_refused(content):
    with pytest.raises(ValidationError, match="Enregistrez la photographie en JPEG"):
        checked_scan(ContentFile(content, "photo.jpg"), 5_000_000)


def test_a_file_is_read_again_from_its_start():
    file = ContentFile(START + FRAME + END, "x")
    checked_scan(file, 100)
    assert file.read(2) == START


def test_the_limit_is_in_the_sentence():
    with pytest.raises(ValidationError, match="dépasse 1 Mo"):
        checked_scan(ContentFile(START + FRAME + END + b"0" * 1024**2, "x"), 1024**2)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.label)
def test_a_download_says_its_kind_and_opens_nothing(kind):
    answer = download(io.BytesIO(b"x"), kind_named(kind.content_type), "piece-7")
    assert answer["Content-Disposition"] == f'attachment; filename="piece-7.{kind.suffix}"'
    assert answer["Content-Type"] == kind.content_type
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
