"""Invite the first people of an organisation, from the machine: a new installation has no account at all."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts import actions
from accounts.models import Organisation
from accounts.roles import OrganisationKind


class Command(BaseCommand):
    help = "Invite une personne à gérer une organisation, créée si elle n'existe pas ; écrit le lien à lui donner."

    def add_arguments(self, parser):
        parser.add_argument("email", help="adresse de la personne invitée")
        parser.add_argument("--organisation", required=True, help="nom de l'organisation")
        parser.add_argument(
            "--kind", default=OrganisationKind.AGENCY, choices=OrganisationKind.values, help="sa nature"
        )
        parser.add_argument("--funder-kind", default="", help="pour un financeur : OPCO, DDETS ou OTHER")
        parser.add_argument("--role", help="rôle ; par défaut le premier de cette nature d'organisation")
        parser.add_argument("--site", required=True, help="adresse du site, par exemple https://impec.example.org")

    @transaction.atomic
    def handle(self, email, **options):
        organisation, _ = Organisation.objects.get_or_create(
            kind=options["kind"], name=options["organisation"], defaults={"funder_kind": options["funder_kind"]}
        )
        try:
            organisation.full_clean()
            invitation = actions.invite_member(
                organisation=organisation,
                email=email,
                role=options["role"] or organisation.roles[0],
                is_admin=True,
                invited_by=None,
                site=options["site"],
            )
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        self.stdout.write(actions.text_of_link(invitation))
