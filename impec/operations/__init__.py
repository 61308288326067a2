"""Sauvegarder et restaurer : la base, puis les fichiers, en une archive datée."""
