"""Warnings for the counsellor: facts gathered from the rooms, judged by six rules, answered by a person."""
