"""At most three workbooks are read at once on a machine: each reading may take a gibibyte."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from django.conf import settings

from workbooks.limits import Refused

AT_ONCE = 3
PATIENCE_SECONDS = 60
PAUSE_SECONDS = 0.2

BUSY = Refused(
    "occupe", "Plusieurs fichiers sont déjà en cours de lecture. Réessayez dans une minute : le vôtre n'est pas perdu."
)


@contextmanager
def one_of_three() -> Iterator[None]:
    """Waits its turn for a minute. A lock is the process's own: it goes with it, however it dies."""
    lock = _wait()
    try:
        yield
    finally:
        lock.close()


def _wait() -> TextIO:
    for _ in range(int(PATIENCE_SECONDS / PAUSE_SECONDS)):
        for number in range(AT_ONCE):
            lock = open(settings.VAR_DIR / f"import-{number}.lock", "w")  # noqa: SIM115 - kept open while it is held
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.close()
            else:
                return lock
        time.sleep(PAUSE_SECONDS)
    raise BUSY
