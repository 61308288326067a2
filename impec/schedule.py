"""Jobs that come back by themselves; `setup` writes them in the queue's own table."""

from datetime import datetime, time, timedelta

from django_q.models import Schedule

from accounts import clock

# Mails that gather a day leave before people come to work; what reads everything disturbs nobody.
NIGHT = time(4)
NIGHTLY = frozenset({"Rappeler les échéances", "Vérifier les journaux et les fichiers"})
# A text message reaches nobody in his bed.
MORNING = time(10)
IN_THE_MORNING = frozenset({"Rappeler leurs fiches aux tuteurs"})

SCHEDULE = {
    "Reprendre les travaux et les messages en attente": {
        "func": "accounts.jobs.sweep",
        "schedule_type": Schedule.MINUTES,
        "minutes": 1,
    },
    "Effacer le texte des anciens messages et les sessions finies": {
        "func": "accounts.jobs.tidy",
        "schedule_type": Schedule.DAILY,
    },
    "Sceller l'historique": {
        "func": "accounts.jobs.seal_history",
        "schedule_type": Schedule.MINUTES,
        "minutes": 10,
    },
    "Écrire les têtes des chaînes dans le journal technique": {
        "func": "accounts.jobs.tell_heads",
        "schedule_type": Schedule.DAILY,
    },
    "Vérifier les journaux et les fichiers": {
        "func": "impec.verifying.jobs.verify_daily",
        "schedule_type": Schedule.DAILY,
    },
    "Signaler un usage inhabituel": {
        "func": "impec.unusual.jobs.alert",
        "schedule_type": Schedule.MINUTES,
        "minutes": 10,
    },
    "Prévenir les comptes inactifs": {
        "func": "impec.retention.jobs.warn_inactive",
        "schedule_type": Schedule.DAILY,
    },
    "Rappeler les échéances": {
        "func": "impec.due.jobs.send_digests",
        "schedule_type": Schedule.DAILY,
    },
    "Relancer les employeurs invités": {
        "func": "cohorts.jobs.remind_employers",
        "schedule_type": Schedule.DAILY,
    },
    "Dire aux prescripteurs comment cela s'est terminé": {
        "func": "cohorts.jobs.tell_prescribers",
        "schedule_type": Schedule.DAILY,
    },
    "Dire les cours déplacés ou annulés à qui y était convoqué": {
        "func": "training.jobs.reconvene",
        "schedule_type": Schedule.MINUTES,
        "minutes": 10,
    },
    "Dire à l'employeur l'absence de son salarié": {
        "func": "training.jobs.tell_employers",
        "schedule_type": Schedule.MINUTES,
        "minutes": 5,
    },
    "Effacer les liens de stagiaires finis depuis un jour": {
        "func": "training.jobs.forget_links",
        "schedule_type": Schedule.DAILY,
    },
    "Rappeler leurs fiches aux tuteurs": {
        "func": "tutoring.jobs.remind_tutors",
        "schedule_type": Schedule.DAILY,
    },
    "Annuler les entretiens prévus après la fin d'un contrat": {
        "func": "tutoring.jobs.cancel_left_behind",
        "schedule_type": Schedule.MINUTES,
        "minutes": 10,
    },
    "Effacer les liens de tuteurs qui ne servent plus": {
        "func": "tutoring.jobs.forget_links",
        "schedule_type": Schedule.DAILY,
    },
    "Effacer les exports de liste de plus d'un jour": {
        "func": "exports.jobs.forget_files",
        "schedule_type": Schedule.HOURLY,
    },
    "Supprimer les fichiers des personnes effacées qui restent sur le disque": {
        "func": "impec.erasing.jobs.finish_interrupted",
        "schedule_type": Schedule.HOURLY,
    },
    "Effacer les classeurs reçus depuis plus d'un jour et leurs aperçus": {
        "func": "imports.jobs.forget_old_previews",
        "schedule_type": Schedule.HOURLY,
    },
}


def first_run(name: str) -> datetime:
    """When a job that was never planned runs first: at once, the next night or the next morning."""
    now = clock.true_now()
    if name not in NIGHTLY | IN_THE_MORNING:
        return now
    hour = NIGHT if name in NIGHTLY else MORNING
    first = clock.at(now.astimezone(clock.PARIS).date(), hour)
    return first if first > now else clock.at(first.date() + timedelta(days=1), hour)
