"""One way to hand a task to the queue: plain arguments, never a person's data."""

from django.conf import settings
from django.db import transaction
from django_q.tasks import async_task


def enqueue(path: str, *arguments) -> None:
    """With the ORM broker the task commits with its cause; with another broker it leaves after the commit."""
    if "orm" in settings.Q_CLUSTER:
        async_task(path, *arguments)
    else:
        transaction.on_commit(lambda: async_task(path, *arguments))
