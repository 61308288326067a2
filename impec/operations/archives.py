"""L'archive d'une sauvegarde : un tar de la base, des fichiers et de leur manifeste, avec son empreinte à côté.

It is written from its first byte to its last and hashed on the way: nothing of it is held whole. What is read is not
trusted: names, sizes and sums are checked before anything leaves it.
"""

import hashlib
import io
import json
import re
import tarfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO

from django.core.exceptions import ValidationError

FORMAT = 1
MANIFEST = "manifeste.json"
FILES = "fichiers/"
# A hundred thousand files are told in less than half of it.
LONGEST_MANIFEST = 64 * 1024 * 1024
BLOCK = 1 << 20
SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Part:
    """Une partie de l'archive : la base, ou un fichier."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Copied:
    """Ce que l'archive dit de la base qu'elle porte."""

    vendor: str
    # Of the part that carries it, and of the database once it is unpacked.
    name: str
    size: int
    migrations: dict[str, str]
    rows: dict[str, int]


@dataclass(frozen=True)
class Manifest:
    """Le manifeste : version du format, instant, base, parties."""

    format: int
    made_at: datetime
    database: Copied
    parts: list[Part]


class Told:
    """A file of which all that passes is hashed."""

    def __init__(self, file: IO[bytes]):
        self.file, self.digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        chunk = self.file.read(size)
        self.digest.update(chunk)
        return chunk

    def write(self, chunk: bytes) -> int:
        self.digest.update(chunk)
        return self.file.write(chunk)


class Writer:
    """`add` each part, then `finish`: the manifest is written last, with the sum of each."""

    def __init__(self, tar: tarfile.TarFile, at: datetime):
        self.tar, self.at = tar, at
        self.parts: list[Part] = []

    def add(self, name: str, file: IO[bytes], size: int) -> None:
        """As many bytes as said: a file that grows meanwhile is cut there, one that shrinks is an OSError."""
        passing = Told(file)
        self.tar.addfile(self._entry(name, size), passing)
        self.parts.append(Part(name, size, passing.digest.hexdigest()))

    def finish(self, database: Copied) -> None:
        manifest = Manifest(FORMAT, self.at, database, self.parts)
        text = json.dumps(asdict(manifest), default=datetime.isoformat, ensure_ascii=False, indent=1).encode()
        self.tar.addfile(self._entry(MANIFEST, len(text)), io.BytesIO(text))

    def _entry(self, name: str, size: int) -> tarfile.TarInfo:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode, entry.mtime = size, 0o600, int(self.at.timestamp())
        return entry


class Archive:
    """Une archive ouverte, dont chaque partie est vérifiée."""

    def __init__(self, tar: tarfile.TarFile):
        self.tar = tar
        self.members = _members(tar)
        self.manifest = _manifest(tar, self.members)
        self._check_parts()

    def open_database(self) -> IO[bytes]:
        return self.tar.extractfile(self.members[self.manifest.database.name])

    def files(self) -> Iterator[tuple[str, IO[bytes]]]:
        """The name of each file in its place, and its bytes."""
        for part in self.manifest.parts:
            if part.name.startswith(FILES):
                yield part.name.removeprefix(FILES), self.tar.extractfile(self.members[part.name])

    def _check_parts(self) -> None:
        said = {part.name for part in self.manifest.parts}
        if said != self.members.keys() - {MANIFEST} or len(said) != len(self.manifest.parts):
            raise ValidationError("L'archive ne contient pas exactement ce que dit son manifeste.")
        if self.manifest.database.name not in said:
            raise ValidationError("L'archive ne contient pas de base de données.")
        for part in self.manifest.parts:
            with self.tar.extractfile(self.members[part.name]) as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != part.sha256:
                    raise ValidationError(f"« {part.name} » n'a pas l'empreinte que dit le manifeste.")


@contextmanager
def opened(path: Path, sha256: str) -> Iterator[Archive]:
    """The archive of that sum, read over; a refusal says what is wrong with it."""
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
            raise ValidationError(f"{path.name} n'a pas l'empreinte attendue : l'archive est abîmée, ou incomplète.")
    with ExitStack() as stack:
        try:
            archive = Archive(stack.enter_context(tarfile.open(path, "r:")))
        except tarfile.TarError as error:
            raise ValidationError(f"{path.name} n'est pas une archive de sauvegarde lisible.") from error
        yield archive


def sum_beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.sha256")


def expected_sum(path: Path) -> str:
    """What the file beside it says, as `sha256sum` writes and checks it."""
    try:
        first = sum_beside(path).read_text(encoding="ascii", errors="replace").split()[:1]
    except FileNotFoundError:
        raise ValidationError(
            f"{sum_beside(path).name} manque à côté de l'archive : remettez-le, ou donnez l'empreinte par --sha256."
        ) from None
    return as_sum("".join(first))


def as_sum(text: str) -> str:
    if not SHA256.fullmatch(text.lower()):
        raise ValidationError("Une empreinte SHA-256 est une suite de 64 chiffres et lettres de a à f.")
    return text.lower()


def _members(tar: tarfile.TarFile) -> dict[str, tarfile.TarInfo]:
    found: dict[str, tarfile.TarInfo] = {}
    for member in tar:
        if not member.isreg() or not _stays_inside(member.name):
            raise ValidationError(f"L'archive contient « {member.name} », qui n'y a pas sa place : elle est refusée.")
        if member.name in found:
            raise ValidationError(f"L'archive contient deux fois « {member.name} » : elle est refusée.")
        found[member.name] = member
    return found


def _stays_inside(name: str) -> bool:
    """At the root, or below the folder of files; written in one way only."""
    path = PurePosixPath(name)
    plain = path.as_posix() == name and not path.is_absolute() and not {"..", "."} & set(path.parts)
    return plain and "\\" not in name and (len(path.parts) == 1 or name.startswith(FILES))


def _manifest(tar: tarfile.TarFile, members: dict[str, tarfile.TarInfo]) -> Manifest:
    member = members.get(MANIFEST)
    if member is None or member.size > LONGEST_MANIFEST:
        raise ValidationError("L'archive n'a pas de manifeste : ce n'est pas une sauvegarde d'ImPEC.")
    try:
        facts = json.loads(tar.extractfile(member).read())
        if facts["format"] != FORMAT:
            raise ValidationError(f"L'archive est au format {facts['format']} ; ce programme lit le format {FORMAT}.")
        parts = [Part(**part) for part in facts["parts"]]
        made_at = datetime.fromisoformat(facts["made_at"])
        return Manifest(FORMAT, made_at, Copied(**facts["database"]), parts)
    except (ValueError, KeyError, TypeError) as error:
        raise ValidationError("Le manifeste de l'archive est illisible.") from error
