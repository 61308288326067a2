"""A zip written to the disk entry by entry, with its manifest and its sums: nothing of it is held whole.

The same entries in the same order give the same bytes: no clock, no name of a machine, no random part.
"""

import csv
import hashlib
import io
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

MANIFEST = "manifest.csv"
SUMS = "SHA256SUMS"
READ_BY_ALL = 0o100644 << 16
UNIX = 3
BLOCK = 1 << 16
# Excel reads a CSV as UTF-8 when it begins with this mark.
MARK = "\ufeff"


@dataclass(frozen=True)
class Zipped:
    """Une archive close."""

    path: Path
    size: int
    sha256: str
    sums_sha256: str
    files: int


class Archive:
    """`add` each entry, then leave the block: the manifest and the sums are written last."""

    def __init__(self, path: Path, day: date):
        self.path, self.day = path, day
        self.files = 0
        self.zipped: Zipped | None = None

    def __enter__(self):
        with ExitStack() as opened:
            # What is told of each entry grows with their number: it waits on the disk too.
            self._manifest = opened.enter_context(tempfile.TemporaryFile(dir=self.path.parent))
            self._sums = opened.enter_context(tempfile.TemporaryFile(dir=self.path.parent))
            self._zip = opened.enter_context(ZipFile(self.path, "w", ZIP_DEFLATED, allowZip64=True))
            self._opened = opened.pop_all()
        self._manifest.write((MARK + line_of("chemin", "octets", "date", "sha256")).encode())
        return self

    def __exit__(self, kind, error, trace):
        with self._opened:
            if kind is None:
                self._manifest.seek(0)
                self.add(MANIFEST, blocks_of(self._manifest))
                sums = self._write_sums()
        if kind is None:
            with self.path.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            self.zipped = Zipped(self.path, self.path.stat().st_size, sha256, sums, self.files)

    def add(self, name: str, chunks: Iterable[bytes]) -> None:
        size, sha256 = self._write(name, chunks)
        self._sums.write(f"{sha256}  {name}\n".encode())
        self._manifest.write(line_of(name, size, self.day.isoformat(), sha256).encode())

    def _write_sums(self) -> str:
        self._sums.seek(0)
        _, sha256 = self._write(SUMS, blocks_of(self._sums))
        return sha256

    def _write(self, name: str, chunks: Iterable[bytes]) -> tuple[int, str]:
        entry = ZipInfo(name, (self.day.year, self.day.month, self.day.day, 0, 0, 0))
        entry.compress_type, entry.create_system, entry.external_attr = ZIP_DEFLATED, UNIX, READ_BY_ALL
        size, digest = 0, hashlib.sha256()
        with self._zip.open(entry, "w") as written:
            for chunk in chunks:
                written.write(chunk)
                digest.update(chunk)
                size += len(chunk)
        self.files += 1
        return size, digest.hexdigest()


def line_of(*cells: object) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerow(cells)
    return text.getvalue()


def blocks_of(file) -> Iterable[bytes]:
    while block := file.read(BLOCK):
        yield block
