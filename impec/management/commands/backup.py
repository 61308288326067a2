"""Sauvegarder, ou dire l'âge de la dernière sauvegarde."""

from argparse import ArgumentTypeError
from datetime import timedelta
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from accounts import clock
from accounts.templatetags.french import as_count, as_instant
from impec.operations import backing_up


class Command(BaseCommand):
    help = "Copie la base puis les fichiers dans une archive datée, pendant que l'application sert."

    def add_arguments(self, parser):
        parser.add_argument("--to", type=Path, help="dossier des archives ; par défaut « sauvegardes » dans IMPEC_VAR")
        parser.add_argument(
            "--forget-after", type=days, metavar="JOURS", help="efface de ce dossier les archives plus vieilles"
        )
        parser.add_argument("--age", action="store_true", help="dit seulement l'âge de la dernière sauvegarde")
        parser.add_argument(
            "--older-than", type=float, metavar="HEURES", help="avec --age : échoue si elle est plus vieille"
        )

    def handle(self, *, to, forget_after, age, older_than, **options):
        try:
            if age:
                self.say_age(older_than)
            else:
                self.back_up(to or backing_up.default_folder(), forget_after)
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        except (OSError, DatabaseError) as error:
            raise CommandError(f"Il n'y a pas de nouvelle sauvegarde : {error}.") from error

    def back_up(self, folder, forget_after):
        made = backing_up.back_up(folder=folder, forget_after=forget_after)
        self.stdout.write(
            f"Sauvegarde faite : {made.path}\n{as_count(made.rows)} lignes, {as_count(made.files)} fichiers, "
            f"{as_count(made.size)} octets\nSHA-256 : {made.sha256}"
        )
        if made.forgotten:
            self.stdout.write(f"Archives de plus de {forget_after} jours effacées : {made.forgotten}")

    def say_age(self, older_than):
        last = backing_up.last_backup()
        if last is None:
            raise CommandError("Cette base n'a jamais été sauvegardée.")
        old = clock.now() - last
        said = f"Dernière sauvegarde : {as_instant(last)}, il y a {as_count(old // timedelta(minutes=1))} minutes."
        if older_than is not None and old > timedelta(hours=older_than):
            raise CommandError(said)
        self.stdout.write(said)


def days(text: str) -> int:
    """At least one: with none, only the archive just made would stay."""
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError("donnez un nombre de jours, 1 au moins")
    return int(text)
