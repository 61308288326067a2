"""The job worker: django-q2's cluster, which ends its running task on SIGTERM."""

from django_q.management.commands.qcluster import Command as QCluster


class Command(QCluster):
    help = "Exécute les tâches : exports, imports, messages, relances."
