"""Set-up: migrations, cache table, static files, reference data, schedule of jobs. May run twice."""

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand
from django_q.models import Schedule

from impec.schedule import SCHEDULE, first_run


class Command(BaseCommand):
    help = "Prépare ou met à jour la base, les fichiers statiques, les données de référence et les tâches planifiées."

    def handle(self, **options):
        quiet = {"verbosity": 0, "interactive": False}
        call_command("migrate", **quiet)
        call_command("createcachetable", verbosity=0)
        call_command("collectstatic", **quiet)
        # Each room that has reference data of its own brings a command of this name.
        if "load_reference" in get_commands():
            call_command("load_reference")
        self.plan_jobs()
        self.stdout.write("ImPEC est prêt.")
        self.say_where()

    def plan_jobs(self):
        for name, job in SCHEDULE.items():
            first = {"next_run": first_run(name)}
            Schedule.objects.update_or_create(name=name, defaults=job, create_defaults=job | first)
        Schedule.objects.exclude(name__in=SCHEDULE).delete()

    def say_where(self):
        database = settings.DATABASES["default"]
        if database["ENGINE"].endswith("sqlite3"):
            self.stdout.write(f"Base SQLite : {database['NAME']} (avec ses fichiers -wal et -shm)")
        else:
            self.stdout.write(f"Base PostgreSQL : {database['NAME']} sur {database['HOST'] or 'la machine locale'}")
        self.stdout.write(f"Fichiers : {settings.MEDIA_ROOT}")
