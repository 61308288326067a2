"""Erase one person from the machine: the same act as the page, which says what goes and what remains."""

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts import clock
from accounts.models import User
from accounts.templatetags.french import as_day
from cohorts.models import Erasure, Person
from impec.erasing.actions import erase_person
from impec.erasing.preview import Part, Preview, preview_of
from regulations.retention import Ground


class Command(BaseCommand):
    help = "Efface une personne, ou dit ce qui partirait et ce qui resterait (--dry-run)."

    def add_arguments(self, parser):
        parser.add_argument("code", help="identifiant interne de la personne, huit caractères")
        parser.add_argument("--as", dest="login", required=True, help="adresse du compte qui efface")
        parser.add_argument("--reason", required=True, help="pourquoi, sans le nom de la personne")
        parser.add_argument("--dry-run", action="store_true", help="dire ce qui partirait, sans rien effacer")

    def handle(self, *, code, login, reason, dry_run, **options):
        by = User.objects.filter(email=login.lower(), is_active=True).first()
        if by is None:
            raise CommandError(f"Aucun compte actif n'a l'adresse {login}.")
        if not by.has_perm("cohorts.erase_person"):
            raise CommandError(f"{login} n'a pas le droit d'effacer une personne.")
        person = Person.objects.reachable_by(by).filter(public_code=code.upper()).first()
        if person is None:
            raise CommandError(f"Aucune personne de l'agence de {login} n'a l'identifiant {code}.")
        on = clock.today()
        preview = preview_of(person, on)
        if dry_run:
            self.say("Partirait", preview.goes)
            self.say("Resterait", preview.stays)
            self.say_grounds(preview.grounds)
            self.stdout.write("Rien n'est effacé (--dry-run).")
            return
        try:
            erasure = erase_person(person=person, by=by, reason=reason, on=on)
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        self.tell(erasure, preview)

    def tell(self, erasure: Erasure, preview: Preview):
        gone = [
            (str(apps.get_model(label)._meta.verbose_name_plural), count) for label, count in erasure.counts.items()
        ]
        self.say("Effacé", [Part("Lignes supprimées ou vidées", sorted(gone))])
        self.say("Reste", preview.stays)
        self.say_grounds(preview.grounds)
        self.stdout.write(f"Personne {erasure.person.public_code} effacée. Étendue : {erasure.get_depth_display()}.")

    def say(self, heading: str, parts: list[Part]):
        for part in parts or [Part("rien", [])]:
            self.stdout.write(f"{heading}, {part.label.lower()} : {part}" if part.lines else f"{heading} : rien")

    def say_grounds(self, grounds: list[Ground]):
        """On which ground, and until when."""
        for ground in grounds:
            until = f"jusqu'au {as_day(ground.until)}" if ground.until else "tant que le contrat court"
            self.stdout.write(f"Fondement : {ground.kept.label} ({ground.duration.source}), {until}.")
        if not grounds:
            self.stdout.write("Fondement : aucun, il ne reste ni nom ni date de naissance.")
