"""Scans kept as proofs of what was received: their kind is read in their first bytes, never in their name."""

from typing import NamedTuple

MOST_BYTES = 5 * 1024**2


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
