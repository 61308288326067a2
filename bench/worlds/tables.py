"""The tables of a world at once, without their story, and the reference data."""

from django.apps import apps
from django.conf import settings
from django.core.management import call_command


def make_tables() -> None:
    settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}
    call_command("migrate", run_syncdb=True, verbosity=0)
    call_command("setup", verbosity=0)
