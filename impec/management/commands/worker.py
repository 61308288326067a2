"""The job worker: django-q2's cluster, which ends its running task on SIGTERM."""

from django.core.management.base import BaseCommand
from django_q.cluster import Cluster


class Command(BaseCommand):
    help = "Exécute les tâches : exports, imports, messages, relances."

    def handle(self, **options):
        Worker().start()


class Worker(Cluster):
    """Told to stop while it starts, it stops once it has: django-q forgets what it hears before its sentinel lives."""

    told_to_stop = False

    def sig_handler(self, signum, frame):
        self.told_to_stop = True
        if self.sentinel is not None:
            super().sig_handler(signum, frame)

    def start(self) -> int:
        pid = super().start()
        if self.told_to_stop:
            self.stop()
        return pid
