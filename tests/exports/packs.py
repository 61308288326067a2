"""What the tests of packs of proofs share: one asked for, ended, opened again."""

import csv
import io
import zipfile

from accounts import work
from exports.actions import evidence
from exports.evidence.scope import readers_of
from exports.models import EvidencePack
from tests import builders as b


def reader(world, audience, name="", contract=None):
    found = readers_of(world.cohort, world.users["coordinator"], b.TODAY, contract)
    return next(one for one in found if one.audience == audience and name in one.name)


def a_pack(world, audience="AGENCY", name="", contract=None) -> EvidencePack:
    asked = evidence.ask_evidence(
        cohort=world.cohort,
        reader=reader(world, audience, name, contract),
        author=world.users["coordinator"],
        contract=contract,
    )
    work.run_job(asked.job_id)
    pack = EvidencePack.objects.with_names().get(pk=asked.pk)
    assert pack.is_frozen, pack.job.error
    return pack


def opened(pack) -> dict[str, bytes]:
    with pack.file.open("rb") as file, zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def text_of(pack) -> str:
    return "\n".join(content.decode() for content in opened(pack).values())


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def folder_of(files, name) -> str:
    return next(path.rpartition("/")[0] for path in files if path.endswith("/dossier.html") and name in path)
