"""Print the policy of columns: class of each field, fields per recipient, columns per file."""

import json

from django.core.management.base import BaseCommand

from accounts import disclosure


class Command(BaseCommand):
    help = "Affiche la politique de diffusion : classe de chaque champ, champs par destinataire, colonnes par fichier."

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="en JSON, pour une machine")

    def handle(self, **options):
        if options["json"]:
            policy = {
                "classes": disclosure.FIELD_CLASSES,
                "destinataires": disclosure.RECIPIENTS,
                "fichiers": disclosure.FILE_COLUMNS,
            }
            self.stdout.write(json.dumps(policy, ensure_ascii=False, indent=2))
            return
        for recipient, models in disclosure.RECIPIENTS.items():
            self.stdout.write(recipient)
            for model, fields in models.items():
                self.stdout.write(f"  {model} : {', '.join(fields)}")
