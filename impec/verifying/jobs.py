"""The verification as a job: each day by itself, or when an administrator asks for it."""

from datetime import timedelta

from django.urls import reverse

from accounts.work import Work
from impec.verifying.verification import LABELS, read, record, warn_administrators

# The queue stops what lasts longer.
LONGEST = timedelta(minutes=15)


def verify_daily() -> bool:
    """What does not match is mailed to the administrators, and stays on their home."""
    found = record(found=read(), user=None)
    if not found.holds:
        warn_administrators(found)
    return found.holds


def run_verification(work: Work) -> None:
    user, done = work.author(), 0

    def tell(part):
        nonlocal done
        done += 1
        work.progress(done, len(LABELS), part.label)
        work.hold(LONGEST)

    work.hold(LONGEST)
    found = read(tell)
    with work.finish() as result:
        result["url"] = reverse("verifying:verifications")
        result["label"] = "Voir la vérification"
        result["message"] = "Tout concorde." if record(found=found, user=user).holds else "Des écarts ont été trouvés."
