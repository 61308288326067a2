"""Personnes : candidates et candidats, avec leur cohorte et leur prescripteur."""

import re
from collections.abc import Iterable

from cohorts.actions.people import YOUNGEST
from imports import cells
from imports.recognition import Field, Shape
from imports.register import CohortEntry, PersonEntry, Register
from imports.rows import Row
from imports.sensitive import is_sensitive
from imports.sheets import links
from imports.sheets.employers import same
from imports.vocabulary import Choice, Nature, Verdict
from regulations.people import (
    Mobility,
    Opinion,
    PrescriberKind,
    Title,
    age_on,
    education_level,
    is_former_level,
    is_near_match,
    same_person_key,
)

SHAPE = Shape(
    Nature.PERSONS,
    (
        Field("numero", "N°", ("N°", "numéro", "n° ordre"), is_read=False),
        Field("civilite", "civilité", ("Civ.", "civilité", "titre", "M. / Mme")),
        Field(
            "nom_naissance",
            "nom de naissance",
            ("NOM de naissance", "nom", "nom patronymique", "nom de famille", "nom de jeune fille"),
            is_required=True,
        ),
        Field("nom_usage", "nom d'usage", ("Nom d'usage", "nom marital", "nom d'épouse", "nom usuel")),
        Field("prenom", "prénom", ("Prénom", "prénoms"), is_required=True),
        Field(
            "date_naissance",
            "date de naissance",
            ("Date de naissance", "né le", "née le", "né(e) le", "ddn", "naissance"),
        ),
        Field("adresse", "adresse", ("Adresse", "rue", "voie", "adresse postale")),
        Field("code_postal", "code postal", ("CP", "code postal", "C.P.")),
        Field("commune", "commune", ("Commune", "ville", "localité", "commune de résidence")),
        Field(
            "telephone",
            "téléphone",
            ("Tél. portable", "téléphone", "tél", "tel", "portable", "mobile", "n° de téléphone"),
        ),
        Field("courriel", "courriel", ("Courriel", "mail", "e-mail", "email", "adresse mail", "mél")),
        Field("prescripteur", "prescripteur", ("Prescripteur", "orienté par", "orientée par", "structure d'origine")),
        Field(
            "identifiant_ft",
            "identifiant France Travail",
            (
                "Identifiant FT",
                "identifiant France Travail",
                "n° FT",
                "identifiant pôle emploi",
                "n° demandeur d'emploi",
            ),
        ),
        Field(
            "niveau_formation", "niveau de formation", ("Niveau de formation", "niveau", "niveau d'études", "diplôme")
        ),
        Field("rqth", "RQTH", ("RQTH (O/N)", "RQTH", "BOETH", "travailleur handicapé")),
        Field("brsa", "BRSA", ("BRSA (O/N)", "BRSA", "RSA", "bénéficiaire du RSA")),
        Field("mobilite", "mobilité", ("Permis / véhicule", "mobilité", "permis", "moyen de locomotion", "véhicule")),
        Field("poste_vise", "poste visé", ("Poste visé", "poste", "métier visé", "métier", "emploi visé")),
        Field("immersion_du", "immersion du", ("IMMERSION (PMSMP) / du", "PMSMP du", "immersion du", "début PMSMP")),
        Field("immersion_au", "immersion au", ("IMMERSION (PMSMP) / au", "PMSMP au", "immersion au", "fin PMSMP")),
        Field("avis", "avis", ("Avis", "suite donnée avis", "décision comité", "résultat")),
        Field("cohorte", "cohorte", ("Cohorte", "groupe", "promotion", "promo", "session")),
        Field("commentaire", "commentaires", ("Commentaires", "commentaire", "observations", "remarques", "notes")),
    ),
    keys=("nom_naissance", "prenom"),
    titles=("Candidats", "personnes", "stagiaires", "bénéficiaires", "participants", "candidates", "public"),
)

TITLES = {Title.MRS: "Mme", Title.MR: "M."}
TITLE_WORDS = {
    "madame": Title.MRS, "mlle": Title.MRS, "mademoiselle": Title.MRS, "f": Title.MRS, "femme": Title.MRS,
    "monsieur": Title.MR, "mr": Title.MR, "h": Title.MR, "homme": Title.MR,
}  # fmt: skip
OPINIONS = {
    Opinion.FAVOURABLE: "Favorable",
    Opinion.TO_REVIEW: "À revoir",
    Opinion.UNFAVOURABLE: "Défavorable",
    Opinion.WAITING_LIST: "Liste complémentaire",
}
OPINION_WORDS = {
    "ok": Opinion.FAVOURABLE, "oui": Opinion.FAVOURABLE, "retenu": Opinion.FAVOURABLE, "retenue": Opinion.FAVOURABLE,
    "non": Opinion.UNFAVOURABLE, "refus": Opinion.UNFAVOURABLE, "non retenu": Opinion.UNFAVOURABLE,
    "non retenue": Opinion.UNFAVOURABLE, "reserve": Opinion.TO_REVIEW, "reserves": Opinion.TO_REVIEW,
    "a voir": Opinion.TO_REVIEW, "liste d attente": Opinion.WAITING_LIST,
}  # fmt: skip
MOBILITIES = {
    Mobility.NONE: "Aucune",
    Mobility.BIKE: "Vélo",
    Mobility.MOPED: "Scooter",
    Mobility.BUS: "Bus",
    Mobility.CAR_SHARING: "Covoiturage",
    Mobility.LICENCE: "Permis B",
    Mobility.LICENCE_AND_CAR: "Permis B + véhicule",
}
MOBILITY_WORDS = {
    "permis": Mobility.LICENCE, "b": Mobility.LICENCE, "permis b sans vehicule": Mobility.LICENCE,
    "permis b vehicule": Mobility.LICENCE_AND_CAR, "permis b et vehicule": Mobility.LICENCE_AND_CAR,
    "permis vehicule": Mobility.LICENCE_AND_CAR, "vehicule": Mobility.LICENCE_AND_CAR,
    "voiture": Mobility.LICENCE_AND_CAR,
    "mobylette": Mobility.MOPED, "cyclomoteur": Mobility.MOPED, "transports en commun": Mobility.BUS,
    "pas de moyen": Mobility.NONE, "non": Mobility.NONE, "sans": Mobility.NONE, "aucun": Mobility.NONE,
}  # fmt: skip
PRESCRIBERS = {
    PrescriberKind.FRANCE_TRAVAIL: "France Travail",
    PrescriberKind.MISSION_LOCALE: "Mission locale",
    PrescriberKind.CAP_EMPLOI: "Cap emploi",
    PrescriberKind.DEPARTEMENT: "Conseil départemental",
}
PRESCRIBER_WORDS = {
    "ft": PrescriberKind.FRANCE_TRAVAIL, "pole emploi": PrescriberKind.FRANCE_TRAVAIL,
    "pe": PrescriberKind.FRANCE_TRAVAIL,
    "ml": PrescriberKind.MISSION_LOCALE, "mislo": PrescriberKind.MISSION_LOCALE, "miloc": PrescriberKind.MISSION_LOCALE,
    "ce": PrescriberKind.CAP_EMPLOI, "capemploi": PrescriberKind.CAP_EMPLOI,
    "departement": PrescriberKind.DEPARTEMENT, "cd": PrescriberKind.DEPARTEMENT,
}  # fmt: skip
SAME, OTHER = Choice("meme", "C'est la même personne"), Choice("autre", "C'est une autre personne")


def judge(row: Row, register: Register) -> None:
    row.choice("civilite", TITLES, TITLE_WORDS)
    for name in ("nom_naissance", "nom_usage", "prenom"):
        row.text(name, 80)
    born = row.day("date_naissance", is_birth=True)
    if born is not None and age_on(born, row.table.on) < YOUNGEST:
        row.motifs = [one for one in row.motifs if one.champ != "date_naissance"]
        code = "date_dans_le_futur" if born > row.table.on else "age_impossible"
        row.stop(code, "date_naissance", row.raw("date_naissance"))
        row.values["date_naissance"] = None
    row.text("adresse")
    row.lenient("code_postal", cells.postcode)
    row.lenient("commune", cells.town)
    row.lenient("telephone", cells.phone)
    row.lenient("courriel", cells.email)
    _prescriber(row)
    _jobseeker_number(row)
    _level(row)
    row.yes_no("rqth")
    row.yes_no("brsa")
    row.links["mobility"] = row.choice("mobilite", MOBILITIES, MOBILITY_WORDS)
    row.text("poste_vise", 120)
    _immersion(row)
    row.links["opinion"] = row.choice("avis", OPINIONS, OPINION_WORDS)
    cohort = links.find_cohort(row, register)
    _comment(row)
    row.links["cohort"] = cohort
    row.links["title"] = next((code for code, label in TITLES.items() if label == row.values["civilite"]), None)
    identify(row, register, cohort)


def _prescriber(row: Row) -> None:
    """The four usual ones under their own name; any other keeps the name it was given."""
    text = row.text("prescripteur", 120)
    row.forgive("prescripteur", "espaces_retires")
    kind = None
    if text is not None:
        words = cells.folded(text)
        synonyms = {**{cells.folded(label): code for code, label in PRESCRIBERS.items()}, **PRESCRIBER_WORDS}
        kind = synonyms.get(words) or (
            PrescriberKind.DEPARTEMENT if re.fullmatch(r"(?:cd|departement) ?(?:de la |du )?\w{2,8}", words) else None
        )
        if kind is not None:
            if cells.plain_text(row.raw("prescripteur")) != PRESCRIBERS[kind]:
                row.correct("prescripteur", "libelle_rapproche")
            row.values["prescripteur"] = PRESCRIBERS[kind]
    row.links["prescriber_kind"] = kind or (PrescriberKind.OTHER if text else None)


def _jobseeker_number(row: Row) -> None:
    text = row.text("identifiant_ft", 40)
    row.forgive("identifiant_ft", "espaces_retires")
    if text is not None:
        number = re.sub(r"[\s.\-]", "", text).upper()
        if re.fullmatch(r"\d{7}[0-9A-Z]", number):
            row.values["identifiant_ft"] = number
        else:
            row.correct("identifiant_ft", "valeur_non_reprise")
            row.values["identifiant_ft"] = None


def _level(row: Row) -> None:
    text = cells.one_line(row.raw("niveau_formation"))
    level = education_level(text) if text else None
    if level is not None and is_former_level(text):
        row.correct("niveau_formation", "niveau_ancienne_nomenclature")
    elif text and level is None and cells.unaccented(text) not in cells.NOTHING:
        row.correct("niveau_formation", "valeur_non_reprise")
    row.values["niveau_formation"] = str(level) if level else None


def _immersion(row: Row) -> None:
    starts, ends = row.day("immersion_du"), row.day("immersion_au")
    if starts and ends and ends < starts:
        row.stop("fin_avant_debut", "immersion_au", row.raw("immersion_au"))


def _comment(row: Row) -> None:
    """A detail of health or justice is neither shown nor kept, here or in the messages."""
    text = row.text("commentaire", 500)
    row.forgive("commentaire", "espaces_retires")
    if text is not None and is_sensitive(text):
        row.values["commentaire"] = None
        row.ask("donnee_sante_en_texte_libre", "commentaire", choices=(Choice("oui", "Importer sans ce commentaire"),))


def identify(row: Row, register: Register, cohort: CohortEntry | None) -> None:
    """Is she known, or on another row? A likeness is a question, never a merge."""
    birth_name, first_name = row.values["nom_naissance"], row.values["prenom"]
    born = row.values["date_naissance"]
    entry = PersonEntry(
        sheet=row.table.name,
        row=row.number,
        birth_name=birth_name or "",
        usual_name=row.values["nom_usage"] or "",
        first_name=first_name or "",
        birth_date=born,
        cohorts={cohort.pk} if cohort else set(),
        wanted_job=row.values["poste_vise"] or "",
        is_favourable=row.values["avis"] == OPINIONS[Opinion.FAVOURABLE],
    )
    row.links["entry"] = entry
    if birth_name and first_name and row.verdict is not Verdict.REFUSE and _is_settled_as_double(row, register, entry):
        return
    entry.verdict = row.verdict
    if row.known is None and birth_name:
        register.people.place(entry)


def _is_settled_as_double(row: Row, register: Register, entry: PersonEntry) -> bool:
    """True when the row adds nobody: a double of another row, answered or still to answer."""
    twins = _twins(register, entry)
    read_before = [twin for twin in twins if twin.row is not None]
    if read_before:
        twin = read_before[0]
        answer = row.ask("doublon_probable", "nom_naissance", choices=(SAME, OTHER), ligne=twin.row)
        if answer == OTHER.value:
            return False
        row.values |= {"nom_naissance": twin.birth_name, "prenom": twin.first_name}
        if answer == SAME.value:
            row.stop("meme_personne")
        return True
    known = [twin for twin in twins if twin.pk is not None]
    exact = [twin for twin in known if twin.birth_date == entry.birth_date and twin.name_keys() & entry.name_keys()]
    if exact:
        recognise(row, register, exact[0], entry)
    elif known:
        answer = row.ask("personne_deja_connue", "nom_naissance", choices=(SAME, OTHER), personne=known[0].name)
        if answer == SAME.value:
            recognise(row, register, known[0], entry)
    return False


def _twins(register: Register, entry: PersonEntry) -> list[PersonEntry]:
    """Nearly the same names and the same day of birth; the same names when one of the two days is unknown."""
    twins = []
    for other in register.people.born_on(entry.birth_date):
        if any(is_near_match(one, two) for one in entry.name_keys() for two in other.name_keys()):
            twins.append(other)
    for key in entry.name_keys():
        for other in register.people.exactly(key):
            unknown = other.birth_date is None or entry.birth_date is None
            if unknown and other not in twins:
                twins.append(other)
    return twins


def recognise(row: Row, register: Register, known: PersonEntry, entry: PersonEntry) -> None:
    """The row is about somebody recorded: what differs is shown, what is empty says nothing."""
    row.known = known
    compare(row, known)
    known.sheet, known.row, known.verdict = entry.sheet, entry.row, row.verdict
    known.cohorts |= entry.cohorts
    known.wanted_job = entry.wanted_job or known.wanted_job
    known.is_favourable = known.is_favourable or entry.is_favourable
    register.people.also_called(known, entry.name_keys())
    row.links["entry"] = known


COMPARED = (
    ("civilite", "civilité"),
    ("adresse", "adresse"),
    ("code_postal", "code postal"),
    ("commune", "commune"),
    ("telephone", "téléphone"),
    ("courriel", "courriel"),
    ("identifiant_ft", "identifiant France Travail"),
    ("niveau_formation", "niveau de formation"),
    ("mobilite", "mobilité"),
)
IN_COHORT = (
    ("poste_vise", "poste visé"),
    ("avis", "avis"),
    ("immersion_du", "immersion, du"),
    ("immersion_au", "immersion, au"),
    ("prescripteur", "prescripteur"),
)


def compare(row: Row, known: PersonEntry) -> None:
    values, facts = row.values, known.facts
    for name, label in (("nom_naissance", "nom de naissance"), ("nom_usage", "nom d'usage"), ("prenom", "prénom")):
        if values[name] and same_person_key(values[name], "") != same_person_key(facts.get(name) or "", ""):
            row.change(label, facts.get(name), values[name])
    for name, label in COMPARED:
        if values[name] is not None and not same(values[name], facts.get(name)):
            row.change(label, facts.get(name), values[name])
    if values["date_naissance"] and values["date_naissance"] != known.birth_date:
        row.change("date de naissance", known.birth_date, values["date_naissance"])
    if row.links["cohort"] is not None:
        _compare_enrolment(row, row.links["cohort"], facts)


def _compare_enrolment(row: Row, cohort: CohortEntry, facts: dict) -> None:
    values = row.values
    enrolment = facts.get("cohortes", {}).get(cohort.pk)
    if enrolment is None:
        row.change("cohorte", None, cohort.name)
        return
    for name, label in IN_COHORT:
        if values[name] is not None and not same(values[name], enrolment.get(name)):
            row.change(label, enrolment.get(name), values[name])
    if cohort.is_referent:
        _compare_protected(row, facts)


def _compare_protected(row: Row, facts: dict) -> None:
    """What changes is said, never the values: they are read on the person's own page."""
    rqth, brsa = row.values["rqth"], row.values["brsa"]
    if rqth is not None and facts.get("boeth") != ("YES" if rqth else "NO"):
        row.change("RQTH", "modifié", "modifié")
    if brsa is not None and (facts.get("benefit_kind") == "RSA") is not brsa:
        row.change("BRSA", "modifié", "modifié")


# Kept for the referent of the cohort, and for her alone.
PROTECTED = ("rqth", "brsa", "commentaire")


def unwritten_for_want_of_a_referent(rows: Iterable[Row]) -> str:
    """Said once for a sheet: whose protected facts will not be recorded, and why."""
    cohorts = {
        row.links["cohort"].name
        for row in rows
        if row.links.get("cohort") is not None
        and not row.links["cohort"].is_referent
        and any(row.values.get(name) is not None for name in PROTECTED)
    }
    if not cohorts:
        return ""
    return (
        f"RQTH, BRSA et commentaires ne seront pas enregistrés pour {', '.join(sorted(cohorts))} : vous n'en êtes pas "
        "référent. Tout le reste l'est."
    )
