"""Les fichiers gardés, dans un dossier ou chez un hébergeur : parcourus, copiés, remis, un par un."""

import posixpath
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import IO

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.storage import default_storage


def names(folder: str = "") -> Iterator[str]:
    """Each file that is kept. A folder that vanishes meanwhile had none."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in sorted(files):
        yield posixpath.join(folder, name)
    for name in sorted(folders):
        yield from names(posixpath.join(folder, name))


def refuse_occupied() -> None:
    first = next(names(), None)
    if first is not None:
        raise ValidationError(
            f"La place des fichiers n'est pas vide : elle contient « {first} ». Une sauvegarde ne se restaure que dans "
            "une place vide : donnez-en une autre par MEDIA_ROOT ou MEDIA_STORAGE."
        )


@contextmanager
def opened(name: str) -> Iterator[tuple[IO[bytes], int] | None]:
    """The file and its size; None when it went meanwhile, as those that live a day do."""
    try:
        file = default_storage.open(name)
    except FileNotFoundError:
        yield None
        return
    with file:
        try:
            size = file.size
        except FileNotFoundError:
            yield None
            return
        yield file, size


@contextmanager
def filled(files: Iterable[tuple[str, IO[bytes]]]) -> Iterator[int]:
    """Inside, the files stand in their place, which was empty; what fails takes them away."""
    kept: list[str] = []
    try:
        for name, file in files:
            # Before it stands there: what stops halfway is taken away too.
            kept.append(name)
            found = default_storage.save(name, File(file))
            if found != name:
                kept.append(found)
                raise ValidationError(f"« {name} » n'a pas pu prendre sa place.")
        yield len(kept)
    except BaseException:
        _take_away(kept)
        raise


def _take_away(kept: list[str]) -> None:
    """And the folders made for them, the deepest first."""
    for name in kept:
        default_storage.delete(name)
    folders = {str(parent) for name in kept for parent in PurePosixPath(name).parents} - {"."}
    for folder in sorted(folders, key=len, reverse=True):
        default_storage.delete(folder)
