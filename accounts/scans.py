"""Scans and photographs kept as proofs: their kind is read in their first bytes, never in their name."""

import struct
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.http import FileResponse

from accounts.downloads import attachment

MIB = 1024**2
MOST_BYTES = 5 * MIB
# Where the parts that make a picture or a document are looked for.
LOOKED_AT = 4 * MIB
JPEG_FRAMES = frozenset({0xC0, 0xC1, 0xC2})
JPEG_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})


class Kind(NamedTuple):
    """Une sorte de fichier acceptée."""

    label: str
    suffix: str
    content_type: str
    begins: bytes


KINDS = (
    Kind("PDF", "pdf", "application/pdf", b"%PDF-"),
    Kind("JPEG", "jpg", "image/jpeg", b"\xff\xd8\xff"),
    Kind("PNG", "png", "image/png", b"\x89PNG\r\n\x1a\n"),
)


def kind_of(file) -> Kind | None:
    file.seek(0)
    first = file.read(8)
    file.seek(0)
    return next((kind for kind in KINDS if first.startswith(kind.begins)), None)


def kind_named(content_type: str) -> Kind:
    return next(kind for kind in KINDS if kind.content_type == content_type)


def checked_scan(file, most_bytes: int) -> Kind:
    """The kind of a photograph or a document that may be kept; ValidationError in one French sentence otherwise."""
    if file.size > most_bytes:
        most = most_bytes // MIB
        raise ValidationError(f"Ce fichier dépasse {most} Mo : photographiez ou numérisez-le plus légèrement.")
    kind = kind_of(file)
    if kind is None or not IS_WHOLE[kind.suffix](*_ends_of(file)):
        names = ", ".join(one.label for one in KINDS)
        raise ValidationError(
            f"Ce fichier n'est ni une photographie ni un document qu'on sait ouvrir : {names}. "
            "Enregistrez la photographie en JPEG, puis joignez-la à nouveau."
        )
    return kind


def download(file, kind: Kind, name: str) -> FileResponse:
    """As an attachment that no browser opens by itself, under a name of ours."""
    return attachment(file, f"{name}.{kind.suffix}", kind.content_type)


def _ends_of(file) -> tuple[bytes, bytes]:
    file.seek(0)
    start = file.read(LOOKED_AT)
    file.seek(max(0, file.size - LOOKED_AT))
    end = file.read(LOOKED_AT)
    file.seek(0)
    return start, end


def _is_png(start: bytes, end: bytes) -> bool:
    """A header that gives a size, and an end."""
    if len(start) < 33 or start[8:16] != b"\0\0\0\rIHDR" or b"IEND" not in end:
        return False
    width, height = struct.unpack_from(">II", start, 16)
    return width > 0 and height > 0


def _is_jpeg(start: bytes, end: bytes) -> bool:
    """Marker after marker, up to the frame that gives the size. Telephones may write more after the end."""
    place = 2
    while place + 4 <= len(start) and start[place] == 0xFF:
        marker = start[place + 1]
        if marker in JPEG_FRAMES:
            return b"\xff\xd9" in end
        if marker == 0xFF or marker in JPEG_ALONE:
            place += 1 if marker == 0xFF else 2
            continue
        place += 2 + int.from_bytes(start[place + 2 : place + 4], "big")
    return False


def _is_pdf(start: bytes, end: bytes) -> bool:
    return b"%%EOF" in end


IS_WHOLE = {"png": _is_png, "jpg": _is_jpeg, "pdf": _is_pdf}
