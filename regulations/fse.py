"""Les indicateurs communs du FSE+ : âges et niveaux d'études qu'ils distinguent.

Sources
  Common indicators EECO06 to EECO11: regulation (EU) 2021/1057, annex I (read without its text, H in substance).
  ISCED of the French levels: no certificate or brevet 0 to 2, CAP and baccalauréat 3 to 4, higher 5 to 8. H
"""

from regulations.people import EducationLevel

# First and last age in whole years; the last of the oldest only has to be out of reach.
UNDER_18 = (0, 17)
FROM_18_TO_29 = (18, 29)
FROM_55 = (55, 200)

ISCED_0_TO_2 = frozenset({EducationLevel.LEVEL_2})
ISCED_3_TO_4 = frozenset({EducationLevel.LEVEL_3, EducationLevel.LEVEL_4})
ISCED_5_TO_8 = frozenset(EducationLevel) - ISCED_0_TO_2 - ISCED_3_TO_4
