"""The writing of payments by a worker that dies by SIGKILL where its arguments say, one moment for each attempt."""

import os
import signal
from contextlib import contextmanager

from accounts.work import Work
from imports.jobs import run_import


class Mortal(Work):
    """Dies while reading the file again, once everything is written but not committed, or just after."""

    @property
    def moment(self):
        return self.arguments["dies"][self.job.attempts - 1]

    def progress(self, done, total, step=""):
        die_if(self.moment == "reading")
        super().progress(done, total, step)

    @contextmanager
    def finish(self):
        with super().finish() as result:
            yield result
            die_if(self.moment == "writing")
        die_if(self.moment == "written")


def run(work):
    run_import(Mortal(work.job))


def die_if(now):
    if now:
        os.kill(os.getpid(), signal.SIGKILL)
