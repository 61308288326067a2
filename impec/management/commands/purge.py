"""What retention would remove; and its removal, once a named person approves it."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts import clock
from accounts.models import User
from accounts.templatetags.french import as_count
from impec.retention import purging

SHOWN = 20


class Command(BaseCommand):
    help = (
        "Liste ce qui a passé sa durée de conservation, règle par règle, sans nommer personne. Avec --approve-as, "
        "le retire. Peut être lancée deux fois."
    )

    def add_arguments(self, parser):
        parser.add_argument("--approve-as", dest="login", default="", help="adresse du compte qui approuve")
        parser.add_argument(
            "--rule",
            dest="rules",
            action="append",
            default=[],
            choices=[rule.kept.value for rule in purging.RULES],
            help="une seule règle, par son code ; peut se répéter",
        )

    def handle(self, *, login, rules, **options):
        if not login:
            self.propose(rules)
            return
        try:
            done = purging.approve(by=account(login), on=clock.today(), only=rules)
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        for kept, count in done.items():
            self.stdout.write(f"{kept.value} : {as_count(count)}")
        self.stdout.write(purging.said(done))

    def propose(self, only):
        wanted = [rule for rule in purging.RULES if not only or rule.kept.value in only]
        for one in purging.proposals(clock.today(), rules=wanted):
            self.stdout.write(f"{one.rule.title}, {one.rule.kept.value} : {as_count(one.count)}")
            self.stdout.write(f"  {one.why} : {one.rule.effect}")
            if one.codes:
                more = f" et {as_count(one.count - SHOWN)} de plus" if one.count > SHOWN else ""
                self.stdout.write(f"  {', '.join(one.codes[:SHOWN])}{more}")
        self.stdout.write("Rien n'est retiré sans --approve-as.")


def account(login: str) -> User:
    user = User.objects.filter(email=login.lower(), is_active=True).first()
    if user is None:
        raise CommandError(f"Aucun compte actif n'a l'adresse {login}.")
    return user
