"""Bytes in the place of files, which no transaction takes back."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.files.storage import default_storage


@contextmanager
def removed_on_failure(*kept: str) -> Iterator[None]:
    """Stored bytes that no row will name do not stay."""
    try:
        yield
    except BaseException:
        for name in filter(None, kept):
            default_storage.delete(name)
        raise
