"""Échéances et relances : ce qui est attendu, ce qui va partir, ce qui est reçu autrement."""
