"""Changing some parts of a zip file and copying all the others as they are, compressed bytes included.

One engine for both uses: our own long sheets are a small skeleton whose rows are streamed in, and
somebody else's workbook is filled by replacing its sheets only.
"""

import os
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

Content = bytes | Iterable[bytes]

LOCAL = struct.Struct("<4s5H3L2H")
CENTRAL = struct.Struct("<4s6H3L5H2L")
END = struct.Struct("<4s4H2LH")
HAS_DESCRIPTOR = 0x08
UTF8_NAME = 0x800
BLOCK = 1 << 16
LIMIT = 0xFFFFFFFF
# 1 January 1980, the first day of the format: the same rows give the same bytes.
FIXED_DATE = (1 << 5) | 1


class Damaged(Exception):
    """The archive does not hold what its directory promises."""


class Archive:
    """A zip file open for reading, entry by entry, raw or unpacked, never more than was announced."""

    def __init__(self, source: str | os.PathLike | BinaryIO) -> None:
        self._own = not hasattr(source, "read")
        self.file: BinaryIO = open(source, "rb") if self._own else source
        try:
            self.entries = zipfile.ZipFile(self.file).infolist()
        except BaseException:
            self.close()
            raise
        self._by_name = {entry.filename: entry for entry in self.entries}

    def close(self) -> None:
        if self._own:
            self.file.close()

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def __getitem__(self, name: str) -> zipfile.ZipInfo:
        return self._by_name[name]

    @property
    def names(self) -> list[str]:
        return [entry.filename for entry in self.entries]

    def header(self, entry: zipfile.ZipInfo) -> tuple[tuple, bytes, bytes]:
        """The fields of the local header, its name and its extra bytes; the file is then at the data."""
        self.file.seek(entry.header_offset)
        raw = self.file.read(LOCAL.size)
        if len(raw) < LOCAL.size or raw[:4] != b"PK\x03\x04":
            raise Damaged(entry.filename)
        fields = LOCAL.unpack(raw)
        return fields, self.file.read(fields[9]), self.file.read(fields[10])

    def raw(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        """The compressed bytes as they lie in the file."""
        self.header(entry)
        position, left = self.file.tell(), entry.compress_size
        while left:
            self.file.seek(position)
            block = self.file.read(min(BLOCK, left))
            if not block:
                raise Damaged(entry.filename)
            position += len(block)
            left -= len(block)
            yield block

    def stream(self, name: str) -> Iterator[bytes]:
        """The unpacked bytes, checked against the announced length and sum."""
        entry = self._by_name[name]
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Damaged(name)
        unpacker = zlib.decompressobj(-15) if entry.compress_type == zipfile.ZIP_DEFLATED else None
        length = total = 0
        for block in self.raw(entry):
            for piece in _unpack(unpacker, block) if unpacker else (block,):
                length += len(piece)
                if length > entry.file_size:
                    raise Damaged(name)
                total = zlib.crc32(piece, total)
                yield piece
        if length != entry.file_size or total != entry.CRC or (unpacker and not unpacker.eof):
            raise Damaged(name)

    def read(self, name: str) -> bytes:
        return b"".join(self.stream(name))


def _unpack(unpacker: "zlib._Decompress", block: bytes) -> Iterator[bytes]:
    # Bounded pieces: one block of a bomb may hold a thousand times its size.
    full = 4 * BLOCK
    while not unpacker.eof:
        try:
            piece = unpacker.decompress(block, full)
        except zlib.error as error:
            raise Damaged(str(error)) from error
        yield piece
        block = unpacker.unconsumed_tail
        if not block and len(piece) < full:
            return


class _Writer:
    """The entries of a new zip file, one after the other."""

    def __init__(self, file: BinaryIO, level: int) -> None:
        self.file = file
        self.level = level
        self.directory: list[bytes] = []

    def copy(self, archive: Archive, entry: zipfile.ZipInfo) -> None:
        (_, version, flags, method, time, date, *_), name, extra = archive.header(entry)
        # The sizes are known here: no descriptor after the data, no 64-bit extra.
        flags &= ~HAS_DESCRIPTOR
        if entry.header_offset > LIMIT or _has_zip64(extra):
            extra = b""
        sizes = (entry.CRC, entry.compress_size, entry.file_size)
        offset = self.file.tell()
        self.file.write(LOCAL.pack(b"PK\x03\x04", version, flags, method, time, date, *sizes, len(name), len(extra)))
        self.file.write(name + extra)
        self.file.writelines(archive.raw(entry))
        made = entry.create_version | entry.create_system << 8
        fields = (made, version, flags, method, time, date, *sizes)
        self._remember(fields, name, offset, entry.internal_attr, entry.external_attr)

    def write(self, name: str, content: Content) -> None:
        encoded = name.encode()
        flags = 0 if encoded.isascii() else UTF8_NAME
        fields = (20, flags, zipfile.ZIP_DEFLATED, 0, FIXED_DATE)
        offset = self.file.tell()
        self.file.write(LOCAL.pack(b"PK\x03\x04", *fields, 0, 0, 0, len(encoded), 0) + encoded)
        start, total, length = self.file.tell(), 0, 0
        packer = zlib.compressobj(self.level, zlib.DEFLATED, -15)
        for block in (content,) if isinstance(content, bytes) else content:
            total = zlib.crc32(block, total)
            length += len(block)
            self.file.write(packer.compress(block))
        self.file.write(packer.flush())
        end = self.file.tell()
        sizes = (total, end - start, length)
        if max(end, length) > LIMIT:
            raise OverflowError(f"{name} is too large for a workbook")
        self.file.seek(offset)
        self.file.write(LOCAL.pack(b"PK\x03\x04", *fields, *sizes, len(encoded), 0))
        self.file.seek(end)
        self._remember((20, *fields, *sizes), encoded, offset, 0, 0)

    def _remember(self, fields: tuple, name: bytes, offset: int, internal: int, external: int) -> None:
        entry = CENTRAL.pack(b"PK\x01\x02", *fields, len(name), 0, 0, 0, internal, external, offset)
        self.directory.append(entry + name)

    def finish(self) -> None:
        offset, directory, count = self.file.tell(), b"".join(self.directory), len(self.directory)
        self.file.write(directory + END.pack(b"PK\x05\x06", 0, 0, count, count, len(directory), offset, 0))


def _has_zip64(extra: bytes) -> bool:
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<2H", extra)
        if kind == 1:
            return True
        extra = extra[4 + size :]
    return False


def patch(
    source: Archive,
    target: BinaryIO,
    replace: Mapping[str, Content],
    drop: Iterable[str] = (),
    level: int = 1,
) -> None:
    """Write `source` to the seekable `target` with some parts replaced (streamed when an iterable is given), some
    dropped; names that `source` does not have are added at the end. Every other part keeps its place and its bytes."""
    writer, dropped = _Writer(target, level), set(drop)
    for entry in source.entries:
        if entry.filename in replace:
            writer.write(entry.filename, replace[entry.filename])
        elif entry.filename not in dropped:
            writer.copy(source, entry)
    for name, content in replace.items():
        if name not in source:
            writer.write(name, content)
    writer.finish()


class Publication:
    """A file written under a temporary name beside its place, flushed to the disk, then renamed: whole or absent.

    `with Publication(path) as file: …` — an exception leaves nothing, and the former file as it was.
    """

    def __init__(self, path: str | os.PathLike) -> None:
        self.path = Path(path)
        self.draft = self.path.with_name(f".{self.path.name}.{os.urandom(6).hex()}.tmp")

    def __enter__(self) -> BinaryIO:
        self.file = self.draft.open("w+b")
        return self.file

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            if kind is None:
                self.file.flush()
                os.fsync(self.file.fileno())
                os.replace(self.draft, self.path)
                _sync_folder(self.path.parent)
        finally:
            try:
                self.file.close()
            finally:
                self.draft.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
