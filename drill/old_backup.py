"""F10: an old backup comes back: `python -m drill.old_backup`.

After the copy, mails leave and a person is erased. Restored, the place knows no session, sends none of these mails
again and keeps the person erased.
"""

import sys
import time
from pathlib import Path

from drill.running.acts import Office
from drill.running.browser import Browser
from drill.running.goals import asked, at_most, every, none, verdict
from drill.running.site import Site, site

MAILS = asked("MAILS", 5)
CLAIRE = "referente0@agence.example"
# In which a worker that had something to send would have sent it.
PATIENCE = 20


def main() -> int:
    with site() as served:
        office = Office(served, 1, 0, 1, migrated=True)
        person, cookies = office.told["contracts"][0]["person"], office.told["writers"][0]
        served.start_web()
        claire = Browser(served.base, cookies)
        for number in range(MAILS):
            claire.post("/membres/inviter/", {"email": f"invitee{number}@agence.example", "role": "COORDINATOR"})
        served.run("backup", "--to", str(served.folder / "sauvegardes"))
        left = mails_after_work(served)
        served.run("erase_person", person, "--as", CLAIRE, "--reason", "exercice")
        erased = served.told("agency", f"remains({person!r})")
        (archive,) = (served.folder / "sauvegardes").glob("*.tar")
        with site(SECRET_KEY=served.environment["SECRET_KEY"]) as other:
            other.run("restore", str(archive), "--erasures", str(served.folder / "effacements.jsonl"))
            found = other.told("agency", "restored()")
            again_erased = other.told("agency", f"remains({person!r})")
            other.run("setup")
            other.start_web()
            inside = Browser(other.base, cookies).get("/membres/").status == 200
            again = mails_after_work(other)
    goals = [
        every("F10 courriels partis après la copie", len(left), MAILS),
        none("F10 courriels repartis", again),
        every("F10 courriels retenus, qu'une personne laisse partir", found["held"], MAILS),
        at_most("F10 sessions gardées", found["sessions"] + inside, 0, ""),
        every("F10 personne effacée depuis, effacée de nouveau", int(erased == again_erased), int(erased["erased"])),
    ]
    return verdict("F10, une ancienne sauvegarde restaurée", goals)


def mails_after_work(one: Site) -> list[str]:
    one.start_worker()
    time.sleep(PATIENCE)
    one.stop("worker")
    return [path.name for path in Path(one.environment["MAIL_DIR"]).glob("*.eml.txt")]


if __name__ == "__main__":
    sys.exit(main())
