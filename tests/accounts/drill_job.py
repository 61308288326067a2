"""A long job that dies by SIGKILL at the moments its arguments name, one per attempt."""

import os
import signal

from accounts.journal import log_access


def run(work):
    moment = work.arguments["dies"][work.job.attempts - 1]
    work.progress(1, 2, "calcul")
    die_if(moment == "before")
    with work.finish() as result:
        log_access(user=None, action="drill")
        die_if(moment == "inside")
        result["message"] = "fait"
    die_if(moment == "after")


def die_if(now):
    if now:
        os.kill(os.getpid(), signal.SIGKILL)
