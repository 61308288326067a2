"""Dossier de comité : une page à imprimer et son classeur, par cohorte."""
