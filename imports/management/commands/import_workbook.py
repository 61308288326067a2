"""`manage.py import_workbook FICHIER --as LOGIN`: the import of the pages, from a terminal.

`--answers` is what the page would send: `{"Candidats": {"lignes": {"11": {"oui_non_illisible@O11": "non"}},
"cellules": {"F19": "28/02/1991"}}}`; `"ecarter": "oui"` leaves a row aside.
"""

import json
import sys
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.management.base import BaseCommand, CommandError

from accounts import clock
from accounts.models import User
from accounts.roles import Role
from cohorts.models import Cohort
from imports import actions, judging, known
from imports.actions.receiving import LIMITS, open_batch
from imports.judging import Outcome
from imports.slots import one_of_three
from imports.vocabulary import Verdict
from workbooks.limits import Refused
from workbooks.read import read_workbook

SOUND, TO_SETTLE, FILE_REFUSED = 0, 1, 2


class Command(BaseCommand):
    help = (
        "Lit un classeur et enregistre ce qui est sûr. Code de sortie : 0 tout est sûr, 1 il reste des lignes refusées "
        "ou à confirmer, 2 le fichier est refusé."
    )

    def add_arguments(self, parser):
        parser.add_argument("fichier", type=Path)
        parser.add_argument("--as", dest="login", required=True, help="adresse de la coordinatrice qui importe")
        parser.add_argument("--cohort", help="code de la cohorte des lignes qui ne la disent pas")
        parser.add_argument("--dry-run", action="store_true", help="montrer sans rien enregistrer")
        parser.add_argument("--answers", type=Path, help="réponses aux questions, en JSON")
        parser.add_argument("--json", action="store_true", help="écrire le résultat en JSON")

    def handle(self, **options):
        user = coordinator(options["login"])
        cohort = chosen_cohort(user, options["cohort"])
        answers = json.loads(options["answers"].read_text()) if options["answers"] else {}
        try:
            outcome, written = self.conclude(options, user, cohort, answers)
        except Refused as refusal:
            raise CommandError(refusal.message, returncode=FILE_REFUSED) from refusal
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages), returncode=FILE_REFUSED) from refusal
        self.show(options, outcome, written)
        if not outcome.is_all_sound:
            sys.exit(TO_SETTLE)

    def conclude(self, options, user: User, cohort: Cohort | None, answers: dict) -> tuple[Outcome, dict]:
        path = options["fichier"]
        if not path.is_file():
            raise CommandError(f"Le fichier {path} n'existe pas.", returncode=FILE_REFUSED)
        if options["dry_run"]:
            with one_of_three():
                book = read_workbook(path, LIMITS)
            on = clock.today()
            return judging.judge(book, known.load(user, on=on, cohort=cohort), on=on, answers=answers), {}
        batch = open_batch(user=user, name=path.name, content=ContentFile(path.read_bytes()), cohort=cohort)
        batch.answers = answers
        outcome = actions.read_batch(batch=batch, user=user)
        if outcome is None:
            raise CommandError(batch.refusal, returncode=FILE_REFUSED)
        return outcome, actions.confirm_import(batch=batch, by=user).written

    def show(self, options, outcome: Outcome, written: dict) -> None:
        if options["json"]:
            facts = outcome.as_json(options["fichier"].name)
            if written:
                facts["enregistre"] = written
            self.stdout.write(json.dumps(facts, ensure_ascii=False, indent=1))
            return
        for verdict, count in outcome.totals().items():
            self.stdout.write(f"{count:6} {Verdict(verdict).label}")
        for row in outcome.rows:
            if row.verdict in (Verdict.ASK, Verdict.REFUSE):
                for motif in row.motifs:
                    place = motif.cellule or f"ligne {row.number}"
                    self.stdout.write(f"« {row.table.name} », {place} : {motif.word.says} {motif.word.advice}")


def coordinator(login: str) -> User:
    user = User.objects.filter(email=login.lower(), is_active=True).first()
    memberships = user.memberships.active().filter(role=Role.COORDINATOR) if user else None
    membership = memberships.select_related("organisation").order_by("pk").first() if user else None
    if membership is None:
        raise CommandError(f"{login} n'est pas le compte d'une coordinatrice.", returncode=FILE_REFUSED)
    user.acting_through = membership
    return user


def chosen_cohort(user: User, code: str | None) -> Cohort | None:
    if not code:
        return None
    cohort = Cohort.objects.visible_to(user).filter(code=code).first()
    if cohort is None:
        raise CommandError(f"Aucune de vos cohortes n'a le code « {code} ».", returncode=FILE_REFUSED)
    return cohort
