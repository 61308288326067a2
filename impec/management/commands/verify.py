"""Read again the journals, their seals and every file kept with a fingerprint; name the first that does not match."""

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from accounts.templatetags.french import as_count
from impec.verifying.verification import place_of, read, record


class Command(BaseCommand):
    help = (
        "Vérifie la chaîne du journal d'accès, les sceaux de l'historique et l'empreinte de chaque fichier gardé ; "
        "nomme la première ligne manquante ou modifiée de chacun."
    )

    def add_arguments(self, parser):
        parser.add_argument("--as", dest="login", default="", help="adresse du compte qui vérifie, pour le journal")
        parser.add_argument("--head", default="", help="tête de chaîne du journal technique, à retrouver dans la base")

    def handle(self, *, login, head, **options):
        user = account(login) if login else None
        if head:
            self.find(head)
            return
        found = record(found=read(self.tell), user=user)
        if not found.holds:
            raise CommandError(f"{as_count(len(found.faults))} sur {as_count(len(found.parts))} ne concordent pas.")
        self.stdout.write("Tout concorde.")

    def find(self, head):
        where = place_of(head)
        if not where:
            raise CommandError(
                "Cette tête n'est plus dans la base : ses lignes ont passé leur durée de conservation, "
                "ou tout a été récrit."
            )
        self.stdout.write(f"Cette tête est bien dans la base : {where}.")

    def tell(self, part):
        waiting = f", dont {as_count(part.waiting)} sans sceau encore" if part.waiting else ""
        self.stdout.write(f"{part.label} : {as_count(part.count)}{waiting}, {part.said}")


def account(login: str) -> User:
    user = User.objects.filter(email=login.lower(), is_active=True).first()
    if user is None:
        raise CommandError(f"Aucun compte actif n'a l'adresse {login}.")
    if not user.has_perm("accounts.verify_records"):
        raise CommandError(f"{login} n'a pas le rôle administration technique, qui seul vérifie.")
    return user
