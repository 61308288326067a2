"""Bytes that go with a person: removed once the rows no longer name them, however often it takes."""

from django.core.files.storage import default_storage
from django.db import transaction

from cohorts.models import Erasure


def remove_waiting(erasure: Erasure) -> None:
    """Killed half-way, the next run finds the names again: removing a file twice is removing it once."""
    for name in erasure.waiting_files:
        default_storage.delete(name)
    if erasure.waiting_files:
        with transaction.atomic():
            Erasure.objects.filter(pk=erasure.pk).update(waiting_files=[])
        erasure.waiting_files = []


def finish_interrupted() -> int:
    """Those that a stopped process left: how many erasures had bytes waiting."""
    waiting = Erasure.objects.exclude(waiting_files=[])
    for erasure in waiting:
        remove_waiting(erasure)
    return len(waiting)
