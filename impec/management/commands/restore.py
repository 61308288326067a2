"""Restaurer une archive dans une place vide ; voir et laisser partir les messages que la restauration retient."""

import signal
import sys
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from accounts import outbox
from accounts.journal import log_access
from accounts.templatetags.french import as_count, as_instant
from impec.operations import archives, restoring


class Command(BaseCommand):
    help = "Remet une archive dans une base et un dossier vides ; ce qui attendait de partir y est retenu."

    def add_arguments(self, parser):
        parser.add_argument("archive", type=Path, nargs="?", help="archive faite par « backup »")
        parser.add_argument("--sha256", help="son empreinte, si le fichier .sha256 n'est pas à côté")
        known = parser.add_mutually_exclusive_group()
        known.add_argument("--erasures", type=Path, help="registre des effacements ; par défaut ERASURE_LEDGER")
        known.add_argument("--without-erasures", action="store_true", help="personne n'a jamais été effacé")
        parser.add_argument("--held", action="store_true", help="liste les messages retenus par une restauration")
        parser.add_argument(
            "--release", nargs="+", metavar="NUMÉRO", help="laisse partir ces messages retenus, ou « tous »"
        )

    def handle(self, *, archive, held, release, **options):
        if bool(archive) + held + bool(release) != 1:
            raise CommandError("Donnez une archive, ou --held, ou --release.")
        signal.signal(signal.SIGTERM, stop)
        try:
            if held:
                self.list_held()
            elif release:
                self.release(release)
            else:
                self.restore(archive, **options)
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        except (OSError, DatabaseError) as error:
            raise CommandError(f"Rien n'est fait, une place vide l'est restée : {error}.") from error

    def restore(self, archive, *, sha256, erasures, without_erasures, **options):
        expected = archives.as_sum(sha256) if sha256 else archives.expected_sum(archive)
        ledger = None if without_erasures else restoring.find_ledger(erasures)
        done = restoring.restore(path=archive, sha256=expected, erasures=ledger)
        self.stdout.write(
            f"Restauré : la copie du {as_instant(done.made_at)}, {as_count(done.rows)} lignes, "
            f"{as_count(done.files)} fichiers.\n"
            f"Empreintes, intégrité, liens entre lignes et comptes de lignes vérifiés"
            f"{' ; tables mises à jour' if done.is_migrated else ''}.\n"
            f"Connexions fermées : {done.sessions}\n"
            f"Personnes effacées de nouveau : {done.erased}\n"
            f"Travaux retenus : {done.jobs} (en échec dans « Mes travaux », à relancer par leur auteur)\n"
            f"Messages retenus : {done.messages} (« restore --held » les liste, « --release » les laisse partir)\n"
            "Lancez maintenant « manage.py setup », puis le site et les tâches."
        )

    def list_held(self):
        rows = outbox.held()
        for row in rows:
            kind = row.key.partition(":")[0].partition("/")[0]
            self.stdout.write(f"{row.pk:>8}  {as_instant(row.created_at)}  {row.get_channel_display()}  {kind}")
        self.stdout.write(f"Messages retenus : {len(rows)}")

    def release(self, numbers):
        count = outbox.release(None if numbers == ["tous"] else whole_numbers(numbers))
        if not count:
            raise CommandError("Aucun message retenu ne porte ces numéros : « restore --held » les liste.")
        log_access(user=None, action="release-messages", count=count)
        self.stdout.write(f"Messages qui partiront dans la minute : {count}")


def whole_numbers(texts: list[str]) -> list[int]:
    if not all(text.isdecimal() for text in texts):
        raise CommandError("Donnez les numéros que liste « restore --held », ou le seul mot « tous ».")
    return [int(text) for text in texts]


def stop(*_):
    """What is under way is undone as by any failure."""
    sys.exit(143)
