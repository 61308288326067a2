"""What came in this morning and waits: a list of candidates with its faults, as a forum of trades leaves one."""

import tempfile
from pathlib import Path

from django.core.files.base import ContentFile

from accounts.models import User
from imports.actions import read_batch
from imports.actions.receiving import open_batch
from workbooks.columns import Column
from workbooks.write import Sheet, write_workbook

NAME = "forum-des-metiers-12-novembre.xlsx"
HEADINGS = ("Civilité", "Nom", "Prénom", "Né(e) le", "Commune", "Prescripteur", "RQTH", "Cohorte")
CANDIDATES = (
    ("Mme", "MARTINEAU", "Sandrine", "14/03/1987", "Saint-James", "France Travail", "non", "GRV 09/26"),
    ("M.", "LECONTE", "Kévin", "03/10/2000", "Brécey", "Mission locale", "non", "GRV 09/26"),
    # Somebody known under another spelling, a day that is none, and an answer that is not one.
    ("Mme", "FOUCHER", "Mariane", "12/05/1990", "Saint-Hilaire-du-Harcouët", "O2R Bocage", "non", "GRV 09/26"),
    ("Mme", "HARDOUIN", "Élodie", "31/04/1995", "Saint-Pois", "France Travail", "non", "GRV 09/26"),
    ("M.", "QUESNEL", "Didier", "22/08/1971", "Mortain-Bocage", "France Travail", "à voir", "GRV 09/26"),
)


def list_of_the_forum() -> None:
    claire = User.objects.get(first_name="Claire", last_name="MOREL")
    columns = [Column(f"c{number}", heading) for number, heading in enumerate(HEADINGS)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / NAME
        write_workbook(path, [Sheet("Candidats", columns, CANDIDATES)])
        batch = open_batch(user=claire, name=NAME, content=ContentFile(path.read_bytes(), name=NAME))
    read_batch(batch=batch, user=claire)
