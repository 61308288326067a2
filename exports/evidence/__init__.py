"""Packs of proofs: what they hold by section, how they are written, for whom."""
