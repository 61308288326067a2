from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from impec.demo import logins, story


class Command(BaseCommand):
    help = "Charge le monde de démonstration dans une base vide ; ne fait rien s'il y est déjà."

    def add_arguments(self, parser):
        parser.add_argument("--accounts", type=Path, help="fichier JSON des comptes, lisible par vous seul")

    def handle(self, *, accounts: Path | None, **options):
        if story.is_loaded():
            self.stdout.write("La démonstration est déjà chargée.")
        else:
            try:
                story.load()
            except story.NotEmpty as refusal:
                raise CommandError(str(refusal)) from refusal
            self.stdout.write("La démonstration est chargée : trois cohortes, vues du 20 novembre 2026.")
        if accounts:
            logins.write_accounts(accounts)
            self.stdout.write(f"Comptes de démonstration : {accounts}")
