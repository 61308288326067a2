"""Files for the recipients, as the page makes them: same act, same job, same register."""

import json
import shutil
import time
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts import clock, work
from accounts.models import User
from cohorts.models import Cohort
from exports.actions import new_delivery, take_copy
from exports.destinations import destinations
from exports.models import Delivery
from exports.registry import KINDS
from exports.scope import Destination

BEAT = 0.5
PATIENCE = 900


class Command(BaseCommand):
    help = (
        "Produit, vérifie et fige les remises d'une cohorte. Sans --employer : la cohorte entière, puis un fichier par "
        "établissement pour son financeur (O1 à O4) ; la cohorte entière pour la DDETS (D1, D2) ; la cohorte, la "
        "DDETS et chaque établissement pour son employeur (A1)."
    )

    def add_arguments(self, parser):
        parser.add_argument("code", choices=sorted(KINDS), help="fichier à produire")
        parser.add_argument("--cohort", required=True, help="code de la cohorte")
        parser.add_argument("--as", dest="login", required=True, help="adresse du compte qui prépare")
        parser.add_argument("--out", type=Path, required=True, help="dossier où copier les classeurs")
        parser.add_argument("--employer", default="", help="SIRET d'un seul établissement")

    def handle(self, *, code, cohort, login, out, employer, **options):
        author = User.objects.filter(email=login.lower(), is_active=True).first()
        if author is None:
            raise CommandError(f"Aucun compte actif n'a l'adresse {login}.")
        found = Cohort.objects.visible_to(author).filter(code=cohort).first()
        if found is None:
            raise CommandError(f"{login} ne voit aucune cohorte de code « {cohort} ».")
        wanted = self.wanted(found, code, author, employer)
        out.mkdir(parents=True, exist_ok=True)
        # One refusal among many files is said, and the others are made.
        made = [self.deliver(found, code, destination, author, out) for destination in wanted]
        if not any(made):
            raise CommandError("Aucun fichier produit.")

    def wanted(self, cohort, code, author, siret) -> list[Destination]:
        known = destinations(cohort, code, author, clock.today())
        if not siret:
            return [one for one in known if one.establishment or not one.financer]
        if not any(one.establishment for one in known):
            raise CommandError(f"{code} va à la DDETS pour la cohorte entière : retirez --employer.")
        chosen = [one for one in known if one.establishment and one.establishment.siret == siret]
        if not chosen:
            raise CommandError(f"Aucun contrat de la cohorte dans l'établissement {siret}.")
        return chosen

    def deliver(self, cohort, code, destination, author, out) -> bool:
        try:
            asked = new_delivery(cohort=cohort, code=code, destination=destination, as_of=clock.today(), author=author)
        except ValidationError as refusal:
            self.stderr.write(f"{destination.establishment or 'Tous les employeurs'} : {' '.join(refusal.messages)}")
            return False
        delivery = ended(asked)
        path = out / delivery.file_name
        with take_copy(delivery=delivery, user=author) as source, path.open("wb") as target:
            shutil.copyfileobj(source, target)
        self.stdout.write(json.dumps(told(delivery, path), ensure_ascii=False))
        return True


def ended(asked: Delivery) -> Delivery:
    """A worker may take the job before this command does: whoever has it ends it."""
    for _ in range(int(PATIENCE / BEAT)):
        work.run_job(asked.job_id)
        delivery = Delivery.objects.with_names().get(pk=asked.pk)
        if delivery.is_frozen:
            return delivery
        if delivery.job.is_over:
            raise CommandError(f"Remise {delivery.number} : {delivery.job.error}")
        time.sleep(BEAT)
    raise CommandError(f"La remise {asked.number} n'est pas prête après {PATIENCE} secondes : voyez « Mes travaux ».")


def told(delivery: Delivery, path: Path) -> dict:
    return {
        "numero": delivery.number,
        "fichier": str(path),
        "code": delivery.code,
        "profil": delivery.profile.version,
        "destinataire": delivery.to_whom,
        "employeur": delivery.establishment.siret if delivery.establishment else "tous",
        "lignes": delivery.row_count,
        "cellules": delivery.cell_count,
        "octets": delivery.byte_count,
        "sha256": delivery.sha256,
        "verification": delivery.verification,
    }
