import tempfile
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from workbooks.trial import Trial, try_model
from workbooks.verify import counted


class Command(BaseCommand):
    help = "Essaie de remplir chaque classeur .xlsx d'un dossier, sans le modifier, et dit ce qui a été gardé."

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, help="dossier de classeurs")

    def handle(self, *, folder: Path, **options):
        paths = sorted(path for path in folder.rglob("*.xlsx") if not path.name.startswith("~$"))
        if not paths:
            raise CommandError(f"Aucun classeur .xlsx dans {folder}.")
        wrong = []
        with tempfile.TemporaryDirectory() as work:
            for path in paths:
                trial = try_model(path, work)
                self.tell(path.relative_to(folder), trial)
                if not trial.ok:
                    wrong.append(path.name)
        if wrong:
            raise CommandError(f"À regarder : {', '.join(wrong)}.")
        self.stdout.write(f"{counted(len(paths), 'classeur')} : aucun écart.")

    def tell(self, name: Path, trial: Trial) -> None:
        self.stdout.write(f"{name}")
        if trial.refusal:
            self.stdout.write(f"  refusé : {trial.refusal}")
            return
        parts = trial.kept
        total = len(parts.same) + len(parts.changed)
        self.stdout.write(f"  gardé octet pour octet : {counted(len(parts.same), 'partie')} sur {total}")
        for part, why in sorted(parts.changed.items()):
            self.stdout.write(f"  changée : {part} ({why})")
        written = f"{counted(trial.tables, 'tableau')}, {counted(trial.cells, 'cellule')}"
        self.stdout.write(f"  écrit : {written} ; relecture : {trial.verification.message}")
        for one in trial.verification.differences:
            self.stdout.write(f"  écart : {one}")
        for note in trial.notes:
            self.stdout.write(f"  à savoir : {note}")
