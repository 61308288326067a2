"""Why a line of the payer is stopped, in words."""

from imports.words import IGNORED, QUESTION, REFUSAL, REPAIR, Word

MOTIFS: dict[str, Word] = {
    # Whose line it is.
    "decision_illisible": Word(REFUSAL, "Un numéro de décision a 12 chiffres.", REPAIR),
    "decision_inconnue": Word(
        REFUSAL,
        "Aucune décision que vous suivez ne porte ce numéro.",
        "Vérifiez les 12 chiffres, ou enregistrez d'abord la décision sur le contrat.",
    ),
    "decision_non_accordee": Word(
        REFUSAL, "Cette demande d'aide n'a pas de décision accordée.", "Enregistrez d'abord la décision."
    ),
    "employeur_etranger": Word(
        REFUSAL,
        "Cette ligne est celle d'un autre employeur que ceux que vous suivez : rien n'est rattaché.",
        "Si elle vous a été payée, signalez-le à l'ASP.",
    ),
    "nom_seul": Word(
        REFUSAL,
        "Ni numéro de décision ni SIRET : un nom seul ne suffit pas à rattacher un versement.",
        "Saisissez le numéro de décision.",
    ),
    "contrat_introuvable": Word(
        REFUSAL,
        "Aucun contrat aidé de cet établissement ne porte ce nom pour ce mois.",
        "Saisissez le numéro de décision.",
    ),
    "contrat_propose": Word(
        QUESTION, "Retrouvée par le SIRET, le nom et le mois : à confirmer.", "Dites si c'est bien ce contrat."
    ),
    "nom_different": Word(
        QUESTION, "Le nom de la ligne n'est pas celui de la décision.", "Dites si c'est bien ce contrat."
    ),
    "siret_different": Word(
        QUESTION, "Le SIRET de la ligne n'est pas celui de l'employeur.", "Dites si c'est bien ce contrat."
    ),
    # What it pays.
    "montant_illisible": Word(
        REFUSAL, "Ce montant ne peut pas être lu.", "Écrivez-le en chiffres, par exemple 1 234,56."
    ),
    "montant_ambigu": Word(
        REFUSAL,
        "Ce montant peut se lire de deux façons : milliers ou décimales ?",
        "Écrivez-le avec deux décimales, par exemple 1 234,00.",
    ),
    "montant_nul": Word(IGNORED, "Montant de zéro euro : rien à enregistrer."),
    "montant_absurde": Word(REFUSAL, "Plus de 10 000 € pour un mois d'aide : ce montant n'est pas possible.", REPAIR),
    "remboursement_positif": Word(
        QUESTION, "La nature dit un remboursement, le montant est positif.", "Dites dans quel sens l'enregistrer."
    ),
    "indu_sans_versement": Word(
        QUESTION, "Ce remboursement dépasse ce qui a été versé pour ce mois.", "Confirmez-le, ou laissez la ligne."
    ),
    "deja_annulee": Word(
        QUESTION, "Cette ligne a été enregistrée, puis annulée.", "Dites s'il faut l'enregistrer de nouveau."
    ),
    # When.
    "mois_illisible": Word(REFUSAL, "Le mois payé ne peut pas être lu.", "Écrivez-le MM/AAAA, par exemple 03/2026."),
    "mois_hors_aide": Word(REFUSAL, "Ce mois est hors de l'aide de cette décision.", REPAIR),
    "paye_avant_decision": Word(REFUSAL, "Payée avant la décision d'aide.", REPAIR),
    "paye_dans_le_futur": Word(REFUSAL, "Cette date de paiement n'est pas encore venue.", REPAIR),
    "deux_mois": Word(QUESTION, "Une seule ligne pour plusieurs mois.", "Confirmez le partage proposé."),
    "montant_de_deux_mois": Word(
        QUESTION, "Ce montant est celui de deux mois attendus.", "Dites s'il faut le partager."
    ),
    # Lines that are not payments.
    "titres_repetes": Word(IGNORED, "Titres des colonnes."),
}
