"""Durées de conservation : ce qui les a passées est proposé, et ne part que si une personne nommée l'approuve."""
