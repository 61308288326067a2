"""What tutors saw over the months, what trainees say of themselves, one point discussed and one still to discuss."""

from datetime import date, timedelta
from uuid import uuid4

from accounts.models import User
from contracts.models import Contract
from regulations.skills import Face, Level
from tutoring import actions, reference
from tutoring.actions.own_views import discuss_point, say_own_view
from tutoring.both_views import open_points
from tutoring.grids import grid_of
from tutoring.models import Skill

NONE, HELP, ALONE, SHOWS = Level.NOT_SHOWN, Level.WITH_HELP, Level.ALONE, Level.PASSES_ON

# Person → what her tutor saw, month after month.
SEEN = {
    # Steady: she now shows others.
    "GAUDIN Caroline": (
        (
            date(2026, 3, 5),
            {"Préparer et ranger son chariot": HELP, "Frapper, se présenter, dire ce que l'on fait": HELP},
        ),
        (date(2026, 4, 7), {"Préparer et ranger son chariot": ALONE, "Faire la chambre dans le bon ordre": HELP}),
        (date(2026, 5, 6), {"Se laver les mains au bon moment": ALONE, "Préparer la salle et les plateaux": HELP}),
        (date(2026, 6, 4), {"Faire la chambre dans le bon ordre": ALONE, "Séparer le propre et le sale": ALONE}),
        (date(2026, 7, 2), {"Servir le repas selon le régime indiqué": HELP, "Parler avec respect et écouter": ALONE}),
        (
            date(2026, 9, 8),
            {"Servir le repas selon le régime indiqué": ALONE, "Suivre son plan de travail de la journée": ALONE},
        ),
        (
            date(2026, 10, 6),
            {"Préparer et ranger son chariot": SHOWS, "Transmettre ce qui a changé dans la journée": HELP},
        ),
        (date(2026, 11, 5), {"Transmettre ce qui a changé dans la journée": ALONE}),
    ),
    # Stands still since the summer.
    "BAUDRY Victoire": (
        (date(2026, 3, 10), {"Préparer et ranger son chariot": HELP, "Préparer la salle et les plateaux": HELP}),
        (date(2026, 5, 12), {"Préparer et ranger son chariot": ALONE, "Faire la chambre dans le bon ordre": HELP}),
        (date(2026, 7, 3), {"Se laver les mains au bon moment": HELP}),
        (date(2026, 9, 11), {"Faire la chambre dans le bon ordre": HELP}),
        (date(2026, 10, 9), {"Préparer la salle et les plateaux": HELP, "Faire la chambre dans le bon ordre": NONE}),
    ),
    "HAMEL Théodore": (
        (
            date(2026, 4, 3),
            {"Aider à s'habiller selon les goûts de la personne": HELP, "Créer une relation de confiance": HELP},
        ),
        (date(2026, 6, 5), {"Aider au repas et à boire sans danger": HELP, "Créer une relation de confiance": ALONE}),
        (
            date(2026, 9, 4),
            {"Aider au repas et à boire sans danger": ALONE, "Proposer et animer une activité en petit groupe": HELP},
        ),
        (
            date(2026, 11, 6),
            {"Proposer et animer une activité en petit groupe": ALONE, "Transmettre par oral ce qui compte": HELP},
        ),
    ),
    "DIALLO Amina": (
        (
            date(2026, 10, 5),
            {"Frapper, se présenter, dire ce que l'on fait": ALONE, "Faire la chambre dans le bon ordre": HELP},
        ),
        (
            date(2026, 11, 6),
            {
                "Faire la chambre dans le bon ordre": ALONE,
                "Servir le repas selon le régime indiqué": HELP,
                "Préparer et ranger son chariot": HELP,
                "Transmettre ce qui a changé dans la journée": NONE,
            },
        ),
    ),
}

# Person → day, skill, face, her words.
SAID = {
    "DIALLO Amina": (
        (date(2026, 10, 12), "Faire la chambre dans le bon ordre", Face.HELPED, ""),
        (date(2026, 11, 12), "Préparer et ranger son chariot", Face.CAN, "Je le prépare seule depuis deux semaines."),
        (date(2026, 11, 12), "Servir le repas selon le régime indiqué", Face.HELPED, ""),
    ),
    "GAUDIN Caroline": (
        (date(2026, 7, 8), "Servir le repas selon le régime indiqué", Face.CAN, "Je connais tous les régimes."),
    ),
    "BAUDRY Victoire": (
        (date(2026, 9, 15), "Faire la chambre dans le bon ordre", Face.CAN, "On ne me laisse pas finir seule."),
    ),
    "HAMEL Théodore": (
        (date(2026, 11, 10), "Transmettre par oral ce qui compte", Face.CAN, "À l'équipe du matin, je le fais."),
    ),
}
# Person → what was decided the week after. What her tutor saw in October opened Victoire's again.
DECIDED = {
    "BAUDRY Victoire": "Michelle lui laisse deux chambres à faire seule ; on regarde ensemble le 9 octobre.",
    "HAMEL Théodore": "Sylvie assiste à une transmission du matin, puis note ce qu'elle a vu.",
}
WEEK = timedelta(days=7)


def skills_of_the_story(users: dict[str, User], found: dict[str, Contract]) -> None:
    reference.load()
    for name, days in SEEN.items():
        told = [(day, _observe, (levels, users)) for day, levels in days]
        told += [(day, _say, line) for day, *line in SAID.get(name, ())]
        if name in DECIDED:
            told.append((SAID[name][0][0] + WEEK, _decide, (DECIDED[name], users["claire"])))
        for day, tell, more in sorted(told, key=lambda one: one[0]):
            tell(found[name], day, *more)


def _skill(contract: Contract, day: date, words: str) -> Skill:
    return next(skill for skill in grid_of(contract, day).skills_in_order() if skill.words == words)


def _observe(contract: Contract, day: date, levels: dict[str, Level], users: dict[str, User]) -> None:
    tutorship = contract.tutorships.current(day).select_related("tutor").get()
    # Bruno has an account; the others came by their link.
    by = users["bruno"] if tutorship.tutor.user_id == users["bruno"].pk else None
    for words, level in levels.items():
        actions.record_observation(
            tutorship=tutorship, grid_skill=_skill(contract, day, words), level=level, observed_on=day, by=by
        )


def _say(contract: Contract, day: date, words: str, face: Face, sentence: str) -> None:
    key = _skill(contract, day, words).key
    say_own_view(contract=contract, faces={key: face}, sentences={key: sentence}, said_on=day, request_id=uuid4())


def _decide(contract: Contract, day: date, text: str, by: User) -> None:
    point = open_points([contract])[0]
    discuss_point(own_view=point.own_view, text=text, on=day, by=by)
