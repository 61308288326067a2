"""Effacer une personne : ce qui part aussitôt, ce qui reste en archive, sur quel fondement, jusqu'à quel jour."""
