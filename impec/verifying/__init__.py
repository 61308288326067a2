"""Vérifier : les deux journaux, leurs sceaux, et chaque fichier gardé avec son empreinte."""
