"""The demonstration's logins: one per role, and a few more to see both sides of a wall."""

import base64
import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings

from accounts.models import Membership, Organisation, User
from accounts.roles import FunderKind, OrganisationKind, Role

PASSWORD = "la-baie-au-petit-matin"


@dataclass(frozen=True)
class Login:
    email: str
    first_name: str
    last_name: str
    role: str
    kind: str
    organisation: str
    is_admin: bool = False
    funder_kind: str = ""
    department: str = ""
    said: str = ""

    @property
    def needs_second_factor(self) -> bool:
        return self.role not in (Role.TUTOR, "")


AGENCY = "Agence d'Avranches"
TRAINING_BODY = "Centre de formation de la Baie"
OPCO = "OPCO Santé"
DDETS = "DDETS de la Manche"
PRESCRIBER = "France Travail"

LOGINS = (
    Login(
        "claire@agence-avranches.example",
        "Claire",
        "MOREL",
        Role.COORDINATOR,
        OrganisationKind.AGENCY,
        AGENCY,
        is_admin=True,
        said="conseillère, référente des deux cohortes",
    ),
    Login(
        "josette@agence-avranches.example",
        "Josette",
        "CHAUVIN",
        Role.COORDINATOR,
        OrganisationKind.AGENCY,
        AGENCY,
        said="collègue de Claire, sans être référente : ni adresses, ni freins",
    ),
    Login(
        "denis@closerie-du-mont.example",
        "Denis",
        "TURPIN",
        Role.EMPLOYER,
        OrganisationKind.EMPLOYER,
        "Association La Closerie du Mont",
        is_admin=True,
        said="ressources humaines de La Closerie du Mont",
    ),
    Login(
        "gaelle@residence-estran.example",
        "Gaëlle",
        "MASSON",
        Role.EMPLOYER,
        OrganisationKind.EMPLOYER,
        "Mutuelle de l'Estran",
        is_admin=True,
        said="ressources humaines de L'Estran, la voisine",
    ),
    Login(
        "bruno@closerie-du-mont.example",
        "Bruno",
        "HAMON",
        Role.TUTOR,
        OrganisationKind.EMPLOYER,
        "Association La Closerie du Mont",
        said="tuteur d'Amina, sur son téléphone",
    ),
    Login(
        "esther@formation-baie.example",
        "Esther",
        "PARENT",
        Role.TRAINER,
        OrganisationKind.TRAINING_BODY,
        TRAINING_BODY,
        is_admin=True,
        said="formatrice : séances et appel",
    ),
    Login(
        "farid@prescripteur.example",
        "Farid",
        "LAMBERT",
        Role.ADVISER,
        OrganisationKind.PRESCRIBER,
        PRESCRIBER,
        said="conseiller qui a orienté des personnes",
    ),
    Login(
        "hugo@opco-sante.example",
        "Hugo",
        "PETIT",
        Role.FUNDER,
        OrganisationKind.FUNDER,
        OPCO,
        is_admin=True,
        funder_kind=FunderKind.OPCO,
        said="OPCO : voit ce qui lui a été remis",
    ),
    Login(
        "helene@ddets-manche.example",
        "Hélène",
        "GUERIN",
        Role.FUNDER,
        OrganisationKind.FUNDER,
        DDETS,
        is_admin=True,
        funder_kind=FunderKind.DDETS,
        department="50",
        said="DDETS de la Manche",
    ),
    Login(
        "regis@region.example",
        "Régis",
        "DUVAL",
        Role.FUNDER,
        OrganisationKind.FUNDER,
        "Région Normandie",
        funder_kind=FunderKind.OTHER,
        said="Région : des nombres, jamais de noms",
    ),
    Login(
        "ines@exploitation.example",
        "Inès",
        "ROY",
        Role.ADMINISTRATOR,
        OrganisationKind.OPERATOR,
        "Exploitation ImPEC'",
        is_admin=True,
        said="administration technique : aucune personne suivie",
    ),
    Login("amina@courriel.example", "Amina", "DIALLO", "", "", "", said="stagiaire : son emploi du temps, ses heures"),
)


def create_logins() -> dict[str, User]:
    """The accounts by first name in lower case, with their membership and, where it is required, their TOTP."""
    return {login.first_name.lower(): _create(login) for login in LOGINS}


def _create(login: Login) -> User:
    user = User.objects.create_user(login.email, PASSWORD, first_name=login.first_name, last_name=login.last_name)
    if login.role:
        organisation, _ = Organisation.objects.get_or_create(
            kind=login.kind,
            name=login.organisation,
            defaults={"funder_kind": login.funder_kind, "department": login.department},
        )
        Membership.objects.create(user=user, organisation=organisation, role=login.role, is_admin=login.is_admin)
    if settings.MFA_REQUIRED and login.needs_second_factor and login.role:
        TOTP.activate(user, totp_secret(login))
    return user


def totp_secret(login: Login) -> str:
    """The same at each run, so that the list of accounts can be kept; these accounts exist in demonstrations only."""
    return base64.b32encode(hashlib.sha256(f"impec-demo:{login.email}".encode()).digest()[:20]).decode()


def write_accounts(path: Path) -> None:
    """JSON list of the accounts, readable by its owner only."""
    with_totp = set(Authenticator.objects.filter(type=Authenticator.Type.TOTP).values_list("user__email", flat=True))
    accounts = [
        {
            "role": login.role or "TRAINEE",
            "organisation": login.organisation or None,
            "login": login.email,
            "password": PASSWORD,
            "totp_secret": totp_secret(login) if login.email in with_totp else None,
        }
        for login in LOGINS
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), 0o600)
        json.dump(accounts, file, ensure_ascii=False, indent=1)
