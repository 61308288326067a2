"""Le droit du parcours emploi compétences, en fonctions pures : ni Django, ni base de données, ni horloge.

Each module opens with its sources. The letter after a source is its confidence: H official or legal text read,
M one secondary source or the twin article of the market-sector contract, L deduced or cited from general knowledge,
P choice of the programme. Numbers of common labour law articles (L1221-4, L3133-1…) are L: check before printing.
"""
