"""For a process of its own: a worker that is killed for real, before or after one of its acts."""

import os
import signal


def die_in(owner, name: str, moment: str, call: int = 1) -> None:
    """Kills this process « before » or « after » that call of `owner.name`."""
    whole, calls = getattr(owner, name), []

    def dying(*arguments, **named):
        calls.append(name)
        if moment == "before" and len(calls) == call:
            os.kill(os.getpid(), signal.SIGKILL)
        found = whole(*arguments, **named)
        if moment == "after" and len(calls) == call:
            os.kill(os.getpid(), signal.SIGKILL)
        return found

    setattr(owner, name, dying)
