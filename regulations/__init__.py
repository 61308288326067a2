"""Le droit du parcours emploi compétences, en fonctions pures : ni Django, ni base de données, ni horloge.

Each module opens with its sources. The letter after a source is its confidence: H official or legal text,
M one secondary source or the twin article of the market-sector contract, L deduced or unsourced, P choice of the programme.
"""
